"""Shares and means by group, as they may be shown, with intervals and differences from everybody else."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.reports.intervals import (
    Estimates,
    Moments,
    mean_difference,
    moments,
    rounded_shares,
    share_difference,
)
from matcher.reports.suppression import FEWEST, counted, grouped_parts, grouped_sizes

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """A figure by group, each (g,): people it is known of (rounded, NaN hidden), the figure, and the difference.

    The difference is from everybody else of whom the figure is known.
    """

    labels: tuple[str, ...]
    n: Floats
    figure: Estimates
    difference: Estimates


def share_by_group(values: Floats, codes: Codes, labels: Sequence[str]) -> Grouped:
    """Return the share for whom a yes or no (1 or 0, NaN not known) holds, by group; codes below 0 are left out."""
    known = ~np.isnan(values) & (codes >= 0)
    n = np.bincount(codes[known], minlength=len(labels)).astype(np.float64)
    k = np.bincount(codes[known], values[known], len(labels))
    there = n > 0
    sizes, parts = (np.full(len(labels), np.nan) for _ in range(2))
    if there.any():
        sizes[there], holding = grouped_parts(n[there], k[there])
        parts[there] = holding[:, 0]
    figure = rounded_shares(parts, sizes)
    others = rounded_shares(np.nansum(parts) - parts, np.nansum(np.where(np.isnan(parts), 0, sizes)) - sizes)
    shown = int((~np.isnan(parts)).sum())
    difference = share_difference(figure, others) if shown > 1 else _nothing(len(labels))
    return Grouped(tuple(labels), sizes, figure, difference)


def mean_by_group(values: Floats, codes: Codes, labels: Sequence[str]) -> Grouped:
    """Return the mean of a number (NaN not known) by group; codes below 0 are left out."""
    found = moments(values, codes, len(labels))
    whole = moments(values, np.where(codes >= 0, 0, -1), 1)
    there = found.n > 0
    sizes = np.full(len(labels), np.nan)
    sizes[there] = grouped_sizes(found.n[there])
    few = np.isnan(sizes)
    seen = Moments(found.n, np.where(few, np.nan, found.mean), np.where(few, np.nan, found.variance))
    rest = seen.without(whole)
    # Too few others to compare with say nothing, and would say too much of themselves.
    others = Moments(rest.n, np.where(rest.n < FEWEST, np.nan, rest.mean), rest.variance)
    return Grouped(tuple(labels), sizes, seen.interval, mean_difference(seen, others))


def _nothing(count: int) -> Estimates:
    nan = np.full(count, np.nan)
    return Estimates(nan, nan, nan)


def as_table(grouped: Grouped, first: str, name: str, digits: int, compared: bool = True) -> pd.DataFrame:
    """Return a table of the groups that may be shown, its columns named in words."""
    figure, difference = grouped.figure, grouped.difference
    columns = {
        first: list(grouped.labels),
        "people": counted(grouped.n),
        name: figure.value,
        "from": figure.low,
        "to": figure.high,
    }
    if compared:
        columns |= {
            "difference from the others": difference.value,
            "difference, from": difference.low,
            "difference, to": difference.high,
        }
    frame = pd.DataFrame(columns).round(digits)
    return frame[frame["people"].notna()].reset_index(drop=True)


def as_drawn(grouped: Grouped, digits: int, group: str | None = None) -> pd.DataFrame:
    """Return the rows of an "intervals" picture, rounded as in the table: a mean in full would tell the count."""
    figure = grouped.figure
    columns = {"label": list(grouped.labels), "value": figure.value, "low": figure.low, "high": figure.high}
    frame = pd.DataFrame(columns | {"n": grouped.n}).round(digits)
    kept = frame[frame["n"].notna()].reset_index(drop=True)
    return kept if group is None else kept.assign(group=group)


def in_percent(grouped: Grouped) -> Grouped:
    """Return a grouped share in percent."""
    return Grouped(grouped.labels, grouped.n, grouped.figure.scaled(100), grouped.difference.scaled(100))
