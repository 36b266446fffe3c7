import numpy as np
import pytest
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from matcher.evaluation.comparison import paired_difference
from matcher.evaluation.intervals import (
    Interval,
    bootstrap,
    clustered_least_squares,
    clustered_mean,
    share,
)


def rows(seed: int, n: int = 120):
    rng = np.random.default_rng(seed)
    therapist, client = rng.integers(0, 12, n), rng.integers(0, 60, n)
    X = np.column_stack((np.ones(n), rng.standard_normal(n)))
    y = 0.3 * X[:, 1] + 0.5 * rng.standard_normal(12)[therapist] + rng.standard_normal(n)
    return X, y, therapist, client


def left_out(X: np.ndarray, y: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Return the jackknife variance of coefficients: statsmodels fits again without each cluster."""
    whole, names = sm.OLS(y, X).fit().params, np.unique(groups)
    moved = np.array([sm.OLS(y[groups != one], X[groups != one]).fit().params - whole for one in names])
    return (len(names) - 1) / len(names) * (moved**2).sum(axis=0)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_one_way_clustering_is_statsmodels_without_each_cluster(seed: int) -> None:
    X, y, therapist, _ = rows(seed)
    oracle, t = sm.OLS(y, X).fit(), stats.t.ppf(0.975, 11)
    error = np.sqrt(left_out(X, y, therapist))
    for i, found in enumerate(clustered_least_squares(X, y, therapist)):
        assert found.value == pytest.approx(oracle.params[i])
        assert [found.low, found.high] == pytest.approx([found.value - t * error[i], found.value + t * error[i]])


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_two_way_clustering_adds_both_and_takes_away_their_overlap(seed: int) -> None:
    X, y, therapist, client = rows(seed)
    parts = [left_out(X, y, groups) for groups in (therapist, client, therapist * 1_000 + client)]
    error = np.sqrt(parts[0] + parts[1] - parts[2])
    for i, found in enumerate(clustered_least_squares(X, y, therapist, client)):
        assert (found.high - found.value) / stats.t.ppf(0.975, 11) == pytest.approx(error[i])


def test_each_row_its_own_cluster_is_hc3_of_statsmodels() -> None:
    X, y, _, _ = rows(4, 60)
    error = sm.OLS(y, X).fit(cov_type="HC3").bse * np.sqrt(59 / 60)
    for i, found in enumerate(clustered_least_squares(X, y, np.arange(60))):
        assert (found.high - found.value) / stats.t.ppf(0.975, 59) == pytest.approx(error[i])


def test_large_clusters_agree_with_the_usual_sandwich_of_statsmodels() -> None:
    X, y, _, client = rows(5, 6_000)
    oracle = sm.OLS(y, X).fit(cov_type="cluster", cov_kwds={"groups": client}, use_t=True)
    for i, found in enumerate(clustered_least_squares(X, y, client)):
        assert (found.high - found.value) / stats.t.ppf(0.975, 59) == pytest.approx(oracle.bse[i], rel=0.05)


@pytest.mark.parametrize(("sizes", "least"), [([26, 23, 21, 19, 17, 14], 0.94), ([40, 26, 18, 14, 12, 10], 0.92)])
def test_few_clusters_hold_the_mean_oftener_than_by_the_usual_sandwich(sizes: list[int], least: float) -> None:
    """Six therapists, each a little apart; where caseloads are very unequal it is still a little too seldom."""
    rng = np.random.default_rng(7)
    therapist = np.repeat(np.arange(6), sizes)
    held, usual = [], []
    for _ in range(1_000):
        y = 0.1 * rng.standard_normal(6)[therapist] + rng.standard_normal(120)
        found = clustered_mean(y, therapist)
        held.append(found.low <= 0 <= found.high)
        low, high = (
            sm.OLS(y, np.ones(120)).fit(cov_type="cluster", cov_kwds={"groups": therapist}, use_t=True).conf_int()[0]
        )
        usual.append(low <= 0 <= high)
    # Of clusters alike both are the same, but for how statsmodels counts rows.
    assert np.mean(usual) < np.mean(held) + 0.005
    assert np.mean(held) > least


def test_a_cluster_that_alone_tells_of_something_breaks_nothing() -> None:
    X = np.column_stack((np.ones(30), np.arange(30) < 3))
    found = clustered_least_squares(X, np.random.default_rng(8).standard_normal(30), np.arange(30) // 3)
    assert all(np.isfinite([one.low, one.high]).all() for one in found)


def test_without_clusters_a_mean_has_the_usual_t_interval() -> None:
    y = np.random.default_rng(3).standard_normal(40)
    low, high = stats.t.interval(0.95, 39, y.mean(), stats.sem(y))
    found = clustered_mean(y)
    assert (found.low, found.high) == (pytest.approx(low), pytest.approx(high))


def test_clustered_intervals_hold_when_therapists_share_an_effect() -> None:
    rng = np.random.default_rng(4)
    held, naive = 0, 0
    for _ in range(300):
        therapist = np.repeat(np.arange(40), 10)
        y = 0.5 * rng.standard_normal(40)[therapist] + rng.standard_normal(400)
        clustered, plain = clustered_mean(y, therapist), clustered_mean(y)
        held += clustered.low <= 0 <= clustered.high
        naive += plain.low <= 0 <= plain.high
    assert held / 300 > 0.92
    assert naive < held


def test_shares_have_wilson_intervals() -> None:
    for successes, n in ((0, 5), (3, 10), (95, 100)):
        found = share(successes, n)
        assert (found.low, found.high) == pytest.approx(proportion_confint(successes, n, method="wilson"))
    assert np.isnan(share(0, 0).value)


def test_the_bootstrap_agrees_with_the_formula_for_a_mean() -> None:
    _, y, therapist, _ = rows(5, 600)
    found = bootstrap(lambda picked: float(y[picked].mean()), therapist, np.random.default_rng(0), 2000)
    formula = clustered_mean(y, therapist)
    assert found.value == pytest.approx(formula.value)
    assert found.high - found.low == pytest.approx(formula.high - formula.low, rel=0.25)


@given(st.lists(st.floats(-5, 5), max_size=30), st.integers(1, 5))
def test_a_mean_never_breaks_and_its_interval_holds_it(values: list[float], clusters: int) -> None:
    found = clustered_mean(values, np.arange(len(values)) % clusters)
    assert found.n == len(values)
    if not np.isnan(found.low):
        assert found.low <= found.value <= found.high
    if len(values) < 2:
        assert found.side == 0


def test_nothing_can_be_told_from_one_row_or_one_cluster() -> None:
    assert clustered_mean([1.0]).side == 0
    assert clustered_mean([1.0, 2.0, 3.0], ["t1", "t1", "t1"]).side == 0
    assert np.isnan(clustered_mean([]).value)


def test_the_side_of_zero_is_said_plainly_and_only_with_enough_rows() -> None:
    gains = np.random.default_rng(6).standard_normal(200) * 0.1
    therapists = np.array([f"t{i % 20}" for i in range(200)], dtype=object)
    better = paired_difference("Ours", "chance", gains + 1, gains * 0, therapists)
    worse = paired_difference("Ours", "chance", gains - 1, gains * 0, therapists)
    level = paired_difference("Ours", "chance", gains, gains * 0, therapists)
    assert (better.verdict, worse.verdict, level.verdict) == (1, -1, 0)
    assert "did better than chance" in better.sentence
    assert "did worse than chance" in worse.sentence
    assert "cannot tell yet" in level.sentence
    few = paired_difference("Ours", "chance", gains[:20] + 1, gains[:20] * 0, therapists[:20])
    assert few.interval.side == 1
    assert few.verdict == 0


def test_pairs_with_a_missing_side_are_dropped() -> None:
    found = paired_difference("a", "b", np.array([1.0, np.nan, 3.0]), np.array([0.0, 1.0, np.nan]))
    assert found.interval.n == 1


def test_above_asks_for_the_whole_interval() -> None:
    assert Interval(1.0, 0.5, 1.5, 10, 10).above(0.4)
    assert not Interval(1.0, 0.5, 1.5, 10, 10).above(0.6)
