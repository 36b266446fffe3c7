import numpy as np
import pytest
from arrays import Rows, dense_posterior, some_components, some_prior, some_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.ranking import estimation
from matcher.ranking.hierarchy import OutcomeModel
from matcher.ranking.posterior import FixedPrior
from matcher.ranking.sums import OutcomeSums
from matcher.ranking.variance import VariancePrior


def _fit(rows, prior=None, **settings):
    return OutcomeModel(**settings).fit(*rows.parts(), prior or some_prior(rows.X.shape[1]))


def _finite(model, therapists=("t00", "new")):
    benefit = model.benefit(therapists)
    for part in (model.posterior_.fixed, model.posterior_.effects, benefit.effects, benefit.own_cov, benefit.fixed):
        assert np.isfinite(part).all()
    return benefit


def test_without_episodes_the_prior_is_all():
    rows, prior = some_rows(0), some_prior()
    model = _fit(rows, prior)
    np.testing.assert_allclose(model.posterior_.fixed, prior.mean, atol=1e-12)
    np.testing.assert_allclose(model.posterior_.fixed_cov, prior.joint(), atol=1e-9)
    benefit = _finite(model, ["anyone"])
    assert not benefit.effects.any()
    mixing = np.kron(np.full(3, 1 / 3), np.eye(4))
    np.testing.assert_allclose(benefit.own_cov[0], mixing @ model.components_.of_effects(4) @ mixing.T)
    assert "No episodes" in model.spread().sentence()


@settings(max_examples=15, deadline=None)
@given(
    n=st.integers(1, 40), therapists=st.integers(1, 6), seed=st.integers(0, 99), missing=st.sampled_from([0, 0.5, 1])
)
def test_whatever_few_rows_there_are_the_answer_is_finite(n, therapists, seed, missing):
    _finite(_fit(some_rows(n, therapists, seed=seed, missing=missing)))


def test_one_episode_moves_its_therapist_the_way_it_went():
    rows = some_rows(1, 1, missing=0)
    rows.Y[:] = 3.0
    model = _fit(rows, FixedPrior(np.zeros((3, 3)), np.tile(np.eye(3) * 0.01, (3, 1, 1))))
    benefit = _finite(model)
    assert benefit.effects[0, 0] > 0
    assert benefit.effects[1, 0] == 0


@pytest.mark.parametrize("outcome", [0, 1, 2])
def test_an_outcome_that_never_varies_teaches_nothing_false(outcome):
    rows = some_rows(200)
    rows.Y[:, outcome] = 0.0
    benefit = _finite(_fit(rows))
    assert np.abs(benefit.effects).max() < 1


def test_collinear_columns_share_their_effect():
    rows = some_rows(200)
    rows.X[:, 2] = rows.X[:, 1]
    prior = FixedPrior(np.zeros((3, 3)), np.tile(np.eye(3), (3, 1, 1)))
    fixed = _fit(rows, prior).posterior_.fixed
    np.testing.assert_allclose(fixed[1], fixed[2], atol=1e-8)


def test_rows_fitted_apart_and_merged_give_the_model_of_all_rows():
    rows, prior = some_rows(160, 8), some_prior()
    parts = [rows.take(slice(start, start + 40)) for start in range(0, 160, 40)]
    merged = OutcomeSums.empty(3, 4)
    for part in parts:
        merged = merged + OutcomeSums.from_rows(*part.parts())
    whole, joined = _fit(rows, prior), OutcomeModel().fit_sums(merged, prior)
    np.testing.assert_allclose(whole.posterior_.effects, joined.posterior_.effects, atol=1e-9)
    np.testing.assert_allclose(whole.posterior_.fixed, joined.posterior_.fixed, atol=1e-9)


def test_new_episodes_update_the_model_without_the_old_rows():
    rows, prior, components = some_rows(120, 6), some_prior(), some_components()
    whole = _fit(rows, prior, components=components)
    updated = _fit(rows.take(slice(0, 70)), prior, components=components).update(*rows.take(slice(70, 120)).parts())
    assert whole.posterior_.therapists == updated.posterior_.therapists
    np.testing.assert_allclose(whole.posterior_.effects, updated.posterior_.effects, atol=1e-10)


def test_an_update_may_re_estimate_the_spreads():
    rows, prior = some_rows(120, 6), some_prior()
    whole = _fit(rows, prior)
    updated = _fit(rows.take(slice(0, 70)), prior).update(*rows.take(slice(70, 120)).parts(), spreads=True)
    np.testing.assert_allclose(whole.components_.residual, updated.components_.residual, rtol=0.02)


def test_predictions_are_fixed_plus_own_effects():
    rows, prior, components = some_rows(60), some_prior(), some_components()
    model = _fit(rows, prior, components=components)
    dense = dense_posterior(rows, components, prior, model.posterior_.therapists)
    expected = model.predict(rows.X[:1], rows.Z[:1], ["t01"])[0]
    k = 4
    for outcome in range(3):
        start = 9 + 1 * 3 * k + outcome * k
        own = rows.Z[0] @ dense.mean[start : start + k]
        assert expected[outcome] == pytest.approx(rows.X[0] @ dense.mean[outcome * 3 : outcome * 3 + 3] + own)
    unseen = model.predict(rows.X[:1], rows.Z[:1], ["nobody"])[0]
    np.testing.assert_allclose(unseen, rows.X[0] @ model.posterior_.fixed)


def test_estimated_spreads_find_the_truth_with_many_therapists(monkeypatch):
    truth, random = VariancePrior(level_sd=(0.5, 0.4, 0.1)).components(), np.random.default_rng(5)
    n_therapists, each = 150, 60
    n = n_therapists * each
    effects = random.multivariate_normal(np.zeros(12), truth.of_effects(4), n_therapists).reshape(-1, 3, 4)
    rows = some_rows(n, n_therapists, seed=6)
    place = np.array([int(name[1:]) for name in rows.therapists])
    noise = random.multivariate_normal(np.zeros(3), truth.residual, n)
    Y = np.einsum("nok,nk->no", effects[place], rows.Z) + noise
    Y[np.isnan(rows.Y)] = np.nan
    prior = FixedPrior(np.zeros((3, 3)), np.tile(np.eye(3), (3, 1, 1)))
    sampled = _fit(Rows(rows.X, rows.Z, Y, rows.therapists), prior).components_
    monkeypatch.setattr(estimation, "EXACT_THERAPISTS", 1000)
    exact = _fit(Rows(rows.X, rows.Z, Y, rows.therapists), prior).components_
    for found in (sampled, exact):
        np.testing.assert_allclose(found.residual, truth.residual, atol=0.05)
        np.testing.assert_allclose(np.sqrt(np.diag(found.level_slope)[:3]), [0.5, 0.4, 0.1], atol=0.08)
    np.testing.assert_allclose(exact.level_slope, sampled.level_slope, atol=0.02)


def test_a_prior_that_does_not_fit_is_refused():
    rows = some_rows()
    with pytest.raises(ValueError, match="mean"):
        _fit(rows, some_prior(p=2))
    with pytest.raises(ValueError, match="positive definite"):
        _fit(rows, FixedPrior(np.zeros((3, 3)), np.zeros((3, 3, 3))))
    with pytest.raises(ValueError, match="missing or infinite"):
        _fit(rows, FixedPrior(np.full((3, 3), np.nan), np.tile(np.eye(3), (3, 1, 1))))
    with pytest.raises(ValueError, match="severity"):
        OutcomeModel().fit(rows.X, rows.Z[:, :1], rows.Y, rows.therapists, some_prior())
