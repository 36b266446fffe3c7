"""Recommended against usual, like with like: what is adjusted for, and whether chance did the assigning."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.evaluation.intervals import Interval, clustered_least_squares, unknown
from matcher.features.outcomes import DROPOUT_SD, OUTCOMES
from matcher.reports.card import independent_columns
from matcher.reports.cases import Cases
from matcher.reports.suppression import STEP, rounded

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: Courses with a known outcome that each arm needs before the two are compared: in steps of 5, so that whether they are
#: compared tells no more than the counts beside it, and 30 for certain.
FEWEST_IN_ARM = 30 + STEP
RECOMMENDED, USUAL = "recommended", "usual"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The adjusted difference of recommended less usual in one outcome, in SD or, for staying, as a share.

    ``recommended`` and ``usual`` are courses in which it was measured, ``all_recommended`` and ``all_usual`` all.
    """

    outcome: str
    interval: Interval
    recommended: int
    usual: int
    all_recommended: int
    all_usual: int


@dataclass(frozen=True, slots=True, eq=False)
class Arms:
    """Which courses are compared: ``recommended`` (n,) 1, 0 or NaN, their weights, and whether chance assigned them."""

    recommended: Floats
    weights: Floats
    randomised: bool


def arms(cases: Cases) -> Arms:
    """Return the arms: those of a trial where its chances were logged, else by how each match came about.

    Chance counts as having assigned clients only where every logged chance lies strictly between 0 and 1. Clients are
    then analysed by the arm they were given, whoever they saw, each by the first course after.
    """
    trial = cases.data.trial
    if trial is not None and len(trial) and _by_chance(trial):
        given = trial.drop_duplicates("client_id").set_index("client_id")
        arm = cases.episodes["client_id"].map((given["arm"] == RECOMMENDED).astype(float)).to_numpy(np.float64)
        chance = cases.episodes["client_id"].map(given["chance"]).to_numpy(np.float64)
        recommended = np.where(_first_after(cases, given), arm, np.nan)
        return Arms(recommended, 1 / np.where(recommended == 1, chance, 1 - chance), True)
    way = cases.episodes["matched_by"].to_numpy(object)
    recommended = np.select([way == RECOMMENDED, way == USUAL], [1.0, 0.0], np.nan)
    return Arms(recommended, np.ones(len(cases)), False)


def _first_after(cases: Cases, given: pd.DataFrame) -> Bools:
    """Return which courses (n,) are a client's first from the day they were assigned on, or from their enquiry on."""
    client, started = cases.episodes["client_id"], cases.episodes["started_on"]
    asked = cases.clients.set_index("client_id")["enquired_at"]
    since = pd.to_datetime(client.map(given.get("assigned_at", asked)), utc=True)
    after = ~(started < since.dt.tz_localize(None).dt.normalize()).to_numpy(bool)
    order = np.flatnonzero(after)[started[after].argsort(kind="stable").to_numpy()]
    first = np.zeros(len(cases), dtype=bool)
    first[order] = ~client.iloc[order].duplicated().to_numpy()
    return first


def _by_chance(trial: pd.DataFrame) -> bool:
    chance = trial["chance"].to_numpy(np.float64)
    return bool(((chance > 0) & (chance < 1)).all() and trial["arm"].isin((RECOMMENDED, USUAL)).all())


def compare_arms(cases: Cases, rows: Bools) -> tuple[tuple[Comparison, ...], bool]:
    """Return the adjusted difference in each outcome among some courses, and whether chance assigned the arms."""
    found = arms(cases)
    return tuple(_compare(cases, rows, found, place) for place in range(len(OUTCOMES))), found.randomised


def _compare(cases: Cases, rows: Bools, found: Arms, outcome: int) -> Comparison:
    y = cases.scores[:, outcome]
    kept = np.flatnonzero(rows & ~np.isnan(found.recommended) & ~np.isnan(y))
    arm = found.recommended[kept]
    measured = int(arm.sum()), int((1 - arm).sum())
    counts = *measured, *(int((rows & (found.recommended == arm)).sum()) for arm in (1, 0))
    if rounded(min(measured)) < FEWEST_IN_ARM:
        return Comparison(OUTCOMES[outcome], unknown(len(kept)), *counts)
    scale = DROPOUT_SD if OUTCOMES[outcome] == "staying" else 1.0
    interval = adjusted_difference(
        arm,
        scale * y[kept],
        cases.case_mix[kept],
        found.weights[kept],
        cases.episodes["client_id"].to_numpy(object)[kept],
    )
    return Comparison(OUTCOMES[outcome], interval, *counts)


def adjusted_difference(
    arm: Floats, y: Floats, case_mix: Floats, weights: Floats, clients: NDArray[np.object_]
) -> Interval:
    """Return the weighted least-squares difference between arms (1 less 0) at equal case mix.

    The interval is the jackknife's, clustered by client, so that it holds where an arm has few: of 33 beside 400 the
    usual sandwich (Liang & Zeger 1986) holds 92 to 94 times in 100, this one 94 to 95.
    """
    X = np.column_stack((arm, independent_columns(case_mix)))
    root = np.sqrt(weights / weights.mean())
    return clustered_least_squares(X * root[:, None], y * root, clients)[0]
