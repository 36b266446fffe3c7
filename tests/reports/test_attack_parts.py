"""Parts of a report set against each other and the whole: concerns, endings, groups, therapists and their own."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import cache
from itertools import combinations

import numpy as np
import pytest

from matcher.domain.vocabulary import DOMAINS
from matcher.reports.cases import Cases, cases
from matcher.reports.exposure import exposure_table
from matcher.reports.fairness import client_groups
from matcher.reports.groups import mean_by_group
from matcher.reports.outcomes import outcomes
from matcher.reports.own import _only
from matcher.reports.suppression import FEWEST, STEP
from matcher.reports.therapists import _by_domain
from matcher.reports.values import ReportData
from tests.reports.made_clinics import data_of, scope, simulated
from tests.reports.test_attack import MONTHS, Attack, Sums, period

TOTAL = "all"
PERIODS = list(combinations(range(MONTHS + 1), 2))
#: Small months' counts attacked of each clinic: the smallest first, since they have most to lose.
MOST = 12
Counts = Mapping[str, float]


@cache
def data() -> ReportData:
    """Return a small clinic of three concerns, one of them rare."""
    made = simulated(clients=300, therapists=5, seed=3, recommended_share=0.3)
    place = np.arange(len(made.clients)) % 9
    named = np.select([place < 5, place < 8], ["depression:2", "panic:2"], "grief:2")
    plain = data_of(made)
    return replace(plain, clinic=replace(plain.clinic, clients=made.clients.assign(concerns=named)))


def attack(
    shown_by: Callable[[Cases], Counts], true_by: Callable[[Cases], Counts], sums: Sums,
    periods: Iterable[tuple[int, int]] = PERIODS,
) -> int:  # fmt: skip
    """Ask for every period, solve for each small month, and return how many small months held out."""
    shown: dict[str, dict[tuple[int, int], float]] = {}
    truth: dict[tuple[str, int], int] = {}
    for first, last in periods:
        for name, count in shown_by(cases(data(), scope(period(first, last)))).items():
            shown.setdefault(name, {})[first, last] = count
    for month in range(MONTHS):
        found = cases(data(), scope(period(month, month + 1)))
        truth |= {(name, month): int(count) for name, count in true_by(found).items() if name in shown}
    small = sorted((count, cell) for cell, count in truth.items() if 0 < count < FEWEST)[:MOST]
    kept: Sums = [(total, [part for part in parts if part in shown]) for total, parts in sums]
    return Attack(shown, kept).hold_out({cell: count for count, cell in small})


def courses_ended(found: Cases) -> float:
    return float(outcomes(found).tables[0].frame["courses"].astype(float).iloc[0])


CONCERNED = ("depression", "panic", "grief")


def test_reports_of_each_concern_and_of_all_tell_no_small_month() -> None:
    def each(count: Callable[[Cases], float]) -> Callable[[Cases], Counts]:
        def by(found: Cases) -> Counts:
            of = {name: cases(found.data, replace(found.scope, concern=name)) for name in CONCERNED}
            return {TOTAL: count(found)} | {name: count(one) for name, one in of.items()}

        return by

    assert attack(each(courses_ended), each(lambda one: one.ended.sum()), [(TOTAL, CONCERNED)])


def told(found: Cases, label: str) -> float:
    """Return the count that a share tells of, beside the count it is of."""
    row = outcomes(found).tables[0].frame.set_index("what followed").loc[label, ["share (%)", "measured"]]
    share, n = row.astype("Float64").to_numpy(float, na_value=np.nan)
    return STEP * float(np.round(share * n / 100 / STEP))


ENDINGS = {"ended as planned": "planned", "dropped out": "dropped_out", "changed therapist": "changed"}
CHANGES = {"reliably improved": "improved", "reliably deteriorated": "deteriorated"}


def test_parts_of_what_followed_tell_no_small_month() -> None:
    def shown(found: Cases) -> Counts:
        frame = outcomes(found).tables[0].frame.set_index("what followed")["measured"].astype(float)
        parts = {label: told(found, label) for label in (*ENDINGS, *CHANGES)}
        blank = {"neither": float("nan")}
        return parts | blank | {TOTAL: frame["dropped out"], "measured": frame["reliably improved"]}

    def true(found: Cases) -> Counts:
        values = {label: getattr(found.followed, key) for label, key in (ENDINGS | CHANGES).items()}
        counts = {label: np.nansum(value[found.ended]) for label, value in values.items()}
        measured = (~np.isnan(found.followed.improved[found.ended])).sum()
        return counts | {"neither": measured - sum(counts[label] for label in CHANGES)}

    assert attack(shown, true, [(TOTAL, ENDINGS), ("measured", (*CHANGES, "neither"))])


def test_kinds_of_groups_against_each_other_tell_no_small_month() -> None:
    kinds = {kind: client_groups(data().clinic.clients)[kind] for kind in ("age group", "gender", "language")}
    names = {kind: [f"{kind}: {label}" for label in labels] for kind, (_, labels) in kinds.items()}

    def shown(found: Cases) -> Counts:
        counts = {TOTAL: courses_ended(found)}
        for kind, (codes, labels) in kinds.items():
            own = found.followed.dropped_out
            grouped = mean_by_group(own, codes[found.client_rows], labels, found.ends)
            counts |= dict(zip(names[kind], grouped.n.tolist(), strict=True))
        return counts

    def true(found: Cases) -> Counts:
        counts: dict[str, float] = {}
        for kind, (codes, labels) in kinds.items():
            size = np.bincount(codes[found.client_rows[found.ended]], minlength=len(labels))
            counts |= dict(zip(names[kind], size.tolist(), strict=True))
        return counts

    assert attack(shown, true, [(TOTAL, kind) for kind in names.values()])


def test_therapists_by_domain_tell_no_small_month() -> None:
    ids = data().clinic.therapists["therapist_id"].tolist()
    cells = [[f"{who}, {domain}" for domain in DOMAINS] for who in ids]

    def counts(found: Cases, rows: np.ndarray) -> np.ndarray:
        known = rows & ~np.isnan(found.scores[:, 1])
        table = np.zeros((len(ids), len(DOMAINS)))
        np.add.at(table, (found.therapist_rows[known], found.domain[known]), 1)
        return table

    def shown(found: Cases) -> Counts:
        table = counts(found, found.so_far)
        parts = np.array(_by_domain(table.sum(axis=1), list(table.T))).T
        return {name: parts[at] for at, name in np.ndenumerate(np.array(cells))}

    def true(found: Cases) -> Counts:
        table = counts(found, found.ended)
        return {name: table[at] for at, name in np.ndenumerate(np.array(cells))}

    # Courses so far: every report tells of all from the first day on.
    assert attack(shown, true, [], [(0, last) for last in range(1, MONTHS + 1)])


def test_courses_begun_by_therapist_tell_no_small_month() -> None:
    def shown(found: Cases) -> Counts:
        frame = exposure_table(found).frame.set_index("therapist")["courses begun"].astype(float)
        return dict(frame.items()) | {TOTAL: float("nan")}

    def true(found: Cases) -> Counts:
        names = found.data.clinic.therapists.set_index("therapist_id")["name"]
        return found.episodes["therapist_id"][found.begins.inside].map(names).value_counts().to_dict()

    assert attack(shown, true, [(TOTAL, data().clinic.therapists["name"].tolist())])


@pytest.mark.slow
def test_all_therapists_own_reports_and_the_whole_tell_no_small_month() -> None:
    ids = data().clinic.therapists["therapist_id"].tolist()
    own = {who: ReportData(_only(data().clinic, who)) for who in ids}

    def each(count: Callable[[Cases], float]) -> Callable[[Cases], Counts]:
        return lambda found: {TOTAL: count(found)} | {who: count(cases(one, found.scope)) for who, one in own.items()}

    assert attack(each(courses_ended), each(lambda one: one.ended.sum()), [(TOTAL, ids)])
