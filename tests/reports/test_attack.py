"""Whole reports set against each other: every period of whole months, sites and sections tell no hidden count."""

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import combinations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from matcher.reports.build import whole_months
from matcher.reports.cases import cases
from matcher.reports.groups import share_by_group
from matcher.reports.matched import WAYS, matched, ways_matched
from matcher.reports.outcomes import outcomes
from matcher.reports.suppression import FEWEST, STEP
from matcher.reports.values import Period
from tests.reports.made_clinics import data_of, scope, simulated

MONTHS = 5
TOTAL = "all ways"
#: What reports show of a series (NaN hidden, missing nothing said) by the months it runs from and to.
Shown = Mapping[tuple[int, int], float]
#: Totals and what adds up to each, where one total is the sum of more than one set of parts.
Sums = list[tuple[str, Iterable[str]]]


def period(first: int, last: int) -> Period:
    return whole_months(Period(date(2026, 1 + first, 1), date(2026, last, 1)))


def reports(data, **about):
    """Give every period of whole months with what its report shows by way and together, and the true counts."""
    for first, last in combinations(range(MONTHS + 1), 2):
        found = cases(data, scope(period(first, last), **about))
        shown = matched(found).tables[0].frame.set_index("how the match came about")["courses"].to_dict()
        shown[TOTAL] = outcomes(found).tables[0].frame["courses"].iloc[0]
        code = ways_matched(found)[found.ended]
        truth = {way: int((code == place).sum()) for place, way in enumerate(WAYS)}
        yield (first, last), shown, truth


