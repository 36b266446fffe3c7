"""Estimating the variance components: penalised marginal likelihood from the sums.

With few therapists the likelihood is exact: fixed effects are integrated out. With many episodes a column it is enough,
and far cheaper, to take the fixed effects from least squares, the residual covariance from moments of all rows, and
the therapist covariances from the likelihood of a few hundred therapists: their estimates are then good to a few per
cent, which no ranking notices.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import Bounds, minimize

from matcher.ranking.evidence import log_evidence, tempered
from matcher.ranking.likelihood import negative_log_likelihood
from matcher.ranking.posterior import FixedPrior, whole_sums
from matcher.ranking.sums import N_OUTCOMES, Floats, Ints, OutcomeSums, PatternSums, members
from matcher.ranking.variance import (
    SMALLEST_RESIDUAL,
    VarianceComponents,
    VariancePrior,
    chain,
    to_components,
)

RESIDUAL = np.r_[9:12, 18:21]
EXACT_THERAPISTS = 120
SAMPLED_THERAPISTS = 200
ROWS_A_COLUMN = 50
"""Rows for each fixed column beyond which the fixed effects' own uncertainty no longer matters for the spreads."""
TOLERANCE = 1e-6
BOUND = 6.0
"""How far a free parameter may go from its centre: e^6 is a spread 400 times smaller or larger."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Estimated components, tempered by the evidence that therapists differ; the parameters before; the evidence."""

    components: VarianceComponents
    theta: Floats
    converged: bool
    evidence: float = 0.0


def estimate(sums: OutcomeSums, prior: FixedPrior, variances: VariancePrior, start: Floats | None = None) -> Estimate:
    """Return the components that maximise the penalised marginal likelihood, searched from `start`."""
    theta = variances.centre() if start is None else start
    if not sums.patterns:
        return Estimate(variances.components(), variances.centre(), True)
    plenty = sums.n_episodes > ROWS_A_COLUMN * max(sums.n_fixed, 1)
    if sums.n_therapists <= EXACT_THERAPISTS or not plenty:
        found = _search(sums, prior, variances, theta, np.arange(len(theta), dtype=np.int64))
        return _weighed(found, sums, prior, variances)
    return _from_sample(sums, prior, variances, theta)


def _weighed(found: Estimate, sums: OutcomeSums, prior: FixedPrior, variances: VariancePrior) -> Estimate:
    evidence = log_evidence(sums, prior, variances, found.components.residual)
    return replace(found, components=tempered(found.components, evidence), evidence=evidence)


def _search(sums: OutcomeSums, prior: FixedPrior, variances: VariancePrior, start: Floats, free: Ints) -> Estimate:
    """Search the `free` parameters, the others held; steps are scaled by what the data and the prior say of each."""
    centre, precision = variances.centre(), variances.precision()
    scale = 1 / np.sqrt(np.diag(precision) + _information(sums))[free]

    def objective(step: Floats) -> tuple[float, Floats]:
        theta = start.copy()
        theta[free] += step * scale
        value, slope = negative_log_likelihood(sums, to_components(theta), prior)
        away = precision @ (theta - centre)
        gradient = chain(theta, slope) + away
        return value + float((theta - centre) @ away) / 2, gradient[free] * scale

    low, high = (_bounds(centre, start)[free] / scale[:, None]).T
    found = minimize(
        objective,
        np.zeros(len(scale)),
        jac=True,
        method="L-BFGS-B",
        bounds=Bounds(low, high),
        options={"maxiter": 60, "ftol": TOLERANCE, "gtol": 1e-3},
    )
    theta = start.copy()
    theta[free] += found.x * scale
    return Estimate(to_components(theta), theta, bool(found.success))


def _bounds(centre: Floats, start: Floats) -> Floats:
    low, high = centre - BOUND, centre + BOUND
    low[9:12] = np.log(SMALLEST_RESIDUAL)
    low[12:], high[12:] = np.maximum(low[12:], -2.5), np.minimum(high[12:], 2.5)
    return np.column_stack([low, high]) - start[:, None]


