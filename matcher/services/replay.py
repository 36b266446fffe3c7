"""A past match made again from the answers, therapists and model it was made from, not from its record."""

from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.clinic.frames import canonical_clients, canonical_episodes
from matcher.clinic.rows import clients_from
from matcher.domain.recommendation import Slate
from matcher.ranking.persistence import load_model
from matcher.ranking.recommender import Recommender
from matcher.services.client_matching import MatchingService
from matcher.store.models import StoredModel, model_of
from matcher.store.slates import CLIENT, catalogue_of, snapshot_of
from matcher.store.snapshot import PUBLISHED, Snapshot, settled
from matcher.store.store import Store


def match_again(store: Store, slate_id: str, actor: str, *, by: str | None = None) -> Slate:
    """Return the slate that the same answers, therapists, model and settings give with this version of matcher.

    It equals `matcher.store.snapshot.replay` unless the software or its reference tables changed since. ``by`` names
    another model, to learn what that would have said.

    Raises
    ------
    StoreError
        If the slate, its therapists or its model are not kept, or were altered.
    """
    with store.reading() as session:
        snapshot = snapshot_of(session, slate_id, actor)
        therapists = catalogue_of(session, snapshot.catalogue_hash)
        model_hash = by or snapshot.model_hash
        stored = None if model_hash == PUBLISHED else model_of(session, model_hash)
    recommender = recommender_of(without_episodes(therapists), stored)
    if snapshot.made_by == CLIENT:
        return settled(_as_a_client_saw_it(snapshot, recommender, therapists))
    slates = recommender.recommend(
        snapshot.clients(),
        snapshot.top,
        staff=snapshot.staff,
        safety_checked=snapshot.safety_checked,
        emphasis=dict(snapshot.slate.emphasis),
    )
    return settled(slates[0])


def _as_a_client_saw_it(snapshot: Snapshot, recommender: Recommender, therapists: pd.DataFrame) -> Slate:
    # A client's own page orders and picks in its own way.
    slate, (client,) = snapshot.slate, clients_from(snapshot.clients())
    return MatchingService(without_episodes(therapists), recommender).match(
        client,
        snapshot.top,
        emphasis=dict(slate.emphasis),
        past_matches=not slate.published_only,
        safety_checked=snapshot.safety_checked,
        left_to_staff=slate.left_to_staff,
    )


def recommender_of(clinic: Clinic, stored: StoredModel | None) -> Recommender:
    """Return a recommender on a clinic's therapists: from a stored model, or from published effects alone."""
    if stored is None:
        return Recommender().fit(clinic)
    with TemporaryDirectory() as folder:
        learned, _card = load_model(stored.write(Path(folder) / "model.joblib"))
    return Recommender().attach(clinic, learned)


def without_episodes(therapists: pd.DataFrame) -> Clinic:
    """Return a clinic of therapists alone."""
    nobody = canonical_clients(pd.DataFrame(columns=["client_id", "concerns"], dtype=object))
    nothing = ["episode_id", "client_id", "therapist_id", "started_on"]
    return Clinic(therapists, nobody, canonical_episodes(pd.DataFrame(columns=nothing, dtype=object)))
