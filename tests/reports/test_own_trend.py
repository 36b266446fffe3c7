"""A therapist's own trend: there from 15 measured courses on, right, and no picture where it would be empty."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.api import OLS, add_constant

from matcher.features.outcomes import OUTCOMES
from matcher.reports.cases import cases
from matcher.reports.own import FEWEST_FOR_TREND, change_a_year, own_report
from matcher.reports.values import ReportData
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


def test_every_therapist_with_fifteen_measured_courses_has_a_trend_and_no_empty_picture() -> None:
    data = ReportData(clinic_of(simulated(clients=400, therapists=6)))
    whole = cases(data, scope())
    known = whole.so_far & ~np.isnan(whole.scores[:, OUTCOMES.index("improvement")])
    measured = whole.episodes["therapist_id"][known].value_counts()
    assert (measured >= FEWEST_FOR_TREND).any()
    for one in whole.therapists.ids:
        trend = own_report(data, scope(), one, today=TODAY).sections[1]
        assert bool(trend.tables) == (measured.get(one, 0) >= FEWEST_FOR_TREND)
        assert all(picture.frame["value"].notna().sum() >= 2 for picture in trend.pictures)
        if trend.tables:
            assert trend.tables[0].frame["from"].notna().all()
            assert "SD a year" in trend.sentence
