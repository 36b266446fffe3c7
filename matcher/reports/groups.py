"""Shares and means by group, as they may be shown, with intervals and differences from everybody else."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from matcher.reports.cases import Window
from matcher.reports.intervals import (
    Estimates,
    Moments,
    mean_difference,
    moments,
    rounded_shares,
    share_difference,
    welch_degrees,
)
from matcher.reports.suppression import LEAST, counted, grouped_parts, grouped_sizes, grouped_there, rounded

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
Bools = NDArray[np.bool_]
MEASURED: Final = "measured (%)"
MEASURED_BEFORE: Final = "before, measured (%)"


@dataclass(frozen=True, slots=True, eq=False)
class Grouped:
    """A figure by group, each (g,): people it is known of (rounded, NaN hidden), the figure, and the difference.

    The difference of a mean is from everybody else of whom it is known, of a share from everybody else in the groups
    shown; ``complete`` is the share of those it could have been known of, from 0 to 1; ``degrees`` are the difference's
    degrees of freedom.
    """

    labels: tuple[str, ...]
    n: Floats
    figure: Estimates
    difference: Estimates
    complete: Floats
    degrees: Floats | float = np.inf


def share_by_group(
    values: Floats, codes: Codes, labels: Sequence[str], window: Window | None = None, could: Bools | None = None
) -> Grouped:
    """Return the share for whom a yes or no (1 or 0, NaN not known) holds, by group; codes below 0 are left out.

    ``window`` tells the rows of the period from those before it, without one all rows count; ``could`` tells of whom
    it could have been known, of everybody by default.
    """
    known = ~np.isnan(values) & (codes >= 0)
    n, n_before = (_counts(codes, rows, len(labels)) for rows in _rows(known, window))
    k, k_before = (_counts(codes, rows & (values == 1), len(labels)) for rows in _rows(known, window))
    there = rounded(n, n_before) > 0
    sizes, parts = (np.full(len(labels), np.nan) for _ in range(2))
    if there.any():
        sizes[there], holding = grouped_parts(n[there], k[there], n_before[there], k_before[there])
        parts[there] = holding[:, 0]
    figure = rounded_shares(parts, sizes)
    others = rounded_shares(np.nansum(parts) - parts, np.nansum(np.where(np.isnan(parts), 0, sizes)) - sizes)
    shown = int((~np.isnan(parts)).sum())
    difference = share_difference(figure, others) if shown > 1 else _nothing(len(labels))
    complete = _complete(sizes, codes, window, could)
    return Grouped(tuple(labels), sizes, figure, difference, complete)


def mean_by_group(
    values: Floats, codes: Codes, labels: Sequence[str], window: Window | None = None, could: Bools | None = None
) -> Grouped:
    """Return the mean of a number (NaN not known) by group; codes below 0 are left out, the rest is as above."""
    known = ~np.isnan(values) & (codes >= 0)
    now, before = _rows(known, window)
    found = moments(values[now], codes[now], len(labels))
    whole = moments(values[now], np.zeros(int(now.sum()), dtype=np.intp), 1)
    n_before = _counts(codes, before, len(labels))
    sizes = grouped_there(found.n, n_before)
    few = np.isnan(sizes)
    seen = Moments(found.n, *(np.where(few, np.nan, part) for part in (found.mean, found.variance, found.third)))
    rest = seen.without(whole)
    # Too few others to compare with say nothing, and would say too much of themselves.
    too_few = rounded(rest.n, n_before.sum() - n_before) < LEAST
    others = Moments(rest.n, np.where(too_few, np.nan, rest.mean), rest.variance, rest.third)
    complete = _complete(sizes, codes, window, could)
    degrees = welch_degrees(seen, others)
    return Grouped(tuple(labels), sizes, seen.interval, mean_difference(seen, others), complete, degrees)


def bounded_mean_by_group(
    values: Floats, codes: Codes, labels: Sequence[str], window: Window | None = None, could: Bools | None = None
) -> Grouped:
    """Return the mean by group of a number from 0 to 100, where neither those below 100 nor those above 0 are few.

    Next to either end a mean counts people: 100 says that nobody, and a little less that one, fell short of it. No
    interval reaches beyond the ends.
    """
    found = mean_by_group(values, codes, labels, window, could)
    known = ~np.isnan(values) & (codes >= 0)
    gone = np.zeros(len(labels))
    there = rounded(*(_counts(codes, rows, len(labels)) for rows in _rows(known, window))) > 0
    for part in (known & (values < 100), known & (values > 0)):
        k, before = (_counts(codes, rows, len(labels))[there] for rows in _rows(part, window))
        # Beside their sum, which groups' differences from all others give away.
        gone[there] += 0 * grouped_sizes(k, before)
    figure, difference = (
        Estimates(part.value + gone, np.maximum(part.low, least) + gone, np.minimum(part.high, 100) + gone)
        for part, least in ((found.figure, 0), (found.difference, -100))
    )
    return replace(found, figure=figure, difference=difference)


def _complete(sizes: Floats, codes: Codes, window: Window | None, could: Bools | None) -> Floats:
    """Return the share (g,) of those it could have been known of, NaN where either count is hidden.

    Whoever has the size beside it can work out how many those were, so they are counts as much as if they were shown.
    """
    counted_in = (codes >= 0) & (np.ones(len(codes), dtype=bool) if could is None else could)
    whole = grouped_there(*(_counts(codes, rows, len(sizes)) for rows in _rows(counted_in, window)))
    # Either may be rounded past the other.
    return np.minimum(sizes / whole, 1)


def measured_share(n: ArrayLike, whole: ArrayLike) -> Floats:
    """Return the share measured in whole percent, of counts as they may be shown; NaN where either is hidden."""
    # Either may be rounded past the other.
    share: Floats = np.round(100 * np.minimum(np.asarray(n) / np.asarray(whole), 1))
    return share


def _rows(known: Bools, window: Window | None) -> tuple[Bools, Bools]:
    """Return the rows that are known of the period, and of before it."""
    return (known, np.zeros_like(known)) if window is None else (known & window.inside, known & window.earlier)


def _counts(codes: Codes, rows: Bools, count: int) -> Floats:
    return np.bincount(codes[rows], minlength=count).astype(np.float64)


def _nothing(count: int) -> Estimates:
    nan = np.full(count, np.nan)
    return Estimates(nan, nan, nan)


def as_table(grouped: Grouped, first: str, name: str, digits: int, compared: bool = True) -> pd.DataFrame:
    """Return a table of the groups that may be shown, its columns named in words."""
    figure, difference = grouped.figure, grouped.difference
    columns = {
        first: list(grouped.labels),
        "people": counted(grouped.n),
        MEASURED: np.round(100 * grouped.complete),
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


def beside_before(
    table: pd.DataFrame, first: str, before: Grouped, digits: int, intervals: bool = True
) -> pd.DataFrame:
    """Return a table of groups with the period before: the very cells that period's own report shows."""
    figure = before.figure
    then = pd.DataFrame(
        {
            "people, period before": list(counted(before.n)),
            MEASURED_BEFORE: np.round(100 * before.complete),
            "period before": figure.value.round(digits),
            "before, from": figure.low.round(digits),
            "before, to": figure.high.round(digits),
        },
        index=list(before.labels),
    )
    then = then.reindex(table[first]).reset_index(drop=True)
    return pd.concat([table, then if intervals else then.iloc[:, :3]], axis=1)


def as_drawn(grouped: Grouped, digits: int, group: str | None = None) -> pd.DataFrame:
    """Return the rows of an "intervals" picture, rounded as in the table: a mean in full would tell the count."""
    figure = grouped.figure
    columns = {"label": list(grouped.labels), "value": figure.value, "low": figure.low, "high": figure.high}
    frame = pd.DataFrame(columns | {"n": grouped.n}).round(digits)
    kept = frame[frame["n"].notna()].reset_index(drop=True)
    return kept if group is None else kept.assign(group=group)


def in_percent(grouped: Grouped) -> Grouped:
    """Return a grouped share in percent."""
    return replace(grouped, figure=grouped.figure.scaled(100), difference=grouped.difference.scaled(100))