def _information(sums: OutcomeSums) -> Floats:
    """Return a rough Fisher information of each parameter: residuals by rows, spreads by therapists."""
    rows = np.array(list(sums.observed().values()), dtype=np.float64)
    rough = np.full(22, 0.1 * sums.n_therapists)
    rough[9:12], rough[18:21] = 2 * rows, rows.min()
    return rough


def _from_sample(sums: OutcomeSums, prior: FixedPrior, variances: VariancePrior, theta: Floats) -> Estimate:
    squares, residual = _without_fixed(sums, prior, to_components(theta))
    sample = _sample(residual)
    nothing = FixedPrior(np.zeros((0, N_OUTCOMES)), np.zeros((N_OUTCOMES, 0, 0)))
    spreads = np.setdiff1d(np.arange(len(theta)), RESIDUAL)
    for _ in range(2):
        theta = _moment_residual(residual, squares, theta)
        found = _search(sample, nothing, variances, theta, spreads)
        theta = found.theta
    theta = _moment_residual(residual, squares, theta)
    return _weighed(Estimate(to_components(theta), theta, found.converged), sample, nothing, variances)


def _without_fixed(
    sums: OutcomeSums, prior: FixedPrior, components: VarianceComponents
) -> tuple[dict[int, Floats], OutcomeSums]:
    """Return the residual cross-products by pattern, and sums of least-squares residuals with no fixed columns."""
    left, right, _ = whole_sums(sums, components)
    precision = prior.precision()
    fixed = np.linalg.solve(left + precision, right + precision @ prior.stacked())
    table = fixed.reshape(N_OUTCOMES, sums.n_fixed).T
    squares, patterns = {}, {}
    for bits, part in sums.patterns.items():
        crossed = part.xy.T @ table
        squares[bits] = part.yy - crossed - crossed.T + table.T @ part.xx @ table
        within = np.concatenate([part.zy - part.zx @ table, part.zz], axis=2)
        patterns[bits] = PatternSums(part.n, np.zeros((N_OUTCOMES, N_OUTCOMES)), part.rows, within)
    return squares, OutcomeSums(sums.therapists, 0, sums.n_random, patterns)


def _sample(sums: OutcomeSums) -> OutcomeSums:
    """Return the sums of a few hundred therapists: those with most episodes tell most about the spread."""
    rows = sums.per_therapist().sum(axis=1)
    chosen = np.sort(np.argsort(-rows, kind="stable")[:SAMPLED_THERAPISTS])
    patterns = {bits: part.take(chosen) for bits, part in sums.patterns.items()}
    return OutcomeSums(tuple(sums.therapists[place] for place in chosen), 0, sums.n_random, patterns)


def _moment_residual(sums: OutcomeSums, squares: dict[int, Floats], theta: Floats) -> Floats:
    """Return the parameters with the residual covariance that, with the therapists' part, makes up the squares."""
    k = sums.n_random
    effects = to_components(theta).of_effects(k).reshape(N_OUTCOMES, k, N_OUTCOMES, k)
    total, rows = np.zeros((N_OUTCOMES, N_OUTCOMES)), np.zeros((N_OUTCOMES, N_OUTCOMES))
    for bits, part in sums.patterns.items():
        seen = np.ix_(members(bits), members(bits))
        explained = np.einsum("akbl,kl->ab", effects, part.zz.sum(axis=0))
        total[seen] += (squares[bits] - explained)[seen]
        rows[seen] += part.n
    covariance = np.where(rows > 0, total / np.maximum(rows, 1), 0.0)
    spread = np.sqrt(np.maximum(np.diag(covariance), SMALLEST_RESIDUAL**2))
    first, second, third = (covariance / np.outer(spread, spread))[[0, 0, 1], [1, 2, 2]].clip(-0.95, 0.95)
    partial = (third - first * second) / np.sqrt((1 - first**2) * (1 - second**2))
    known = theta.copy()
    seen_at_all = np.diag(rows) > 0
    known[9:12][seen_at_all] = np.log(spread)[seen_at_all]
    known[18:21] = np.arctanh(np.clip([first, second, partial], -0.95, 0.95))
    return known
