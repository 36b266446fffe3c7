import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from sklearn import metrics as oracle

from matcher.evaluation.metrics import (
    CONCORDANCE,
    ORACLE_SHARE,
    TOP_CHOICE_GAIN,
    brier,
    calibration,
    coverage,
    log_loss,
    ndcg,
    rmse,
    top_choice_gains,
)

METRICS = (CONCORDANCE, TOP_CHOICE_GAIN, ORACLE_SHARE, ndcg(5))


def grid(seed: int, ties: bool = False, shape: tuple[int, int] = (6, 9)):
    rng = np.random.default_rng(seed)
    scores, gains = rng.standard_normal(shape), rng.standard_normal(shape)
    if ties:
        scores = np.round(scores)
    scores[rng.random(shape) < 0.2] = np.nan
    return scores, gains


@pytest.mark.parametrize("ties", [False, True])
@pytest.mark.parametrize("seed", range(4))
def test_concordance_agrees_with_somers_d(seed: int, ties: bool) -> None:
    scores, gains = grid(seed, ties, (1, 12))
    known = ~np.isnan(scores[0])
    # Somers' D of scores given gains is concordant less discordant pairs over pairs with different gains.
    d = stats.somersd(gains[0, known], scores[0, known]).statistic
    assert CONCORDANCE(scores, gains) == pytest.approx((1 + d) / 2)


@pytest.mark.parametrize("seed", range(4))
def test_concordance_of_a_yes_or_no_is_the_area_under_the_curve(seed: int) -> None:
    scores, gains = grid(seed, ties=True, shape=(1, 40))
    known = ~np.isnan(scores[0])
    yes = gains > 0
    assert CONCORDANCE(scores, yes) == pytest.approx(oracle.roc_auc_score(yes[0, known], scores[0, known]))


@pytest.mark.parametrize("k", [1, 3, 20])
@pytest.mark.parametrize("ties", [False, True])
def test_ndcg_agrees_with_scikit_learn(k: int, ties: bool) -> None:
    for seed in range(4):
        scores, gains = grid(seed, ties)
        grades = np.digitize(gains, [-0.5, 0.5, 1.0])
        rows = [~np.isnan(row) for row in scores]
        expected = np.mean(
            [oracle.ndcg_score([g[r]], [s[r]], k=k) for s, g, r in zip(scores, grades, rows, strict=True)]
        )
        assert ndcg(k)(scores, grades) == pytest.approx(expected)


def test_errors_and_scores_of_chances_agree_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    left, chance = rng.integers(0, 2, 50).astype(float), rng.uniform(0.01, 0.99, 50)
    assert brier(left, chance) == pytest.approx(oracle.brier_score_loss(left, chance))
    assert log_loss(left, chance) == pytest.approx(oracle.log_loss(left, chance))
    realised, predicted = rng.standard_normal(50), rng.standard_normal(50)
    assert rmse(realised, predicted) == pytest.approx(oracle.root_mean_squared_error(realised, predicted))
    realised[3] = np.nan
    known = ~np.isnan(realised)
    assert rmse(realised, predicted) == pytest.approx(oracle.root_mean_squared_error(realised[known], predicted[known]))


def test_calibration_of_true_expectations_is_a_slope_of_one() -> None:
    rng = np.random.default_rng(1)
    predicted = rng.standard_normal(4000)
    intercept, slope = calibration(predicted, predicted + rng.standard_normal(4000))
    assert intercept.low < 0 < intercept.high
    assert slope.low < 1 < slope.high
    _, doubled = calibration(2 * predicted, predicted + rng.standard_normal(4000))
    assert doubled.value == pytest.approx(0.5, abs=0.05)
    expected = stats.linregress(predicted, realised := predicted + rng.standard_normal(4000))
    assert calibration(predicted, realised)[1].value == pytest.approx(expected.slope)


def test_coverage_counts_only_what_is_known() -> None:
    assert coverage(np.array([0.0, 0.0, np.nan]), np.ones(3), np.array([0.5, 2.0, 0.5])) == 0.5
    assert np.isnan(coverage(np.zeros(0), np.zeros(0), np.zeros(0)))


def test_the_oracle_has_all_of_its_own_gain_and_chance_none() -> None:
    scores, gains = grid(2)
    eligible = ~np.isnan(scores)
    assert ORACLE_SHARE(np.where(eligible, gains, np.nan), gains) == pytest.approx(1)
    assert ORACLE_SHARE(np.where(eligible, 0.0, np.nan), gains) == pytest.approx(0)
    assert CONCORDANCE(np.where(eligible, 0.0, np.nan), gains) == pytest.approx(0.5)


def test_the_top_choice_gain_by_hand() -> None:
    scores = np.array([[3.0, 1.0, np.nan], [1.0, 1.0, 0.0], [np.nan, np.nan, np.nan]])
    gains = np.array([[1.0, 0.0, 9.0], [2.0, 0.0, 4.0], [1.0, 1.0, 1.0]])
    np.testing.assert_allclose(top_choice_gains(scores, gains), [0.5, -1.0, np.nan])


@given(st.integers(0, 10_000), st.floats(0.1, 10), st.floats(-5, 5))
def test_metrics_see_only_the_order_of_scores(seed: int, scale: float, shift: float) -> None:
    scores, gains = grid(seed)
    for metric in (CONCORDANCE, TOP_CHOICE_GAIN, ORACLE_SHARE):
        assert metric(scores * scale + shift, gains) == pytest.approx(metric(scores, gains), nan_ok=True)
    grades = np.digitize(gains, [0.0, 1.0])
    assert ndcg(3)(scores * scale + shift, grades) == pytest.approx(ndcg(3)(scores, grades), nan_ok=True)


@given(st.integers(0, 10_000))
def test_metrics_do_not_depend_on_the_order_of_rows_or_columns(seed: int) -> None:
    scores, gains = grid(seed, ties=True)
    rng = np.random.default_rng(seed)
    rows, columns = rng.permutation(scores.shape[0]), rng.permutation(scores.shape[1])
    moved = np.ix_(rows, columns)
    for metric in METRICS[:3]:
        assert metric(scores[moved], gains[moved]) == pytest.approx(metric(scores, gains), nan_ok=True)


def test_every_metric_says_what_it_means_and_where_it_comes_from() -> None:
    nobody = np.full((2, 3), np.nan)
    for metric in METRICS:
        assert metric.name
        assert metric.meaning
        assert any(character.isdigit() for character in metric.citation)
        assert np.isnan(metric(nobody, nobody))
