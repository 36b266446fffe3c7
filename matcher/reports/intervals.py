"""Intervals of shares, means and differences, many at a time, from counts as they may be shown.

Shares come from counts rounded to 5, and so do their intervals, so that nobody can work the counts back out of them.
They are Wilson's (1927) with as many people fewer as make up for the rounding.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Floats = NDArray[np.float64]
NORMAL_95 = 1.959964
#: What rounding a series to 5 at both ends adds to a count's variance: 2 each, and 1 as its errors come in steps. With
#: it intervals hold the share 95 times in 100 on average over shares of 3 to 97 % in 40 to 2,000 people (see tests).
ROUNDING = 5.0
#: Counts of at most so many, and shares of at most so much, are often shown by luck; a count may be so far off.
_BARELY, _SMALL, _OFF = 20, 0.2, 4


@dataclass(frozen=True, slots=True, eq=False)
class Estimates:
    """Estimates with 95 % intervals, each (n,); NaN where nothing can be said."""

    value: Floats
    low: Floats
    high: Floats

    def scaled(self, factor: float) -> "Estimates":
        """Return the estimates in another unit."""
        return Estimates(self.value * factor, self.low * factor, self.high * factor)


#: How much wider an interval at 98.3 % is than one at 95 %: of three looked at together, one leaves out 0 by chance in
#: one report in twenty (Bonferroni).
_OF_THREE = 2.393980 / NORMAL_95


def side_of_three(value: float, low: float, high: float) -> int:
    """Return on which side of 0 one of three 95 % intervals lies that are looked at together: 1, -1, or 0 for neither.

    Each is widened to 98.3 %, so that all three leave out 0 by chance alone in no more than one case in twenty.
    """
    return 1 if value - _OF_THREE * (value - low) > 0 else -1 if value + _OF_THREE * (high - value) < 0 else 0


def wilson(k: ArrayLike, n: ArrayLike, level: float = 0.95) -> Estimates:
    """Return shares k / n with Wilson score intervals (Wilson 1927); NaN where n is 0 or missing."""
    successes, sizes = np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64)
    z2 = float(stats.norm.ppf(0.5 + level / 2)) ** 2
    size = np.where(sizes > 0, sizes, np.nan)
    share = successes / size
    middle = (share + z2 / (2 * size)) / (1 + z2 / size)
    half = np.sqrt(z2 * (share * (1 - share) / size + z2 / (4 * size**2))) / (1 + z2 / size)
    return Estimates(share, np.maximum(middle - half, 0), np.minimum(middle + half, 1))


def rounded_shares(k: ArrayLike, n: ArrayLike) -> Estimates:
    """Return shares of counts rounded to 5, with Wilson intervals that allow for the rounding.

    A small share is shown only where its count came out large enough: there the limit on its own side is that of the
    smallest count it could stand for, as the interval would else lie too high. The same holds of a small rest.
    """
    successes, sizes = np.asarray(k, dtype=np.float64), np.asarray(n, dtype=np.float64)
    size = np.where(sizes > 0, sizes, np.nan)
    share = np.clip(successes / size, 0, 1)
    spread = size * np.maximum(share * (1 - share), 0.01)
    fewer = 1 + ROUNDING * (1 + share**2) / spread
    found = wilson(share * size / fewer, size / fewer)
    barely, nearly = ((part <= _BARELY) & (part <= _SMALL * size) for part in (successes, size - successes))
    low = np.where(barely, np.fmin(found.low, wilson(np.clip(successes - _OFF, 0, size), size).low), found.low)
    high = np.where(nearly, np.fmax(found.high, wilson(np.clip(successes + _OFF, 0, size), size).high), found.high)
    return Estimates(share, low, high)


def share_difference(ours: Estimates, theirs: Estimates) -> Estimates:
    """Return the difference of independent shares, each with its Wilson interval (Newcombe 1998, method 10)."""
    value = ours.value - theirs.value
    down = np.sqrt((ours.value - ours.low) ** 2 + (theirs.high - theirs.value) ** 2)
    up = np.sqrt((ours.high - ours.value) ** 2 + (theirs.value - theirs.low) ** 2)
    return Estimates(value, value - down, value + up)


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """The sizes, means and variances of groups, each (g,); NaN where a group is too small."""

    n: Floats
    mean: Floats
    variance: Floats

    @property
    def interval(self) -> Estimates:
        """The means with t intervals."""
        error = np.sqrt(self.variance / np.maximum(self.n, 1))
        half = stats.t.ppf(0.975, np.maximum(self.n - 1, 1)) * error
        return Estimates(self.mean, self.mean - half, self.mean + half)

    def without(self, whole: "Moments") -> "Moments":
        """Return the moments of everybody else in a whole that holds each group."""
        n = whole.n - self.n
        mean = np.where(n > 0, (whole.n * whole.mean - np.nan_to_num(self.n * self.mean)) / np.maximum(n, 1), np.nan)
        square = (whole.n - 1) * whole.variance + whole.n * whole.mean**2
        own = np.nan_to_num((self.n - 1) * self.variance) + np.nan_to_num(self.n * self.mean**2)
        variance = (square - own - n * mean**2) / np.where(n > 1, n - 1, np.nan)
        return Moments(n, mean, np.maximum(variance, 0))


def moments(values: Floats, groups: NDArray[np.intp], count: int) -> Moments:
    """Return the moments of each of ``count`` groups; rows with a NaN or a group below 0 are left out."""
    kept = ~np.isnan(values) & (groups >= 0)
    y, code = values[kept], groups[kept]
    n = np.bincount(code, minlength=count).astype(np.float64)
    mean = np.bincount(code, y, count) / np.where(n > 0, n, np.nan)
    square = np.bincount(code, (y - mean[code]) ** 2, count)
    return Moments(n, mean, square / np.where(n > 1, n - 1, np.nan))


def mean_difference(ours: Moments, theirs: Moments) -> Estimates:
    """Return the difference of independent means with Welch's t interval (Welch 1947)."""
    a, b = ours.variance / np.maximum(ours.n, 1), theirs.variance / np.maximum(theirs.n, 1)
    degrees = (a + b) ** 2 / (a**2 / np.maximum(ours.n - 1, 1) + b**2 / np.maximum(theirs.n - 1, 1) + 1e-300)
    value = ours.mean - theirs.mean
    half = stats.t.ppf(0.975, np.maximum(degrees, 1)) * np.sqrt(a + b)
    return Estimates(value, value - half, value + half)


def median_interval(values: Floats) -> tuple[float, float, float]:
    """Return a median with the order statistics that hold the true one 95 times in 100 (Conover 1999, section 3.2)."""
    known = np.sort(values[~np.isnan(values)])
    n = len(known)
    if n < 2:
        return np.nan, np.nan, np.nan
    below = int(stats.binom.ppf(0.025, n, 0.5))
    low, high = max(below - 1, 0), min(n - below, n - 1)
    return float(np.median(known)), float(known[low]), float(known[high])
