"""A therapist's own trend: there from 15 measured courses on, right, and no picture where it would be empty."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from statsmodels.api import OLS, add_constant

from matcher.reports.cases import cases
from matcher.reports.own import FEWEST_FOR_TREND, _followed, change_a_year, own_report
from matcher.reports.values import ReportData
from tests.made import client, clinic, therapist
from tests.reports.made_clinics import TODAY, clinic_of, scope, simulated


def days_and_effects(n: int, a_year: float) -> tuple[pd.Series, np.ndarray]:
    rng = np.random.default_rng(n)
    days = pd.Series(pd.Timestamp("2023-01-01") + pd.to_timedelta(rng.integers(0, 1_000, n), "D"))
    years = (days - days.min()).dt.days.to_numpy() / 365.25
    return days, a_year * years + rng.normal(0, 0.8, n)


@pytest.mark.parametrize("n", [15, 40, 400])
def test_the_change_a_year_is_that_of_statsmodels(n: int) -> None:
    days, effect = days_and_effects(n, 0.3)
    years = (days - pd.Timestamp("1970-01-01")).dt.days.to_numpy() / 365.25
    theirs = OLS(effect, add_constant(years - years.mean())).fit()
    ours = change_a_year(days, effect)
    assert ours.value == pytest.approx(theirs.params[1])
    assert (ours.low, ours.high) == pytest.approx(tuple(theirs.conf_int()[1]))


def test_the_change_a_year_holds_the_truth_at_its_rate() -> None:
    rng = np.random.default_rng(5)
    held = []
    for _ in range(400):
        days = pd.Series(pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 900, 15), "D"))
        years = (days - days.min()).dt.days.to_numpy() / 365.25
        found = change_a_year(days, 0.2 * years + rng.normal(0, 0.9, 15))
        held.append(found.low <= 0.2 <= found.high)
    assert np.mean(held) > 0.92


@pytest.mark.parametrize(("courses", "there"), [(14, False), (15, True)])
def test_a_trend_begins_at_fifteen_measured_courses(courses: int, there: bool) -> None:
    made = clinic_of(simulated(clients=400, therapists=6))
    whole = cases(ReportData(made), scope())
    known = _followed(whole) & ~np.isnan(whole.followed.effect)
    one = whole.episodes["therapist_id"][known].value_counts().index[0]
    theirs = whole.episodes[known & (whole.episodes["therapist_id"] == one).to_numpy(bool)]["client_id"]
    left_out = made.episodes["client_id"].isin(set(theirs[courses:])) & (made.episodes["therapist_id"] == one)
    data = ReportData(replace(made, episodes=made.episodes[~left_out].reset_index(drop=True)))
    report = own_report(data, scope(), one, today=TODAY)
    assert bool(report.sections[1].tables) == there


def test_every_therapist_with_fifteen_measured_courses_has_a_trend_and_no_empty_picture() -> None:
    data = ReportData(clinic_of(simulated(clients=400, therapists=6)))
    whole = cases(data, scope())
    known = _followed(whole) & ~np.isnan(whole.followed.effect)
    measured = whole.episodes["therapist_id"][known].value_counts()
    enough = measured >= FEWEST_FOR_TREND
    assert enough.any()
    told = dict(zip(measured.index, enough, strict=True))
    for one in whole.therapists.ids:
        trend = own_report(data, scope(), one, today=TODAY).sections[1]
        assert bool(trend.tables) == told.get(one, False)
        assert all(picture.frame["value"].notna().sum() >= 2 for picture in trend.pictures)
        if trend.tables:
            assert trend.tables[0].frame["from"].notna().all()
            assert "SD a year, at" not in trend.sentence
            assert "at equal case mix" in trend.sentence


def test_a_clinic_that_only_began_has_no_trend_of_its_short_courses() -> None:
    """Long courses do more good: by the day of the end, and without equal time, they would look like an improvement."""
    people, courses = [], []
    for day in range(0, 720, 3):
        long = day % 2
        name, begun = f"c{day}", pd.Timestamp("2024-11-01") + pd.Timedelta(days=day)
        ended = begun + pd.Timedelta(days=170 if long else 20)
        people.append(client(name, enquired_at=f"{begun:%Y-%m-%d} 09:00"))
        # Whoever stays long falls by 10, others by 2.
        score = {"measure": "phq9", "score_start": 16, "score_end": 6 if long else 14, "ending": "planned"}
        over = ended <= pd.Timestamp("2026-10-31")
        end = {"ended_on": f"{ended:%Y-%m-%d}", **score} if over else {"ending": "ongoing"}
        courses.append(
            {
                "episode_id": name,
                "client_id": name,
                "therapist_id": "tu"[day % 4 > 1],
                "started_on": f"{begun:%Y-%m-%d}",
            }
            | end
        )
    data = ReportData(clinic(therapist("t"), therapist("u"), people=tuple(people), episodes=tuple(courses)))
    trend = own_report(data, scope(), "t", today=TODAY).sections[1]
    row = trend.tables[0].frame.iloc[0]
    assert abs(row["change a year (SD)"]) < 0.05
    assert trend.sentence.startswith("No clear change over time")


def test_harder_cases_from_month_to_month_are_no_change_of_the_therapists() -> None:
    people, courses = [], []
    for day in range(0, 500, 2):
        name, who, begun = f"c{day}", "tu"[day % 4 > 1], pd.Timestamp("2024-11-01") + pd.Timedelta(days=day)
        start = 10 + day // 50
        people.append(client(name, enquired_at=f"{begun:%Y-%m-%d} 09:00"))
        # Half of what is above 4 falls away, with either therapist.
        courses.append(
            {"episode_id": name, "client_id": name, "therapist_id": who, "started_on": f"{begun:%Y-%m-%d}",
             "ended_on": f"{begun + pd.Timedelta(days=60):%Y-%m-%d}", "measure": "phq9", "ending": "planned",
             "score_start": start, "score_end": 4 + (start - 4) / 2 + day % 3}
        )  # fmt: skip
    data = ReportData(clinic(therapist("t"), therapist("u"), people=tuple(people), episodes=tuple(courses)))
    trend = own_report(data, scope(), "t", today=TODAY).sections[1]
    assert trend.sentence.startswith("No clear change over time")
