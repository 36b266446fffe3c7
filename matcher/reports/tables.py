"""Every table of a report as CSV files, with a dictionary of their columns, and the whole report as JSON."""

import csv
import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from matcher.clinic.cells import guard
from matcher.reports.cells import cells, headings
from matcher.reports.dictionary import DICTIONARY_FILE, dictionary_rows, picture_frame
from matcher.reports.values import Report

SENTENCES_FILE = "sentences.csv"
_SENTENCES, _SENTENCE = "Every sentence of the report", ("section", "kind", "text")
# A fixed day, so that the same report is the same file; a zip knows no earlier one.
_ZIP_DAY = (1980, 1, 1, 0, 0, 0)


def frames(report: Report) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Give the file name, the title and the frame of every table and of the numbers behind every picture."""
    for section in report.sections:
        for table in section.tables:
            yield f"{section.key}-{table.key}.csv", table.title, table.frame
        for picture in section.pictures:
            yield f"{section.key}-{picture.key}-picture.csv", picture.title, picture_frame(picture)


def csv_files(report: Report) -> dict[str, str]:
    """Return every file of the export by its name; cells are those of the page, hidden where they are hidden there."""
    files = {SENTENCES_FILE: _csv([_SENTENCE, *_sentences(report)])}
    tables = list(frames(report))
    for name, _title, frame in tables:
        files[name] = _csv([headings(frame), *cells(frame)])
    described = ((name, title, headings(frame)) for name, title, frame in tables)
    files[DICTIONARY_FILE] = _csv(dictionary_rows([(SENTENCES_FILE, _SENTENCES, [*_SENTENCE]), *described]))
    return files


def write_tables(report: Report, folder: Path) -> list[Path]:
    """Write every file of the export into a folder, made where it is missing, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in csv_files(report).items():
        path = folder / name
        path.write_text(text, encoding="utf-8", newline="")
        written.append(path)
    return written


def zip_tables(report: Report) -> bytes:
    """Return every file of the export in one archive."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in csv_files(report).items():
            info = zipfile.ZipInfo(name, _ZIP_DAY)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, text.encode("utf-8"))
    return buffer.getvalue()


def as_json(report: Report) -> dict[str, Any]:
    """Return a report as plain values, every cell as the page has it."""
    scope = report.scope
    return {
        "title": report.title,
        "made_on": report.made_on.isoformat(),
        "period": [scope.period.start.isoformat(), scope.period.end.isoformat()],
        "period_before": [scope.before.start.isoformat(), scope.before.end.isoformat()],
        "concern": scope.concern,
        "site": scope.site,
        "answers": [{"question": answer.question, "text": answer.text} for answer in report.answers],
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "sentence": section.sentence,
                "cautions": list(section.cautions),
                "method": section.method,
                "tables": [
                    {"key": table.key, "title": table.title, **_grid(table.frame), "notes": list(table.notes)}
                    for table in section.tables
                ],
                "pictures": [
                    {"key": picture.key, "kind": picture.kind, "title": picture.title, "alt": picture.alt}
                    | {"unit": picture.unit, **_grid(picture_frame(picture))}
                    for picture in section.pictures
                ],
            }
            for section in report.sections
        ],
    }


def _grid(frame: pd.DataFrame) -> dict[str, Any]:
    return {"columns": headings(frame), "rows": cells(frame)}


def _sentences(report: Report) -> Iterator[tuple[str, str, str]]:
    yield from (("in short", answer.question, answer.text) for answer in report.answers)
    for section in report.sections:
        yield section.key, "sentence", section.sentence
        yield from ((section.key, "caution", caution) for caution in section.cautions)
        yield section.key, "method", section.method


def _csv(rows: list[Any]) -> str:
    buffer = io.StringIO()
    # Names and labels come from people: none may run as a formula where the file is opened.
    csv.writer(buffer, lineterminator="\n").writerows([guard(text) for text in row] for row in rows)
    return buffer.getvalue()
