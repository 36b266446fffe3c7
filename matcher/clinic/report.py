"""What goes back to the people who keep the folder: the rows set aside, to be mended, and the list of problems."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pandas as pd

from matcher.clinic.cells import guard
from matcher.clinic.problems import Problem
from matcher.clinic.rejected import cells_of, header_of

REPORT = "problems.csv"
_COLUMNS = ("file", "line", "column", "value", "expected", "kind")


def write_report(folder: Path, rejected: Mapping[str, pd.DataFrame], problems: Sequence[Problem]) -> list[Problem]:
    """Write ``rejected_*.csv`` and ``problems.csv``, and take away those of an earlier reading.

    A rejected file that somebody has been mending since the last report is kept beside it as ``*.mended.csv``.

    Returns
    -------
    list of Problem
        Notices about the report itself: kept files, or a folder that cannot be written to.
    """
    try:
        notices = [notice for name in rejected if (notice := _make_way(folder, f"rejected_{name}.csv"))]
        if any(len(rows) for rows in rejected.values()):
            folder.mkdir(parents=True, exist_ok=True)
        for name, rows in rejected.items():
            if len(rows):
                _write(folder / f"rejected_{name}.csv", header_of(rows), cells_of(rows))
        if any(len(rows) for rows in rejected.values()):
            _write(folder / REPORT, _COLUMNS, _problem_cells([*problems, *notices]))
        else:
            _take_away(folder / REPORT)
    except OSError as error:
        reason = f"the rows set aside could not be written to {folder}: {error.strerror}"
        return [Problem(REPORT, 0, "", "", reason, "notice")]
    return notices


def _take_away(report: Path) -> None:
    """Remove an earlier report, but never a file of the clinic's own that happens to have its name."""
    if report.exists() and report.read_text(encoding="utf-8", errors="replace").startswith(",".join(_COLUMNS)):
        report.unlink()


def _make_way(folder: Path, name: str) -> Problem | None:
    old, report = folder / name, folder / REPORT
    if not old.exists():
        return None
    if report.exists() and old.stat().st_mtime_ns > report.stat().st_mtime_ns:
        kept = old.with_suffix(".mended.csv")
        old.replace(kept)
        return Problem(name, 0, "", "", f"had been changed since the last report; kept as {kept.name}", "notice")
    old.unlink()
    return None


def _problem_cells(problems: Iterable[Problem]) -> Iterable[list[str]]:
    for problem in problems:
        line = str(problem.line) if problem.line else ""
        yield [problem.file, line, problem.column, problem.value, problem.expected, problem.kind]


def _write(path: Path, header: Iterable[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        # Line ends as spreadsheets write them; with \r among them, the writer quotes cells that hold a lone \r.
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow([guard(cell) for cell in header])
        writer.writerows([guard(cell) for cell in row] for row in rows)
