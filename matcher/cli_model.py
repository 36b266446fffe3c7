"""The commands that train the ranking model, hold it against others, and make clinics to try it on."""

import json
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any

import typer

from matcher.cli_input import ClinicOption, JsonOption, SchedulerOption, given_clinic, scaling
from matcher.cli_output import print_report
from matcher.clinic.problems import ClinicError
from matcher.config import read_settings
from matcher.console import OUTPUT, progress_bar
from matcher.ranking.persistence import ModelCard, card_path
from matcher.services import evaluation, training


def train(
    clinic: ClinicOption = None,
    model: Annotated[Path, typer.Option("--model", help="Where the model goes; its card goes beside it.")] = Path(
        "matcher.joblib"
    ),
    scheduler: SchedulerOption = None,
    as_json: JsonOption = False,
) -> None:
    """Fit the ranking model to a clinic's episodes, on this machine or on a Dask cluster."""
    if scheduler is None:
        card = training.train(given_clinic(clinic), model)
    else:
        card = _train_on_cluster(scheduler, clinic, model)
    if as_json:
        OUTPUT.print_json(json.dumps(asdict(card)))
        return
    OUTPUT.print(card.summary, markup=False)
    OUTPUT.print(training.verdict(card), markup=False)
    OUTPUT.print(f"Written to {model}, with {card_path(model).name} beside it.", markup=False)


def evaluate(
    clinic: ClinicOption = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Learn from before this day; by default 70% of episodes come before."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare the model with every baseline on the clinic's later episodes."""
    loaded = given_clinic(clinic)
    with progress_bar() as bar:
        task = bar.add_task("Evaluating", total=evaluation.evaluation_steps())
        report = evaluation.evaluate_clinic(loaded, on and on.date(), lambda name: bar.advance(task))
        shares = evaluation.oracle_shares(clinic, loaded, on and on.date())
    if as_json:
        found = report.as_json()
        if shares is not None:
            found["oracle"] = json.loads(shares.to_json(orient="records"))
        OUTPUT.print_json(json.dumps(found, allow_nan=False))
    else:
        print_report(report, shares)


def simulate(
    clients: Annotated[int, typer.Option(min=0, help="How many clients enquire.")],
    therapists: Annotated[int, typer.Option(min=1, help="How many therapists the clinic has.")],
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    seed: Annotated[int, typer.Option(min=0, help="The same seed gives the same clinic.")] = 0,
    as_json: JsonOption = False,
) -> None:
    """Write a made-up clinic with known truth."""
    counts = evaluation.simulate(clients, therapists, seed, out)
    if as_json:
        OUTPUT.print_json(json.dumps(counts))
        return
    said = ", ".join(f"{n} {name}" for name, n in counts.items())
    OUTPUT.print(f"Made-up clinic written to {out}: {said}; the truth is in {evaluation.TRUTH_FILE}.", markup=False)


def benchmark(
    therapists: Annotated[int, typer.Option(min=1_000, help="The most therapists to rank.")] = 100_000,
    episodes: Annotated[int, typer.Option(min=10_000, help="The most episodes to learn from.")] = 100_000,
    clients: Annotated[int, typer.Option(min=200, help="The most clients to place.")] = 2_000,
    clinics: Annotated[int, typer.Option(min=0, help="Made-up clinics to measure quality on; 0 for speed alone.")] = 2,
    only: Annotated[
        list[str] | None, typer.Option(help="therapists, episodes or clients: what --out has of the others is kept.")
    ] = None,
    redraw: Annotated[bool, typer.Option("--redraw", help="Measure nothing; draw what --out has again.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the JSON here too, and a picture a task beside it.")] = None,
) -> None:
    """Measure speed, memory and quality as sizes grow, beside peers in the same run; prints JSON."""
    # The pictures' library takes half a second to import that no other command should pay.
    growth = import_module("matcher.services.growth")
    largest = {"therapists": therapists, "episodes": episodes, "clients": clients}
    if unknown := sorted(set(only or ()) - set(largest)):
        raise ClinicError(f"--only {unknown[0]} is nothing to measure: use {', '.join(largest)}.")
    there = out is not None and (redraw or bool(only)) and out.exists()
    earlier: dict[str, Any] | None = json.loads(out.read_text(encoding="utf-8")) if out is not None and there else None
    if redraw:
        if earlier is None:
            raise ClinicError("--redraw needs --out: name a file that a run before has written.")
        found = earlier
    else:
        found = _measured(growth, largest, only or (), clinics)
        found = found if earlier is None else growth.with_earlier(found, earlier)
    OUTPUT.print_json(json.dumps(found))
    if out is not None:
        out.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
        for each in growth.tasks_of(found):
            picture = out.with_name(f"{out.stem}-{each.counts}.svg")
            picture.write_text(growth.growth_picture(found["points"], each.name), encoding="utf-8")


def _measured(growth: ModuleType, largest: dict[str, int], only: Collection[str], clinics: int) -> dict[str, Any]:
    with progress_bar() as bar:
        task = bar.add_task("Measuring", total=None)
        found: dict[str, Any] = growth.measure_growth(
            largest, only, lambda done: bar.update(task, description=done, advance=1)
        )
        if clinics:
            bar.update(task, description="Quality on made-up clinics")
            found["share_of_oracle_gain"] = growth.measure_quality((0, 300, 1_000), clinics)
    return found


def add_commands(app: typer.Typer) -> None:
    """Add these commands to the command line."""
    app.command()(train)
    app.command()(evaluate)
    app.command()(simulate)
    app.command()(benchmark)


def _train_on_cluster(address: str, clinic: Path | None, model: Path) -> ModelCard:
    with progress_bar() as bar:
        task = bar.add_task("Reducing parts", total=None)
        card: ModelCard = scaling().train_on_cluster(
            address, model, clinic, read_settings(), lambda done, total: bar.update(task, completed=done, total=total)
        )
    return card
