"""Intervals against a trusted library, and how often they hold what they should."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from matcher.reports.intervals import (
    mean_difference,
    median_interval,
    moments,
    rounded_shares,
    share_difference,
    wilson,
)
from matcher.reports.suppression import LEAST, rounded


@given(st.integers(1, 500), st.floats(0, 1))
def test_wilson_is_that_of_statsmodels(n, share):
    k = round(n * share)
    found = wilson([k], [n])
    low, high = proportion_confint(k, n, method="wilson")
    assert found.low[0] == pytest.approx(low, abs=1e-9)
    assert found.high[0] == pytest.approx(high, abs=1e-9)


@given(st.integers(20, 400), st.integers(20, 400), st.floats(0.1, 0.9), st.floats(0.1, 0.9))
def test_a_difference_of_shares_is_newcombes_of_statsmodels(n, m, p, q):
    k, other = round(n * p), round(m * q)
    found = share_difference(wilson([k], [n]), wilson([other], [m]))
    low, high = confint_proportions_2indep(k, n, other, m, compare="diff", method="newcomb")
    assert found.low[0] == pytest.approx(low, abs=1e-6)
    assert found.high[0] == pytest.approx(high, abs=1e-6)


def even(values: np.ndarray) -> np.ndarray:
    """Return values that lie alike on either side of their mean, so that nothing is skewed."""
    return np.concatenate([values, 2 * values.mean() - values])


def test_means_and_their_differences_are_those_of_statsmodels_where_nothing_is_skewed():
    rng = np.random.default_rng(1)
    parts = even(rng.normal(1, 1, 20)), even(rng.normal(0, 3, 12))
    values = np.concatenate([*parts, [np.nan] * 5])
    groups = np.repeat([0, 1], [len(parts[0]), len(parts[1]) + 5]).astype(np.intp)
    found = moments(values, groups, 2)
    for place, part in enumerate(parts):
        low, high = DescrStatsW(part).tconfint_mean()
        assert found.interval.low[place] == pytest.approx(low)
        assert found.interval.high[place] == pytest.approx(high)


def test_a_difference_of_many_means_is_welchs_of_statsmodels():
    rng = np.random.default_rng(5)
    ours, theirs = rng.normal(1, 1, 4_000), rng.normal(0, 3, 9_000)
    found, others = (moments(part, np.zeros(len(part), dtype=np.intp), 1) for part in (ours, theirs))
    low, high = CompareMeans(DescrStatsW(ours), DescrStatsW(theirs)).tconfint_diff(usevar="unequal")
    difference = mean_difference(found, others)
    assert difference.low[0] == pytest.approx(low, abs=0.001)
    assert difference.high[0] == pytest.approx(high, abs=0.001)


def test_everybody_else_has_their_own_moments():
    rng = np.random.default_rng(2)
    values, groups = rng.gamma(2, 5, 90), rng.integers(0, 3, 90)
    found = moments(values, groups, 3)
    rest = found.without(moments(values, np.zeros(90, dtype=np.intp), 1))
    for place in range(3):
        others = values[groups != place]
        assert rest.mean[place] == pytest.approx(others.mean())
        assert rest.variance[place] == pytest.approx(others.var(ddof=1))
        assert rest.third[place] == pytest.approx(stats.kstat(others, 3))


def test_an_interval_of_skewed_numbers_undoes_halls_transformation():
    values = np.random.default_rng(3).gamma(1, 20, 14)
    n, error = len(values), stats.sem(values)
    skew = stats.kstat(values, 3) / values.std(ddof=1) ** 3 / np.sqrt(n)

    def transformed(mean: float) -> float:
        t = (values.mean() - mean) / error
        return t + skew * t**2 / 3 + skew**2 * t**3 / 27 + skew / 6

    found = moments(values, np.zeros(n, dtype=np.intp), 1).interval
    for end, reach in ((found.low[0], stats.t.ppf(0.975, n - 1)), (found.high[0], stats.t.ppf(0.025, n - 1))):
        assert transformed(end) == pytest.approx(reach)


@pytest.mark.parametrize("n", [11, 15, 20, 30])
def test_few_skewed_numbers_hold_their_mean_nineteen_times_in_twenty(n):
    """Of days waited, say, which a plain t interval holds 90 to 93 times in 100 only."""
    rng = np.random.default_rng(4)
    groups = np.repeat(np.arange(8_000), n)
    for draw, true in ((rng.exponential, 1.0), (lambda size: rng.gamma(2.3, 1, size), 2.3)):
        values = draw(size=len(groups))
        found = moments(values, groups, 8_000)
        half = stats.t.ppf(0.975, n - 1) * np.sqrt(found.variance / n)
        assert (np.abs(found.mean - true) <= half).mean() < 0.945
        assert ((found.interval.low <= true) & (true <= found.interval.high)).mean() > 0.94
        for m in (n, 200):
            others = moments(draw(size=8_000 * m), np.repeat(np.arange(8_000), m), 8_000)
            apart = mean_difference(found, others)
            assert ((apart.low <= 0) & (apart.high >= 0)).mean() > 0.94, m


@pytest.mark.parametrize("n", [40, 60, 120, 400, 2_000])
def test_intervals_of_rounded_counts_hold_the_share_nineteen_times_in_twenty(n):
    rng = np.random.default_rng(2)
    held = []
    for share in np.linspace(0.03, 0.97, 48):
        sizes = n + rng.integers(-2, 3, 2_000)
        counts = rng.binomial(sizes, share)
        before, others = rng.integers(0, 100, (2, 2_000))
        parts = rounded(counts, before), rounded(sizes - counts, others)
        found = rounded_shares(parts[0], rounded(sizes, before + others))
        shown = (parts[0] >= LEAST) & (parts[1] >= LEAST)
        if shown.mean() > 0.9:
            held.append(((found.low <= share) & (share <= found.high))[shown].mean())
    # Counts in steps of 5 make the share held rise and fall between neighbouring shares.
    assert 0.945 < np.mean(held) < 0.985
    assert min(held) > 0.88


@pytest.mark.parametrize("share", [0.9, 0.97, 0.99, 1.0])
def test_next_to_all_an_interval_reaches_as_far_as_the_rounding_and_no_further(share):
    """Of the flow even a share with a small rest is shown: both counts stand in the table."""
    assert rounded_shares([45], [45]).low[0] == pytest.approx(wilson([41], [45]).low[0])
    assert rounded_shares([305], [310]).low[0] > 0.94
    rng = np.random.default_rng(6)
    for n in (45, 120, 400):
        sizes = n + rng.integers(-2, 3, 4_000)
        counts = rng.binomial(sizes, share)
        before, others = rng.integers(0, 100, (2, 4_000))
        whole = rounded(sizes, before + others)
        found = rounded_shares(np.minimum(rounded(counts, before), whole), whole)
        assert ((found.low <= share) & (share <= found.high + 1e-9)).mean() > 0.93, n


def test_a_median_is_held_by_its_order_statistics():
    rng = np.random.default_rng(3)
    held = [low <= 1 <= high for _, low, high in (median_interval(rng.lognormal(0, 1, 30)) for _ in range(2_000))]
    assert 0.94 < np.mean(held) < 0.99


def test_nothing_is_said_of_nobody():
    assert np.isnan(wilson([0], [0]).low[0])
    assert np.isnan(median_interval(np.array([np.nan, 3.0]))[0])
    assert stats.norm.ppf(0.975) == pytest.approx(1.959964, abs=1e-6)
