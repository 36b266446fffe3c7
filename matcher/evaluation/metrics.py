"""What is measured: each metric a value with its meaning and its source, over grids of scores and gains.

Grids are (n_clients, n_therapists) with NaN where a pair is not eligible; rows with nothing to compare are passed over.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.intervals import Interval, clustered_least_squares

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure of scores (n, J) against gains (n, J), with what it means and where it comes from."""

    name: str
    meaning: str
    citation: str
    measure: Callable[[Array, Array], float]

    def __call__(self, scores: Array, gains: Array) -> float:
        """Return the measure; NaN where nothing can be compared."""
        return self.measure(np.asarray(scores, dtype=np.float64), np.asarray(gains, dtype=np.float64))


def concordance(scores: Array, gains: Array) -> float:
    """Return the share of a client's pairs of therapists put in the order of their gains, over all clients.

    Pairs with equal gains do not count; pairs with equal scores count half.
    """
    right = pairs = 0.0
    for score, gain in _rows(scores, gains):
        better = gain[:, None] > gain[None, :]
        difference = score[:, None] - score[None, :]
        right += float(((difference > 0) + 0.5 * (difference == 0))[better].sum())
        pairs += float(better.sum())
    return right / pairs if pairs else np.nan


def top_choice_gains(scores: Array, gains: Array) -> Array:
    """Return each client's gain (n,) of the top-scored therapist over the average eligible one, NaN without any.

    Where several share the top score, their mean: what a choice among them by chance would give.
    """
    result = np.full(len(scores), np.nan)
    for row, (score, gain) in enumerate(zip(scores, gains, strict=True)):
        known = ~np.isnan(score) & ~np.isnan(gain)
        if known.any():
            top = score[known] >= score[known].max() - 1e-9
            result[row] = gain[known][top].mean() - gain[known].mean()
    return result


def top_choice_gain(scores: Array, gains: Array) -> float:
    """Return the mean gain of the top choice over a random eligible therapist."""
    return _mean(top_choice_gains(scores, gains))


def oracle_share(scores: Array, gains: Array) -> float:
    """Return the top choice's gain as a share of what the best eligible therapist would give."""
    best = _mean(top_choice_gains(np.where(np.isnan(scores), np.nan, gains), gains))
    return top_choice_gain(scores, gains) / best if best > 0 else np.nan


def ndcg_at(k: int) -> Callable[[Array, Array], float]:
    """Return the mean normalised discounted cumulative gain of the first ``k``; gains are grades of 0 or more.

    Equal scores share their places' discounts evenly; clients whose gains are all 0 do not count.
    """

    def measure(scores: Array, gains: Array) -> float:
        return _mean(np.array([_ndcg(score, gain, k) for score, gain in _rows(scores, gains)]))

    return measure


def _ndcg(score: Array, gain: Array, k: int) -> float:
    discount = np.where(np.arange(len(gain)) < k, 1 / np.log2(np.arange(len(gain)) + 2), 0)
    ideal = float(np.sort(gain)[::-1] @ discount)
    if ideal <= 0:
        return np.nan
    _, group = np.unique(-score, return_inverse=True)
    size = np.bincount(group)
    shared = np.add.reduceat(discount, np.concatenate(([0], np.cumsum(size)[:-1])))
    return float((np.bincount(group, gain) / size) @ shared) / ideal


CONCORDANCE = Metric(
    "concordance",
    "share of a client's pairs of therapists in the right order; .5 is chance",
    "Harrell, Lee & Mark 1996, Statistics in Medicine 15:361",
    concordance,
)
TOP_CHOICE_GAIN = Metric(
    "top-choice gain",
    "benefit of the top choice over a random eligible therapist, in SD",
    "Manski 2004, Econometrica 72:1221 (value of a treatment rule)",
    top_choice_gain,
)
ORACLE_SHARE = Metric(
    "oracle share",
    "top-choice gain as a share of the best possible",
    "the value of a rule beside the optimal rule's: Manski 2004, Econometrica 72:1221; the share is ours",
    oracle_share,
)


def ndcg(k: int) -> Metric:
    """Return nDCG at ``k`` as a metric."""
    return Metric(
        f"nDCG@{k}",
        f"graded gains of the first {k}, discounted by place, over the best possible order's",
        "Järvelin & Kekäläinen 2002, ACM TOIS 20:422; ties after McSherry & Najork 2008",
        ndcg_at(k),
    )


def rmse(realised: Array, predicted: Array) -> float:
    """Return the root mean squared error over the rows in which both are known."""
    return float(np.sqrt(_mean((realised - predicted) ** 2)))


def brier(left: Array, probability: Array) -> float:
    """Return the mean squared error of a probability (Brier 1950)."""
    return _mean((left - probability) ** 2)


def log_loss(left: Array, probability: Array) -> float:
    """Return the mean negative log likelihood of a yes or no (Good 1952); chances are held within 1e-6 of 0 and 1."""
    p = np.clip(probability, 1e-6, 1 - 1e-6)
    return _mean(-(left * np.log(p) + (1 - left) * np.log(1 - p)))


def calibration(predicted: Array, realised: Array, *clusters: NDArray[np.object_]) -> tuple[Interval, Interval]:
    """Return intercept and slope of realised on predicted (Cox 1958), 0 and 1 where predictions are calibrated."""
    X = np.column_stack((np.ones(len(predicted)), predicted))
    intercept, slope = clustered_least_squares(X, realised, *clusters)
    return intercept, slope


def coverage(low: Array, high: Array, truth: Array) -> float:
    """Return the share of intervals that hold the truth, over the rows in which all is known."""
    known = ~(np.isnan(low) | np.isnan(high) | np.isnan(truth))
    return float(((low <= truth) & (truth <= high))[known].mean()) if known.any() else np.nan


def _rows(scores: Array, gains: Array) -> list[tuple[Array, Array]]:
    known = ~np.isnan(scores) & ~np.isnan(gains)
    return [(s[k], g[k]) for s, g, k in zip(scores, gains, known, strict=True) if k.any()]


def _mean(values: Array) -> float:
    known = values[~np.isnan(values)]
    return float(known.mean()) if len(known) else np.nan
