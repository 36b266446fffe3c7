import numpy as np
import pytest
from arrays import dense_posterior, some_components, some_prior, some_rows

from matcher.ranking.hierarchy import OutcomeModel

WEIGHTS = (0.2, 0.5, 0.3)


@pytest.fixture
def case():
    rows, components, prior = some_rows(), some_components(), some_prior()
    model = OutcomeModel(components=components).fit(*rows.parts(), prior)
    return model, dense_posterior(rows, components, prior, model.posterior_.therapists)


def _contrasts(X, z, k):
    """Return the rows that take each therapist's benefit less the average from the dense effects."""
    n, p = X.shape
    loads = np.zeros((n, 3 * p + n * 3 * k))
    for therapist in range(n):
        for outcome, weight in enumerate(WEIGHTS):
            loads[therapist, outcome * p : (outcome + 1) * p] = weight * X[therapist]
            start = 3 * p + therapist * 3 * k + outcome * k
            loads[therapist, start : start + k] = weight * z
    return loads - loads.mean(axis=0)


def test_mean_and_deviation_of_a_difference_are_exact(case):
    model, dense = case
    benefit = model.benefit(weights=WEIGHTS)
    n, k = len(benefit.therapists), 4
    random = np.random.default_rng(4)
    X, z = random.normal(size=(n, 3)), random.normal(size=k)
    loads = _contrasts(X, z, k)
    mean = benefit.mean(X[None], z[None])[0]
    np.testing.assert_allclose(mean - mean.mean(), loads @ dense.mean, atol=1e-8)
    deviation = benefit.deviation(X, np.tile(z, (n, 1)), np.arange(n), np.tile(X.mean(axis=0), (n, 1)))
    np.testing.assert_allclose(deviation, np.sqrt(np.diag(loads @ dense.covariance @ loads.T)), atol=1e-8)


def test_an_unseen_therapist_is_average_and_less_sure(case):
    model, _ = case
    benefit = model.benefit(["t03", "unseen"], WEIGHTS)
    assert not benefit.effects[1].any()
    assert not benefit.lean[1].any()
    assert benefit.own_cov[1, 0, 0] > benefit.own_cov[0, 0, 0]


def test_therapists_come_in_the_order_asked_for(case):
    model, _ = case
    first, second = model.benefit(["t01", "t02"]), model.benefit(["t02", "t01"])
    np.testing.assert_array_equal(first.effects, second.effects[::-1])
    np.testing.assert_array_equal(first.lean, second.lean[::-1])


def test_parts_add_up_to_the_benefit(case):
    model, _ = case
    random = np.random.default_rng(0)
    X, Z = random.normal(size=(5, 3)), random.normal(size=(5, 4))
    parts = model.predict(X, Z, ["t00"] * 5) @ np.array(WEIGHTS)
    whole = model.benefit(["t00"], WEIGHTS).mean(X[:, None, :], Z)[:, 0]
    np.testing.assert_allclose(parts, whole, atol=1e-12)


@pytest.mark.parametrize("weights", [(1.0, 2.0), (1.0, np.nan, 0.0)])
def test_weights_that_are_none_are_refused(case, weights):
    with pytest.raises(ValueError, match="weights"):
        case[0].benefit(weights=weights)
