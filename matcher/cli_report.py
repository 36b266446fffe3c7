"""The command that writes a clinic's match-outcome report; `matcher.cli` adds it to its own."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from matcher.cli_input import JsonOption, SchedulerOption, scaling
from matcher.clinic.folder import read_clinic
from matcher.clinic.problems import ClinicError
from matcher.config import read_settings
from matcher.console import ERRORS, OUTPUT, print_problems, progress_bar
from matcher.services import clinic_data

if TYPE_CHECKING:
    from matcher.reports.values import Report, Section
    from matcher.services.reporting import Asked

_ACTOR = "command line"


def add_commands(app: typer.Typer) -> None:
    """Add the command to an app."""
    app.command()(report)


def report(
    clinic: Annotated[
        Path | None, typer.Option("--clinic", help="A clinic folder; else the store, else the made-up demo clinic.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="The page: one HTML file that stands alone.")] = None,
    pdf: Annotated[Path | None, typer.Option(help="The same as a PDF.")] = None,
    tables: Annotated[Path | None, typer.Option(help="A folder for every table as CSV, with a dictionary.")] = None,
    start: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day; its whole month counts.")
    ] = None,
    end: Annotated[
        datetime | None, typer.Option("--to", formats=["%Y-%m-%d"], help="The last day; its whole month counts.")
    ] = None,
    concern: Annotated[str | None, typer.Option(help="A concern's code; all concerns if none is given.")] = None,
    site: Annotated[
        str | None, typer.Option(help="A site, where therapists' places make two or more; any other word lists them.")
    ] = None,
    scheduler: SchedulerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Report what followed the matches, for owners and leads: against the period before, small numbers hidden."""
    # Pictures take half a second to import, which no other command should pay.
    from matcher.services import report_files, reporting  # noqa: PLC0415

    if out is None and pdf is None and tables is None and not as_json:
        raise ClinicError("say where the report goes: --out FILE.html, --pdf FILE, --tables FOLDER, or --json.")
    if pdf is not None:
        report_files.check_pdf()
    asked = reporting.Asked(start and start.date(), end and end.date(), concern, site)
    # Pictures are drawn on another processor while the next section is made; it gets ready while the clinic is read.
    drawing = None if out is None and pdf is None else report_files.Drawing()
    with drawing or nullcontext(), progress_bar() as bar:
        reading = bar.add_task("Reading parts", total=None, visible=False)
        task = bar.add_task("Reporting", total=reporting.report_steps())

        def begin(section: "Section") -> None:
            bar.update(task, advance=1, description=f"Reporting: {section.key}")
            if drawing is not None:
                drawing.begin(section)

        steps = _Steps(begin, lambda done, total: bar.update(reading, completed=done, total=total, visible=True))
        made = _make(clinic, asked, scheduler, steps)
        drawn = {} if drawing is None else {"draw": drawing.svg}
        written = report_files.write_report(made, page=out, pdf_file=pdf, tables=tables, **drawn)
    if as_json:
        OUTPUT.print_json(json.dumps(report_files.as_json(made)))
        return
    for answer in made.answers:
        OUTPUT.print(f"{answer.question} {answer.text}", markup=False)
    OUTPUT.print(f"Written to {', '.join(map(str, written))}.", markup=False)


@dataclass(frozen=True, slots=True)
class _Steps:
    """Whom to tell of each section made, and of each part read."""

    made: Callable[["Section"], object]
    read: Callable[[int, int], object]


def _make(clinic: Path | None, asked: "Asked", scheduler: str | None, steps: _Steps) -> "Report":
    from matcher.services import reporting  # noqa: PLC0415

    settings = read_settings()
    if scheduler is not None:
        made: Report = scaling().report_on_cluster(scheduler, clinic, asked, settings, _ACTOR, steps.read, steps.made)
        return made
    if clinic is None and clinic_data.store_is_there(settings):
        store = clinic_data.clinic_store(settings)
        try:
            return reporting.store_report(store, asked, _ACTOR, steps.made)
        finally:
            store.close()
    if clinic is None:
        ERRORS.print("No --clinic given and no store: using the made-up demo clinic.")
        return reporting.demo_report(asked, steps.made)
    loaded = read_clinic(clinic)
    print_problems(loaded.problems, clinic / "problems.csv")
    return reporting.clinic_report(loaded, asked, steps.made)
