"""The PDF: tagged, in the report's language, with every cell of the page on it."""

import csv
import re
import shutil
import subprocess
import zlib
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from made_up import made_up_report
from typer.testing import CliRunner

from matcher.cli import app
from matcher.domain.reference import data_path
from matcher.reports import pdf as pdf_module
from matcher.reports.cells import NOT_SHOWN, cells
from matcher.reports.html import WHOLE, grid, paper_html
from matcher.reports.pdf import PdfMissingError, pdf
from matcher.reports.tables import frames
from matcher.reports.values import Table

try:
    import weasyprint
except OSError:
    pytest.skip("no Pango here: install Debian's package libpangoft2-1.0-0", allow_module_level=True)

pytestmark = pytest.mark.slow
REPORT = made_up_report()


def objects(content: bytes) -> bytes:
    """Return a PDF's objects with those that are packed opened."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, flags=re.DOTALL)
    opened = []
    for part in packed:
        try:
            opened.append(zlib.decompress(part))
        except zlib.error:
            opened.append(part)
    return content + b"\n".join(opened)


def drawn_words() -> list[str]:
    """Return the words on the pages, as they are laid out."""
    pages = weasyprint.HTML(string=paper_html(REPORT)).render().pages
    words = []
    for page in pages:
        words += [box.text for box in page._page_box.descendants() if hasattr(box, "text")]
    return " ".join(words).split()


@pytest.fixture(scope="module")
def content() -> bytes:
    return pdf(REPORT)


def test_a_screen_reader_can_follow_it(content: bytes) -> None:
    found = objects(content)
    assert content.startswith(b"%PDF")
    for mark in (b"/StructTreeRoot", b"/MarkInfo", b"/Lang", b"/Table", b"/Figure", b"/H1", b"pdfuaid"):
        assert mark in found, mark
    assert found.count(b"/Alt") >= sum(len(section.pictures) for section in REPORT.sections)


def test_every_cell_of_the_tables_is_on_its_pages() -> None:
    words = drawn_words()
    # A cell with an interval has it in brackets behind its figure.
    drawn = {word.strip("()") for word in words}
    for _name, _title, frame in frames(REPORT):
        for row in cells(frame):
            for text in row:
                assert {word.strip("()") for word in text.split()} <= drawn, text
    rows = [row for _name, _title, frame in frames(REPORT) for row in grid(frame).rows]
    hidden = sum(text.startswith(NOT_SHOWN) for row in rows for text in row)
    # Said once more in the words on how to read the figures, with a capital letter.
    assert sum(pair == tuple(NOT_SHOWN.split()) for pair in pairwise(words)) == hidden


def test_nothing_is_folded_away_on_paper() -> None:
    assert "<details" not in paper_html(REPORT)


def test_an_opening_sentence_is_never_broken_over_two_pages() -> None:
    """Wherever on its page a section begins, its sentence stands on one page as a whole."""
    section = replace(REPORT.sections[0], sentence="A sentence of many words. " * 24, tables=(), pictures=())
    for more in range(0, 40, 4):
        filler = replace(section, key="filler", sentence="Short.", cautions=tuple(f"Line {n}." for n in range(more)))
        made = replace(REPORT, sections=(filler, replace(section, key="long")))
        pages = weasyprint.HTML(string=paper_html(made)).render().pages
        on = [number for number, page in enumerate(pages) if _sentences(page) & {"long"}]
        assert len(on) == 1, (more, on)


def _sentences(page: weasyprint.document.Page) -> set[str]:
    """Return which opening sentences have a line on a page, by whether they are long."""
    found = set()
    for box in page._page_box.descendants():
        if box.element is not None and box.element.get("class") == "sentence" and hasattr(box, "text"):
            found.add("long" if "many words" in "".join(box.element.itertext()) else "short")
    return found


def test_without_its_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> None:
        raise OSError("no pango")

    monkeypatch.setattr(pdf_module, "import_module", missing)
    with pytest.raises(PdfMissingError, match="matcher\\[pdf\\]"):
        pdf(REPORT)


#: An A4 page, its margin and where its foot begins, in points.
PAGE_WIDTH, MARGIN, FOOT = 595, 45, 785


def _edges(file: Path) -> list[tuple[float, float]]:
    """Return how far right and how far down words stand on each page, its foot left out."""
    asked = ["pdftotext", "-bbox", str(file), "-"]
    boxes = subprocess.run(asked, check=True, capture_output=True, text=True).stdout
    found = []
    for page in boxes.split("<page ")[1:]:
        words = [(float(right), float(low)) for right, low in re.findall(r'xMax="([\d.]+)" yMax="([\d.]+)"', page)]
        found.append((max(right for right, _ in words), max(low for _, low in words if low < FOOT)))
    return found


def test_few_rows_stay_together_and_no_row_of_many_stands_alone() -> None:
    """Wherever on its page a table begins, two rows at least stand on either side of a break, and a short one whole."""
    for rows in (WHOLE, WHOLE + 1, 2 * WHOLE):
        frame = pd.DataFrame({"row": [f"row{n}" for n in range(rows)], "people": 20})
        for more in range(0, 44, 4):
            lines = tuple(f"Line {n}." for n in range(more))
            section = replace(REPORT.sections[0], cautions=lines, pictures=())
            section = replace(section, tables=(Table("long", "A table", frame),))
            pages = weasyprint.HTML(string=paper_html(replace(REPORT, sections=(section,)))).render().pages
            on = [sum(text.startswith("row") and text != "row" for text in _texts(page)) for page in pages]
            on = [count for count in on if count]
            assert sum(on) == rows
            assert min(on) >= (rows if rows <= WHOLE else 2), (rows, more, on)


def _texts(page: weasyprint.document.Page) -> list[str]:
    return [box.text for box in page._page_box.descendants() if hasattr(box, "text")]


def test_the_demos_report_by_command_is_whole_on_every_page(tmp_path: Path) -> None:
    reader = shutil.which("pdftotext")
    if reader is None:
        pytest.skip("no reader of PDFs here: install Debian's package poppler-utils")
    file, tables = tmp_path / "report.pdf", tmp_path / "tables"
    asked = ["report", "--clinic", data_path("demo"), "--pdf", file, "--tables", tables]
    made = CliRunner().invoke(app, [str(part) for part in asked])
    assert made.exit_code == 0, made.output
    text = subprocess.run([reader, "-layout", str(file), "-"], check=True, capture_output=True, text=True).stdout
    pages = text.removesuffix("\f").split("\f")
    assert len(pages) > 5
    for number, page in enumerate(pages, start=1):
        assert f"Page {number} of {len(pages)}" in page
        assert "What followed the matches" in page, "the foot says whose report it is"
        # More than its foot.
        assert len(page.split()) > 30, number
        assert not {"nan", "NaN", "None", "<NA>", "inf"} & set(page.split()), number
    for number, (right, lowest) in enumerate(_edges(file), start=1):
        assert right <= PAGE_WIDTH - MARGIN, (number, right)
        # No page but the last is half empty.
        assert number == len(pages) or lowest > 0.7 * FOOT, (number, lowest)
    words = " ".join(text.split())
    with (tables / "sentences.csv").open(encoding="utf-8", newline="") as file_:
        sentences = [row["text"] for row in csv.DictReader(file_) if row["kind"] == "sentence"]
    assert len(sentences) == 8
    for sentence in sentences:
        # A page's foot may stand in the midst of it.
        assert " ".join(sentence.split()[:8]) in words, sentence
