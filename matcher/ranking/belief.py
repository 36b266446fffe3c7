"""What is believed about benefit at one moment: effects of the comparisons and of each therapist, with uncertainty."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import Floats
from matcher.ranking.effects import effect_priors, published

Array = NDArray[np.float64]
EQUAL_WEIGHTS = (1 / 3, 1 / 3, 1 / 3)
# Variance of a mean of three outcomes whose therapist effects correlate about .5: (1 + 2 * .5) / 3 (our
# assumption).
_SHARED_SPREAD = 2 / 3


@dataclass(frozen=True, eq=False)
class Belief:
    """Means by outcome, and covariances of the weighted benefit.

    ``coefficients`` (p, 3) of the comparisons, ``coefficient_covariance`` (p, p); ``therapist_effects`` (J, k, 3) of each
    therapist's level, domains and severity slope, ``therapist_covariance`` (J, k, k); ``weights`` (3,) sum to 1.
    """

    coefficients: Array
    coefficient_covariance: Array
    therapist_effects: Array
    therapist_covariance: Array
    weights: Array

    @cached_property
    def benefit_coefficients(self) -> Floats:
        """The comparisons' effects on benefit in single precision, (p,)."""
        return (self.coefficients @ self.weights).astype(np.float32)

    @cached_property
    def benefit_effects(self) -> Floats:
        """The therapists' own effects on benefit in single precision, (J, k)."""
        return (self.therapist_effects @ self.weights).astype(np.float32)

    @cached_property
    def flat_effects(self) -> Floats:
        """The therapists' own effects in single precision, (J, 3k)."""
        return self.therapist_effects.reshape(len(self.therapist_effects), -1).astype(np.float32)


def benefit_weights(weights: tuple[float, float, float] | None) -> Array:
    """Return the weights of the three outcomes, scaled to sum to 1.

    Raises
    ------
    ValueError
        If a weight is negative or none is positive.
    """
    values = np.asarray(EQUAL_WEIGHTS if weights is None else weights, dtype=np.float64)
    if values.shape != (3,) or not np.isfinite(values).all() or (values < 0).any() or values.sum() <= 0:
        raise ValueError("weights must be three numbers of 0 or more, for alliance, improvement and staying")
    return values / values.sum()


def prior_belief(n_therapists: int, n_domains: int, weights: Array) -> Belief:
    """Return the belief before any episode: published effects, and therapists alike but for their published spread."""
    priors = effect_priors()
    k = n_domains + 2
    spread = np.zeros((k, k))
    spread[np.diag_indices(k)] = [
        published("therapist_variance", "improvement").mean,
        *[published("therapist_domain_variance", "improvement").mean] * n_domains,
        0.01,
    ]
    return Belief(
        priors.mean,
        np.einsum("o,opq->pq", weights**2, priors.covariance),
        np.zeros((n_therapists, k, 3)),
        np.broadcast_to(spread * _SHARED_SPREAD, (n_therapists, k, k)),
        weights,
    )
