"""Two recommenders on the same rows: the paired difference, its interval, and on which side of zero it lies."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.evaluation.intervals import Interval, clustered_mean

Array = NDArray[np.float64]
# With few clusters (under 20 to 50, Cameron & Miller 2015) clustered intervals are too narrow; with fewer than
# this they are not gone by at all.
FEWEST_ROWS, FEWEST_CLUSTERS = 30, 10


@dataclass(frozen=True, slots=True)
class Difference:
    """How much better ``ours`` did than ``theirs``, in the units of the measure; positive is better."""

    ours: str
    theirs: str
    interval: Interval

    @property
    def verdict(self) -> int:
        """1 better, -1 worse, 0 where the rows cannot tell, or are too few to be asked."""
        enough = self.interval.n >= FEWEST_ROWS and self.interval.clusters >= FEWEST_CLUSTERS
        return self.interval.side if enough else 0

    @property
    def sentence(self) -> str:
        """Which side of zero, in plain words."""
        said = f"{self.ours} less {self.theirs}: {number(self.interval)}"
        if self.verdict > 0:
            return f"{self.ours} did better than {self.theirs} on later episodes ({number(self.interval)})."
        if self.verdict < 0:
            return f"{self.ours} did worse than {self.theirs} on later episodes ({number(self.interval)})."
        return f"Later data cannot tell yet. {said}."


def number(interval: Interval) -> str:
    """Return an interval in words, such as ``+0.02 SD, 95% interval -0.01 to +0.05``."""
    if np.isnan(interval.low):
        return "too few episodes for an interval"
    return f"{interval.value:+.3f} SD, 95% interval {interval.low:+.3f} to {interval.high:+.3f}"


def paired_difference(
    ours: str, theirs: str, our_gains: Array, their_gains: Array, *clusters: NDArray[np.object_]
) -> Difference:
    """Return the mean of paired differences (n,), clustered as given; rows with a NaN are dropped."""
    differences = our_gains - their_gains
    known = ~np.isnan(differences)
    return Difference(ours, theirs, clustered_mean(differences[known], *(c[known] for c in clusters)))
