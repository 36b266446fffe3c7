"""The sums over episodes that the outcome model needs, and nothing else.

A Gaussian model with therapist effects needs of the rows only their cross-products: over all rows, and within each
therapist. Rows are kept apart by which of the three outcomes they have, because the residuals of the outcomes are
correlated and a row with two of them says something else than a row with three. Sums add up: the sums of two parts of
the rows, added, are the sums of all the rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OUTCOMES = ("alliance", "improvement", "staying")
N_OUTCOMES = len(OUTCOMES)
BLOCK_ROWS = 4_096
"""Rows gathered at a time: a block of 60 columns is 2 MB and stays near the processor."""
LARGEST = 1e4
"""Values further from zero than this are not standard-deviation units but a mistake."""


@dataclass(frozen=True, slots=True)
class PatternSums:
    """Cross-products of the rows that have one set of outcomes.

    With p fixed columns X, k therapist columns Z, three outcomes Y (zero where not observed) and J therapists:
    ``n`` rows; ``whole`` (p+3, p+3), the cross-products of [X Y] over all rows; ``rows`` (J,) by therapist; and
    ``within`` (J, k, p+3+k), the cross-products of Z with [X Y Z] within each therapist.
    """

    n: int
    whole: Floats
    rows: Floats
    within: Floats

    @property
    def xx(self) -> Floats:
        """Return X'X (p, p)."""
        return self.whole[:-N_OUTCOMES, :-N_OUTCOMES]

    @property
    def xy(self) -> Floats:
        """Return X'Y (p, 3)."""
        return self.whole[:-N_OUTCOMES, -N_OUTCOMES:]

    @property
    def yy(self) -> Floats:
        """Return Y'Y (3, 3)."""
        return self.whole[-N_OUTCOMES:, -N_OUTCOMES:]

    @property
    def zx(self) -> Floats:
        """Return Z'X within therapists (J, k, p)."""
        return self.within[:, :, : len(self.whole) - N_OUTCOMES]

    @property
    def zy(self) -> Floats:
        """Return Z'Y within therapists (J, k, 3)."""
        return self.within[:, :, len(self.whole) - N_OUTCOMES : len(self.whole)]

    @property
    def zz(self) -> Floats:
        """Return Z'Z within therapists (J, k, k)."""
        return self.within[:, :, len(self.whole) :]

    def __add__(self, other: PatternSums) -> PatternSums:
        """Return the sums over both sets of rows; both must list the same therapists."""
        return PatternSums(
            self.n + other.n, self.whole + other.whole, self.rows + other.rows, self.within + other.within
        )

    def take(self, index: Ints) -> PatternSums:
        """Return the sums with some of the therapists, in the order given; ``n`` and ``whole`` stay those of all."""
        return PatternSums(self.n, self.whole, self.rows[index], self.within[index])


@dataclass(frozen=True, slots=True)
class OutcomeSums:
    """Additive sufficient statistics of episodes.

    Attributes
    ----------
    therapists
        Ids, sorted, unique: the order of every per-therapist array.
    n_fixed, n_random
        Columns of X and of Z.
    patterns
        Sums by set of outcomes: bit 1 alliance, bit 2 improvement, bit 4 staying.
    n_without
        Rows with no outcome at all, which say nothing.
    """

    therapists: tuple[Any, ...]
    n_fixed: int
    n_random: int
    patterns: dict[int, PatternSums]
    n_without: int = 0

    @classmethod
    def empty(cls, n_fixed: int, n_random: int) -> OutcomeSums:
        """Return the sums of no rows."""
        return cls((), n_fixed, n_random, {})

    @classmethod
    def from_rows(cls, X: ArrayLike, Z: ArrayLike, Y: ArrayLike, therapists: ArrayLike) -> OutcomeSums:
        """Return the sums over rows X (n, p), Z (n, k), Y (n, 3; NaN = not observed) of therapists (n,).

        Raises
        ------
        ValueError
            When shapes disagree, X or Z hold a missing or infinite value, an outcome is infinite or not in
            standard-deviation units, or a therapist id is missing.
        """
        fixed, random, outcomes = _checked(X, Z, Y)
        labels = pd.Series(therapists)
        if len(labels) != len(fixed):
            raise ValueError(f"{len(labels)} therapist ids for {len(fixed)} episodes")
        codes, ids = pd.factorize(labels, sort=True)
        if (codes < 0).any():
            raise ValueError("every episode needs a therapist id")
        patterns = _sums_by_pattern(fixed, random, outcomes, codes.astype(np.int64), len(ids))
        # a value missing in X spoils its square: looking there spares a pass over the rows
        if not all(np.isfinite(np.diagonal(part.whole)).all() for part in patterns.values()):
            raise ValueError("X holds a missing or infinite value")
        n_without = len(fixed) - sum(part.n for part in patterns.values())
        return cls(tuple(ids.tolist()), fixed.shape[1], random.shape[1], patterns, n_without)

    @property
    def n_episodes(self) -> int:
        """Return the number of rows summed, those with no outcome included."""
        return self.n_without + sum(part.n for part in self.patterns.values())

    @property
    def n_therapists(self) -> int:
        """Return the number of therapists with at least one row."""
        return len(self.therapists)

    def observed(self) -> dict[str, int]:
        """Return how many rows have each outcome."""
        return {
            name: sum(part.n for bits, part in self.patterns.items() if bits >> place & 1)
            for place, name in enumerate(OUTCOMES)
        }

    def per_therapist(self) -> Floats:
        """Return rows by therapist and outcome (J, 3)."""
        counts = np.zeros((self.n_therapists, N_OUTCOMES))
        for bits, part in self.patterns.items():
            counts[:, members(bits)] += part.rows[:, None]
        return counts

    def __add__(self, other: OutcomeSums) -> OutcomeSums:
        """Return the sums over the rows of both, whichever therapists each has."""
        return total((self, other))


