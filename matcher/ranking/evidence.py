"""Do the episodes bear out that therapists differ? A ratio of likelihoods that cannot be flattered by fitting.

Estimated spreads always fit better than none, so they prove nothing. Here the published spreads, at half, once and
twice their size, are weighed against no spread at all. With therapists alike, the average of such ratios exceeds 10
less than once in 10 times whatever the data; over shuffled labels it did so once in 20.
"""

from __future__ import annotations

import numpy as np

from matcher.ranking.likelihood import log_likelihood
from matcher.ranking.posterior import FixedPrior
from matcher.ranking.sums import Floats, OutcomeSums
from matcher.ranking.variance import VarianceComponents, VariancePrior

SCALES = (0.5, 1.0, 2.0)
NOTHING = 1e-3
TELLING = float(np.log(10))
"""Log ratio beyond which the episodes are said to show that therapists differ; below minus it, that they do not."""
USUAL_ODDS = 4.0
"""Odds, before any episode, that a clinic's records carry real differences: they do in nearly all studies, but records
can be mixed up, and wrong differences mislead."""


def log_evidence(sums: OutcomeSums, prior: FixedPrior, variances: VariancePrior, residual: Floats) -> float:
    """Return the log likelihood ratio of therapists differing, about as published, against not at all."""
    if sums.n_therapists < 2:
        return 0.0
    centre = variances.components()

    def value(scale: float) -> float:
        scaled = VarianceComponents(centre.level_slope * scale**2, centre.domain * scale**2, residual)
        return log_likelihood(sums, scaled, prior)

    ratios = np.array([value(scale) for scale in SCALES]) - value(NOTHING)
    highest = float(ratios.max())
    return highest + float(np.log(np.mean(np.exp(ratios - highest))))


def tempered(components: VarianceComponents, evidence: float) -> VarianceComponents:
    """Return components shrunk as far as the evidence is against any differences; unchanged where it is not.

    With probability q that therapists differ, effects have q times the covariance they would have if they did.
    """
    odds = USUAL_ODDS * np.exp(min(evidence, 0.0))
    share = float(odds / (1 + odds) * (1 + USUAL_ODDS) / USUAL_ODDS)
    share = max(share, NOTHING)
    return VarianceComponents(components.level_slope * share, components.domain * share, components.residual)
