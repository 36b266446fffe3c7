"""Estimates with 95% intervals, clustered where rows share a therapist or a client."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Array = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its 95% interval, from ``n`` rows in ``clusters`` clusters; NaN where the rows cannot tell."""

    value: float
    low: float
    high: float
    n: int
    clusters: int

    @property
    def side(self) -> int:
        """1 where the whole interval is above zero, -1 where it is below, 0 where it holds zero or is not known."""
        return int(self.low > 0) - int(self.high < 0)

    def above(self, level: float) -> bool:
        """Return whether the whole interval lies above a level."""
        return self.low > level


def unknown(n: int = 0) -> Interval:
    """Return an interval that says nothing."""
    return Interval(np.nan, np.nan, np.nan, n, 0)


def clustered_mean(values: ArrayLike, *clusters: Sequence[Any] | NDArray[Any]) -> Interval:
    """Return the mean of values with an interval clustered one or two ways (Cameron, Gelbach & Miller 2011).

    Without clusters every row is its own. The t distribution has as many degrees of freedom as the smaller number of
    clusters less one.
    """
    y = np.asarray(values, dtype=np.float64)
    slope = clustered_least_squares(np.ones((len(y), 1)), y, *clusters)
    return slope[0]


def clustered_least_squares(X: Array, y: Array, *clusters: Sequence[Any] | NDArray[Any]) -> list[Interval]:
    """Return least-squares coefficients of y (n,) on X (n, p) with clustered intervals; NaN where X is collinear."""
    n, p = X.shape
    groups = [pd.factorize(np.asarray(c))[0].astype(np.intp) for c in clusters] or [np.arange(n)]
    count = min((int(g.max()) + 1 for g in groups), default=0) if n else 0
    if n <= p or count < 2 or np.linalg.matrix_rank(X) < p:
        value = float(y.mean()) if n and p == 1 and (X == 1).all() else np.nan
        return [Interval(value, np.nan, np.nan, n, count) for _ in range(p)]
    bread = np.linalg.inv(X.T @ X)
    coefficients = bread @ (X.T @ y)
    scores = X * (y - X @ coefficients)[:, None]
    meat = sum(_meat(scores, g) for g in groups)
    if len(groups) == 2:
        both = pd.factorize(groups[0].astype(np.int64) * (int(groups[1].max()) + 1) + groups[1])[0]
        meat = meat - _meat(scores, both.astype(np.intp))
    variance = np.maximum(np.diag(bread @ meat @ bread), 0)
    half = stats.t.ppf(0.975, count - 1) * np.sqrt(variance)
    triples = zip(coefficients, half, strict=True)
    return [Interval(float(b), float(b - h), float(b + h), n, count) for b, h in triples]


def _meat(scores: Array, groups: Codes) -> Array:
    n, p = scores.shape
    count = int(groups.max()) + 1
    sums = np.zeros((count, p))
    np.add.at(sums, groups, scores)
    correction = count / (count - 1) * (n - 1) / (n - p) if count > 1 else 1.0
    return np.asarray(correction * sums.T @ sums)


def bootstrap(
    statistic: Callable[[Codes], float],
    clusters: Sequence[Any] | NDArray[Any],
    rng: np.random.Generator,
    repeats: int = 1000,
) -> Interval:
    """Return a percentile interval of a statistic of row numbers, drawing whole clusters with replacement.

    For statistics that are not means, such as a share or a ratio (Field & Welsh 2007).
    """
    codes = pd.factorize(np.asarray(clusters))[0]
    n, count = len(codes), int(codes.max()) + 1 if len(codes) else 0
    if count < 2:
        return unknown(n)
    order = np.argsort(codes, kind="stable")
    members = np.split(order, np.searchsorted(codes[order], np.arange(1, count)))
    drawn = (np.concatenate([members[c] for c in rng.integers(0, count, count)]) for _ in range(repeats))
    values = np.array([statistic(rows) for rows in drawn])
    low, high = np.nanquantile(values, [0.025, 0.975])
    return Interval(statistic(np.arange(n)), float(low), float(high), n, count)


def share(successes: int, n: int) -> Interval:
    """Return a share with its Wilson score interval (Wilson 1927)."""
    if n == 0:
        return unknown()
    found = stats.binomtest(successes, n).proportion_ci(method="wilson")
    return Interval(float(successes / n), float(found.low), float(found.high), n, n)
