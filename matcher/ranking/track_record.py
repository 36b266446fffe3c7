"""The shrunken report card: what improvement rate to expect of the next clients, by unit and domain."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.special import expit

from matcher.ranking.crossed import Counts, Crossed, chance, fit_crossed
from matcher.ranking.sums import Floats, Ints

COLUMNS = ("unit", "domain", "n", "improved")
NORMAL_95 = 1.959964
FEWEST_NEXT = 10.0
"""A cell with few clients gets the interval of its next 10: that of its next one client would be 0 to 1."""
SHARE_NEXT = 0.5
"""Next clients as a share of those in one count of the cell: a record often spans more than the time looked ahead."""
FEWEST_TO_TELL = 40
"""Counts needed before a common factor is taken for rounding."""
DRIFT = 0.13
"""Logit SD by which a unit's rates move together from one year to the next: .11 to .12 between the years 2017-18 to
2019-20 of English talking-therapy services, with .02 to .03 for the nation and .05 to .06 for a problem."""
LOGISTIC_NORMAL = 0.346
"""(16 sqrt(3) / (15 pi))^2: the mean of a logistic-normal is near expit(m / sqrt(1 + 0.346 v))."""


def track_record(counts: pd.DataFrame, next_clients: float | None = None) -> pd.DataFrame:
    """Return the improvement rate to expect of the next clients of each unit and domain, with a 95 % interval.

    Each cell draws on the unit's other domains and on other units: its rate is the national rate, moved by the domain,
    by the unit, and by the unit's own record in the domain, each as far as its numbers bear. Units and domains never
    counted (n of 0) get what the rest suggests.

    The interval is where the share improved among the *next* clients should fall 95 times in 100: it holds the doubt
    about the cell's rate, the change from one count to the next, and chance among half as many clients as one row of
    the cell counted (at least 10). Give `next_clients` to set that number; infinity leaves chance out, for the rate
    itself.

    Parameters
    ----------
    counts
        Rows with unit, domain, n (clients counted) and improved (how many of them). A cell may be counted more than
        once, say by year: its rows are pooled and show how much a rate changes between counts.

    Returns
    -------
    The same rows in the same order with rate, low and high added.

    Raises
    ------
    ValueError
        When a column or value is missing, a count is negative or infinite, or more improved than were counted.
    """
    if next_clients is not None and not next_clients > 0:
        raise ValueError("next_clients must be above 0")
    rows = _checked(counts)
    result = counts.copy()
    if counts.empty:
        return result.assign(rate=pd.Series(dtype="float64"), low=np.nan, high=np.nan)
    places = _counts(rows)
    rate, low, high = _expected(places, fit_crossed(places), next_clients)
    for name, values in (("rate", rate), ("low", low), ("high", high)):
        result[name] = values[places.cell]
    return result


def _checked(counts: pd.DataFrame) -> pd.DataFrame:
    missing = [column for column in COLUMNS if column not in counts.columns]
    if missing:
        raise ValueError(f"counts need the columns {', '.join(COLUMNS)}; missing: {', '.join(missing)}")
    rows = counts.loc[:, list(COLUMNS)].reset_index(drop=True)
    for column in ("unit", "domain"):
        if rows[column].isna().any():
            raise ValueError(f"row {int(rows[column].isna().argmax())}: {column} is missing")
    for column in ("n", "improved"):
        numbers = pd.to_numeric(rows[column], errors="coerce").astype("float64")
        bad = ~np.isfinite(numbers) | (numbers < 0)
        if bad.any():
            raise ValueError(f"row {int(bad.argmax())}: {column} must be a number of 0 or more")
        rows[column] = numbers
    above = rows["improved"] > rows["n"]
    if above.any():
        raise ValueError(f"row {int(above.argmax())}: more improved than were counted")
    return rows


def _counts(rows: pd.DataFrame) -> Counts:
    unit, _ = pd.factorize(rows["unit"])
    domain, domains = pd.factorize(rows["domain"])
    cell, cells = pd.factorize(unit.astype(np.int64) * len(domains) + domain)
    of_cell: Ints = np.asarray(cells, dtype=np.int64)
    return Counts(
        n=rows["n"].to_numpy(dtype=np.float64),
        improved=rows["improved"].to_numpy(dtype=np.float64),
        cell=cell.astype(np.int64),
        cell_unit=of_cell // len(domains),
        cell_domain=of_cell % len(domains),
        step=_rounding(rows),
    )


def _expected(counts: Counts, fitted: Crossed, next_clients: float | None) -> tuple[Floats, Floats, Floats]:
    """Return the rate and interval of each cell."""
    mean, n_cells = fitted.cells.mean, len(counts.cell_unit)
    variance = fitted.cells.variance + fitted.spreads[3] ** 2 + DRIFT**2
    rate = expit(mean / np.sqrt(1 + LOGISTIC_NORMAL * variance))
    if next_clients is None:
        total, times = np.bincount(counts.cell, counts.n, n_cells), np.bincount(counts.cell, None, n_cells)
        following = np.maximum(SHARE_NEXT * total / times, FEWEST_NEXT)
    else:
        following = np.full(n_cells, float(next_clients))
    finite = np.isfinite(following)
    luck = np.where(finite, chance(rate, np.where(finite, following, 1.0), counts.step), 0.0)
    luck *= (NORMAL_95 * rate * (1 - rate)) ** 2
    reach = NORMAL_95 * np.sqrt(variance)
    # the doubt about the rate is lopsided, chance is not: each side adds its own squares
    low = rate - np.sqrt((rate - expit(mean - reach)) ** 2 + luck)
    high = rate + np.sqrt((expit(mean + reach) - rate) ** 2 + luck)
    return rate, np.maximum(low, 0.0), np.minimum(high, 1.0)


def _rounding(rows: pd.DataFrame) -> float:
    """Return the step counts are rounded to: publishers round to 5 or 10 to hide small cells; 0 if exact or too few."""
    numbers = np.concatenate([rows["n"].to_numpy(), rows["improved"].to_numpy()])
    counted = numbers[numbers > 0]
    if len(counted) < FEWEST_TO_TELL or (counted != np.round(counted)).any():
        return 0.0
    step = int(np.gcd.reduce(counted.astype(np.int64)))
    return float(step) if step > 1 else 0.0
