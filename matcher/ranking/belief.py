"""What is believed about benefit at one moment: effects of the comparisons and of each therapist, with uncertainty."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import Floats

Array = NDArray[np.float64]
EQUAL_WEIGHTS = (1 / 3, 1 / 3, 1 / 3)


@dataclass(frozen=True, eq=False)
class Belief:
    """Means by outcome, and what is needed to say how sure a benefit is.

    With p comparisons, P fixed columns (the comparisons first, then the case mix), S therapists with episodes and k
    therapist columns: ``coefficients`` (p, 3) of the comparisons; ``fixed_covariance`` (3P, 3P), outcome by outcome;
    ``therapist_effects`` (S+1, k, 3) of each therapist's level, domains and severity slope; of the weighted effects
    ``therapist_covariance`` (S+1, k, k), were the fixed effects known, and ``lean`` (S+1, k, 3P), how they move
    against the fixed effects. The last row of each is a therapist never seen, and ``records`` (J,) says which row is
    each listed therapist's, so that a million never seen cost a number each. ``weights`` (3,) sum to 1.
    """

    coefficients: Array
    fixed_covariance: Array
    therapist_effects: Array
    therapist_covariance: Array
    lean: Array
    records: NDArray[np.intp]
    weights: Array

    @cached_property
    def _shares(self) -> Array:
        """The share of the listed therapists that has each record, (S+1,)."""
        counts = np.bincount(self.records, minlength=len(self.therapist_effects))
        shares: Array = counts / max(len(self.records), 1)
        return shares

    @cached_property
    def mean_lean(self) -> Array:
        """How the average therapist's effects move against the fixed effects, (k, 3P)."""
        return np.asarray(np.tensordot(self._shares, self.lean, axes=1))

    @cached_property
    def mean_covariance(self) -> Array:
        """The average therapist's covariance, (k, k)."""
        return np.asarray(np.tensordot(self._shares, self.therapist_covariance, axes=1))

    def effects_of(self, places: NDArray[np.intp]) -> Array:
        """Return the effects (n, k, 3) of listed therapists."""
        return self.therapist_effects[self.records[places]]

    def deviation(self, relative: Array, covariates: Array, places: NDArray[np.intp], eligible: Array) -> Array:
        """Return the standard deviation (n,) of benefits relative to the average eligible therapist.

        ``relative`` (n, p) are comparisons less their mean over the client's ``eligible`` (n,) therapists,
        ``covariates`` (n, k) the client's, ``places`` (n,) the therapists' rows. Therapists' shared error
        is taken over all of them.
        """
        p, columns = relative.shape[1], len(self.fixed_covariance) // 3
        wide = np.zeros((len(relative), 3, columns))
        wide[:, :, :p] = self.weights[None, :, None] * relative[:, None, :]
        records = self.records[places]
        tilt = self.lean[records] - self.mean_lean
        contrast = wide.reshape(len(relative), 3 * columns) - np.einsum("nk,nkq->nq", covariates, tilt)
        shared = np.einsum("nq,nq->n", contrast @ self.fixed_covariance, contrast)
        share = 1 / np.maximum(eligible, 1)
        alone = np.einsum("nk,nkl,nl->n", covariates, self.therapist_covariance[records], covariates)
        others = np.einsum("nk,kl,nl->n", covariates, self.mean_covariance, covariates)
        deviation: Array = np.sqrt(np.maximum(shared + alone * (1 - 2 * share) + others * share, 0))
        return deviation

    @cached_property
    def benefit_coefficients(self) -> Floats:
        """The comparisons' effects on benefit in single precision, (p,)."""
        return (self.coefficients @ self.weights).astype(np.float32)

    @cached_property
    def benefit_effects(self) -> Floats:
        """The listed therapists' own effects on benefit in single precision, (J, k)."""
        return (self.therapist_effects @ self.weights).astype(np.float32)[self.records]

    @cached_property
    def flat_effects(self) -> Floats:
        """The listed therapists' own effects in single precision, (J, 3k)."""
        return self.therapist_effects.reshape(len(self.therapist_effects), -1).astype(np.float32)[self.records]


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
    scaled: Array = values / values.sum()
    return scaled
