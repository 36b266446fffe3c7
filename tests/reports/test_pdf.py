"""The PDF: tagged, in the report's language, with every cell of the page on it."""

import re
import zlib
from itertools import pairwise

import pytest
from made_up import made_up_report

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
