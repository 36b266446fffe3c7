"""What followed a match, as three numbers a model can learn from: alliance, improvement and staying."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.vocabulary import MEASURES

OUTCOMES: tuple[str, ...] = ("alliance", "improvement", "staying")

# Usual early alliance on a 0 to 10 scale, from memory: means 3.8-4.2 with SD .65-.80 on a 1 to 5 scale, rescaled.
_ALLIANCE_MEAN, _ALLIANCE_SD = 7.5, 1.75
# One drop-out in five: the SD of a yes or no at that rate is .4, the unit the contract gives staying.
DROPOUT_SD = 0.4


def outcomes(episodes: pd.DataFrame) -> NDArray[np.float64]:
    """Return alliance, improvement and staying of each episode, (n, 3), better = positive, NaN where not known.

    Alliance is the mean of the goal, task and bond scores there are. Improvement is the end score in SD of the
    measure's intake scores (``measures.csv``); the start score belongs to the case mix. Staying is 0 for a drop-out and
    1/0.4 otherwise; work still going on, or without an ending, is not known.
    """
    return np.column_stack((_alliance(episodes), _end_state(episodes), _staying(episodes)))


def _alliance(episodes: pd.DataFrame) -> NDArray[np.float64]:
    parts = episodes[["alliance_goal", "alliance_task", "alliance_bond"]].to_numpy(np.float64)
    known = ~np.isnan(parts)
    count = known.sum(axis=1)
    mean = np.where(known, parts, 0).sum(axis=1) / np.maximum(count, 1)
    return np.where(count > 0, (mean - _ALLIANCE_MEAN) / _ALLIANCE_SD, np.nan)


def _end_state(episodes: pd.DataFrame) -> NDArray[np.float64]:
    measure = episodes["measure"]
    mean = measure.map({code: m.intake_mean for code, m in MEASURES.items()}).to_numpy(np.float64)
    scale = measure.map({code: m.intake_sd * (-1 if m.higher_is_worse else 1) for code, m in MEASURES.items()})
    state: NDArray[np.float64] = (episodes["score_end"].to_numpy(np.float64) - mean) / scale.to_numpy(np.float64)
    return state


def _staying(episodes: pd.DataFrame) -> NDArray[np.float64]:
    stayed = episodes["ending"].map({"planned": 1.0, "changed_therapist": 1.0, "dropped_out": 0.0})
    return np.asarray(stayed.to_numpy(np.float64) / DROPOUT_SD, dtype=np.float64)
