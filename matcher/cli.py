"""The command line: each command reads its input, calls one service and prints or writes the result."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import pandas as pd
import typer

from matcher import cli_store
from matcher.cli_output import print_explanation, print_frame, print_report
from matcher.clinic.folder import Clinic, read_clients, read_clinic
from matcher.clinic.problems import ClinicError
from matcher.config import SettingsError, read_settings
from matcher.console import ERRORS as _ERRORS
from matcher.console import OUTPUT as _OUTPUT
from matcher.console import print_problems as _print_problems
from matcher.console import progress_bar as _progress
from matcher.ranking.persistence import card_path
from matcher.ranking.recommender import Recommender
from matcher.services import clinic_data, enquiries, evaluation, matching, placing, training
from matcher.store.errors import StoreError


class _Commands(typer.core.TyperGroup):
    """Turns unusable input into one message that says what to mend, and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Whoever was reading the output has stopped; click ends quietly.
            raise
        except (ClinicError, StoreError, SettingsError, OSError) as error:
            _ERRORS.print(f"matcher: {error}", markup=False)
            raise SystemExit(2) from None


app = typer.Typer(
    cls=_Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Finds good-fit therapists for a clinic's clients, with reasons and honest uncertainty.",
)
cli_store.add_commands(app)

ClinicOption = Annotated[
    Path | None, typer.Option("--clinic", help="A clinic folder; else the store, else the made-up demo clinic.")
]
ModelOption = Annotated[
    Path | None, typer.Option("--model", help="A trained model; published effects alone if none is given.")
]
ClientsOption = Annotated[Path | None, typer.Option("--clients", help="Another clients.csv than the clinic's.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Write here instead of to the screen.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


@app.command()
def recommend(
    clinic: ClinicOption = None,
    model: ModelOption = None,
    clients: ClientsOption = None,
    top: Annotated[int, typer.Option(min=0, help="Therapists a client; 0 ranks all who are eligible.")] = 3,
    safety_checked: Annotated[
        bool, typer.Option("--safety-checked", help="A person has spoken with the clients whose safety was raised.")
    ] = False,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rank therapists for each client, with reasons and cautions, as CSV."""
    loaded, recommender = _clinic_and_model(clinic, model)
    frame = loaded.clients if clients is None else _clients(clients)
    with _progress() as progress:
        task = progress.add_task("Ranking", total=len(frame))
        table = matching.recommend_table(
            recommender,
            frame,
            top,
            safety_checked=safety_checked,
            progress=lambda done: progress.update(task, completed=done),
        )
    print_frame(table, out, as_json)


@app.command()
def assign(
    clinic: ClinicOption = None,
    model: ModelOption = None,
    clients: ClientsOption = None,
    queue_first: Annotated[
        bool,
        typer.Option(
            "--queue-first",
            help="Where places run short, those who waited longest and have the fewest choices come first.",
        ),
    ] = False,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Place the whole list: one therapist a client, nobody over their open places, the best expected benefit in all."""
    loaded, recommender = _clinic_and_model(clinic, model)
    frame = loaded.clients if clients is None else _clients(clients)
    with _progress() as progress:
        task = progress.add_task("Looking at limits and safety", total=len(frame))
        plan = placing.place(
            loaded,
            recommender,
            frame,
            queue_first=queue_first,
            progress=lambda done: progress.update(task, completed=done),
        )
    print_frame(placing.assign_table(plan), out, as_json)
    for sentence in plan.sentences:
        _ERRORS.print(sentence, markup=False)


@app.command()
def concerns(
    texts: Annotated[list[str] | None, typer.Argument(help="What a client wrote.")] = None,
    file: Annotated[Path | None, typer.Option(help="A CSV file with one enquiry a row.")] = None,
    column: Annotated[list[str] | None, typer.Option(help="Its text column; give it twice to join two.")] = None,
    id_column: Annotated[str | None, typer.Option(help="Its id column; row numbers if none is given.")] = None,
    top: Annotated[int, typer.Option(min=1, help="Concerns a text.")] = 5,
    out: OutOption = None,
    clients_out: Annotated[Path | None, typer.Option(help="Write the enquiries as a clients.csv too.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Suggest concern codes for free text, best first, and say where a person should look first."""
    ids, found = _texts(texts, file, column, id_column)
    table = enquiries.concern_table(ids, found, top)
    if clients_out is not None:
        enquiries.write_clients(enquiries.clients_from_texts(ids, found), clients_out)
    print_frame(table, out, as_json)


@app.command()
def explain(
    client_id: str,
    therapist_id: str,
    clinic: ClinicOption = None,
    model: ModelOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say why, or why not, this therapist for this client: every limit, every term of the benefit, every unknown."""
    loaded, recommender = _clinic_and_model(clinic, model)
    explanation = matching.explain(loaded, recommender, client_id, therapist_id)
    if as_json:
        _OUTPUT.print_json(json.dumps(asdict(explanation)))
    else:
        print_explanation(explanation)


@app.command()
def train(
    clinic: ClinicOption = None,
    model: Annotated[Path, typer.Option("--model", help="Where the model goes; its card goes beside it.")] = Path(
        "matcher.joblib"
    ),
    as_json: JsonOption = False,
) -> None:
    """Fit the ranking model to a clinic's episodes."""
    card = training.train(_clinic(clinic), model)
    if as_json:
        _OUTPUT.print_json(json.dumps(asdict(card)))
        return
    _OUTPUT.print(card.summary, markup=False)
    _OUTPUT.print(training.verdict(card), markup=False)
    _OUTPUT.print(f"Written to {model}, with {card_path(model).name} beside it.", markup=False)


@app.command()
def evaluate(
    clinic: ClinicOption = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Learn from before this day; by default 70% of episodes come before."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare the model with every baseline on the clinic's later episodes."""
    loaded = _clinic(clinic)
    with _progress() as progress:
        task = progress.add_task("Evaluating", total=evaluation.evaluation_steps())
        report = evaluation.evaluate_clinic(loaded, on and on.date(), lambda name: progress.advance(task))
        shares = evaluation.oracle_shares(clinic, loaded, on and on.date())
    if as_json:
        found = report.as_json()
        if shares is not None:
            found["oracle"] = json.loads(shares.to_json(orient="records"))
        _OUTPUT.print_json(json.dumps(found, allow_nan=False))
    else:
        print_report(report, shares)


@app.command()
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
        _OUTPUT.print_json(json.dumps(counts))
        return
    said = ", ".join(f"{n} {name}" for name, n in counts.items())
    _OUTPUT.print(f"Made-up clinic written to {out}: {said}; the truth is in {evaluation.TRUTH_FILE}.", markup=False)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8501,
) -> None:
    """Start the web app with the demo clinic."""
    # Streamlit takes a second to import, which no other command should pay.
    from matcher.ui.server import serve as serve_app  # noqa: PLC0415

    serve_app(host, port)


def main() -> None:
    """Run the command line."""
    app()


def _clinic_and_model(clinic: Path | None, model: Path | None) -> tuple[Clinic, Recommender]:
    loaded = _clinic(clinic)
    return loaded, matching.load_recommender(loaded, model)


def _clinic(clinic: Path | None) -> Clinic:
    if clinic is None:
        settings = read_settings()
        if not clinic_data.store_is_there(settings):
            _ERRORS.print("No --clinic given and no store: using the made-up demo clinic.")
        return clinic_data.default_clinic(settings)
    loaded = read_clinic(clinic)
    _print_problems(loaded.problems, clinic / "problems.csv")
    return loaded


def _clients(path: Path) -> pd.DataFrame:
    frame, problems, _rejected = read_clients(path)
    _print_problems(problems)
    return frame


def _texts(
    texts: list[str] | None, file: Path | None, columns: list[str] | None, id_column: str | None
) -> tuple[list[str], list[str]]:
    if (file is None) == (not texts):
        raise ClinicError("give either texts, or --file with --column")
    if file is None:
        return [str(i + 1) for i in range(len(texts or []))], list(texts or [])
    if not columns:
        raise ClinicError(f"--file needs --column: name the column of {file.name} that holds the text")
    return enquiries.read_texts(file, columns, id_column)


if __name__ == "__main__":
    main()
