"""Do therapists differ at all? How far the learned effects spread, and whether the episodes bear it out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.ranking.posterior import FixedPrior, Posterior, solve
from matcher.ranking.sums import N_OUTCOMES, OutcomeSums
from matcher.ranking.variance import Triple, VarianceComponents

NOTHING = 1e-6
ENOUGH_EVIDENCE = 3.84
"""Twice the log likelihood ratio above which therapists are said to differ: the 95 % point of chi-squared with one
degree of freedom, because the estimated spreads are penalised and move together."""
NEXT_TO_NONE = 0.02
"""A learned spread of benefit below this many SD would not change what anyone should do."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How far therapists differ in benefit, in SD units.

    ``learned``: standard deviation over therapists of the posterior mean benefit with an average client.
    ``estimated``: standard deviation of true benefit levels the estimated components imply. ``domain`` and
    ``severity``: the same of strengths in one domain and of slopes on severity. ``evidence``: twice the log
    likelihood ratio against therapists not differing at all.
    """

    n_episodes: int
    n_therapists: int
    learned: float
    estimated: float
    domain: float
    severity: float
    evidence: float

    @property
    def differs(self) -> bool:
        """Return whether the episodes show that therapists differ."""
        return self.evidence >= ENOUGH_EVIDENCE and self.learned >= NEXT_TO_NONE

    def sentence(self) -> str:
        """Return one plain sentence for the clinic."""
        if not self.n_episodes:
            return "No episodes yet: therapists differ only by published effects and the client's wishes."
        seen = f"{self.n_episodes} episodes with {self.n_therapists} therapists"
        if self.differs:
            return f"{seen} show differences between therapists: a learned spread of {self.learned:.2f} SD of benefit."
        return (
            f"{seen} show no difference between therapists that could be told from chance (learned spread "
            f"{self.learned:.2f} SD of benefit): rank on published effects and wishes, not on track record."
        )


def spread(sums: OutcomeSums, posterior: Posterior, prior: FixedPrior, weights: Triple) -> Spread:
    """Return how far therapists differ under a fitted model."""
    weighting = np.asarray(weights, dtype=np.float64)
    levels = posterior.effects[:, :, 0] @ weighting
    components = posterior.components
    ends = components.level_slope
    return Spread(
        n_episodes=sums.n_episodes,
        n_therapists=sums.n_therapists,
        learned=float(levels.std()) if len(levels) else 0.0,
        estimated=float(np.sqrt(weighting @ ends[:N_OUTCOMES, :N_OUTCOMES] @ weighting)),
        domain=float(np.sqrt(weighting @ components.domain @ weighting)),
        severity=float(np.sqrt(weighting @ ends[N_OUTCOMES:, N_OUTCOMES:] @ weighting)),
        evidence=evidence(sums, posterior, prior) if sums.n_therapists > 1 else 0.0,
    )


def evidence(sums: OutcomeSums, posterior: Posterior, prior: FixedPrior) -> float:
    """Return twice the log likelihood ratio of therapists differing as estimated against not at all."""
    found = posterior.components
    alike = VarianceComponents(found.level_slope * NOTHING, found.domain * NOTHING, found.residual)
    return 2 * (posterior.log_marginal - solve(sums, alike, prior).log_marginal)
