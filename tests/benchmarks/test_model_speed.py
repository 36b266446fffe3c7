"""How long the outcome model takes beside its peers, in the same run on the same rows."""

import resource
import warnings

import numpy as np
import pytest
from threadpoolctl import threadpool_limits
from timing import quickest

from matcher.ranking.hierarchy import OutcomeModel
from matcher.ranking.posterior import FixedPrior
from matcher.ranking.sums import OutcomeSums

FIXED, DOMAINS = 60, 8


def _rows(n, n_therapists, seed=0):
    random = np.random.default_rng(seed)
    X = random.normal(size=(n, FIXED))
    X[:, 0] = 1.0
    Z = np.zeros((n, DOMAINS + 2))
    Z[:, 0], Z[:, -1] = 1.0, random.normal(size=n)
    for _ in range(2):
        Z[np.arange(n), random.integers(1, DOMAINS + 1, n)] = 0.7
    therapists = random.integers(0, n_therapists, n)
    level = random.normal(0, 0.22, (n_therapists, 3))
    Y = level[therapists] + 0.3 * X[:, 1:4] + random.normal(size=(n, 3))
    Y[random.random(n) < 0.55, 1] = np.nan
    Y[random.random(n) < 0.30, 0] = np.nan
    return X, Z, Y, therapists


def _prior():
    return FixedPrior(np.zeros((FIXED, 3)), np.tile(np.eye(FIXED), (3, 1, 1)))


def _fit(rows):
    return OutcomeModel().fit(*rows, _prior())


@pytest.fixture(autouse=True)
def one_thread():
    """Hold every library to one thread, so that processor time compares like with like."""
    with threadpool_limits(1):
        yield


@pytest.mark.benchmark
def test_a_hundred_thousand_episodes_are_fitted_faster_than_by_boosted_trees_or_gpboost():
    lightgbm, gpboost = pytest.importorskip("lightgbm"), pytest.importorskip("gpboost")
    rows = _rows(100_000, 1_000)
    X, _, Y, therapists = rows

    def trees(outcomes=(0, 1, 2)):
        for outcome in outcomes:
            seen = ~np.isnan(Y[:, outcome])
            data = lightgbm.Dataset(np.column_stack([X[seen], therapists[seen]]), Y[seen, outcome])
            lightgbm.train({"verbosity": -1, "num_threads": 1, "objective": "regression"}, data, num_boost_round=150)

    def mixed_model():
        model = gpboost.GPModel(group_data=therapists, likelihood="gaussian")
        model.fit(y=np.ascontiguousarray(Y[:, 2]), X=X)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        (ours,) = quickest(lambda: _fit(rows))
        gpb, lgbm, one = quickest(mixed_model, trees, lambda: trees([2]), rounds=1)
    print(
        f"ours {ours:.2f} s for three outcomes; LightGBM {lgbm:.2f} s, {one:.2f} s for one; GPBoost {gpb:.2f} s for one"
    )
    assert ours < lgbm
    assert ours < gpb


@pytest.mark.benchmark
def test_a_million_episodes_cost_less_than_ten_passes_and_fit_in_memory(tmp_path):
    rows = _rows(1_000_000, 10_000)
    for place, part in enumerate(rows):
        np.save(tmp_path / f"{place}.npy", part)

    def read_and_multiply():
        X, *_rest = [np.load(tmp_path / f"{place}.npy") for place in range(4)]
        return X.T @ X

    # In turn: a pass made again and again alone keeps its memory, which a reading of its own never has.
    one_pass, summing, fitting = quickest(read_and_multiply, lambda: OutcomeSums.from_rows(*rows), lambda: _fit(rows))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"read and X'X {one_pass:.2f} s, sums {summing:.2f} s, whole fit {fitting:.2f} s, peak {peak:.2f} GiB")
    assert fitting < 10 * one_pass
    assert peak < 4


@pytest.mark.benchmark
def test_cost_grows_no_faster_than_the_rows():
    seconds = {}
    for n in (10_000, 100_000, 1_000_000):
        rows = _rows(n, n // 100)
        (seconds[n],) = quickest(lambda rows=rows: _fit(rows))
    print({n: round(value, 2) for n, value in seconds.items()})
    assert seconds[1_000_000] < 15 * seconds[100_000]
    assert seconds[100_000] < 15 * seconds[10_000]
