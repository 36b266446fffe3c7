"""Training, ranking and reports on a Dask cluster, for clinics and networks that one machine no longer holds."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from pathlib import Path

import pandas as pd
from dask import delayed
from distributed import Client

from matcher.clinic.folder import Clinic
from matcher.clinic.schema import CLIENTS, EPISODES, THERAPISTS
from matcher.clinic.table import empty_frame
from matcher.config import Settings
from matcher.distributed.cluster import connected
from matcher.distributed.files import list_folder, read_part
from matcher.distributed.gathering import gather_parts
from matcher.distributed.parts import Part, Parts, aligned_parts, client_parts
from matcher.distributed.scoring import rank_parts
from matcher.distributed.stored import stored_clients, stored_parts
from matcher.distributed.training import reduce_parts, sample_clinic
from matcher.domain.vocabulary import CONCERNS
from matcher.ranking.learning import learn
from matcher.ranking.persistence import ModelCard
from matcher.reports.cases import main_concerns
from matcher.reports.followed import newest_day
from matcher.reports.values import Report, Section
from matcher.services.clinic_data import clinic_store, store_is_there
from matcher.services.matching import load_recommender
from matcher.services.reporting import Asked, Gathered, check_place, gathered_report, store_report
from matcher.services.settled import Settled, settled_in
from matcher.services.sites import sites_of
from matcher.services.training import keep_model
from matcher.store.clinics import holds_clinic
from matcher.store.errors import StoreError
from matcher.store.parts import load_therapists
from matcher.store.store import Store

Progress = Callable[[int, int], object]


def train_on_cluster(
    address: str, path: Path, folder: Path | None, settings: Settings, progress: Progress | None = None
) -> ModelCard:
    """Fit the ranking model to a clinic in parts, write it with its card, and return the card.

    The parts are those of a folder, or of the store where no folder is given. The card's comparison with published
    effects is on a sample of whole clients with at most about 50,000 episodes.

    Raises
    ------
    ClinicError
        If a part cannot be used.
    ClusterError
        If the cluster cannot be reached, or fails for good; no model is written.
    StoreError
        If the store cannot be opened, here or on a worker.
    """
    with connected(address) as client:
        if folder is None:
            with _stored(settings) as store:
                therapists, parts = load_therapists(store), stored_parts(store)
        else:
            listed = list_folder(folder)
            therapists, parts = read_part(listed.therapists, THERAPISTS), aligned_parts(listed)
        reduced = reduce_parts(client, therapists, parts, progress)
    judged_on = sample_clinic(reduced, therapists)
    return keep_model(learn(reduced.sums), judged_on, path, (reduced.first, reduced.last))


def rank_on_cluster(
    address: str,
    out: Path,
    folder: Path | None,
    model: Path | None,
    top: int,
    settings: Settings,
    progress: Progress | None = None,
) -> int:
    """Rank a clinic's clients, in parts, into a folder of Parquet files; return the number of rows.

    In the store, therapists' own limits hold and a recorded call about safety opens matching, as on one machine.

    Raises
    ------
    ClinicError
        If a part or the model cannot be used.
    ClusterError
        If the cluster cannot be reached, or fails for good, or the folder cannot be written; nothing is written.
    StoreError
        If the store cannot be opened, here or on a worker.
    FileExistsError
        If the folder is there already.
    """
    with connected(address) as client:
        if folder is None:
            with _stored(settings) as store:
                known = settled_in(store)
                therapists = known.therapists(load_therapists(store), settings)
                # Sent once, as it is, not looked into; who turns nothing down need not travel.
                sent = delayed(known.for_clients(), traverse=False)
                parts = [delayed(_as_settled, pure=False)(part, sent) for part in stored_clients(store)]
        else:
            listed = list_folder(folder)
            therapists, parts = read_part(listed.therapists, THERAPISTS), client_parts(listed)
        # The clients stay where they are; a recommender needs the therapists and the model alone.
        nobody = Clinic(therapists, empty_frame(CLIENTS), empty_frame(EPISODES))
        return rank_parts(
            client, load_recommender(nobody, model or settings.model).ranking(), parts, out, top, progress
        )


def report_on_cluster(
    address: str,
    folder: Path | None,
    asked: Asked,
    settings: Settings,
    actor: str,
    progress: Progress | None = None,
    steps: Callable[[Section], object] | None = None,
) -> Report:
    """Return the report of a clinic in parts: the one that one machine makes of the same rows, to the last figure.

    Workers read, open and check the rows, and send what a figure can be made of: no words, and of one concern's
    clients alone where one is asked for; about half a kilobyte a client with a course. The figures are worked out
    here. A store's parts are read one after another, not all at one moment.

    Raises
    ------
    ClinicError
        If a part cannot be used, or the period, the concern or the site cannot be reported on.
    ClusterError
        If the cluster cannot be reached, or fails for good.
    StoreError
        If the store cannot be opened, here or on a worker.
    """
    with connected(address) as client:
        if folder is not None:
            listed = list_folder(folder)
            therapists = read_part(listed.therapists, THERAPISTS)
            check_place(sites_of(therapists), asked)
            rows = _gathered(client, therapists, aligned_parts(listed), asked, progress)
            return gathered_report(rows, asked, steps)
        with _stored(settings) as store:
            therapists = load_therapists(store)
            check_place(sites_of(therapists), asked)
            rows = _gathered(client, therapists, stored_parts(store), asked, progress)
            return store_report(store, asked, actor, steps, rows)


@contextmanager
def _stored(settings: Settings) -> Iterator[Store]:
    """Give the store, refused where none was made or no clinic is in it: nothing would be worked on as if it were."""
    if not store_is_there(settings):
        raise StoreError("there is no store yet: `matcher import FOLDER` makes it, or name a folder with --clinic.")
    store = clinic_store(settings)
    try:
        if not holds_clinic(store):
            raise StoreError("the store holds no clinic yet: `matcher import FOLDER`, or name a folder with --clinic.")
        yield store
    finally:
        store.close()


def _as_settled(clients: pd.DataFrame, known: Settled) -> pd.DataFrame:
    return known.clients(clients)


def _gathered(
    client: Client, therapists: pd.DataFrame, parts: Parts, asked: Asked, progress: Progress | None
) -> Gathered:
    found = gather_parts(client, parts, partial(_of_concern, asked.concern), progress)
    everyone = [part for part, _ in found] or [Part(empty_frame(CLIENTS), empty_frame(EPISODES))]
    clinic = Clinic(
        therapists,
        pd.concat([part.clients for part in everyone], ignore_index=True),
        pd.concat([part.episodes for part in everyone], ignore_index=True),
    )
    return Gathered(clinic, max((day for _, day in found if day is not None), default=None))


def _of_concern(concern: str | None, part: Part) -> tuple[Part, date | None]:
    """Return the rows of those whose main concern it is, all where none is named, and the newest day of all rows."""
    newest = newest_day(part.clients, part.episodes)
    if concern is None:
        return part, newest
    here = main_concerns(part.clients["concerns"]) == list(CONCERNS).index(concern)
    clients = part.clients[here].reset_index(drop=True)
    theirs = part.episodes["client_id"].isin(clients["client_id"])
    return Part(clients, part.episodes[theirs].reset_index(drop=True)), newest
