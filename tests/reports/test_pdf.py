"""The PDF: tagged, in the report's language, with every cell of the page on it."""

import csv
import re
import shutil
import subprocess
import zlib
from itertools import pairwise
from pathlib import Path

import pytest
from made_up import made_up_report
from typer.testing import CliRunner

from matcher.cli import app
from matcher.domain.reference import data_path
from matcher.reports import pdf as pdf_module
from matcher.reports.cells import NOT_SHOWN, cells
from matcher.reports.html import grid, paper_html
from matcher.reports.pdf import PdfMissingError, pdf
from matcher.reports.tables import frames

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


def test_without_its_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> None:
        raise OSError("no pango")

    monkeypatch.setattr(pdf_module, "import_module", missing)
    with pytest.raises(PdfMissingError, match="matcher\\[pdf\\]"):
        pdf(REPORT)


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
    words = " ".join(text.split())
    with (tables / "sentences.csv").open(encoding="utf-8", newline="") as file_:
        sentences = [row["text"] for row in csv.DictReader(file_) if row["kind"] == "sentence"]
    assert len(sentences) == 8
    for sentence in sentences:
        # A page's foot may stand in the midst of it.
        assert " ".join(sentence.split()[:8]) in words, sentence
