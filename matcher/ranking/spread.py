"""Do therapists differ at all? How far the learned effects spread, and whether the episodes bear it out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matcher.ranking.evidence import TELLING
from matcher.ranking.posterior import Posterior
from matcher.ranking.sums import N_OUTCOMES, OutcomeSums
from matcher.ranking.variance import Triple

NEXT_TO_NONE = 0.02
"""A learned spread of benefit below this many SD would not change what anyone should do."""


@dataclass(frozen=True, slots=True)
class Spread:
    """How far therapists differ in benefit, in SD units.

    ``learned``: standard deviation over therapists of the posterior mean benefit with an average client.
    ``estimated``: standard deviation of true benefit levels the estimated components imply. ``domain`` and
    ``severity``: the same of strengths in one domain and of slopes on severity. ``evidence``: the log likelihood ratio
    of therapists differing about as published against not at all.
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
        return self.evidence >= TELLING and self.learned >= NEXT_TO_NONE

    def sentence(self) -> str:
        """Return one plain sentence for the clinic."""
        if not self.n_episodes:
            return "No episodes yet: therapists differ only by published effects and the client's wishes."
        seen = f"{self.n_episodes} episodes with {self.n_therapists} therapists"
        learned = f"the learned spread is {self.learned:.2f} SD of benefit"
        if self.differs:
            return f"{seen} show that therapists differ in outcomes: {learned}."
        if self.evidence <= -TELLING or self.learned < NEXT_TO_NONE:
            return f"{seen} show no differences between therapists: {learned}, and ranking rests on the rest."
        return (
            f"{seen} cannot yet tell whether therapists differ: {learned}, most of it what published figures allow; "
            "ranking rests mainly on published effects and wishes."
        )


def spread(sums: OutcomeSums, posterior: Posterior, evidence: float, weights: Triple) -> Spread:
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
        evidence=evidence,
    )
