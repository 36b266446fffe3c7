"""A report as a tagged PDF, by WeasyPrint where it is installed."""

from importlib import import_module
from typing import Any, Final

from matcher.reports.html import Draw, day, paper_html
from matcher.reports.pictures import svg
from matcher.reports.values import Report

NEEDS: Final = "a PDF needs WeasyPrint: install it with pip install 'matcher[pdf]', or print the HTML file to a PDF."


class PdfMissingError(RuntimeError):
    """There is no library to write a PDF with; the message says how to get one."""


def pdf(report: Report, draw: Draw = svg) -> bytes:
    """Return a report as a PDF that a screen reader can follow (PDF/UA-1: headings, tables and pictures are tagged).

    Raises
    ------
    PdfMissingError
        If WeasyPrint, or the text library of the operating system that it stands on, is missing.
    """
    weasyprint = _weasyprint()
    sheet = weasyprint.CSS(string=_PAGES.format(foot=_quoted(f"{report.title}, made on {day(report.made_on)}")))
    fetcher = weasyprint.URLFetcher(allowed_protocols=["data"])
    page = weasyprint.HTML(string=paper_html(report, draw), url_fetcher=fetcher)
    written: bytes = page.write_pdf(stylesheets=[sheet], pdf_variant="pdf/ua-1")
    return written


def check_pdf_library() -> None:
    """Raise `PdfMissingError` where no PDF can be written, so that nobody waits for one in vain."""
    _weasyprint()


_PAGES = """@page{{@bottom-left{{content:"{foot}";font:7pt sans-serif;width:80%}}
@bottom-right{{content:"Page " counter(page) " of " counter(pages);font:7pt sans-serif;width:20%}}}}"""


def _quoted(text: str) -> str:
    return text.replace("\\", " ").replace('"', "'").replace("\n", " ")


def _weasyprint() -> Any:
    # An extra of its own, and a second to load that no other command should pay.
    try:
        return import_module("weasyprint")
    except (ImportError, OSError):
        raise PdfMissingError(NEEDS) from None
