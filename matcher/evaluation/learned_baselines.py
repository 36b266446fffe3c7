"""Baselines that learn from the clinic's episodes: a model for each outcome, from the same arrays as ours.

Each predicts the benefit as the weighted mean of three outcomes, fitted on the episodes in which the outcome is known.
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import Ridge, RidgeCV
from sklearn.model_selection import KFold
from sklearn.preprocessing import StandardScaler

from matcher.clinic.encoding import rows_of
from matcher.clinic.folder import Clinic
from matcher.clinic.pairs import Pairs
from matcher.eligibility.limits import broken_limits
from matcher.evaluation.baselines import Baseline
from matcher.features.case_mix import case_mix, therapist_covariates
from matcher.features.comparisons import COMPARISONS, compare
from matcher.features.outcomes import OUTCOMES
from matcher.ranking.belief import benefit_weights
from matcher.ranking.design import episode_design

Array = NDArray[np.float64]
Rows = NDArray[np.intp]
# With fewer known outcomes than this nothing is learned about the outcome: there are more columns than that.
FEWEST_EPISODES = 20
_FOLDS = 5
_ALPHAS = np.logspace(0, 3, 7)
# scikit-learn's trees take at most 255 categories.
_MOST_CATEGORIES = 254


@dataclass(frozen=True, slots=True, eq=False)
class PairRows:
    """Pairs as rows: comparisons ``X`` (n, p), case mix ``C`` (n, q), ``Z`` (n, k), and the therapist's row."""

    X: Array
    C: Array
    Z: Array
    therapist: Rows

    def __len__(self) -> int:
        return len(self.therapist)

    def take(self, places: Any) -> "PairRows":
        """Return the given rows."""
        return PairRows(self.X[places], self.C[places], self.Z[places], self.therapist[places])


class LearnedBaseline(Baseline):
    """Learns from the episodes of listed therapists and predicts the benefit of eligible pairs."""

    def __init__(self, weights: tuple[float, float, float] | None = None) -> None:
        self.weights = weights

    def _learn(self, clinic: Clinic) -> None:
        design = episode_design(clinic, self.therapists_)
        kept = np.flatnonzero(design.listed)
        therapist = rows_of(self.therapists_.position, design.therapist_ids[kept].tolist())
        self._fit_rows(PairRows(design.X[kept], design.C[kept], design.Z[kept], therapist), design.Y[kept])

    def _values(self, pairs: Pairs) -> Array:
        values = np.zeros(pairs.shape)
        client, therapist = np.nonzero(broken_limits(pairs) == 0)
        if len(client):
            values[client, therapist] = self._predict(_pair_rows(pairs, client, therapist))
        return values

    @abstractmethod
    def _fit_rows(self, rows: PairRows, Y: Array) -> None:
        """Learn from episodes and their outcomes (n, 3), NaN where not known."""

    @abstractmethod
    def _predict(self, rows: PairRows) -> Array:
        """Return the benefit expected of each row."""


class OutcomeBaseline(LearnedBaseline):
    """Fits one model an outcome, on the episodes in which it is known; with too few, or all alike, it counts 0."""

    def _fit_rows(self, rows: PairRows, Y: Array) -> None:
        self.models_: list[Any] = []
        for outcome in range(len(OUTCOMES)):
            known = np.flatnonzero(~np.isnan(Y[:, outcome]))
            enough = len(known) >= FEWEST_EPISODES and float(np.ptp(Y[known, outcome])) > 0
            self.models_.append(self._fit_one(rows.take(known), Y[known, outcome]) if enough else None)

    def _predict(self, rows: PairRows) -> Array:
        value = np.zeros(len(rows))
        for weight, model in zip(benefit_weights(self.weights), self.models_, strict=True):
            if model is not None:
                value += weight * self._predict_one(model, rows)
        return value

    @abstractmethod
    def _fit_one(self, rows: PairRows, y: Array) -> Any:
        """Return a model of one outcome."""

    @abstractmethod
    def _predict_one(self, model: Any, rows: PairRows) -> Array:
        """Return one outcome's expectation for each row."""


