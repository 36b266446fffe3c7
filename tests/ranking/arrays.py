"""Small made-up episodes as arrays, and the same model solved by brute force with dense matrices."""

from dataclasses import dataclass

import numpy as np

from matcher.ranking.posterior import FixedPrior
from matcher.ranking.variance import VarianceComponents, VariancePrior, to_components


@dataclass(frozen=True)
class Rows:
    X: np.ndarray
    Z: np.ndarray
    Y: np.ndarray
    therapists: np.ndarray

    def parts(self):
        return self.X, self.Z, self.Y, self.therapists

    def take(self, rows):
        return Rows(*(part[rows] for part in self.parts()))


def some_rows(n=90, n_therapists=5, p=3, n_domains=2, seed=0, missing=0.35):
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, p))
    X[:, 0] = 1.0
    Z = np.column_stack([np.ones(n), random.random((n, n_domains)) * (random.random((n, n_domains)) < 0.5), X[:, 1]])
    Y = random.normal(size=(n, 3))
    Y[random.random((n, 3)) < missing] = np.nan
    names = np.array([f"t{place:02d}" for place in range(n_therapists)])
    return Rows(X, Z, Y, names[random.integers(0, n_therapists, n)])


def some_prior(p=3, seed=1, common=0.4):
    random = np.random.default_rng(seed)
    root = random.normal(size=(3, p, p))
    return FixedPrior(random.normal(size=(p, 3)), root @ root.transpose(0, 2, 1) + np.eye(p), common)


def some_parameters(seed=2, size=0.2):
    centre = VariancePrior().centre()
    return centre + size * np.random.default_rng(seed).normal(size=len(centre))


def some_components(seed=2) -> VarianceComponents:
    return to_components(some_parameters(seed))


@dataclass(frozen=True)
class Dense:
    """Posterior of [fixed effects, effects of each therapist in turn], and minus the log marginal likelihood."""

    mean: np.ndarray
    covariance: np.ndarray
    negative_log_likelihood: float


def dense_posterior(rows: Rows, components: VarianceComponents, prior: FixedPrior, therapists) -> Dense:
    p, k = rows.X.shape[1], rows.Z.shape[1]
    seen = [(i, o) for i in range(len(rows.X)) for o in range(3) if not np.isnan(rows.Y[i, o])]
    size = 3 * p + len(therapists) * 3 * k
    design, noise = np.zeros((len(seen), size)), np.zeros((len(seen), len(seen)))
    places = {therapist: place for place, therapist in enumerate(therapists)}
    for row, (i, o) in enumerate(seen):
        design[row, o * p : (o + 1) * p] = rows.X[i]
        start = 3 * p + places[rows.therapists[i]] * 3 * k + o * k
        design[row, start : start + k] = rows.Z[i]
        for column, (other, outcome) in enumerate(seen):
            if other == i:
                noise[row, column] = components.residual[o, outcome]
    before = np.zeros((size, size))
    before[: 3 * p, : 3 * p] = prior.joint()
    for place in range(len(therapists)):
        start = 3 * p + place * 3 * k
        before[start : start + 3 * k, start : start + 3 * k] = components.of_effects(k)
    centre = np.concatenate([prior.stacked(), np.zeros(size - 3 * p)])
    y = np.array([rows.Y[i, o] for i, o in seen])
    total = design @ before @ design.T + noise
    gain = np.linalg.solve(total, design @ before).T
    left = y - design @ centre
    value = (np.linalg.slogdet(total)[1] + left @ np.linalg.solve(total, left)) / 2
    return Dense(centre + gain @ left, before - gain @ design @ before, float(value))
