"""The page that says what shows each point of the client's way names only what there is."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from matcher.intake.questionnaire import QUESTIONS

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "tests" / "docs"
PAGE = (DOCS / "client_journey.md").read_text(encoding="utf-8")
PICTURES = sorted((DOCS / "screens").glob("*.webp"))
LARGEST, ALTOGETHER = 60_000, 3_000_000


@cache
def functions(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_all_twenty_five_points_are_there_each_with_what_shows_it() -> None:
    rows = re.findall(r"^\| (\d+) \| .+ \| (.+) \|$", PAGE, flags=re.MULTILINE)
    assert [int(number) for number, _ in rows] == list(range(1, 26))
    assert all("`tests/" in shown or "`screens/" in shown for _, shown in rows)


@pytest.mark.parametrize("named", sorted(set(re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", PAGE))))
def test_every_test_named_exists(named: str) -> None:
    path, _, name = named.partition("::")
    assert (ROOT / path).is_file()
    assert not name or name in functions(path)


def test_every_picture_is_named_and_every_named_one_exists() -> None:
    assert set(re.findall(r"screens/([\w-]+\.webp)", PAGE)) == {picture.name for picture in PICTURES}


def test_pictures_are_small_and_are_pictures() -> None:
    sizes = {picture.name: picture.stat().st_size for picture in PICTURES}
    assert {name: size for name, size in sizes.items() if size > LARGEST} == {}
    assert sum(sizes.values()) < ALTOGETHER
    assert all(picture.read_bytes()[8:12] == b"WEBP" for picture in PICTURES)


def test_no_client_page_has_a_slider_or_marks_a_field_with_an_asterisk() -> None:
    pages = [*(ROOT / "matcher" / "ui").glob("client_*.py"), ROOT / "matcher" / "ui" / "components.py"]
    assert len(pages) > 10
    assert [page.name for page in pages if "slider(" in page.read_text(encoding="utf-8")] == []
    assert [question.code for question in QUESTIONS.values() if question.text.endswith("*")] == []