class Attack:
    """Whoever knows the rule, asks for every report and solves for one month's count."""

    def __init__(self, shown: Mapping[str, Shown], sums: Mapping[str, Iterable[str]] | Sums) -> None:
        width = 2 * (MONTHS + 1)
        self.place = {name: at * width for at, name in enumerate(shown)}
        self.rows, self.low, self.high = [], [], []
        self.size = width * len(shown)
        for name, found in shown.items():
            at = self.place[name]
            for month in range(MONTHS + 1):
                # The series: how many so far, and the multiple of 5 nearest to it.
                row = self._row(range(at, at + month + 1))
                row[at + MONTHS + 1 + month] = -STEP
                self._say(row, -(STEP // 2), STEP // 2)
            for (first, last), count in found.items():
                if not pd.isna(count):
                    row = np.zeros(self.size)
                    row[at + MONTHS + 1 + np.array([first, last])] = -STEP, STEP
                    self._say(row, count, count)
        for total, parts in sums.items() if isinstance(sums, Mapping) else sums:
            for month in range(MONTHS + 1):
                row = self._row(self.place[part] + month for part in parts)
                row[self.place[total] + month] = -1
                self._say(row, 0, 0)

    def _row(self, places: Iterable[int]):
        row = np.zeros(self.size)
        row[list(places)] = 1
        return row

    def _say(self, row, low: float, high: float) -> None:
        self.rows.append(row)
        self.low.append(low)
        self.high.append(high)

    def range_of(self, name: str, month: int) -> tuple[int, int]:
        ends = []
        rules = LinearConstraint(np.array(self.rows), self.low, self.high)
        for sign in (1, -1):
            cost = np.zeros(self.size)
            cost[self.place[name] + month + 1] = sign
            answer = milp(cost, constraints=rules, bounds=Bounds(0, 1e4), integrality=1)
            assert answer.success
            ends.append(round(answer.x[self.place[name] + month + 1]))
        return ends[0], ends[1]

    def hold_out(self, truth: Mapping[tuple[str, int], int]) -> int:
        """Hold every small month's count to at least five values, and return how many there were."""
        small = {cell: count for cell, count in truth.items() if 0 < count < FEWEST}
        for (name, month), count in small.items():
            low, high = self.range_of(name, month)
            assert low <= count <= high
            assert high - low >= STEP - 1, (name, month, low, high)
        return len(small)


SLOW = [pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2)]


@pytest.mark.parametrize("seed", [0, *SLOW])
def test_every_period_asked_for_does_not_tell_a_months_hidden_count(seed):
    made = simulated(clients=350, therapists=6, seed=seed, recommended_share=0.3)
    shown: dict[str, dict[tuple[int, int], float]] = {name: {} for name in (*WAYS, TOTAL)}
    truth = {}
    for (first, last), found, true in reports(data_of(made)):
        for name, count in found.items():
            shown[name][first, last] = count
        if last == first + 1:
            truth |= {(way, first): count for way, count in true.items()}
    assert Attack(shown, {TOTAL: WAYS}).hold_out(truth)


KINDS = ("measured", "all", "not measured")


def measured_by_way(data):
    """Give every period with the courses by way, measured and all, that the share measured tells, and the true ones."""
    for first, last in combinations(range(MONTHS + 1), 2):
        found = cases(data, scope(period(first, last)))
        code = ways_matched(found)
        grouped = share_by_group(found.followed.improved, code, WAYS, found.ends)
        # At worst the share gives the count it is of away, whatever its rounding.
        of = STEP * np.round(grouped.n / grouped.complete / STEP)
        known = ~np.isnan(found.followed.improved)
        rows = {"measured": found.ended & known, "all": found.ended, "not measured": found.ended & ~known}
        true = {name: np.bincount(code[kept], minlength=len(WAYS)) for name, kept in rows.items()}
        whole = outcomes(found).tables[0].frame.iloc[0]
        shown = {"measured": [*grouped.n, whole["measured"]], "all": [*of, whole["courses"]]}
        yield (first, last), shown, true


@pytest.mark.slow
def test_the_share_measured_by_way_does_not_tell_a_months_hidden_count():
    data = data_of(simulated(clients=350, therapists=6, seed=0, recommended_share=0.3))
    shown: dict[str, dict[tuple[int, int], float]] = {}
    truth = {}
    for (first, last), found, true in measured_by_way(data):
        for name, counts in found.items():
            for way, count in zip((*WAYS, TOTAL), counts, strict=True):
                shown.setdefault(f"{way}, {name}", {})[first, last] = count
        if last == first + 1:
            truth |= {
                (f"{way}, {name}", first): int(count)
                for name, counts in true.items()
                for way, count in zip(WAYS, counts, strict=True)
            }
    assert any(not np.isnan(count) for way in WAYS for count in shown[f"{way}, all"].values())
    taken = [way for way in WAYS if any(truth[f"{way}, all", month] for month in range(MONTHS))]
    shown = {f"{way}, {name}": shown.get(f"{way}, {name}", {}) for way in (*taken, TOTAL) for name in KINDS}
    truth = {cell: count for cell, count in truth.items() if cell[0] in shown}
    sums = {f"{way}, all": [f"{way}, measured", f"{way}, not measured"] for way in (*taken, TOTAL)}
    sums |= {f"{TOTAL}, {name}": [f"{way}, {name}" for way in taken] for name in KINDS}
    assert Attack(shown, sums).hold_out(truth)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2))
def test_every_period_of_two_sites_and_the_whole_does_not_tell_a_months_hidden_count(seed):
    made = simulated(clients=350, therapists=6, seed=seed, recommended_share=0.3)
    ids = made.therapists["therapist_id"]
    data = data_of(made, sites={who: "north" if place < 3 else "south" for place, who in enumerate(ids)})
    shown: dict[str, dict[tuple[int, int], float]] = {}
    truth = {}
    for site, about in (("north", {"site": "north"}), ("south", {"site": "south"}), ("both", {})):
        for (first, last), found, true in reports(data, **about):
            for way in (*WAYS, TOTAL):
                shown.setdefault(f"{way}, {site}", {})[first, last] = found.get(way, np.nan)
            if last == first + 1 and site != "both":
                truth |= {(f"{way}, {site}", first): count for way, count in true.items()}
    sums = {f"{way}, both": [f"{way}, north", f"{way}, south"] for way in WAYS}
    sums |= {f"{TOTAL}, {site}": [f"{way}, {site}" for way in WAYS] for site in ("north", "south")}
    assert Attack(shown, sums).hold_out(truth)
