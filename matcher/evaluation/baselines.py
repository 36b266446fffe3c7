"""Recommenders to beat: one interface, ``fit(clinic)`` and ``score(clients)``, and none of them has to be clever."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Protocol, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from matcher.clinic.encoding import ClientTable, TherapistTable, encode_clients, encode_therapists
from matcher.clinic.folder import Clinic
from matcher.clinic.frames import canonical_clients
from matcher.clinic.pairs import Pairs
from matcher.eligibility.limits import broken_limits
from matcher.features.comparisons import COMPARISONS, NAMES, compare
from matcher.features.wishes import preference_fit
from matcher.ranking.ranks import stable_hashes, tie_keys
from matcher.ranking.recommender import Recommender

Array = NDArray[np.float64]
# Pairs scored at once.
_BLOCK_PAIRS = 400_000


class Scorer(Protocol):
    """What every recommender under evaluation can do."""

    therapists_: TherapistTable

    def fit(self, clinic: Clinic) -> Self:
        """Learn from a clinic, or only take note of its therapists."""
        ...

    def score(self, clients: pd.DataFrame) -> Array:
        """Return scores (n_clients, n_therapists), NaN where not eligible; the higher the better."""
        ...

    def score_table(self, table: ClientTable) -> Array:
        """Return the same of clients encoded against ``therapists_`` before."""
        ...


class Baseline(BaseEstimator, ABC):  # type: ignore[misc]  # scikit-learn has no types
    """A recommender that scores a grid of pairs; scores are relative to the average therapist a client could see."""

    def fit(self, clinic: Clinic) -> Self:
        """Take note of the clinic's therapists, and learn where there is something to learn."""
        self.therapists_: TherapistTable = encode_therapists(clinic.therapists)
        self._learn(clinic)
        return self

    def score(self, clients: pd.DataFrame) -> Array:
        """Return scores (n_clients, n_therapists) relative to each client's eligible mean, NaN where not eligible."""
        check_is_fitted(self, "therapists_")
        return self.score_table(encode_clients(canonical_clients(clients), self.therapists_))

    def score_table(self, table: ClientTable) -> Array:
        """Return the same of clients encoded against ``therapists_`` before."""
        result = np.full((len(table), len(self.therapists_)), np.nan)
        step = max(1, _BLOCK_PAIRS // max(len(self.therapists_), 1))
        for start in range(0, len(table), step):
            rows = np.arange(start, min(start + step, len(table)))
            pairs = Pairs(table.take(rows), self.therapists_)
            eligible = broken_limits(pairs) == 0
            result[rows] = relative_to_eligible(self._values(pairs), eligible)
        return result

    def _learn(self, clinic: Clinic) -> None:
        """Learn nothing, as most baselines do."""

    @abstractmethod
    def _values(self, pairs: Pairs) -> Array:
        """Return the value of each pair of the grid."""


def relative_to_eligible(values: Array, eligible: NDArray[np.bool_]) -> Array:
    """Return values (n, J) less each row's mean over its eligible columns, NaN where not eligible."""
    count = np.maximum(eligible.sum(axis=1, keepdims=True), 1)
    mean = np.where(eligible, values, 0).sum(axis=1, keepdims=True) / count
    return np.where(eligible, values - mean, np.nan)


class RandomChoice(Baseline):
    """Any eligible therapist with equal chance, fixed for a client, a therapist and a seed."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed

    def _values(self, pairs: Pairs) -> Array:
        hashes = stable_hashes(pairs.therapists.ids)
        keys = [tie_keys(f"{self.seed}:{client_id}", hashes) for client_id in pairs.clients.ids]
        return np.array(keys, dtype=np.float64).reshape(pairs.shape) / 2.0**64


class NextAvailable(Baseline):
    """The therapist with the earliest next opening; of those alike, the one with most open places.

    A therapist whose next opening is not known comes after all whose opening is.
    """

    def _values(self, pairs: Pairs) -> Array:
        days = pairs.therapists.days["next_opening"].astype(np.float64)
        last = np.nanmax(days) + 1 if np.isfinite(days).any() else 0.0
        places = pairs.therapists.numbers["capacity"].astype(np.float64)
        # Places / (places + 1) is below 1, so it only ever decides between equal days.
        value = -np.where(np.isnan(days), last, days) + places / (places + 1)
        return np.broadcast_to(value, pairs.shape).copy()


class ConcernCover(Baseline):
    """The therapist who works with most of the client's concerns, weighted by severity."""

    def _values(self, pairs: Pairs) -> Array:
        values = compare(COMPARISONS[NAMES.index("concern_cover")], pairs)
        return np.zeros(pairs.shape) if values is None else values.astype(np.float64)


class WishesOnly(Baseline):
    """The therapist who honours most of what the client asked for."""

    def _values(self, pairs: Pairs) -> Array:
        return np.nan_to_num(preference_fit(pairs), nan=0.5)


class CaseMixOnly(Baseline):
    """Predicts from what the client brings alone: the same for every therapist, so the choice is by chance."""

    def _values(self, pairs: Pairs) -> Array:
        return np.zeros(pairs.shape)


class PublishedEffects(Recommender):
    """Our own recommender without the clinic's episodes: published effects and the client's wishes."""

    def fit(self, clinic: Clinic, y: None = None) -> Self:
        """Take note of the clinic's therapists and of none of its episodes."""
        return super().fit(Clinic(clinic.therapists, clinic.clients, clinic.episodes.iloc[:0]))


def ties_broken(scores: Array, client_ids: tuple[str, ...], therapist_ids: tuple[str, ...]) -> Iterator[int]:
    """Yield each client's best eligible therapist (column), ties broken by chance as the product does; -1 if none."""
    hashes = stable_hashes(therapist_ids)
    for row, client_id in zip(scores, client_ids, strict=True):
        if np.isnan(row).all():
            yield -1
            continue
        best = np.flatnonzero(row >= np.nanmax(row) - 1e-9)
        yield int(best[np.argmin(tie_keys(client_id, hashes[best]))])
