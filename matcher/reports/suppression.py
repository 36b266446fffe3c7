"""Small numbers: what may be shown so that no cell under ten, and nobody in it, can be worked out by subtraction.

One rule for every table, picture, sentence and export:

1. Every count has a series of its own: how many there were up to the end of each month since the clinic's first day,
   rounded to the nearest 5. A count of any period is the series at its end less the series at its beginning. So periods
   add up exactly, and however many overlapping reports somebody asks for and subtracts, they learn the series and
   nothing else: any month's or period's count stands for at least five, three in the clinic's very first months.
2. What that gives is shown from 15 on, which is never fewer than 11 people. Anything less, nought included, is hidden,
   and so is every figure about so few people. What is hidden follows from the rounded series too, never from the count.
3. Where hidden cells could be worked out from the others of a sum, more cells are hidden until those hidden in every
   published sum are at least two and hold at least 15 people together by their series.
4. A number nobody shows but anybody can subtract, such as those lost between two steps or those not measured, is
   protected by rounding: it cannot be told from its neighbours, at least five of them.
5. Shares are of these counts, and their intervals too: neither tells more than the counts beside them. A share is shown
   only where both those counted and those not may be shown; but a share of two counts that stand in the table anyway,
   such as a step of the flow or the share measured, is protected as rule 4 has it, by rounding alone.

Means and medians are rounded, and are shown only of as many people as may be shown. Somebody who already knows exactly
whom a month added could still narrow down that person's score from two means; whoever may see a report could also open
the record.

Fewer than 10 and rounding to 5 are what health statistics in England publish (NHS Hospital Episode Statistics: small
numbers hidden, others rounded to 5); the complements are secondary suppression (Hundepool et al. 2012, Statistical
Disclosure Control, ch. 4). That all periods come from one rounded series keeps subtraction from averaging the rounding
away, as it does where each period is rounded anew (Dinur & Nissim 2003 on answering many sums each with its own noise).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: A count of fewer people than this is hidden.
FEWEST = 10
#: Counts are rounded to the nearest multiple of this.
STEP = 5
#: The least a count may come to in steps of 5 to be shown: 15 is 11 people or more.
LEAST = 15
HIDDEN_NOTE = (
    "Counts are in steps of 5, within 4 of the true one. Not shown: too few people (fewer than about 15), a number "
    "that would tell of so few, or nothing recorded."
)


def rounded(counts: ArrayLike, before: ArrayLike = 0.0) -> Floats:
    """Return counts in steps of 5: the rounded series at their end less that at their beginning; NaN stays.

    ``before`` is how many there had been up to where each count begins.
    """
    start = np.asarray(before, dtype=np.float64)
    return _nearest(start + np.asarray(counts, dtype=np.float64)) - _nearest(start)


def _nearest(counts: Floats) -> Floats:
    # Halves do not occur, since the step is odd.
    return np.asarray(np.round(counts / STEP) * STEP, dtype=np.float64)


def may_show(counts: ArrayLike, before: ArrayLike = 0.0) -> Floats:
    """Return counts that add up to nothing shown: in steps of 5, NaN where too few."""
    shown = rounded(counts, before)
    return np.where(shown < LEAST, np.nan, shown)


def few_words(k: float, rest: float, n: float) -> str:
    """Return what may be said of a part, too small or too nearly the whole to be shown; nothing of any other.

    The part, the rest and the whole are in steps of 5; 5 or less of them is fewer than 10 people for certain.
    """
    if not n >= LEAST:
        return ""
    if k <= FEWEST - STEP:
        return f"fewer than {FEWEST}"
    return f"all but fewer than {FEWEST}" if rest <= FEWEST - STEP else ""


def hidden_cells(counts: ArrayLike, sums: Sequence[tuple[int, Sequence[int]]]) -> Bools:
    """Return which counts (n,) must be hidden, given which of them add up to which.

    Parameters
    ----------
    counts
        Every count a reader could see or work out, in steps of 5.
    sums
        Pairs of the place of a total and the places of its parts.
    """
    values = np.asarray(counts, dtype=np.float64)
    hidden: Bools = values < LEAST
    open_sums = True
    while open_sums:
        open_sums = False
        for total, parts in sums:
            more = _one_more(values, hidden, total, parts)
            if more is not None:
                hidden[more] = open_sums = True
    return hidden


def _one_more(values: Floats, hidden: Bools, total: int, parts: Sequence[int]) -> int | None:
    """Return the smallest cell to hide as well, None where the sum gives nothing away."""
    gone = [part for part in parts if hidden[part]]
    count = len(gone) + int(hidden[total])
    if count == 0 or (count > 1 and (hidden[total] or values[gone].sum() >= LEAST)):
        return None
    left = [part for part in parts if not hidden[part]] or ([] if hidden[total] else [total])
    return min(left, key=lambda part: float(values[part])) if left else None


@dataclass(slots=True)
class Cells:
    """The counts of one or more tables that a reader sees together, and the sums that tie them.

    ``before`` holds how many of each there had been up to where the count begins.
    """

    counts: list[float] = field(default_factory=list)
    before: list[float] = field(default_factory=list)
    sums: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)

    def add(self, count: float, before: float = 0.0) -> int:
        """Add a count and return its place."""
        self.counts.append(float(count))
        self.before.append(float(before))
        return len(self.counts) - 1

    def add_all(self, counts: ArrayLike, before: ArrayLike = 0.0) -> list[int]:
        """Add counts and return their places."""
        values = np.asarray(counts, dtype=np.float64)
        starts = np.broadcast_to(np.asarray(before, dtype=np.float64), values.shape)
        return [self.add(count, start) for count, start in zip(values.tolist(), starts.tolist(), strict=True)]

    def add_up(self, total: int, parts: Sequence[int]) -> None:
        """Say that parts add up to a total, whether or not the total is shown in this table."""
        self.sums.append((total, tuple(parts)))

    def part_of(self, total: int, count: float, before: float = 0.0) -> int:
        """Add a count that is part of another, the rest being what anybody can subtract; return its place."""
        part = self.add(count, before)
        rest = self.add(self.counts[total] - count, self.before[total] - before)
        self.add_up(total, (part, rest))
        return part

    def stepped(self) -> Floats:
        """Return the counts in steps of 5, hidden or not."""
        return rounded(self.counts, self.before)

    def hidden(self) -> Bools:
        """Return which counts must be hidden."""
        return hidden_cells(self.stepped(), self.sums)

    def shown(self) -> Floats:
        """Return the counts as they may be shown: in steps of 5, NaN where hidden."""
        return np.where(self.hidden(), np.nan, self.stepped())


def grouped_parts(
    n: ArrayLike, k: ArrayLike, n_before: ArrayLike = 0.0, k_before: ArrayLike = 0.0
) -> tuple[Floats, Floats]:
    """Return group sizes (g,) and parts of them (g, m) as they may be shown beside their sums over all groups.

    Every column of ``k`` counts those of whom something holds; the groups do not overlap. The counts before are of the
    same shapes, or 0.
    """
    sizes = np.asarray(n, dtype=np.float64)
    parts = np.asarray(k, dtype=np.float64).reshape(len(sizes), -1)
    starts = np.broadcast_to(np.asarray(n_before, dtype=np.float64), sizes.shape)
    part_starts = np.asarray(k_before, dtype=np.float64)
    part_starts = part_starts.reshape(parts.shape) if part_starts.ndim else np.full(parts.shape, float(part_starts))
    cells = Cells()
    whole = cells.add(sizes.sum(), starts.sum())
    groups = cells.add_all(sizes, starts)
    cells.add_up(whole, groups)
    places = np.zeros(parts.shape, dtype=np.intp)
    for column in range(parts.shape[1]):
        total = cells.part_of(whole, parts[:, column].sum(), part_starts[:, column].sum())
        rest = total + 1
        for row, group in enumerate(groups):
            places[row, column] = cells.part_of(group, parts[row, column], part_starts[row, column])
        cells.add_up(total, places[:, column].tolist())
        cells.add_up(rest, (places[:, column] + 1).tolist())
    shown = cells.shown()
    return shown[groups], np.where(np.isnan(shown[places + 1]), np.nan, shown[places])


def grouped_sizes(n: ArrayLike, before: ArrayLike = 0.0) -> Floats:
    """Return group sizes (g,) as they may be shown beside their sum; the groups do not overlap."""
    sizes = np.asarray(n, dtype=np.float64)
    starts = np.broadcast_to(np.asarray(before, dtype=np.float64), sizes.shape)
    cells = Cells()
    places = cells.add_all(sizes, starts)
    cells.add_up(cells.add(sizes.sum(), starts.sum()), places)
    return cells.shown()[places]


def grouped_there(n: ArrayLike, before: ArrayLike = 0.0) -> Floats:
    """Return group sizes (g,) as `grouped_sizes`, groups that come to nothing in steps of 5 left out of the sum."""
    sizes = np.asarray(n, dtype=np.float64)
    starts = np.broadcast_to(np.asarray(before, dtype=np.float64), sizes.shape)
    shown, there = np.full(sizes.shape, np.nan), rounded(sizes, starts) > 0
    shown[there] = grouped_sizes(sizes[there], starts[there])
    return shown


def counted(counts: ArrayLike) -> "pd.Series[int]":
    """Return shown counts as whole numbers, blank where hidden."""
    return pd.Series(pd.array(np.asarray(counts, dtype=np.float64), dtype="Int64"))
