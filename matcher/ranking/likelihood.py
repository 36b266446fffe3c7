"""The marginal likelihood of the variance components from the sums alone, and its gradient.

The fixed effects are integrated out under their prior (as in REML), so few episodes beside many columns do not make
therapists look alike. The gradient follows Fisher's identity: with E the posterior expectation,

    d(-2 log L)/dG = J G^-1 - G^-1 (sum_j E[u_j u_j']) G^-1,    d(-2 log L)/dR_S = n_S W_S - W_S T_S W_S,

where T_S is the expected residual cross-product of the rows with outcomes S, and W_S the inverse of R_S.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from matcher.ranking.posterior import Chunk, FixedPrior, chunks, log_residual, weights_of, whole_sums
from matcher.ranking.sums import N_OUTCOMES, Floats, OutcomeSums, PatternSums
from matcher.ranking.variance import VarianceComponents


@dataclass(frozen=True, slots=True)
class Moments:
    """Posterior means and second moments of the effects of all therapists of a small set of sums.

    ``fixed`` (3p,), ``fixed_cov`` (3p, 3p), ``effects`` (J, 3k), ``effects_cov`` (J, 3k, 3k) and ``shared``
    (J, 3k, 3p), the covariance of therapist effects with fixed effects.
    """

    fixed: Floats
    fixed_cov: Floats
    effects: Floats
    effects_cov: Floats
    shared: Floats


@dataclass(frozen=True, slots=True)
class _Integrated:
    """The effects integrated out: -log likelihood, and what its gradient is made of.

    ``lean`` (J 3k, 3p) is how far therapists' effects lean on the fixed ones, ``factor`` that of the fixed effects'
    precision (None without any), ``right`` what it is solved for.
    """

    value: float
    chunk: Chunk
    lean: Floats
    factor: Any
    right: Floats
    fixed: Floats


def negative_log_likelihood(
    sums: OutcomeSums, components: VarianceComponents, prior: FixedPrior
) -> tuple[float, VarianceComponents]:
    """Return -log marginal likelihood, up to a constant, and its gradient in the entries of the components."""
    found = _integrated(sums, components, prior)
    width, tall = len(found.right), found.chunk.right.shape
    covariance = cho_solve(found.factor, np.eye(width)) if width else np.zeros((0, 0))
    lean = found.lean.reshape(*tall, width)
    shared = (found.lean @ -covariance).reshape(lean.shape)
    alone = (found.chunk.inverse @ found.chunk.right[..., None])[..., 0]
    moments = Moments(
        fixed=found.fixed,
        fixed_cov=covariance,
        effects=alone - lean @ found.fixed,
        effects_cov=found.chunk.inverse - shared @ lean.transpose(0, 2, 1),
        shared=shared,
    )
    effects = _effects_gradient(sums, components, moments)
    return found.value, VarianceComponents(*effects, _residual_gradient(sums, components, moments))


def log_likelihood(sums: OutcomeSums, components: VarianceComponents, prior: FixedPrior) -> float:
    """Return the log marginal likelihood, up to the same constant, without its gradient."""
    return -_integrated(sums, components, prior).value


def _integrated(sums: OutcomeSums, components: VarianceComponents, prior: FixedPrior) -> _Integrated:
    chunk = _everything(sums, components)
    precision, centre = prior.precision(), prior.stacked()
    left, right, square = whole_sums(sums, components)
    width = len(right)
    half = chunk.root @ chunk.cross
    lean = (chunk.root.transpose(0, 2, 1) @ half).reshape(chunk.right.size, width)
    half = half.reshape(chunk.right.size, width)
    known = (chunk.root @ chunk.right[..., None]).ravel()
    left = left + precision - half.T @ half
    right = right + precision @ centre - half.T @ known
    factor: Any = cho_factor((left + left.T) / 2) if width else None
    fixed = cho_solve(factor, right) if width else right
    value = (
        sum(part.n * log_residual(components, bits) for bits, part in sums.patterns.items())
        + chunk.log_determinant
        + sums.n_therapists * components.log_determinant(sums.n_random)
        + (2 * float(np.log(np.diagonal(factor[0])).sum()) if factor else 0.0)
        + square
        + float(centre @ precision @ centre - known @ known - right @ fixed)
    )
    return _Integrated(value / 2, chunk, lean, factor, right, fixed)


def _everything(sums: OutcomeSums, components: VarianceComponents) -> Chunk:
    if sums.n_therapists:
        return next(chunks(sums, components, size=sums.n_therapists))[1]
    k, p = N_OUTCOMES * sums.n_random, N_OUTCOMES * sums.n_fixed
    return Chunk(np.zeros((0, k, k)), np.zeros((0, k, k)), np.zeros((0, k, p)), np.zeros((0, k)), 0.0)


def _effects_gradient(sums: OutcomeSums, components: VarianceComponents, moments: Moments) -> tuple[Floats, Floats]:
    """Return half of J G^-1 - G^-1 E G^-1 for the level-slope block and for the shared domain block."""
    k, count = sums.n_random, sums.n_therapists
    second = moments.effects_cov.sum(axis=0) + moments.effects.T @ moments.effects
    table = second.reshape(N_OUTCOMES, k, N_OUTCOMES, k)
    ends = [0, k - 1]
    at_ends = table[:, ends][..., ends].transpose(1, 0, 3, 2).reshape(6, 6)
    in_domains = np.einsum("adbd->ab", table[:, 1 : k - 1, :, 1 : k - 1])
    outer, inner = np.linalg.inv(components.level_slope), np.linalg.inv(components.domain)
    return (
        (count * outer - outer @ at_ends @ outer) / 2,
        (count * (k - 2) * inner - inner @ in_domains @ inner) / 2,
    )


def _residual_gradient(sums: OutcomeSums, components: VarianceComponents, moments: Moments) -> Floats:
    p, k, count = sums.n_fixed, sums.n_random, sums.n_therapists
    second_fixed = moments.fixed_cov.reshape(N_OUTCOMES, p, N_OUTCOMES, p).transpose(0, 2, 1, 3)
    second_effects = moments.effects_cov.reshape(count, N_OUTCOMES, k, N_OUTCOMES, k).transpose(1, 3, 0, 2, 4)
    shared = moments.shared.reshape(count, N_OUTCOMES, k, N_OUTCOMES, p).transpose(1, 3, 0, 2, 4)
    spread = (_table(second_fixed), _table(second_effects), _table(shared))
    gradient = np.zeros((N_OUTCOMES, N_OUTCOMES))
    for bits, part in sums.patterns.items():
        weights = weights_of(components, bits)
        expected = _residual_square(part, moments, p, k) + _uncertainty(part, spread)
        gradient += (part.n * weights - weights @ expected @ weights) / 2
    return gradient


def _table(part: Floats) -> Floats:
    return np.ascontiguousarray(part).reshape(N_OUTCOMES * N_OUTCOMES, part.size // N_OUTCOMES**2)


def _residual_square(part: PatternSums, moments: Moments, p: int, k: int) -> Floats:
    """Return the cross-product of the residuals at the posterior means (3, 3)."""
    table = moments.fixed.reshape(N_OUTCOMES, p).T
    effects = moments.effects.reshape(-1, N_OUTCOMES, k).transpose(0, 2, 1)
    crossed = part.xy.T @ table
    right = np.einsum("jka,jkb->ab", part.zy - part.zx @ table, effects)
    inside = np.einsum("jka,jkb->ab", part.zz @ effects, effects)
    square: Floats = part.yy - crossed - crossed.T + table.T @ part.xx @ table - right - right.T + inside
    return square


def _uncertainty(part: PatternSums, spread: tuple[Floats, Floats, Floats]) -> Floats:
    """Return what the effects' posterior covariance adds to the expected residual cross-product (3, 3)."""
    fixed, effects, shared = spread
    square = (N_OUTCOMES, N_OUTCOMES)
    alone = (fixed @ part.xx.ravel() + effects @ part.zz.ravel()).reshape(square)
    both = (shared @ part.zx.ravel()).reshape(square)
    total: Floats = alone + both + both.T
    return total
