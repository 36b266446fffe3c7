"""What commands share on their way in: options, a clinic from a folder or the store, and its problems shown."""

from dataclasses import replace
from datetime import datetime
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Annotated

import pandas as pd
import typer

from matcher.clinic.folder import Clinic, read_clients, read_clinic
from matcher.clinic.problems import ClinicError
from matcher.config import read_settings
from matcher.console import ERRORS, print_problems
from matcher.ranking.recommender import Recommender
from matcher.services import clinic_data, matching
from matcher.services.settled import settled
from matcher.store.waiting_since import since_then

ClinicOption = Annotated[
    Path | None, typer.Option("--clinic", help="A clinic folder; else the store, else the made-up demo clinic.")
]
ModelOption = Annotated[
    Path | None, typer.Option("--model", help="A trained model; published effects alone if none is given.")
]
ClientsOption = Annotated[Path | None, typer.Option("--clients", help="Another clients.csv than the clinic's.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="Write here instead of to the screen.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]
SchedulerOption = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="A Dask scheduler, such as tcp://10.0.0.5:8786, to work on."),
]


def scaling() -> ModuleType:
    """Return what works on a Dask cluster.

    Raises
    ------
    ClinicError
        If Dask is not installed.
    """
    # Dask is an extra, and takes a second to import that no other command should pay.
    try:
        return import_module("matcher.services.scaling")
    except ModuleNotFoundError as error:
        raise ClinicError(f"--scheduler needs Dask ({error.name} is missing): install matcher[distributed].") from None


def given_clinic(clinic: Path | None) -> Clinic:
    """Return the clinic of a folder, else the store's, else the made-up demo clinic; show what is wrong with it."""
    if clinic is None:
        settings = read_settings()
        if not clinic_data.store_is_there(settings):
            ERRORS.print("No --clinic given and no store: using the made-up demo clinic.")
        return clinic_data.default_clinic(settings)
    loaded = read_clinic(clinic)
    print_problems(clinic_data.shown_problems(loaded.problems), clinic / "problems.csv")
    return loaded


def given_to_rank(
    clinic: Path | None, model: Path | None, clients: Path | None = None, *, to_place: bool = False
) -> tuple[Clinic, Recommender]:
    """Return a clinic with its own or the given clients, and a recommender for it.

    That is by the model given, else the one set, else published effects. In the store, therapists' own limits hold and
    a recorded call about safety opens matching; ``to_place`` leaves out its clients whom no list places.
    """
    loaded = given_clinic(clinic)
    if clients is not None:
        loaded = replace(loaded, clients=_clients_of(clients))
    if clinic is None:
        loaded = _as_settled(loaded, own_clients=clients is None, to_place=to_place)
    return loaded, matching.load_recommender(loaded, model or read_settings().model)


def away_now(clinic: Path | None) -> frozenset[str]:
    """Return the therapists of the store on leave today; a clinic folder knows of no leave."""
    settings = read_settings()
    if clinic is not None:
        return frozenset()
    today = datetime.now(settings.zone).date()
    return frozenset(t for t, own in settled(settings).limits.items() if own.away(today))


def _as_settled(clinic: Clinic, *, own_clients: bool, to_place: bool) -> Clinic:
    settings = read_settings()
    known = settled(settings)
    frame = clinic.clients
    if not own_clients:
        # A file may hold newer words than those the call was about.
        known = replace(known, spoken=frozenset())
    elif to_place:
        frame = since_then(frame[~frame["client_id"].isin(known.off_the_list)].reset_index(drop=True), known.begun)
        if left_out := len(clinic.clients) - len(frame):
            ERRORS.print(
                f"{left_out} left out: somebody is offered or booked, the enquiry is closed, they have a therapist "
                "already, words are to be read, they took back that they agreed to be matched, they asked to be "
                "erased, or they only looked at a list and sent nothing."
            )
        if known.unnamed:
            ERRORS.print(f"{known.unnamed} named no concern yet: ask what they want help with, by phone intake.")
    return replace(clinic, therapists=known.therapists(clinic.therapists, settings), clients=known.clients(frame))


def _clients_of(path: Path) -> pd.DataFrame:
    frame, problems, _rejected = read_clients(path)
    print_problems(clinic_data.shown_problems(problems))
    return frame
