"""How far therapists differ: variance components, the published figures they start from, and the step between.

A therapist has, for each outcome, a level, a strength in each concern domain, and a slope on the client's severity.
Levels and slopes of the three outcomes are correlated; so are the three strengths in a domain. The parameters are log
standard deviations and correlations on a scale where any value is allowed, with normal priors centred on what has been
published. On that scale a variance can shrink to next to nothing when the data say so, which an inverse-Wishart prior
does not let it do.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.ranking.sums import N_OUTCOMES, Floats

Triple = tuple[float, float, float]

N_SPREADS = 9
SMALLEST_RESIDUAL = 0.05
"""Residual standard deviations are held above this, so an outcome that never varies does not break the fit."""
STEP = 1e-5


@dataclass(frozen=True, slots=True)
class VarianceComponents:
    """Covariances of therapist effects and of residuals, outcomes in the order alliance, improvement, staying.

    ``level_slope`` (6, 6): three levels, then three severity slopes. ``domain`` (3, 3): the strengths in any one
    domain. ``residual`` (3, 3). All in squared standard-deviation units.
    """

    level_slope: Floats
    domain: Floats
    residual: Floats

    def of_effects(self, n_random: int) -> Floats:
        """Return the prior covariance (3k, 3k) of a therapist's effects, outcome by outcome: level, domains, slope."""
        k = n_random
        whole = np.zeros((N_OUTCOMES, k, N_OUTCOMES, k))
        every, ends = np.arange(N_OUTCOMES), np.array([0, k - 1])
        blocks = self.level_slope.reshape(2, N_OUTCOMES, 2, N_OUTCOMES).transpose(1, 0, 3, 2)
        whole[np.ix_(every, ends, every, ends)] = blocks
        for place in range(1, k - 1):
            whole[:, place, :, place] = self.domain
        return whole.reshape(N_OUTCOMES * k, N_OUTCOMES * k)

    def precision(self, n_random: int) -> Floats:
        """Return the inverse of `of_effects`, from the small blocks."""
        inverses = VarianceComponents(inverse(self.level_slope), inverse(self.domain), self.residual)
        return inverses.of_effects(n_random)

    def log_determinant(self, n_random: int) -> float:
        """Return the log determinant of `of_effects`."""
        ends = float(np.linalg.slogdet(self.level_slope)[1])
        return ends + (n_random - 2) * float(np.linalg.slogdet(self.domain)[1])


@dataclass(frozen=True, slots=True)
class VariancePrior:
    """Published centres of the variance components and how firmly they are held.

    Standard deviations are in outcome units. Sources: `effects.csv` (therapist variance .05 of improvement, .08 of
    alliance; drop-out logit SD .45, which at a rate of .20 is a probability SD of .072 and, over .4, .18; improvement's
    therapist share .02/.06/.10 at severity -1/0/+1 SD, which is a slope variance of .01 and a level-slope correlation
    near .9; domain variance .015). Correlations between outcomes follow from alliance's correlation of .28 with
    improvement and -.45 logit with drop-out, and are held loosely. Slopes and domain strengths of alliance and staying
    are unpublished: set in proportion to improvement's. Widths are standard deviations on the log (or atanh) scale.
    """

    level_sd: Triple = (0.28, 0.23, 0.18)
    slope_sd: Triple = (0.07, 0.10, 0.05)
    domain_sd: Triple = (0.08, 0.12, 0.06)
    residual_sd: Triple = (1.0, 1.0, 1.0)
    level_correlation: Triple = (0.4, 0.35, 0.3)
    domain_correlation: Triple = (0.4, 0.35, 0.3)
    residual_correlation: Triple = (0.28, 0.18, 0.2)
    level_slope_correlation: float = 0.7
    width_all: float = 0.2
    width_kind: Triple = (0.2, 0.25, 0.35)
    width_each: float = 0.15
    width_residual: float = 0.5
    width_correlation: float = 0.25
    width_level_slope: float = 0.3

    def centre(self) -> Floats:
        """Return the prior mean of the parameters."""
        spreads = np.log([*self.level_sd, *self.slope_sd, *self.domain_sd, *self.residual_sd])
        links = [_to_free(np.array(part)) for part in self._correlations()]
        return np.concatenate([spreads, *links, [np.arctanh(self.level_slope_correlation)]])

    def precision(self) -> Floats:
        """Return the prior precision of the parameters; the therapist spreads move together in part."""
        spreads = np.full((N_SPREADS, N_SPREADS), self.width_all**2)
        for kind, width in enumerate(self.width_kind):
            block = slice(3 * kind, 3 * kind + 3)
            spreads[block, block] += width**2
        spreads += self.width_each**2 * np.eye(N_SPREADS)
        rest = [self.width_residual] * 3 + [self.width_correlation] * 9 + [self.width_level_slope]
        precision = np.diag(np.concatenate([np.ones(N_SPREADS), 1 / np.square(rest)]))
        precision[:N_SPREADS, :N_SPREADS] = np.linalg.inv(spreads)
        return precision

    def components(self) -> VarianceComponents:
        """Return the components at the published centres."""
        return to_components(self.centre())

    def _correlations(self) -> tuple[Triple, Triple, Triple]:
        return self.level_correlation, self.domain_correlation, self.residual_correlation


