import numpy as np
import pytest
from arrays import some_components, some_parameters
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from matcher.ranking.variance import VarianceComponents, VariancePrior, chain, to_components


def test_the_prior_is_centred_on_the_published_figures():
    found = VariancePrior().components()
    level, slope = np.diag(found.level_slope)[:3], np.diag(found.level_slope)[3:]
    np.testing.assert_allclose(level, [0.08, 0.05, 0.032], atol=0.004)
    assert np.diag(found.domain)[1] == pytest.approx(0.015, abs=0.001)
    # improvement's therapist share at severity -1, 0, +1 SD: .02, .06, .10 published
    crossed = found.level_slope[1, 4]
    shares = [level[1] + 2 * at * crossed + at**2 * slope[1] for at in (-1, 0, 1)]
    np.testing.assert_allclose(shares, [0.02, 0.06, 0.10], atol=0.011)
    np.testing.assert_allclose(found.residual[0, 1], 0.28)


@given(arrays(np.float64, 22, elements=st.floats(-1.8, 1.8)))
def test_any_parameters_give_proper_covariances(theta):
    found = to_components(theta)
    for part in (found.level_slope, found.domain, found.residual):
        # Numbers next to nothing round by whole steps.
        np.testing.assert_allclose(part, part.T, atol=1e-12)
        spread = np.sqrt(np.diag(part))
        assert np.linalg.eigvalsh(part / np.outer(spread, spread)).min() > 0


@pytest.mark.parametrize("k", [2, 3, 10])
def test_inverse_and_determinant_come_from_the_blocks(k):
    found = some_components()
    whole = found.of_effects(k)
    np.testing.assert_allclose(found.precision(k) @ whole, np.eye(3 * k), atol=1e-10)
    assert found.log_determinant(k) == pytest.approx(np.linalg.slogdet(whole)[1])


def test_effects_are_laid_out_outcome_by_outcome():
    found, k = some_components(), 4
    table = found.of_effects(k).reshape(3, k, 3, k)
    np.testing.assert_allclose(table[:, 0, :, 0], found.level_slope[:3, :3])
    np.testing.assert_allclose(table[:, 0, :, 3], found.level_slope[:3, 3:])
    np.testing.assert_allclose(table[:, 2, :, 2], found.domain)
    assert not table[:, 1, :, 2].any()


def test_the_chain_rule_agrees_with_a_direct_derivative():
    random, theta = np.random.default_rng(0), some_parameters()
    slope = VarianceComponents(*(random.normal(size=(size, size)) for size in (6, 3, 3)))

    def value(at):
        found = to_components(at)
        return sum(np.sum(getattr(slope, name) * getattr(found, name)) for name in VarianceComponents.__slots__)

    direction = random.normal(size=22)
    numeric = (value(theta + 1e-6 * direction) - value(theta - 1e-6 * direction)) / 2e-6
    assert chain(theta, slope) @ direction == pytest.approx(numeric, rel=1e-6)


def test_the_prior_precision_is_proper():
    assert np.linalg.eigvalsh(VariancePrior().precision()).min() > 0
