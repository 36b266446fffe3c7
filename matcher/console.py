"""What commands share on the screen: results go to standard output, progress and problems to standard error."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from matcher.clinic.problems import Problem

ERRORS = Console(stderr=True, soft_wrap=True, highlight=False)
OUTPUT = Console(soft_wrap=True, highlight=False)
_MOST_PROBLEMS_SHOWN = 20


def print_problems(problems: tuple[Problem, ...], report: Path | None = None) -> None:
    """Show the first problems of a clinic folder, and where all of them are."""
    for problem in problems[:_MOST_PROBLEMS_SHOWN]:
        ERRORS.print(str(problem), markup=False)
    if len(problems) > _MOST_PROBLEMS_SHOWN:
        kept = f"; all are in {report}" if report is not None and report.exists() else ""
        ERRORS.print(f"... and {len(problems) - _MOST_PROBLEMS_SHOWN} more{kept}.", markup=False)


def progress_bar() -> Progress:
    """Return a progress bar on standard error."""
    return Progress(
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=ERRORS
    )
