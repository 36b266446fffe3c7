"""What another way of matching would have given, from a log of choices made with known chances; or a plain refusal.

With reward r, logged chance p of the choice made and the target's chance t of the same choice, the weight is
w = t / p. Inverse propensity scoring (IPS) is the mean of w r (Horvitz & Thompson 1952); the self-normalised form
(SNIPS) divides by the sum of w (Swaminathan & Joachims 2015); the doubly robust form (DR) adds a model of rewards and
is unbiased where either the chances or the model are right (Dudik, Langford & Li 2011).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from matcher.evaluation.intervals import Interval, clustered_mean, unknown

Array = NDArray[np.float64]
Estimator = Literal["IPS", "SNIPS", "DR"]
# science.md section 9: refuse below these.
FEWEST_EFFECTIVE = 100.0
LARGEST_SHARE = 0.05
# Weights average 1 where every choice of the target had a chance of being logged; more than this many standard errors
# away, and more than a tenth, they do not.
_WEIGHT_ERRORS, _WEIGHT_SLACK = 4.0, 0.1


@dataclass(frozen=True, slots=True)
class OffPolicyEstimate:
    """The target's expected reward, or why it cannot be told: then ``refused`` says so and ``interval`` is unknown.

    ``effective_n`` is the weights' (sum w)^2 / sum w^2; ``largest_share`` the largest weight's share of their sum;
    ``clipped`` the share of weights that were cut down to ``clip``, which biases the estimate.
    """

    estimator: Estimator
    interval: Interval
    effective_n: float
    largest_share: float
    clipped: float
    refused: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Log:
    """Logged choices (n,): ``reward``, the chance ``logged`` of the choice made, and the ``target``'s chance of it.

    For DR, ``modelled`` is a reward model's value of the choice made and ``expected`` its mean over the target's.
    """

    reward: Array
    logged: Array
    target: Array
    modelled: Array | None = None
    expected: Array | None = None


def log_of(
    reward: ArrayLike,
    logged: ArrayLike,
    target: ArrayLike,
    modelled: ArrayLike | None = None,
    expected: ArrayLike | None = None,
) -> Log:
    """Return a checked log.

    Raises
    ------
    ValueError
        If lengths differ, a reward is missing or infinite, a chance is not between 0 and 1, or only one of ``modelled``
        and ``expected`` is given.
    """
    if (modelled is None) != (expected is None):
        raise ValueError("a reward model needs both its value of the choice made and its mean over the target's")
    given = (reward, logged, target) if modelled is None else (reward, logged, target, modelled, expected)
    columns = [np.asarray(column, dtype=np.float64) for column in given]
    if len({column.shape for column in columns}) != 1 or columns[0].ndim != 1:
        raise ValueError("rewards, chances and model values must be columns of one length")
    if not all(np.isfinite(column).all() for column in (columns[0], *columns[3:])):
        raise ValueError("a reward or a modelled reward is missing or infinite")
    for name, chance in zip(("logged", "target"), columns[1:3], strict=True):
        if ((chance < 0) | (chance > 1)).any():
            raise ValueError(f"a {name} chance is not between 0 and 1")
    return Log(*columns)


def estimate(
    log: Log, estimator: Estimator = "SNIPS", clip: float | None = None, *clusters: Sequence[Any] | NDArray[Any]
) -> OffPolicyEstimate:
    """Return the target's expected reward with a 95% interval, or a refusal where the log cannot tell.

    Raises
    ------
    ValueError
        If DR is asked for without a reward model, or ``clip`` is not positive.
    """
    if estimator == "DR" and log.modelled is None:
        raise ValueError("DR needs a reward model: give modelled and expected")
    if clip is not None and clip <= 0:
        raise ValueError("clip must be positive")
    broken = _no_overlap(log)
    if broken:
        return OffPolicyEstimate(estimator, unknown(len(log.reward)), 0.0, np.nan, 0.0, broken)
    raw = log.target / log.logged
    weights = raw if clip is None else np.minimum(raw, clip)
    effective, largest = effective_n(weights), float(weights.max() / weights.sum())
    refused = _refusal(raw, effective, largest)
    interval = unknown(len(raw)) if refused else _interval(log, weights, estimator, clusters)
    return OffPolicyEstimate(estimator, interval, effective, largest, float((raw > weights).mean()), refused)


def effective_n(weights: Array) -> float:
    """Return the number of equally weighted rows that tell as much, (sum w)^2 / sum w^2 (Kish 1965)."""
    square = float(weights @ weights)
    return float(weights.sum()) ** 2 / square if square else 0.0


def _no_overlap(log: Log) -> str | None:
    if not len(log.reward):
        return "The log is empty."
    if np.isnan(log.logged).any() or np.isnan(log.target).any():
        return "The chance of some choices was not recorded, so no other way of matching can be judged from them."
    if (log.logged >= 1).all():
        return "Every choice was certain: a log without chance tells nothing about other choices."
    if (log.logged <= 0).any():
        return "Some choices are logged with no chance of being made: the log's chances cannot be right."
    if not (log.target > 0).any():
        return "The target would never have made any of the choices in the log: there is no overlap."
    return None


def _refusal(raw: Array, effective: float, largest: float) -> str | None:
    error = float(raw.std(ddof=1)) / np.sqrt(len(raw)) if len(raw) > 1 else np.inf
    away = abs(float(raw.mean()) - 1)
    if effective < FEWEST_EFFECTIVE:
        return (
            f"Too little overlap: the log is worth {effective:.0f} episodes for this question, "
            f"and at least {FEWEST_EFFECTIVE:.0f} are needed."
        )
    if largest > LARGEST_SHARE:
        return f"One episode would carry {largest:.0%} of the answer; at most {LARGEST_SHARE:.0%} is sound."
    if away > _WEIGHT_SLACK and away > _WEIGHT_ERRORS * error:
        return (
            f"The weights average {raw.mean():.2f} instead of 1: the target often chooses what the log never did, "
            "or the recorded chances are wrong."
        )
    return None


def _interval(
    log: Log, weights: Array, estimator: Estimator, clusters: tuple[Sequence[Any] | NDArray[Any], ...]
) -> Interval:
    if estimator == "IPS":
        return clustered_mean(weights * log.reward, *clusters)
    if estimator == "DR" and log.modelled is not None and log.expected is not None:
        return clustered_mean(log.expected + weights * (log.reward - log.modelled), *clusters)
    value = float(weights @ log.reward / weights.sum())
    # The ratio's linear form: its mean is the value, and its spread the ratio's to first order.
    return clustered_mean(value + weights * (log.reward - value) / weights.mean(), *clusters)
