"""What the sums say, given the variance components: fixed effects and therapist effects in closed form.

Outcomes of one episode have residual covariance R; a row with some of them missing has the matching part of R. For
therapist j the effects u_j (3k) and the fixed effects b (3p) solve

    M_j u_j = v_j - C_j b,    (A - sum_j C_j' M_j^-1 C_j) b = a - sum_j C_j' M_j^-1 v_j,

where M_j, C_j, v_j, A, a are the sums weighted by the inverse of R, plus the priors' precisions. Given b the therapists
are independent, with covariances M_j^-1; all they share is b, through F_j = M_j^-1 C_j.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from matcher.ranking.sums import N_OUTCOMES, Floats, OutcomeSums, members
from matcher.ranking.variance import VarianceComponents, inverse

CHUNK = 32
"""Therapists solved at a time: 32 of them with 60 fixed columns need about 3 MB and stay near the processor."""


@dataclass(frozen=True, slots=True)
class FixedPrior:
    """Normal prior of the fixed effects.

    ``mean`` (p, 3); ``covariance`` (3, p, p), one for each outcome; and ``common``, the standard deviation of a factor
    that multiplies all the means at once. The factor stands for doubt about the literature as a whole: when wishes
    turn out to matter half as much as published for alliance, the same is likely of staying.
    """

    mean: Floats
    covariance: Floats
    common: float = 0.0

    def joint(self) -> Floats:
        """Return the prior covariance of all fixed effects (3p, 3p), outcome by outcome."""
        p = len(self.mean)
        whole = np.zeros((N_OUTCOMES, p, N_OUTCOMES, p))
        for outcome in range(N_OUTCOMES):
            whole[outcome, :, outcome] = self.covariance[outcome]
        centre = self.stacked()
        return whole.reshape(N_OUTCOMES * p, N_OUTCOMES * p) + self.common**2 * np.outer(centre, centre)

    def precision(self) -> Floats:
        """Return the prior precision of all fixed effects (3p, 3p)."""
        return inverse(self.joint())

    def stacked(self) -> Floats:
        """Return the prior mean as one vector (3p,), outcome by outcome."""
        return self.mean.T.ravel()


@dataclass(frozen=True, slots=True)
class Posterior:
    """Posterior of the fixed effects and of every therapist's effects.

    ``fixed`` (p, 3) and its covariance ``fixed_cov`` (3p, 3p), outcome by outcome; ``effects`` (J, 3, k); and
    ``own_cov`` (J, 3k, 3k), the covariance of a therapist's effects were the fixed effects known. ``log_marginal`` is
    the log likelihood of the components with all effects integrated out, up to a constant in the data.
    """

    therapists: tuple[Any, ...]
    components: VarianceComponents
    fixed: Floats
    fixed_cov: Floats
    effects: Floats
    own_cov: Floats
    log_marginal: float


@dataclass(frozen=True, slots=True)
class Chunk:
    """The weighted sums of some therapists.

    ``inverse`` M^-1 and ``root``, whose square it is (root'root); ``cross`` C; ``right`` v; and the sum of log|M|.
    """

    root: Floats
    inverse: Floats
    cross: Floats
    right: Floats
    log_determinant: float


def weights_of(components: VarianceComponents, bits: int) -> Floats:
    """Return the inverse residual covariance of a pattern's outcomes, zero for the others (3, 3)."""
    seen = np.ix_(members(bits), members(bits))
    weights = np.zeros((N_OUTCOMES, N_OUTCOMES))
    weights[seen] = np.linalg.inv(components.residual[seen])
    return weights


def log_residual(components: VarianceComponents, bits: int) -> float:
    """Return the log determinant of the residual covariance of a pattern's outcomes."""
    seen = np.ix_(members(bits), members(bits))
    return float(np.linalg.slogdet(components.residual[seen])[1])


def whole_sums(sums: OutcomeSums, components: VarianceComponents) -> tuple[Floats, Floats, float]:
    """Return A (3p, 3p), a (3p,) and y'Wy over all rows, without priors."""
    p = sums.n_fixed
    left, right, square = np.zeros((N_OUTCOMES * p, N_OUTCOMES * p)), np.zeros(N_OUTCOMES * p), 0.0
    for bits, part in sums.patterns.items():
        weights = weights_of(components, bits)
        left += np.kron(weights, part.xx)
        right += (part.xy @ weights).T.ravel()
        square += float(np.sum(weights * part.yy))
    return left, right, square


def chunks(sums: OutcomeSums, components: VarianceComponents, size: int = CHUNK) -> Iterator[tuple[slice, Chunk]]:
    """Yield the weighted sums of `size` therapists at a time, with the place they hold in the sums."""
    prior = components.precision(sums.n_random)
    weights = np.array([weights_of(components, bits).ravel() for bits in sums.patterns])
    weights = weights.reshape(len(sums.patterns), N_OUTCOMES**2)
    for start in range(0, sums.n_therapists, size):
        place = slice(start, min(start + size, sums.n_therapists))
        yield place, _chunk(sums, weights, prior, place)


def solve(sums: OutcomeSums, components: VarianceComponents, prior: FixedPrior) -> Posterior:
    """Return the posterior of all effects given the variance components."""
    p, k, n_therapists = sums.n_fixed, sums.n_random, sums.n_therapists
    precision, centre = prior.precision(), prior.stacked()
    left, right, square = whole_sums(sums, components)
    left, right, square = left + precision, right + precision @ centre, square + float(centre @ precision @ centre)
    logs = sum(part.n * log_residual(components, bits) for bits, part in sums.patterns.items())
    logs += n_therapists * components.log_determinant(k) - float(np.linalg.slogdet(precision)[1])
    own = np.empty((n_therapists, N_OUTCOMES * k, N_OUTCOMES * k))
    for place, chunk in chunks(sums, components):
        own[place] = chunk.inverse
        half = (chunk.root @ chunk.cross).reshape(-1, N_OUTCOMES * p)
        known = (chunk.root @ chunk.right[..., None]).ravel()
        left -= half.T @ half
        right -= half.T @ known
        square -= float(known @ known)
        logs += chunk.log_determinant
    factor = cho_factor((left + left.T) / 2)
    covariance = cho_solve(factor, np.eye(N_OUTCOMES * p))
    fixed = covariance @ right
    effects = own @ _rests(sums, components, fixed)[..., None]
    logs += 2 * float(np.log(np.diagonal(factor[0])).sum())
    return Posterior(
        therapists=sums.therapists,
        components=components,
        fixed=fixed.reshape(N_OUTCOMES, p).T.copy(),
        fixed_cov=covariance,
        effects=effects.reshape(n_therapists, N_OUTCOMES, k),
        own_cov=own,
        log_marginal=-(logs + square - float(right @ fixed)) / 2,
    )


def _chunk(sums: OutcomeSums, weights: Floats, prior: Floats, place: slice) -> Chunk:
    p, k = sums.n_fixed, sums.n_random
    count = place.stop - place.start
    width = count * k * (p + N_OUTCOMES + k)
    stacked = np.array([part.within[place] for part in sums.patterns.values()]).reshape(len(weights), width)
    spread = (weights.T @ stacked).reshape(N_OUTCOMES, N_OUTCOMES, count, k, p + N_OUTCOMES + k)
    wide = spread.transpose(2, 0, 3, 1, 4)
    middle = wide[..., p + N_OUTCOMES :].reshape(count, N_OUTCOMES * k, N_OUTCOMES * k) + prior
    cross = wide[..., :p].reshape(count, N_OUTCOMES * k, N_OUTCOMES * p)
    right = np.einsum("abjka->jbk", spread[..., p : p + N_OUTCOMES]).reshape(count, N_OUTCOMES * k)
    middle = (middle + middle.transpose(0, 2, 1)) / 2
    root = np.linalg.inv(np.linalg.cholesky(middle))
    log_determinant = -2 * float(np.log(np.diagonal(root, axis1=1, axis2=2)).sum())
    return Chunk(root, root.transpose(0, 2, 1) @ root, cross, right, log_determinant)


def _rests(sums: OutcomeSums, components: VarianceComponents, fixed: Floats) -> Floats:
    """Return v_j - C_j b (J, 3k), without forming C_j."""
    table = fixed.reshape(N_OUTCOMES, sums.n_fixed).T
    whole = np.zeros((sums.n_therapists, sums.n_random, N_OUTCOMES))
    for bits, part in sums.patterns.items():
        whole += (part.zy - part.zx @ table) @ weights_of(components, bits)
    return whole.transpose(0, 2, 1).reshape(sums.n_therapists, N_OUTCOMES * sums.n_random)
