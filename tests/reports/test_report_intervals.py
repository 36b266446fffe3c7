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


def test_means_and_their_differences_are_those_of_statsmodels():
    rng = np.random.default_rng(1)
    values = np.concatenate([rng.normal(1, 1, 40), rng.normal(0, 3, 25), [np.nan] * 5])
    groups = np.repeat([0, 1], [42, 28]).astype(np.intp)
    found = moments(values, groups, 2)
    parts = [values[(groups == g) & ~np.isnan(values)] for g in (0, 1)]
    for place, part in enumerate(parts):
        low, high = DescrStatsW(part).tconfint_mean()
        assert found.interval.low[place] == pytest.approx(low)
        assert found.interval.high[place] == pytest.approx(high)
    whole = moments(values, np.zeros(len(values), dtype=np.intp), 1)
    others = found.without(whole)
    assert others.mean[0] == pytest.approx(parts[1].mean())
    assert others.variance[0] == pytest.approx(parts[1].var(ddof=1))
    low, high = CompareMeans(*(DescrStatsW(part) for part in parts)).tconfint_diff(usevar="unequal")
    difference = mean_difference(found, others)
    assert difference.low[0] == pytest.approx(low)
    assert difference.high[0] == pytest.approx(high)


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
