import numpy as np
import pytest
from array_world import World

from matcher.ranking.evidence import tempered
from matcher.ranking.hierarchy import OutcomeModel
from matcher.ranking.variance import VariancePrior

SEEDS = range(10)


def _spread(seed, n, shuffled=False, **settings):
    world = World(seed=seed, **settings)
    X, Z, Y, therapists = world.episodes(n)
    if shuffled:
        therapists = np.random.default_rng(seed).permutation(therapists)
    return OutcomeModel().fit(X, Z, Y, therapists, world.prior()).spread()


@pytest.mark.slow
def test_therapists_that_differ_are_found():
    found = [_spread(seed, 1500) for seed in SEEDS]
    assert np.mean([part.learned for part in found]) > 0.1
    assert all(part.differs for part in found)
    assert "show that therapists differ" in found[0].sentence()


@pytest.mark.slow
@pytest.mark.parametrize("null", [{"shuffled": True}, {"spread": 0.0}])
def test_therapists_that_do_not_differ_give_next_to_no_spread(null):
    found = [_spread(seed, 3000, **null) for seed in SEEDS]
    assert np.mean([part.learned for part in found]) < 0.02
    assert not any(part.differs for part in found)
    assert any("no differences between therapists" in part.sentence() for part in found)


@pytest.mark.slow
def test_a_few_shuffled_episodes_are_rarely_taken_for_a_difference():
    assert np.mean([_spread(seed, 300, shuffled=True).differs for seed in range(20)]) <= 0.15


def test_evidence_for_differences_leaves_the_spreads_alone():
    components = VariancePrior().components()
    for evidence in (0.0, 3.0, 50.0):
        np.testing.assert_allclose(tempered(components, evidence).level_slope, components.level_slope)
    against = [tempered(components, -size).domain[1, 1] for size in (0.5, 2.0, 5.0, 500.0)]
    assert against == sorted(against, reverse=True)
    assert 0 < against[-1] < 1e-4
