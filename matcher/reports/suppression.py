"""Small numbers: what may be shown so that no cell under ten, and nobody in it, can be worked out by subtraction.

One rule for every table, picture, sentence and export:

1. A count under 10, nought included, is hidden, and so is every figure about so few people.
2. Where hidden cells could be worked out from the others of a sum, more cells are hidden until those hidden in every
   published sum are at least two and hold at least 10 people together.
3. What is shown is rounded to the nearest 5, each count by itself, so that sums of rounded counts do not add up and
   differences between overlapping tables, periods and exports are only known within 4; within 2 at the very edge, where
   a shown 10 stands for 10 to 12, since fewer would be hidden.
4. A number nobody shows but anybody can subtract, such as those lost between two steps or those not measured, is
   protected by rounding: it cannot be told from its neighbours, at least five of them.
5. Shares are of rounded counts, and their intervals too: neither tells more than the counts beside them. A share is
   shown only where both those counted and those not are at least 10.

Fewer than 10 and rounding to 5 are what health statistics in England publish (NHS Hospital Episode Statistics: small
numbers hidden, others rounded to 5); the complements are secondary suppression (Hundepool et al. 2012, Statistical
Disclosure Control, ch. 4).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: A count below this is hidden.
FEWEST = 10
#: Counts are rounded to the nearest multiple of this.
STEP = 5
HIDDEN_NOTE = (
    "Counts are rounded to 5. Not shown: fewer than 10 people, a number that would tell of so few, or nothing recorded."
)


def rounded(counts: ArrayLike) -> Floats:
    """Return counts rounded to the nearest 5; NaN stays."""
    return np.asarray(np.round(np.asarray(counts, dtype=np.float64) / STEP) * STEP, dtype=np.float64)


def may_show(counts: ArrayLike) -> Floats:
    """Return counts that add up to nothing shown: rounded, NaN below 10."""
    values = np.asarray(counts, dtype=np.float64)
    return np.where(values < FEWEST, np.nan, rounded(values))


def few_words(k: float, n: float) -> str:
    """Return what may be said of a part too small, or too nearly the whole, to be shown; nothing of any other."""
    if n < FEWEST:
        return ""
    if k < FEWEST:
        return f"fewer than {FEWEST}"
    return f"all but fewer than {FEWEST}" if n - k < FEWEST else ""


def hidden_cells(counts: ArrayLike, sums: Sequence[tuple[int, Sequence[int]]]) -> Bools:
    """Return which counts (n,) must be hidden, given which of them add up to which.

    Parameters
    ----------
    counts
        Every count a reader could see or work out.
    sums
        Pairs of the place of a total and the places of its parts.
    """
    values = np.asarray(counts, dtype=np.float64)
    hidden: Bools = values < FEWEST
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
    if count == 0 or (count > 1 and (hidden[total] or values[gone].sum() >= FEWEST)):
        return None
    left = [part for part in parts if not hidden[part]] or ([] if hidden[total] else [total])
    return min(left, key=lambda part: float(values[part])) if left else None


@dataclass(slots=True)
class Cells:
    """The counts of one or more tables that a reader sees together, and the sums that tie them."""

    counts: list[float] = field(default_factory=list)
    sums: list[tuple[int, tuple[int, ...]]] = field(default_factory=list)

    def add(self, count: float) -> int:
        """Add a count and return its place."""
        self.counts.append(float(count))
        return len(self.counts) - 1

    def add_all(self, counts: ArrayLike) -> list[int]:
        """Add counts and return their places."""
        return [self.add(count) for count in np.asarray(counts, dtype=np.float64)]

    def add_up(self, total: int, parts: Sequence[int]) -> None:
        """Say that parts add up to a total, whether or not the total is shown in this table."""
        self.sums.append((total, tuple(parts)))

    def part_of(self, total: int, count: float) -> int:
        """Add a count that is part of another, the rest being what anybody can subtract; return its place."""
        part = self.add(count)
        self.add_up(total, (part, self.add(self.counts[total] - count)))
        return part

    def hidden(self) -> Bools:
        """Return which counts must be hidden."""
        return hidden_cells(self.counts, self.sums)

    def shown(self) -> Floats:
        """Return the counts as they may be shown: rounded, NaN where hidden."""
        return np.where(self.hidden(), np.nan, rounded(self.counts))


def grouped_parts(n: ArrayLike, k: ArrayLike) -> tuple[Floats, Floats]:
    """Return group sizes (g,) and parts of them (g, m) as they may be shown beside their sums over all groups.

    Every column of ``k`` counts those of whom something holds; the groups do not overlap.
    """
    sizes = np.asarray(n, dtype=np.float64)
    parts = np.asarray(k, dtype=np.float64).reshape(len(sizes), -1)
    cells = Cells()
    whole = cells.add(sizes.sum())
    groups = cells.add_all(sizes)
    cells.add_up(whole, groups)
    places = np.zeros(parts.shape, dtype=np.intp)
    for column in range(parts.shape[1]):
        total = cells.part_of(whole, parts[:, column].sum())
        rest = total + 1
        for row, group in enumerate(groups):
            places[row, column] = cells.part_of(group, parts[row, column])
        cells.add_up(total, places[:, column].tolist())
        cells.add_up(rest, (places[:, column] + 1).tolist())
    shown = cells.shown()
    return shown[groups], np.where(np.isnan(shown[places + 1]), np.nan, shown[places])


def grouped_sizes(n: ArrayLike) -> Floats:
    """Return group sizes (g,) as they may be shown beside their sum; the groups do not overlap."""
    cells = Cells()
    sizes = np.asarray(n, dtype=np.float64)
    places = cells.add_all(sizes)
    cells.add_up(cells.add(sizes.sum()), places)
    return cells.shown()[places]


def counted(counts: ArrayLike) -> "pd.Series[int]":
    """Return shown counts as whole numbers, blank where hidden."""
    return pd.Series(pd.array(np.asarray(counts, dtype=np.float64), dtype="Int64"))
