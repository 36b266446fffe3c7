"""Whole reports set against each other: overlapping periods and sites, tables and sections tell no hidden count."""

from collections.abc import Mapping
from datetime import date

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from matcher.reports.cases import cases
from matcher.reports.matched import WAYS, matched, ways_matched
from matcher.reports.outcomes import outcomes
from matcher.reports.suppression import FEWEST, STEP
from matcher.reports.values import Period
from tests.reports.made_clinics import data_of, scope, simulated

#: A last month, the months before, and both together: three reports anybody may ask for.
PERIODS = {
    "before": Period(date(2026, 1, 1), date(2026, 4, 30)),
    "month": Period(date(2026, 5, 1), date(2026, 5, 31)),
    "both": Period(date(2026, 1, 1), date(2026, 5, 31)),
}


#: What each report is made of: parts of the whole that no client's course is in twice.
MONTHS = {"before": ("before",), "month": ("month",), "both": ("before", "month")}
SITES = {"north": ("north",), "south": ("south",), "all": ("north", "south")}


def seen(reports) -> tuple[dict[tuple[str, int], float], dict[str, float], dict[tuple[str, int], int]]:
    """Return the counts by way and the totals that reports show (NaN hidden), and the true counts by way."""
    by_way, totals, truth = {}, {}, {}
    for name, found in reports.items():
        frame = matched(found).tables[0].frame.set_index("how the match came about")["courses"]
        total = outcomes(found).tables[0].frame["courses"].iloc[0]
        totals[name] = np.nan if pd.isna(total) else float(total)
        code = ways_matched(found)[found.ended]
        for way, label in enumerate(WAYS):
            truth[name, way] = int((code == way).sum())
            # A way nobody came by is left out of the table, which says so.
            shown = frame.get(label, 0)
            by_way[name, way] = np.nan if pd.isna(shown) else float(shown)
    return by_way, totals, truth


def hold_out(reports, made_of: Mapping[str, tuple[str, ...]]) -> int:
    """Set reports against each other, hold every hidden count to at least as much doubt as rounding, and count them."""
    by_way, totals, truth = seen(reports)
    parts = [name for name, of in made_of.items() if of == (name,)]
    ways = [way for way in range(len(WAYS)) if any(truth[name, way] for name in made_of)]
    place = {(name, way): i for i, (name, way) in enumerate((n, w) for n in parts for w in ways)}
    rows, low, high = [], [], []

    def say(cells, shown):
        row = np.zeros(len(place))
        row[[place[cell] for cell in cells]] = 1
        rows.append(row)
        hidden = np.isnan(shown)
        low.append(0 if hidden else shown - STEP // 2 if shown else 0)
        high.append(1e4 if hidden else shown + STEP // 2 if shown else 0)

    for name, of in made_of.items():
        for way in ways:
            say([(part, way) for part in of], by_way[name, way])
        say([(part, way) for part in of for way in ways], totals[name])
    small = 0
    for cell, target in place.items():
        if truth[cell] == 0 or truth[cell] >= FEWEST:
            continue
        small += 1
        ends = []
        for sign in (1, -1):
            cost = np.zeros(len(place))
            cost[target] = sign
            answer = milp(
                cost, constraints=LinearConstraint(np.array(rows), low, high), bounds=Bounds(0, 1e4), integrality=1
            )
            assert answer.success
            ends.append(round(answer.x[target]))
        assert ends[0] <= truth[cell] <= ends[1]
        assert ends[1] - ends[0] >= STEP - 1, (cell, ends)
    return small


@pytest.mark.parametrize("seed", range(5))
def test_three_overlapping_reports_do_not_tell_a_hidden_count(seed):
    made = simulated(clients=350, therapists=6, seed=seed, recommended_share=0.3)
    assert hold_out({name: cases(data_of(made), scope(period)) for name, period in PERIODS.items()}, MONTHS)


@pytest.mark.parametrize("seed", range(5))
def test_two_sites_and_the_whole_do_not_tell_a_hidden_count(seed):
    made = simulated(clients=350, therapists=6, seed=seed, recommended_share=0.3)
    ids = made.therapists["therapist_id"]
    data = data_of(made, sites={who: "north" if place < 3 else "south" for place, who in enumerate(ids)})
    month = PERIODS["both"]
    reports = {name: cases(data, scope(month, **({} if name == "all" else {"site": name}))) for name in SITES}
    assert hold_out(reports, SITES)
