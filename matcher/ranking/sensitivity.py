"""What if clients whose end score is missing did worse? A shift of the missing scores, worked out from the sums.

The model takes missing end scores as missing at random given what was seen. A pattern-mixture check supposes instead
that each ended episode without an end score lies delta standard deviations from what the model expects. All estimates
are linear in the outcomes, so one more solve gives their change for each unit of delta: the missing scores are put in
as 1, all else as 0, and what the same solve makes of zeros alone is taken away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from matcher.ranking.benefit import EQUAL_WEIGHTS
from matcher.ranking.hierarchy import OutcomeModel
from matcher.ranking.posterior import Posterior, solve
from matcher.ranking.sums import N_OUTCOMES, Floats, OutcomeSums, PatternSums
from matcher.ranking.variance import Triple

IMPROVEMENT, STAYING = 2, 4
USUAL_DELTAS = (-0.5, -0.25, 0.25)


@dataclass(frozen=True, slots=True)
class MissingShift:
    """Change of the estimates for each standard deviation that missing end scores lie above expectation.

    ``share``: share of ended episodes without an end score; ``fixed`` (p, 3) and ``effects`` (J, 3, k).
    """

    share: float
    fixed: Floats
    effects: Floats

    def applied(self, posterior: Posterior, delta: float) -> Posterior:
        """Return the posterior had missing end scores been `delta` SD from expectation (below 0: worse)."""
        return replace(
            posterior,
            fixed=posterior.fixed + delta * self.fixed,
            effects=posterior.effects + delta * self.effects,
        )


def missing_shift(model: OutcomeModel) -> MissingShift:
    """Return how a fitted model's estimates move with its missing end scores.

    Raises
    ------
    ValueError
        When the first column of Z is not 1 throughout: the number of missing scores is counted by it.
    """
    sums, posterior = model.sums_, model.posterior_
    if any(not np.allclose(part.zz[:, 0, 0], part.rows) for part in sums.patterns.values()):
        raise ValueError("the first column of Z must be 1")
    ones, zeros = _completed(sums, 1.0), _completed(sums, 0.0)
    above, level = (solve(part, posterior.components, model.prior_) for part in (ones, zeros))
    ended = sum(part.n for bits, part in sums.patterns.items() if bits & STAYING)
    missing = sum(part.n for bits, part in sums.patterns.items() if _misses(bits))
    return MissingShift(missing / max(ended, 1), above.fixed - level.fixed, above.effects - level.effects)


def sensitivity(
    model: OutcomeModel,
    clients: Floats,
    deltas: Sequence[float] = USUAL_DELTAS,
    weights: Triple = EQUAL_WEIGHTS,
) -> pd.DataFrame:
    """Return how the therapists' own part of the benefit changes with missing end scores, one row for each delta.

    `clients` (m, k) are columns Z of clients to judge by. ``missing_share``; ``correlation`` of therapists' benefit
    levels with those of the model; ``largest_change`` of a level, less the average change, in SD of benefit; and
    ``first_choice_changed``, the share of clients whose best therapist is another.
    """
    shift, weighting = missing_shift(model), np.asarray(weights, dtype=np.float64)
    usual = np.einsum("o,jok->jk", weighting, model.posterior_.effects)
    moved = np.einsum("o,jok->jk", weighting, shift.effects)
    if not len(usual):
        return pd.DataFrame({"delta": deltas, "missing_share": 0.0}).assign(
            correlation=1.0, largest_change=0.0, first_choice_changed=0.0
        )
    rows = []
    for delta in deltas:
        then = usual + delta * moved
        change = delta * (moved[:, 0] - moved[:, 0].mean())
        rows.append(
            {
                "delta": delta,
                "missing_share": shift.share,
                "correlation": _correlation(usual[:, 0], then[:, 0]),
                "largest_change": float(np.abs(change).max()),
                "first_choice_changed": _changed(clients @ usual.T, clients @ then.T),
            }
        )
    return pd.DataFrame(rows)


def _misses(bits: int) -> bool:
    return bool(bits & STAYING) and not bits & IMPROVEMENT


def _completed(sums: OutcomeSums, value: float) -> OutcomeSums:
    """Return sums with missing end scores of ended episodes set to `value` and every other outcome to zero."""
    parts: dict[int, PatternSums] = {}
    for bits, part in sums.patterns.items():
        full = bits | IMPROVEMENT if _misses(bits) else bits
        filled = _filled(part, value if _misses(bits) else 0.0)
        parts[full] = parts[full] + filled if full in parts else filled
    return replace(sums, patterns=dict(sorted(parts.items())))


def _filled(part: PatternSums, value: float) -> PatternSums:
    whole, within = part.whole.copy(), part.within.copy()
    p = len(whole) - N_OUTCOMES
    whole[p:], whole[:, p:], within[:, :, p : p + N_OUTCOMES] = 0.0, 0.0, 0.0
    column = p + 1
    whole[:p, column] = whole[column, :p] = value * part.zx[:, 0].sum(axis=0)
    whole[column, column] = value**2 * part.n
    within[:, :, column] = value * part.zz[:, :, 0]
    return PatternSums(part.n, whole, part.rows, within)


def _correlation(first: Floats, second: Floats) -> float:
    if len(first) < 2 or first.std() == 0 or second.std() == 0:
        return 1.0
    return float(np.corrcoef(first, second)[0, 1])


def _changed(usual: Floats, then: Floats) -> float:
    return float((usual.argmax(axis=1) != then.argmax(axis=1)).mean()) if len(usual) else 0.0
