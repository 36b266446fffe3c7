"""The command line: each command reads its input, calls one service and prints or writes the result."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from matcher import cli_model, cli_people, cli_report, cli_store
from matcher.cli_input import (
    ClientsOption,
    ClinicOption,
    JsonOption,
    ModelOption,
    OutOption,
    SchedulerOption,
    away_now,
    given_to_rank,
    scaling,
)
from matcher.cli_output import print_explanation, print_frame
from matcher.clinic.problems import ClinicError
from matcher.config import SettingsError, read_settings
from matcher.console import ERRORS as _ERRORS
from matcher.console import OUTPUT as _OUTPUT
from matcher.console import progress_bar as _progress
from matcher.distributed.errors import ClusterError
from matcher.services import enquiries, matching, placing
from matcher.store.errors import StoreError


class _Commands(typer.core.TyperGroup):
    """Turns unusable input into one message that says what to mend, and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            # Whoever was reading the output has stopped; click ends quietly.
            raise
        except (ClinicError, StoreError, SettingsError, ClusterError, OSError) as error:
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
cli_people.add_commands(app)
cli_report.add_commands(app)
cli_model.add_commands(app)


@app.command()
def recommend(
    clinic: ClinicOption = None,
    model: ModelOption = None,
    clients: ClientsOption = None,
    top: Annotated[int, typer.Option(min=0, help="Therapists a client; 0 ranks all who are eligible.")] = 3,
    safety_checked: Annotated[
        bool, typer.Option("--safety-checked", help="A person has spoken with the clients whose safety was raised.")
    ] = False,
    scheduler: SchedulerOption = None,
    out: OutOption = None,
    as_json: JsonOption = False,
) -> None:
    """Rank therapists for each client, with reasons and cautions, as CSV; on a cluster, as Parquet files."""
    if scheduler is not None:
        if clients is not None or safety_checked or as_json:
            raise ClinicError(
                "--clients, --safety-checked and --json do not go with --scheduler: the folder's own clients are "
                "ranked, to Parquet files, and whose safety was raised stays withheld."
            )
        _recommend_on_cluster(scheduler, clinic, model, top, out)
        return
    loaded, recommender = given_to_rank(clinic, model, clients)
    with _progress() as progress:
        task = progress.add_task("Ranking", total=len(loaded.clients))
        table = matching.recommend_table(
            recommender,
            loaded.clients,
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
    loaded, recommender = given_to_rank(clinic, model, clients, to_place=True)
    with _progress() as progress:
        task = progress.add_task("Beginning", total=len(loaded.clients))
        plan = placing.place(
            loaded,
            recommender,
            loaded.clients,
            queue_first=queue_first,
            away=away_now(clinic),
            progress=lambda step, done, total: progress.update(task, description=step, completed=done, total=total),
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
    loaded, recommender = given_to_rank(clinic, model)
    explanation = matching.explain(loaded, recommender, client_id, therapist_id)
    if as_json:
        _OUTPUT.print_json(json.dumps(asdict(explanation)))
    else:
        print_explanation(explanation)


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="The port to listen on.")] = 8501,
    trust_proxy: Annotated[
        list[str] | None, typer.Option(help="A proxy's address whose X-Forwarded-For and -Proto are believed.")
    ] = None,
) -> None:
    """Start the web app on the store, which holds the made-up demo clinic until a real one is imported."""
    # Streamlit takes a second to import, which no other command should pay.
    from matcher.ui.server import serve as serve_app  # noqa: PLC0415

    serve_app(host, port, trust_proxy or ())


def main() -> None:
    """Run the command line."""
    app()


def _recommend_on_cluster(address: str, clinic: Path | None, model: Path | None, top: int, out: Path | None) -> None:
    if out is None:
        raise ClinicError("--scheduler needs --out: name the folder the Parquet files go to")
    with _progress() as progress:
        task = progress.add_task("Ranking parts", total=None)
        rows = scaling().rank_on_cluster(
            address,
            out,
            clinic,
            model,
            top,
            read_settings(),
            lambda done, total: progress.update(task, completed=done, total=total),
        )
    _OUTPUT.print(f"{rows} rows written to {out}.", markup=False)


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
