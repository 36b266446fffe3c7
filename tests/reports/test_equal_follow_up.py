"""Nobody is counted as lost for having enquired late: everybody is followed for as long, groups and periods alike."""

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest

from matcher.reports.answers import answers
from matcher.reports.build import build_report, months_before
from matcher.reports.cases import cases
from matcher.reports.fairness import CAME, CLEAR, WAIT
from matcher.reports.flow import FEWEST_FOR_TENTH, flow
from matcher.reports.followed import followed
from matcher.reports.foretold import Foretold
from matcher.reports.values import Period, ReportData, Scope, Section
from tests.made import client, clinic, therapist

LAST = date(2026, 10, 31)
PERIOD = Period(date(2025, 11, 1), LAST)
SCOPE = Scope(PERIOD, months_before(PERIOD))
#: Days until those ten of a dozen who come at all begin; one of them does after more than 90 days.
WAITS = (5, 12, 19, 26, 33, 40, 54, 68, 82, 120, None, None)


@cache
def steady(slow_men: bool = False) -> ReportData:
    """Return a clinic where as many enquire every month and come as soon, known up to its last day."""
    people, courses = [], []
    for at, month in enumerate(pd.date_range("2024-11-01", "2026-10-01", freq="MS")):
        for number in range(36):
            name, day = f"c{at}x{number}", month + pd.Timedelta(days=number % 28)
            gender = "man" if number % 2 else "woman"
            people.append(client(name, enquired_at=f"{day:%Y-%m-%d} 09:00", gender=gender))
            wait = None if slow_men and gender == "man" and number % 3 else WAITS[number // 3]
            begun = None if wait is None else day + pd.Timedelta(days=wait)
            if begun is not None and begun.date() <= LAST:
                courses.append(
                    {"episode_id": name, "client_id": name, "therapist_id": "t", "started_on": f"{begun:%Y-%m-%d}",
                     "sessions": 5}
                )  # fmt: skip
    return ReportData(clinic(therapist("t"), people=tuple(people), episodes=tuple(courses)))


def rows(section: Section, key: str, by: str) -> pd.DataFrame:
    return next(table.frame for table in section.tables if table.key == key).set_index(by)


def test_where_nothing_changed_no_change_is_reported() -> None:
    section = flow(cases(steady(), SCOPE))
    came = rows(section, "flow", "step").loc["came to a first session"]
    assert came["of those followed (%)"] == pytest.approx(75, abs=1)
    assert came["period before (%)"] == pytest.approx(75, abs=1)
    assert "no clear change from the 75% of the period before" in section.sentence
    waited = rows(section, "flow_times", "from enquiry until they").loc["came to a first session"]
    assert waited["days, median"] == waited["period before, days"] == 33


def test_who_is_too_recent_is_left_out_alike_and_said() -> None:
    found = followed(cases(steady(), SCOPE))
    assert found.now == Period(date(2025, 11, 1), date(2026, 7, 31))
    assert found.before == Period(date(2024, 11, 1), date(2025, 7, 31))
    section = flow(cases(steady(), SCOPE))
    assert any("About 110 who enquired in August to October 2026 are too recent" in said for said in section.cautions)
    steps = rows(section, "flow", "step")
    # Nine months of 36; so far, all twelve.
    assert steps["people followed"].iloc[0] == steps["people followed, period before"].iloc[0] == 325
    assert steps["people so far"].iloc[0] == 435
    assert pd.isna(steps["people followed, period before"].iloc[-1]), "no day of a third session is known"


def test_a_period_nobody_was_followed_in_says_so() -> None:
    late = Period(date(2026, 9, 1), LAST)
    section = flow(cases(steady(), Scope(late, months_before(late))))
    assert "has been followed for 90 days yet" in section.sentence
    steps = rows(section, "flow", "step")
    assert steps["people followed"].isna().all()
    assert steps["people so far"].iloc[0] == 75


def test_closing_within_the_time_tells_why_people_were_lost_and_a_start_is_no_loss() -> None:
    data = steady()
    asked = pd.to_datetime(data.clinic.clients["enquired_at"]).dt.tz_localize("UTC")
    came = data.clinic.clients["client_id"].isin(set(data.clinic.episodes["client_id"])).to_numpy()
    place = np.arange(len(asked))
    late, started = ~came & (place % 2 == 0), ~came & (place % 4 == 1)
    enquiries = pd.DataFrame({"client_id": data.clinic.clients["client_id"], "received_at": asked, "state": "closed"})
    enquiries = enquiries.assign(closed_reason=np.where(started, "started", np.where(came, None, "went_elsewhere")))
    enquiries["closed_at"] = asked + pd.to_timedelta(np.where(late, 100, 30), "D")
    lost = rows(flow(cases(replace(data, enquiries=enquiries), SCOPE)), "flow_lost", "why")
    assert list(lost.index) == ["went elsewhere"]
    inside = asked.between("2025-11-01", "2026-08-01").to_numpy()
    assert lost["people"].iloc[0] == pytest.approx((inside & ~came & ~late & ~started).sum(), abs=4)


def test_groups_of_which_fewer_come_are_seen_though_those_who_come_wait_alike() -> None:
    report = build_report(steady(slow_men=True), SCOPE, today=LAST)
    section = next(part for part in report.sections if part.key == "fairness")
    men = rows(section, "fairness_gender", "what").loc[[CAME, WAIT]].reset_index().set_index(["what", "group"])
    assert men.loc[(CAME, "man"), "figure"] == pytest.approx(22, abs=2)
    assert men.loc[(CAME, "woman"), "figure"] == pytest.approx(75, abs=2)
    assert men.loc[(CAME, "man"), CLEAR] == "clearly lower"
    assert men.loc[(WAIT, "man"), CLEAR] == "no clear difference"
    said = {one.question: one.text for one in answers(report.sections)}["For whom does it not?"]
    assert "“man”, came to a first session within 90 days −" in said
    assert f"{CAME.removesuffix(' (%)')} lower for gender “man”" in section.sentence
    assert any("fewer came" in caution for caution in section.cautions)


def test_whoever_comes_back_has_a_wait_from_their_new_enquiry() -> None:
    data = steady()
    back = data.clinic.clients["client_id"].str.endswith(("x1", "x2"))
    old = data.clinic.clients.loc[back, "client_id"]
    earlier = pd.DataFrame({"episode_id": "old" + old, "client_id": old, "therapist_id": "t"})
    earlier["started_on"] = pd.Timestamp("2020-01-01")
    episodes = pd.concat([data.clinic.episodes, earlier.reindex(columns=data.clinic.episodes.columns)])
    again = replace(data, clinic=replace(data.clinic, episodes=episodes.reset_index(drop=True)))
    plain, returning = (build_report(one, SCOPE, today=LAST).sections[-2] for one in (data, again))
    for one in (plain, returning):
        assert one.key == "fairness"
    waits = [rows(one, "fairness_gender", "what").loc[WAIT].set_index("group") for one in (plain, returning)]
    assert waits[0][["people", "figure"]].equals(waits[1][["people", "figure"]])


def test_the_slowest_tenth_is_told_of_many_alone() -> None:
    year = rows(flow(cases(steady(), SCOPE)), "flow_times", "from enquiry until they").iloc[0]
    assert year["slowest tenth, days"] == 82
    short = Period(date(2026, 5, 1), date(2026, 7, 31))
    few = flow(cases(steady(), Scope(short, months_before(short))))
    times = rows(few, "flow_times", "from enquiry until they").iloc[0]
    assert rows(few, "flow", "step")["people followed"].iloc[1] < FEWEST_FOR_TENTH
    assert pd.notna(times["days, median"])
    assert pd.isna(times["slowest tenth, days"])


def test_a_group_measured_more_often_in_one_outcome_is_not_thought_to_fare_as_that_outcome_does() -> None:
    """Everybody fares alike: staying is 1 above and the end score 1 below what was usual of group one alone."""
    rng = np.random.default_rng(3)
    group = np.repeat([0, 1], 2_000)
    beyond = np.zeros((4_000, 3)) + rng.normal(0, 0.1, (4_000, 3))
    beyond[group == 1] += (0.0, -1.0, 1.0)
    beyond[(group == 1) & (rng.random(4_000) < 0.7), 1] = np.nan
    found = Foretold(None, [], np.zeros(4_000), np.zeros(4_000), beyond)  # type: ignore[arg-type]
    # Of group one the end score's mean lies as far below as staying's above.
    means = np.bincount(group, found.error(group, 2)) / 2_000
    apart = means[1] - means[0]
    assert apart == pytest.approx(0.0, abs=0.02)
