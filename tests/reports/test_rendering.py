"""The report as page, CSV and JSON: it stands alone, says the same everywhere, and runs nothing anybody wrote."""

import csv
import io
import json
import re
import zipfile
from html import unescape
from html.parser import HTMLParser

import pandas as pd
import pytest
from made_up import FORMULA, HOSTILE, made_up_report, pictures

from matcher.clinic.cells import unguard
from matcher.reports.cells import NOT_SHOWN, cell
from matcher.reports.dictionary import DICTIONARY_FILE, picture_frame
from matcher.reports.html import html, paper_html
from matcher.reports.pictures import chart, svg
from matcher.reports.tables import as_json, csv_files, frames, write_tables, zip_tables
from matcher.reports.values import Report

REPORT = made_up_report()


@pytest.fixture(scope="module")
def page() -> str:
    return html(REPORT)


class Tables(HTMLParser):
    """Reads every table of a page as rows of text, and lists the elements and addresses in it."""

    def __init__(self) -> None:
        super().__init__()
        self.tables: list[list[list[str]]] = []
        self.tags: set[str] = set()
        self.addresses: list[str] = []
        self.headings: list[str] = []
        self._into: list[str] | None = None

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.addresses += [value for name, value in attrs if name in ("href", "src", "xlink:href", "action", "data")]
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("th", "td"):
            self.tables[-1][-1].append("")
            self._into = self.tables[-1][-1]
        elif tag in ("h1", "h2", "h3"):
            self.headings.append(tag)

    def handle_endtag(self, tag):
        if tag in ("th", "td"):
            self._into = None

    def handle_data(self, data):
        if self._into is not None:
            self._into[-1] += data


def read(text: str) -> Tables:
    reader = Tables()
    reader.feed(text)
    return reader


def csv_rows(text: str) -> list[list[str]]:
    return [[unguard(cell) for cell in row] for row in csv.reader(io.StringIO(text))]


@pytest.mark.slow
def test_the_page_asks_for_nothing_and_runs_nothing(page: str) -> None:
    found = read(page)
    assert found.tags & {"script", "link", "iframe", "object", "form", "img", "base"} == set()
    assert all(address.startswith("#") for address in found.addresses)
    assert re.findall(r"(?:https?:)?//[a-z]|@import|url\(", page) == []
    assert "default-src 'none'" in unescape(page)


def test_what_people_wrote_stays_words(page: str) -> None:
    assert "<script" not in page
    assert "alert(&#39;x&#39;)" in page
    hostile = pictures()[1]
    hostile.frame.loc[0, "label"] = HOSTILE
    drawn = svg(hostile)
    assert "<script" not in drawn
    assert "&lt;script&gt;" in drawn


def test_the_page_has_language_headings_captions_and_a_way_past_the_contents(page: str) -> None:
    found = read(page)
    assert '<html lang="en-AU">' in page
    assert found.headings == ["h1", *["h2"] * (len(REPORT.sections) + 1)]
    assert page.index('class="skip"') < page.index("<header>")
    assert page.count("<caption") == page.count("<table>") > 0
    for section in REPORT.sections:
        assert page.index(f'id="{section.key}"') > page.index(f'href="#{section.key}"')


def test_each_section_opens_with_its_sentence_and_shows_its_cautions(page: str) -> None:
    for section in REPORT.sections:
        part = page[page.index(f'<h2 id="{section.key}"') :]
        assert part.index('class="sentence"') < part.index("<details>")
    caution = page.index("Not causal.")
    assert page.rfind("<details>", 0, caution) < page.rfind("</details>", 0, caution), "a caution is never folded away"


def unfolded(table: list[list[str]], headings: list[str]) -> list[list[str]]:
    """Return the rows of a page's table with the ends of intervals in columns of their own, as a file has them."""
    first, *rows = table
    left_out = [name[:1].upper() + name[1:] not in first for name in headings]
    has_ends = [after for out, after in zip(left_out, [*left_out[1:], False], strict=True) if not out]
    assert len(headings) == len(first) + 2 * sum(has_ends)
    return [
        [part for text, ends in zip(row, has_ends, strict=True) for part in (apart(text) if ends else (text,))]
        for row in rows
    ]


