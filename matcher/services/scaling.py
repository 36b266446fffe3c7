"""Training and ranking on a Dask cluster, for clinics and networks that one machine no longer holds."""

from collections.abc import Callable
from pathlib import Path

from matcher.clinic.folder import Clinic
from matcher.clinic.schema import CLIENTS, EPISODES, THERAPISTS
from matcher.clinic.table import empty_frame
from matcher.config import Settings
from matcher.distributed.cluster import connected
from matcher.distributed.parts import aligned_parts, client_parts, list_folder, read_part
from matcher.distributed.scoring import rank_parts
from matcher.distributed.stored import stored_clients, stored_parts
from matcher.distributed.training import reduce_parts, sample_clinic
from matcher.ranking.learning import learn
from matcher.ranking.persistence import ModelCard
from matcher.services.clinic_data import clinic_store
from matcher.services.matching import load_recommender
from matcher.services.training import keep_model
from matcher.store.parts import load_therapists

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
            store = clinic_store(settings)
            try:
                therapists, parts = load_therapists(store), stored_parts(store)
            finally:
                store.close()
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

    Raises
    ------
    ClinicError
        If a part or the model cannot be used.
    ClusterError
        If the cluster cannot be reached, or fails for good; nothing is written.
    StoreError
        If the store cannot be opened, here or on a worker.
    OSError
        If the folder is there already, or cannot be written.
    """
    with connected(address) as client:
        if folder is None:
            store = clinic_store(settings)
            try:
                therapists, parts = load_therapists(store), stored_clients(store)
            finally:
                store.close()
        else:
            listed = list_folder(folder)
            therapists, parts = read_part(listed.therapists, THERAPISTS), client_parts(listed)
        # The clients stay where they are; a recommender needs the therapists and the model alone.
        nobody = Clinic(therapists, empty_frame(CLIENTS), empty_frame(EPISODES))
        return rank_parts(client, load_recommender(nobody, model), parts, out, top, progress)
