"""A report as the files somebody takes away: page, PDF, tables, JSON; the same cells, hidden alike, in every one."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from matcher.clinic.problems import ClinicError
from matcher.reports.drawing import Drawing
from matcher.reports.html import Draw, html
from matcher.reports.pdf import PdfMissingError, check_pdf_library, pdf
from matcher.reports.pictures import svg
from matcher.reports.tables import as_json, write_tables, zip_tables
from matcher.reports.values import Report

__all__ = ["FORMATS", "Drawing", "Format", "as_json", "check_pdf", "file_of", "write_report"]


@dataclass(frozen=True, slots=True)
class Format:
    """One form a report can be taken away in."""

    name: str
    ending: str
    media_type: str
    make: Callable[[Report, Draw], bytes]


FORMATS: Final[dict[str, Format]] = {
    "html": Format("Page (HTML)", "html", "text/html; charset=utf-8", lambda *made: html(*made).encode("utf-8")),
    "pdf": Format("PDF", "pdf", "application/pdf", pdf),
    "csv": Format("Tables (CSV)", "zip", "application/zip", lambda report, _: zip_tables(report)),
}


def file_of(report: Report, kind: str) -> tuple[str, str, bytes]:
    """Return a file's name, which says the period alone, its media type and its content.

    Raises
    ------
    KeyError
        If there is no such form.
    PdfMissingError
        If it is a PDF and no library writes them here.
    """
    form = FORMATS[kind]
    period = report.scope.period
    name = f"match-outcomes-{period.start:%Y-%m}-to-{period.end:%Y-%m}.{form.ending}"
    return name, form.media_type, form.make(report, svg)


def check_pdf() -> None:
    """Make sure that a PDF can be written, before the work is done.

    Raises
    ------
    ClinicError
        If it cannot; the message says what to install.
    """
    try:
        check_pdf_library()
    except PdfMissingError as error:
        raise ClinicError(str(error)) from None


def write_report(
    report: Report,
    *,
    page: Path | None = None,
    pdf_file: Path | None = None,
    tables: Path | None = None,
    draw: Draw = svg,
) -> list[Path]:
    """Write the files asked for and return where they are; a half-written file never takes an old one's place."""
    written = []
    for path, kind in ((page, "html"), (pdf_file, "pdf")):
        if path is not None:
            part = path.with_name(f"{path.name}.part")
            part.write_bytes(FORMATS[kind].make(report, draw))
            written.append(part.replace(path))
    if tables is not None:
        write_tables(report, tables)
        written.append(tables)
    return written
