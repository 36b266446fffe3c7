"""How near the model comes to the best possible choice, beside its peers, on clinics with known truth."""

import warnings

import numpy as np
import pytest
from array_world import DOMAINS, World
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import RidgeCV

from matcher.ranking.hierarchy import OutcomeModel

SIZES, SEEDS, CLIENTS, ELIGIBLE = (0, 100, 300, 1000, 3000), 24, 1000, 20
PEER_SEEDS = 12
PEERS = ("therapist mean", "ridge", "boosting")


def _hierarchy(world, episodes, clients, eligible, **settings):
    model = OutcomeModel(**settings).fit(*episodes, world.prior())
    benefit = model.benefit(range(world.n_therapists))
    own = benefit.own(world.own_columns(clients))
    return world.fixed_columns(clients, eligible) @ benefit.fixed + np.take_along_axis(own, eligible, axis=1)


def _by_outcome(world, episodes, clients, eligible, predict):
    X, _, Y, therapists = episodes
    flat = world.fixed_columns(clients, eligible).reshape(eligible.size, -1)
    total = np.zeros(eligible.size)
    for outcome in range(3):
        seen = ~np.isnan(Y[:, outcome])
        total += predict(X[seen], therapists[seen], Y[seen, outcome], flat, eligible.ravel())
    return total.reshape(eligible.shape)


def _therapist_mean(_X, therapists, y, _flat, chosen):
    count = np.bincount(therapists, minlength=40)
    mean = np.bincount(therapists, y - y.mean(), minlength=40) / np.maximum(count, 1)
    return mean[chosen]


def _ridge(X, therapists, y, flat, chosen):
    dummies = np.eye(40)
    fitted = RidgeCV(np.logspace(-1, 4, 16)).fit(np.hstack([X, dummies[therapists]]), y)
    return fitted.predict(np.hstack([flat, dummies[chosen]]))


def _boosting(X, therapists, y, flat, chosen):
    model = HistGradientBoostingRegressor(
        max_iter=100, learning_rate=0.06, min_samples_leaf=10, l2_regularization=1.0, categorical_features=[X.shape[1]]
    )
    return model.fit(np.column_stack([X, therapists]), y).predict(np.column_stack([flat, chosen]))


def _shares(kind, pairs, peers=PEERS):
    """Return the share of the oracle's gain for each seed, by scorer and number of episodes."""
    found = {}
    rules = {"therapist mean": _therapist_mean, "ridge": _ridge, "boosting": _boosting}
    for seed in range(SEEDS):
        for size in SIZES:
            world = World(kind, seed, pairs)
            episodes = tuple(part[:size] for part in world.episodes(max(size, 1)))
            world.random = np.random.default_rng(1000 + seed)
            clients = world.clients(CLIENTS)
            eligible = np.argsort(world.random.random((CLIENTS, world.n_therapists)), axis=1)[:, :ELIGIBLE]
            truth = world.benefit(clients, eligible)
            scores = {
                "model": _hierarchy(world, episodes, clients, eligible),
                "limit": _hierarchy(world, episodes, clients, eligible, components=world.components),
            }
            if size and seed < PEER_SEEDS:
                scores |= {name: _by_outcome(world, episodes, clients, eligible, rules[name]) for name in peers}
            gain = truth.max(axis=1).mean() - truth.mean()
            for name, score in scores.items():
                chosen = truth[np.arange(CLIENTS), score.argmax(axis=1)]
                found.setdefault((name, size), []).append((chosen.mean() - truth.mean()) / gain)
    return {key: np.array(values) for key, values in found.items()}


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "pairs"), [("linear", 1.0), ("thresholded", 1.0), ("linear", 2.0), ("absent", 1.0)])
def test_the_model_nears_its_limit_and_beats_its_peers_at_every_size(kind, pairs):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        shares = _shares(kind, pairs)
    print(kind, pairs, {f"{name} {size}": round(values.mean(), 3) for (name, size), values in shares.items()})
    for size in SIZES:
        assert (shares["model", size] - shares["limit", size]).mean() > -0.03, size
    # where published effects are all wrong, nothing that starts from them can win before it has unlearned them
    for size in SIZES[2:] if kind == "absent" else SIZES[1:]:
        for peer in PEERS:
            mine = shares["model", size][:PEER_SEEDS]
            assert (mine - shares[peer, size]).mean() > -0.005, (peer, size)
    assert shares["model", 3000].mean() > 0.8


@pytest.mark.slow
def test_a_hundred_episodes_already_help():
    gains = []
    for seed in range(4):
        world = World(seed=seed)
        episodes = world.episodes(400)
        clients = world.clients(400)
        everyone = np.tile(np.arange(world.n_therapists), (400, 1))
        truth = world.benefit(clients, everyone)
        after = _hierarchy(world, episodes, clients, everyone)
        before = _hierarchy(world, tuple(part[:0] for part in episodes), clients, everyone)
        rows = np.arange(400)
        gains.append(truth[rows, after.argmax(axis=1)].mean() - truth[rows, before.argmax(axis=1)].mean())
    assert np.mean(gains) > 0.03
    assert world.own_columns(clients).shape == (400, DOMAINS + 2)