def total(parts: Sequence[OutcomeSums]) -> OutcomeSums:
    """Return the sums over the rows of one or more parts, whichever therapists each has.

    Room is made once, so that a sum of many parts costs no more than reading each of them.

    Raises
    ------
    ValueError
        When parts have different columns.
    """
    first = parts[0]
    if len({(part.n_fixed, part.n_random) for part in parts}) > 1:
        raise ValueError("sums of different columns cannot be added")
    same = all(part.therapists == first.therapists for part in parts)
    therapists = first.therapists if same else tuple(sorted({who for part in parts for who in part.therapists}))
    place = {therapist: position for position, therapist in enumerate(therapists)}
    rows = [np.array([place[therapist] for therapist in part.therapists], dtype=np.int64) for part in parts]
    patterns = {}
    for bits in sorted({bits for part in parts for bits in part.patterns}):
        have = [(part.patterns[bits], at) for part, at in zip(parts, rows, strict=True) if bits in part.patterns]
        patterns[bits] = _pattern_total(have, len(therapists))
    return OutcomeSums(therapists, first.n_fixed, first.n_random, patterns, sum(part.n_without for part in parts))


def _pattern_total(parts: list[tuple[PatternSums, Ints]], n_therapists: int) -> PatternSums:
    """Return the sums of one pattern, each part's therapists put where they stand in the whole."""
    example = parts[0][0]
    whole, rows = np.zeros_like(example.whole), np.zeros(n_therapists)
    within = np.zeros((n_therapists, *example.within.shape[1:]))
    for part, at in parts:
        whole += part.whole
        rows[at] += part.rows
        within[at] += part.within
    return PatternSums(sum(part.n for part, _ in parts), whole, rows, within)


def members(bits: int) -> list[int]:
    """Return the places of the outcomes in a pattern: 5 -> [0, 2]."""
    return [place for place in range(N_OUTCOMES) if bits >> place & 1]


def _checked(X: ArrayLike, Z: ArrayLike, Y: ArrayLike) -> tuple[Floats, Floats, Floats]:
    fixed, random, outcomes = (np.asarray(part, dtype=np.float64) for part in (X, Z, Y))
    if fixed.ndim != 2 or random.ndim != 2 or outcomes.ndim != 2 or outcomes.shape[1] != N_OUTCOMES:
        raise ValueError(f"X and Z must be tables and Y have the {N_OUTCOMES} columns {', '.join(OUTCOMES)}")
    if not len(fixed) == len(random) == len(outcomes):
        raise ValueError(f"X, Z and Y have {len(fixed)}, {len(random)} and {len(outcomes)} rows")
    if not np.isfinite(random).all():
        raise ValueError("Z holds a missing or infinite value")
    if (np.abs(outcomes) > LARGEST).any():
        raise ValueError(f"an outcome lies beyond {LARGEST:g} standard deviations: check its scale")
    return fixed, random, outcomes


def _sums_by_pattern(X: Floats, Z: Floats, Y: Floats, codes: Ints, n_therapists: int) -> dict[int, PatternSums]:
    observed = ~np.isnan(Y)
    bits = observed @ (1 << np.arange(N_OUTCOMES))
    order = np.argsort(bits * np.int64(max(n_therapists, 1)) + codes, kind="stable")
    found, starts = np.unique(bits[order], return_index=True)
    stops = np.append(starts, len(order))[1:]
    return {
        int(pattern): _sums_of_rows((X, Z, Y), codes, order[start:stop], n_therapists)
        for pattern, start, stop in zip(found, starts, stops, strict=True)
        if pattern
    }


def _sums_of_rows(tables: tuple[Floats, Floats, Floats], codes: Ints, order: Ints, n_therapists: int) -> PatternSums:
    """Sum the rows of one pattern, listed by therapist in `order`, a block at a time."""
    X, Z, Y = tables
    p, k = X.shape[1], Z.shape[1]
    whole = np.zeros((p + N_OUTCOMES, p + N_OUTCOMES))
    within = np.zeros((n_therapists, k, p + N_OUTCOMES + k))
    room = np.empty((min(BLOCK_ROWS, len(order)), p))
    for start in range(0, len(order), BLOCK_ROWS):
        rows = order[start : start + BLOCK_ROWS]
        fixed = np.take(X, rows, axis=0, out=room[: len(rows)], mode="clip")
        random, outcomes = Z[rows], np.nan_to_num(Y[rows])
        with np.errstate(invalid="ignore", over="ignore"):
            whole[:p, :p] += fixed.T @ fixed
            whole[:p, p:] += fixed.T @ outcomes
        whole[p:, p:] += outcomes.T @ outcomes
        first, last = codes[rows[0]], codes[rows[-1]] + 1
        spread = _spread(random, codes[rows] - first, int(last - first))
        into = within[first:last].reshape(-1, p + N_OUTCOMES + k)
        into[:, :p] += spread @ fixed
        into[:, p:] += spread @ np.hstack([outcomes, random])
    whole[p:, :p] = whole[:p, p:].T
    rows_of = np.bincount(codes[order], minlength=n_therapists).astype(np.float64)
    return PatternSums(len(order), whole, rows_of, within)


def _spread(loads: Floats, codes: Ints, n_groups: int) -> Any:
    """Return the matrix (groups x k, rows) that sums rows within therapists by load; zero loads cost nothing."""
    row, column = np.nonzero(loads)
    ends = np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(loads)))])
    k = loads.shape[1]
    return sparse.csc_array((loads[row, column], codes[row] * k + column, ends), shape=(n_groups * k, len(loads)))