def _pair_rows(pairs: Pairs, client: Rows, therapist: Rows) -> PairRows:
    X = np.zeros((len(client), len(COMPARISONS)))
    for column, comparison in enumerate(COMPARISONS):
        values = compare(comparison, pairs)
        if values is not None:
            X[:, column] = values[client, therapist]
    return PairRows(X, case_mix(pairs.clients)[client], therapist_covariates(pairs.clients)[client], therapist)


class TherapistMean(OutcomeBaseline):
    """Each therapist's mean outcome beyond the case mix, pulled towards all therapists' mean.

    Parameters
    ----------
    prior_episodes
        Episodes' worth of the usual that each mean is pulled by; 0 gives raw means of raw outcomes, as league tables
        do. The default, 20, is what a therapist share of 5% of the variance would ask for (science: 5%, Johns 2019).
    """

    def __init__(self, prior_episodes: float = 20.0, weights: tuple[float, float, float] | None = None) -> None:
        super().__init__(weights)
        self.prior_episodes = prior_episodes

    def _fit_one(self, rows: PairRows, y: Array) -> Array:
        usual = Ridge().fit(rows.C, y).predict(rows.C) if self.prior_episodes else np.full(len(y), y.mean())
        count = np.bincount(rows.therapist, minlength=len(self.therapists_))
        total = np.bincount(rows.therapist, y - usual, minlength=len(self.therapists_))
        return np.asarray(total / np.maximum(count + self.prior_episodes, 1e-9))

    def _predict_one(self, model: Array, rows: PairRows) -> Array:
        return np.asarray(model[rows.therapist])


class RidgeDummies(OutcomeBaseline):
    """Ridge regression on comparisons, case mix, and a dummy for each therapist, alone and by domain and severity.

    The penalty is chosen by five-fold cross-validation.
    """

    def _fit_one(self, rows: PairRows, y: Array) -> Any:
        folds = KFold(_FOLDS, shuffle=True, random_state=0)
        scale = StandardScaler().fit(np.hstack((rows.X, rows.C)))
        return scale, RidgeCV(_ALPHAS, cv=folds).fit(self._columns(scale, rows), y)

    def _predict_one(self, model: Any, rows: PairRows) -> Array:
        scale, ridge = model
        return np.asarray(ridge.predict(self._columns(scale, rows)))

    def _columns(self, scale: StandardScaler, rows: PairRows) -> sparse.csr_matrix:
        common = scale.transform(np.hstack((rows.X, rows.C)))
        n, k = rows.Z.shape
        # The therapist's dummy times each column of Z, the first of which is 1: k columns a therapist.
        place = rows.therapist[:, None] * k + np.arange(k)
        starts = np.arange(0, n * k + 1, k)
        own = sparse.csr_matrix((rows.Z.ravel(), place.ravel(), starts), shape=(n, k * len(self.therapists_)))
        columns: sparse.csr_matrix = sparse.hstack((sparse.csr_matrix(common), own), format="csr")
        return columns


class GradientBoosting(OutcomeBaseline):
    """Histogram gradient boosting with scikit-learn's settings; the therapist is a category, or ordered if too many."""

    def _fit_one(self, rows: PairRows, y: Array) -> Any:
        order = therapist_order(rows, y, len(self.therapists_))
        columns = tree_columns(order, rows)
        categories = [columns.shape[1] - 1] if len(self.therapists_) <= _MOST_CATEGORIES else None
        return order, HistGradientBoostingRegressor(categorical_features=categories, random_state=0).fit(columns, y)

    def _predict_one(self, model: Any, rows: PairRows) -> Array:
        order, trees = model
        return np.asarray(trees.predict(tree_columns(order, rows)))


def therapist_order(rows: PairRows, y: Array, n_therapists: int) -> Array:
    """Return each therapist's place (n_therapists,) when ordered by a mean outcome shrunken towards the whole mean."""
    count = np.bincount(rows.therapist, minlength=n_therapists)
    total = np.bincount(rows.therapist, y - y.mean(), minlength=n_therapists)
    return (total / (count + 20.0)).argsort().argsort().astype(np.float64)


def tree_columns(order: Array, rows: PairRows) -> Array:
    """Return comparisons, case mix and therapist columns, and last the therapist's place (n, p + q + k)."""
    return np.column_stack((rows.X, rows.C, rows.Z[:, 1:], order[rows.therapist]))
