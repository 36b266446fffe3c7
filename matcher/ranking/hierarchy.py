"""The outcome model: published effects, case mix and therapists' own effects on three outcomes, from sums alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from matcher.ranking.benefit import EQUAL_WEIGHTS, BenefitPosterior
from matcher.ranking.estimation import estimate
from matcher.ranking.posterior import FixedPrior, Posterior, solve
from matcher.ranking.spread import Spread, spread
from matcher.ranking.sums import N_OUTCOMES, Floats, OutcomeSums
from matcher.ranking.variance import Triple, VarianceComponents, VariancePrior


class OutcomeModel(BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """Hierarchical Gaussian model of alliance, improvement and staying.

    For an episode of a client with therapist j, in standard-deviation units and better = positive,

        y = X b + Z u_j + e,   u_j ~ N(0, G),   e ~ N(0, R),

    jointly for the three outcomes. X holds the comparisons of client and therapist and the client's case mix; Z holds
    1 (the therapist's level), the client's load in each concern domain, and the client's severity. b has a normal
    prior from published effects. G and R are estimated by penalised marginal likelihood, or taken as given.

    Staying is modelled on the probability scale, minus the drop-out indicator over 0.4, as the benefit counts it. Its
    residual is not normal and its variance changes with the drop-out rate (from .09 to .21 between rates of .1 and
    .3), so its intervals are approximate; its means are those of a linear probability model.

    Parameters
    ----------
    variances
        Prior of the variance components; None for the published one.
    components
        Known variance components; None to estimate them.

    Attributes
    ----------
    sums_, prior_, components_, theta_, evidence_, posterior_
        The sums learned from, the fixed effects' prior, the components, the parameters they were estimated from, the
        log evidence that therapists differ (0 where the components were given), and the posterior.
    """

    def __init__(self, variances: VariancePrior | None = None, components: VarianceComponents | None = None) -> None:
        self.variances = variances
        self.components = components

    def fit(self, X: ArrayLike, Z: ArrayLike, Y: ArrayLike, therapists: ArrayLike, prior: FixedPrior) -> Self:
        """Learn from episodes X (n, p), Z (n, k), Y (n, 3; NaN = not observed) of therapists (n,); n may be 0."""
        return self.fit_sums(OutcomeSums.from_rows(X, Z, Y, therapists), prior)

    def fit_sums(self, sums: OutcomeSums, prior: FixedPrior) -> Self:
        """Learn from sums, whoever made them.

        Raises
        ------
        ValueError
            When the prior has other columns than the sums, or is not a proper covariance.
        """
        _check_prior(sums, prior)
        self.sums_, self.prior_ = sums, prior
        self._estimate(None)
        self.posterior_: Posterior = solve(sums, self.components_, prior)
        return self

    def update(self, X: ArrayLike, Z: ArrayLike, Y: ArrayLike, therapists: ArrayLike, *, spreads: bool = False) -> Self:
        """Take in new episodes without going back to the old ones; re-estimate the spreads only when asked."""
        self.sums_ = self.sums_ + OutcomeSums.from_rows(X, Z, Y, therapists)
        if spreads:
            self._estimate(self.theta_)
        self.posterior_ = solve(self.sums_, self.components_, self.prior_)
        return self

    def predict(self, X: ArrayLike, Z: ArrayLike, therapists: Sequence[Any]) -> Floats:
        """Return the three outcomes expected (n, 3) of each row with its therapist; unseen therapists are average."""
        fixed, random = np.asarray(X, dtype=np.float64), np.asarray(Z, dtype=np.float64)
        place = {therapist: position for position, therapist in enumerate(self.posterior_.therapists)}
        index = np.array([place.get(therapist, -1) for therapist in therapists], dtype=np.int64)
        padded = np.concatenate([self.posterior_.effects, np.zeros((1, N_OUTCOMES, random.shape[1]))])
        own: Floats = np.einsum("nok,nk->no", padded[index], random)
        return fixed @ self.posterior_.fixed + own

    def benefit(self, therapists: Sequence[Any] | None = None, weights: Triple = EQUAL_WEIGHTS) -> BenefitPosterior:
        """Return the posterior of the benefit with each of `therapists` (all seen ones by default)."""
        listed = self.posterior_.therapists if therapists is None else tuple(therapists)
        return BenefitPosterior.of(self.posterior_, self.sums_, listed, weights)

    def spread(self, weights: Triple = EQUAL_WEIGHTS) -> Spread:
        """Return how far therapists differ, and whether the episodes bear it out."""
        return spread(self.sums_, self.posterior_, self.evidence_, weights)

    def _estimate(self, start: Floats | None) -> None:
        variances = self.variances or VariancePrior()
        if self.components is None:
            found = estimate(self.sums_, self.prior_, variances, start)
            self.components_, self.theta_, self.evidence_ = found.components, found.theta, found.evidence
        else:
            self.components_, self.theta_, self.evidence_ = self.components, variances.centre(), 0.0


def _check_prior(sums: OutcomeSums, prior: FixedPrior) -> None:
    p = sums.n_fixed
    if prior.mean.shape != (p, N_OUTCOMES) or prior.covariance.shape != (N_OUTCOMES, p, p):
        raise ValueError(f"the prior must have mean ({p}, 3) and covariance (3, {p}, {p})")
    if sums.n_random < 2:
        raise ValueError("Z needs at least a level and a severity column")
    if not (np.isfinite(prior.mean).all() and np.isfinite(prior.covariance).all()):
        raise ValueError("the prior holds a missing or infinite value")
    if p and np.linalg.eigvalsh(prior.covariance).min() <= 0:
        raise ValueError("the prior covariance of the fixed effects must be positive definite")
