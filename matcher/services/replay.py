"""A past match made again from the answers, therapists and model it was made from, not from its record."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.clinic.frames import canonical_clients, canonical_episodes
from matcher.domain.recommendation import Slate
from matcher.ranking.persistence import load_model
from matcher.ranking.recommender import Recommender
from matcher.store.models import StoredModel, model_of
from matcher.store.slates import catalogue_of, snapshot_of
from matcher.store.snapshot import PUBLISHED, settled
from matcher.store.store import Store


def match_again(store: Store, slate_id: str, actor: str) -> Slate:
    """Return the slate that the same answers, therapists, model and settings give with this version of matcher.

    It equals `matcher.store.snapshot.replay` unless the software or its reference tables changed since.

    Raises
    ------
    StoreError
        If the slate, its therapists or its model are not kept, or were altered.
    """
    with store.reading() as session:
        snapshot = snapshot_of(session, slate_id, actor)
        therapists = catalogue_of(session, snapshot.catalogue_hash)
        stored = None if snapshot.model_hash == PUBLISHED else model_of(session, snapshot.model_hash)
    recommender = _recommender(_without_episodes(therapists), stored)
    slates = recommender.recommend(
        snapshot.clients(), snapshot.top, staff=snapshot.staff, safety_checked=snapshot.safety_checked
    )
    return settled(slates[0])


def _recommender(clinic: Clinic, stored: StoredModel | None) -> Recommender:
    if stored is None:
        return Recommender().fit(clinic)
    with TemporaryDirectory() as folder:
        learned, _card = load_model(stored.write(Path(folder) / "model.joblib"))
    return Recommender().attach(clinic, learned)


def _without_episodes(therapists: pd.DataFrame) -> Clinic:
    nobody = canonical_clients(pd.DataFrame(columns=["client_id", "concerns"], dtype=object))
    nothing = ["episode_id", "client_id", "therapist_id", "started_on"]
    return Clinic(therapists, nobody, canonical_episodes(pd.DataFrame(columns=nothing, dtype=object)))
