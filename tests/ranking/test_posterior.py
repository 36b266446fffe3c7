import numpy as np
import pytest
from arrays import dense_posterior, some_components, some_parameters, some_prior, some_rows

from matcher.ranking import posterior as module
from matcher.ranking.likelihood import negative_log_likelihood
from matcher.ranking.posterior import FixedPrior, solve
from matcher.ranking.sums import OutcomeSums
from matcher.ranking.variance import chain, to_components


@pytest.mark.parametrize("missing", [0.0, 0.35, 0.8])
def test_the_posterior_is_that_of_dense_matrices(missing):
    rows, components, prior = some_rows(missing=missing), some_components(), some_prior()
    sums = OutcomeSums.from_rows(*rows.parts())
    found = solve(sums, components, prior)
    dense = dense_posterior(rows, components, prior, sums.therapists)
    p = rows.X.shape[1]
    np.testing.assert_allclose(found.fixed.T.ravel(), dense.mean[: 3 * p], atol=1e-8)
    np.testing.assert_allclose(found.effects.ravel(), dense.mean[3 * p :], atol=1e-8)
    np.testing.assert_allclose(found.fixed_cov, dense.covariance[: 3 * p, : 3 * p], atol=1e-8)
    constant = found.log_marginal + dense.negative_log_likelihood
    assert constant == pytest.approx(0.0, abs=1e-7)


def test_therapists_solved_a_few_at_a_time_give_the_same(monkeypatch):
    sums = OutcomeSums.from_rows(*some_rows(300, 20).parts())
    at_once = solve(sums, some_components(), some_prior())
    monkeypatch.setattr(module.chunks, "__defaults__", (3,))
    apart = solve(sums, some_components(), some_prior())
    np.testing.assert_allclose(at_once.effects, apart.effects, atol=1e-12)
    np.testing.assert_allclose(at_once.fixed_cov, apart.fixed_cov, atol=1e-12)


def test_the_likelihood_differs_from_the_dense_one_by_a_constant():
    rows, prior = some_rows(), some_prior()
    sums = OutcomeSums.from_rows(*rows.parts())
    gaps = []
    for seed in range(4):
        components = to_components(some_parameters(seed, 0.4))
        dense = dense_posterior(rows, components, prior, sums.therapists).negative_log_likelihood
        gaps.append(negative_log_likelihood(sums, components, prior)[0] - dense)
    np.testing.assert_allclose(gaps, gaps[0], atol=1e-8)


@pytest.mark.parametrize("fixed", [0, 3])
def test_the_gradient_is_the_derivative_of_the_likelihood(fixed):
    """Without fixed effects too: large clinics have those taken out before."""
    rows, nothing = some_rows(), FixedPrior(np.zeros((0, 3)), np.zeros((3, 0, 0)))
    sums = OutcomeSums.from_rows(rows.X[:, :fixed], rows.Z, rows.Y, rows.therapists)
    prior, theta = some_prior() if fixed else nothing, some_parameters()
    slope = negative_log_likelihood(sums, to_components(theta), prior)[1]

    def value(at):
        return negative_log_likelihood(sums, to_components(at), prior)[0]

    steps = 1e-5 * np.eye(len(theta))
    numeric = [(value(theta + step) - value(theta - step)) / 2e-5 for step in steps]
    np.testing.assert_allclose(chain(theta, slope), numeric, atol=1e-6)


def test_the_common_factor_ties_the_published_effects_together():
    prior = some_prior(common=0.5)
    centre = prior.stacked()
    alone = some_prior(common=0.0).joint()
    np.testing.assert_allclose(prior.joint() - alone, 0.25 * np.outer(centre, centre), atol=1e-12)
    np.testing.assert_allclose(prior.precision() @ prior.joint(), np.eye(len(centre)), atol=1e-9)