def inverse(matrix: Floats) -> Floats:
    """Return the inverse of a small well-conditioned matrix."""
    return np.asarray(np.linalg.inv(matrix), dtype=np.float64)


def to_components(theta: Floats) -> VarianceComponents:
    """Return the components a parameter vector stands for.

    The vector holds log standard deviations (3 levels, 3 slopes, 3 domain strengths, 3 residuals), then three free
    correlation parameters each for levels and slopes, domain strengths and residuals, then the atanh of the
    correlation between level and slope.
    """
    level, slope, domain, residual = np.exp(theta[:12]).reshape(4, N_OUTCOMES)
    shared, in_domain, in_residual = (_to_correlation(part) for part in theta[12:21].reshape(3, N_OUTCOMES))
    link = np.tanh(theta[21])
    ends, linked = np.concatenate([level, slope]), np.tile(shared, (2, 2))
    linked[:N_OUTCOMES, N_OUTCOMES:] *= link
    linked[N_OUTCOMES:, :N_OUTCOMES] *= link
    return VarianceComponents(
        level_slope=linked * ends * ends[:, None],
        domain=in_domain * domain * domain[:, None],
        residual=in_residual * residual * residual[:, None],
    )


def chain(theta: Floats, slope: VarianceComponents) -> Floats:
    """Return the gradient in the parameters, given the gradient in the entries of the components (as a value)."""
    gradient = np.empty_like(theta)
    for place in range(len(theta)):
        step = np.zeros_like(theta)
        step[place] = STEP
        above, below = to_components(theta + step), to_components(theta - step)
        gradient[place] = sum(
            float(np.sum(getattr(slope, name) * (getattr(above, name) - getattr(below, name))))
            for name in ("level_slope", "domain", "residual")
        ) / (2 * STEP)
    return gradient


def _to_correlation(free: Floats) -> Floats:
    """Return a 3 by 3 correlation matrix from three free numbers; the last is a partial correlation."""
    first, second, partial = np.tanh(free)
    third = first * second + partial * np.sqrt((1 - first**2) * (1 - second**2))
    return np.array([[1.0, first, second], [first, 1.0, third], [second, third, 1.0]])


def _to_free(correlations: Floats) -> Floats:
    """Return the free numbers of correlations 12, 13, 23."""
    first, second, third = correlations
    partial = (third - first * second) / np.sqrt((1 - first**2) * (1 - second**2))
    return np.asarray(np.arctanh([first, second, partial]), dtype=np.float64)