def apart(text: str) -> tuple[str, ...]:
    """Return a figure and the ends of its interval, both hidden where it has none."""
    found = re.fullmatch(r"(.*) \((.*) to (.*)\)", text)
    return (text, NOT_SHOWN, NOT_SHOWN) if found is None else found.groups()


def framed() -> list[list[str]]:
    """Return the headings of every table in the order in which a page has them."""
    return [
        list(frame)
        for section in REPORT.sections
        for frame in (*map(picture_frame, section.pictures), *(table.frame for table in section.tables))
    ]


def test_every_form_holds_the_same_cells(page: str) -> None:
    shown = [unfolded(*tables) for tables in zip(read(page).tables, framed(), strict=True)]
    on_paper = [unfolded(*tables) for tables in zip(read(paper_html(REPORT)).tables, framed(), strict=True)]
    files = csv_files(REPORT)
    exported = [csv_rows(files[name])[1:] for name, _title, _frame in frames(REPORT)]
    plain = [
        part["rows"] for section in as_json(REPORT)["sections"] for part in (*section["tables"], *section["pictures"])
    ]
    assert sorted(shown) == sorted(on_paper) == sorted(exported) == sorted(plain)
    hidden = sum(row.count(NOT_SHOWN) for table in exported for row in table)
    assert hidden == sum(int(frame.isna().sum().sum()) for _name, _title, frame in frames(REPORT)) > 0
    json.dumps(as_json(REPORT), allow_nan=False)


def test_csv_files_come_back_as_they_were_and_run_nothing() -> None:
    files = csv_files(REPORT)
    rows = csv_rows(files["ways-by_way.csv"])
    assert rows[3][0] == FORMULA
    assert f"'{FORMULA}" in files["ways-by_way.csv"]
    assert rows[4][0] == HOSTILE
    (funnel,) = (picture for picture in pictures() if picture.key == "funnel")
    numbers = csv_rows(files["ways-funnel-picture.csv"])
    assert [float(row[2]) for row in numbers[1:]] == pytest.approx(funnel.frame["value"].tolist())


def test_the_archive_and_the_folder_hold_the_same_files(tmp_path) -> None:
    written = {path.name: path.read_bytes() for path in write_tables(REPORT, tmp_path / "new" / "tables")}
    with zipfile.ZipFile(io.BytesIO(zip_tables(REPORT))) as archive:
        assert {name: archive.read(name) for name in archive.namelist()} == written
    assert DICTIONARY_FILE in written
    assert zip_tables(REPORT) == zip_tables(made_up_report())


@pytest.mark.parametrize("picture", pictures(), ids=lambda picture: picture.key)
def test_a_picture_is_drawn_alone_and_alike(picture) -> None:
    drawn = svg(picture)
    assert drawn == svg(picture)
    assert "NaN" not in drawn
    assert "Infinity" not in drawn
    on_a_page = chart(picture).to_dict()
    assert on_a_page["description"] == picture.alt
    assert on_a_page["autosize"]["type"] == "fit-x", "fitted in height, rows lie on one another"
    if picture.frame.isna().any().any() and picture.kind in ("flow", "intervals"):
        assert NOT_SHOWN in drawn


def test_a_picture_without_any_number_says_so() -> None:
    empty = pictures()[1]
    frame = empty.frame.assign(value=float("nan"), low=float("nan"), high=float("nan"))
    section = REPORT.sections[1]
    bare = type(section)(
        "bare", "Bare", "Not enough data.", "None.", (), (type(empty)("x", "intervals", "X", "Nothing.", frame),)
    )
    page = html(Report("T", REPORT.scope, REPORT.made_on, (bare,)))
    assert "There are not enough data for this picture." in page
    assert "<svg" not in page


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, NOT_SHOWN),
        (float("nan"), NOT_SHOWN),
        (pd.NA, NOT_SHOWN),
        (0, "0"),
        (-0.0, "0"),
        (1234567, "1234567"),
        (1234567.0, "1234567"),
        (0.12345, "0.123"),
        (-0.5, "-0.5"),
        (True, "yes"),
        ("under 10", "under 10"),
        (pd.Timestamp("2026-03-01"), "2026-03-01"),
    ],
)
def test_a_cell_is_read_the_same_everywhere(value: object, text: str) -> None:
    assert cell(value) == text
