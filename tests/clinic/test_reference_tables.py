import csv
from pathlib import Path

import pytest

from matcher.domain.reference import data_path

CERTAINTIES = {"published", "secondary", "derived", "assumption", "from_memory", "to_be_confirmed"}
# Own wording for reading free text: no figures, so nothing to source row by row.
WORDS = {"concern_phrases.csv", "safety_phrases.csv", "safety_words.csv", "word_lists.csv"}
REFERENCE = data_path("reference")
TABLES = sorted(path.name for path in REFERENCE.glob("*.csv") if path.name not in WORDS)


def rows_of(name: str) -> list[dict[str, str]]:
    with (REFERENCE / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables_of_the_contract_are_all_there() -> None:
    wanted = {"concerns", "modalities", "evidence", "effects", "measures", "crisis_lines", "nhs_outcomes"}
    assert wanted <= {Path(name).stem for name in TABLES}


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_a_source_and_a_mark_of_certainty(name: str) -> None:
    rows = rows_of(name)
    assert rows
    assert [row for row in rows if not row["source"].strip() or row["certainty"] not in CERTAINTIES] == []


@pytest.mark.parametrize("name", TABLES)
def test_words_of_doubt_in_a_source_and_the_mark_agree(name: str) -> None:
    for row in rows_of(name):
        for words, mark in (("from memory", "from_memory"), ("to be confirmed", "to_be_confirmed")):
            if words in row["source"]:
                assert row["certainty"] in {mark, "from_memory", "assumption"}, row


def test_the_readme_names_every_file_with_its_provenance() -> None:
    text = data_path("reference").parent.joinpath("README.md").read_text(encoding="utf-8")
    assert [name for name in {*TABLES, *WORDS} if name not in text] == []
