"""Whole reports set against each other: overlapping periods, tables and sections give no hidden count away."""

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


def seen(made) -> tuple[dict[tuple[str, int], float], dict[str, float], dict[tuple[str, int], int]]:
    """Return the counts by way and the totals that three reports show (NaN hidden), and the true counts by way."""
    by_way, totals, truth = {}, {}, {}
    for name, period in PERIODS.items():
        found = cases(data_of(made), scope(period))
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


@pytest.mark.parametrize("seed", range(5))
def test_three_overlapping_reports_do_not_tell_a_hidden_count(seed):
    made = simulated(clients=350, therapists=6, seed=seed, recommended_share=0.3)
    by_way, totals, truth = seen(made)
    ways = [way for way in range(len(WAYS)) if any(truth[name, way] for name in PERIODS)]
    # Unknowns: each way's count in the earlier months and in the last one.
    place = {(name, way): i for i, (name, way) in enumerate((n, w) for n in ("before", "month") for w in ways)}
    rows, low, high = [], [], []

    def say(cells, shown):
        row = np.zeros(len(place))
        row[[place[cell] for cell in cells]] = 1
        rows.append(row)
        hidden = np.isnan(shown)
        low.append(0 if hidden else shown - STEP // 2 if shown else 0)
        high.append(1e4 if hidden else shown + STEP // 2 if shown else 0)

    for name in PERIODS:
        parts = ("before", "month") if name == "both" else (name,)
        for way in ways:
            say([(part, way) for part in parts], by_way[name, way])
        say([(part, way) for part in parts for way in ways], totals[name])
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
    assert small
