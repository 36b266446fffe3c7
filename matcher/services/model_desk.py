"""The ranking model as its owner sees it: what ranks, how it does, a new one on trial, and the way back."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from matcher.clinic.folder import Clinic
from matcher.ranking.learning import Learned
from matcher.ranking.persistence import ModelCard, load_model
from matcher.ranking.recommender import Recommender
from matcher.reports.suppression import FEWEST, rounded
from matcher.reports.values import Section
from matcher.services.access import Person, needs
from matcher.services.model_drift import calibration_since, intake_drift
from matcher.services.shown_card import shown_sentence
from matcher.services.training import train, verdict
from matcher.store.clinics import load_clinic
from matcher.store.models import KeptModel, StoredModel, add_model, change_model, kept_models, model_of
from matcher.store.store import Store

#: How many of the newest clients two models' first suggestions are compared for.
RECENT = 200


@dataclass(frozen=True, slots=True)
class Model:
    """One kept model: its card, since when it is kept, whether it is set to rank, and what its trial came to."""

    model_hash: str
    card: ModelCard
    added_at: datetime
    in_use: bool
    verdict: str

    @property
    def name(self) -> str:
        """What people call it: the day it was trained and the first letters of its hash."""
        return f"{self.added_at:%d %B %Y}, {self.model_hash[:8]}"


@dataclass(frozen=True, slots=True)
class Changes:
    """Among so many recent clients, for how many the first suggestion would be another; NaN where too few."""

    asked: float
    changed: float


@needs("manage_model")
def models(person: Person, store: Store) -> list[Model]:
    """Return every model kept, the newest first."""
    with store.reading() as session:
        return [_model(kept) for kept in kept_models(session)]


@needs("manage_model")
def drift(person: Person, store: Store, model_hash: str) -> tuple[Section, ...]:
    """Return what changed since a model was trained: who comes, and how well it foretells.

    Raises
    ------
    NotFoundError
        If there is no such model.
    """
    with store.reading() as session:
        stored = model_of(session, model_hash)
    learned, card = _opened(stored)
    if not card.last_started_on:
        return ()
    first, last = date.fromisoformat(card.first_started_on), date.fromisoformat(card.last_started_on)
    clinic = load_clinic(store)
    return intake_drift(clinic, first, last), calibration_since(clinic, learned, last)


@needs("manage_model")
def retrain(person: Person, store: Store) -> Model:
    """Train a model on all episodes and keep it beside the one in use; it does not rank before `put_in_use` says so."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "model.joblib"
        train(load_clinic(store), path)
        with store.writing() as session:
            model_hash = add_model(session, path, person.account_id, use=False)
            kept = next(model for model in kept_models(session) if model.model_hash == model_hash)
    return _model(kept)


@needs("manage_model")
def first_changes(person: Person, store: Store, model_hash: str | None) -> Changes:
    """Return for how many of the newest clients another model than the one in use would suggest somebody else first."""
    clinic = load_clinic(store)
    newest = clinic.clients.sort_values("enquired_at", ascending=False, kind="stable").head(RECENT)
    with store.reading() as session:
        used = next((model.model_hash for model in kept_models(session) if model.in_use), None)
        stored = [None if one is None else model_of(session, one) for one in (used, model_hash)]
    first = [_first(_recommender(clinic, model), newest) for model in stored]
    both = (first[0] >= 0) & (first[1] >= 0)
    changed = (first[0] != first[1]) & both
    if both.sum() < FEWEST or 0 < changed.sum() < FEWEST or 0 < (both & ~changed).sum() < FEWEST:
        return Changes(float("nan"), float("nan"))
    return Changes(float(rounded(both.sum())), float(rounded(changed.sum())))


@needs("manage_model")
def put_in_use(person: Person, store: Store, model_hash: str | None, seen: str | None) -> None:
    """Let another model rank in place of ``seen``, an earlier one as well as a new one; None for published effects.

    Raises
    ------
    NotFoundError
        If there is no such model.
    StaleVersionError
        If somebody else chose another model meanwhile.
    """
    with store.writing() as session:
        change_model(session, model_hash, seen, person.account_id)


def _first(recommender: Recommender, clients: Any) -> "np.ndarray[Any, np.dtype[np.intp]]":
    """Return the place of each client's best therapist, -1 where nobody is eligible."""
    scores = recommender.score(clients)
    nobody = np.isnan(scores).all(axis=1)
    return np.where(nobody, -1, np.argmax(np.nan_to_num(scores, nan=-np.inf), axis=1))


def _recommender(clinic: Clinic, stored: StoredModel | None) -> Recommender:
    if stored is None or not json.loads(stored.card).get("use_learned", True):
        return Recommender().fit(Clinic(clinic.therapists, clinic.clients, clinic.episodes.iloc[:0]))
    return Recommender().attach(clinic, _opened(stored)[0])


def _opened(stored: StoredModel) -> tuple[Learned, ModelCard]:
    with TemporaryDirectory() as folder:
        return load_model(stored.write(Path(folder) / "model.joblib"))


def _model(kept: KeptModel) -> Model:
    card = ModelCard(**json.loads(kept.card))
    return Model(kept.model_hash, card, kept.added_at, kept.in_use, shown_sentence(verdict(card)))
