import math

import numpy as np
import pytest

from matcher.evaluation.off_policy import effective_n, estimate, log_of


class Bandit:
    """Three kinds of client, four choices with known rewards, a log with known chances and a target."""

    rewards = np.array([[0.0, 0.2, 0.5, 0.1], [0.4, 0.0, 0.1, 0.3], [0.3, 0.3, 0.0, 0.9]])
    logging = np.array([[0.4, 0.3, 0.2, 0.1], [0.25, 0.25, 0.25, 0.25], [0.1, 0.2, 0.3, 0.4]])
    target = np.array([[0.1, 0.2, 0.6, 0.1], [0.7, 0.1, 0.1, 0.1], [0.1, 0.1, 0.1, 0.7]])
    value = float((target * rewards).sum(axis=1).mean())

    def log(self, n: int, rng: np.random.Generator, model_error: float = 0.3):
        kind = rng.integers(0, 3, n)
        choice = (self.logging[kind].cumsum(axis=1) < rng.random(n)[:, None]).sum(axis=1)
        reward = self.rewards[kind, choice] + rng.standard_normal(n)
        model = self.rewards + model_error
        expected = (self.target * model).sum(axis=1)
        return log_of(
            reward, self.logging[kind, choice], self.target[kind, choice], model[kind, choice], expected[kind]
        )


@pytest.mark.parametrize("estimator", ["IPS", "SNIPS", "DR"])
def test_estimates_are_unbiased_and_their_intervals_hold(estimator) -> None:
    bandit, rng = Bandit(), np.random.default_rng(1)
    found = [estimate(bandit.log(600, rng), estimator) for _ in range(400)]
    values = np.array([f.interval.value for f in found])
    error = values.std() / math.sqrt(len(values))
    assert values.mean() == pytest.approx(bandit.value, abs=4 * error)
    held = np.mean([f.interval.low <= bandit.value <= f.interval.high for f in found])
    assert 0.92 <= held <= 0.98


def test_the_formulas_agree_with_their_definitions_row_by_row() -> None:
    log = Bandit().log(500, np.random.default_rng(2))
    w = [t / p for t, p in zip(log.target, log.logged, strict=True)]
    ips = sum(wi * r for wi, r in zip(w, log.reward, strict=True)) / len(w)
    snips = sum(wi * r for wi, r in zip(w, log.reward, strict=True)) / sum(w)
    dr = sum(v + wi * (r - q) for v, wi, r, q in zip(log.expected, w, log.reward, log.modelled, strict=True)) / len(w)
    assert estimate(log, "IPS").interval.value == pytest.approx(ips)
    assert estimate(log, "SNIPS").interval.value == pytest.approx(snips)
    assert estimate(log, "DR").interval.value == pytest.approx(dr)
    assert estimate(log).effective_n == pytest.approx(sum(w) ** 2 / sum(wi**2 for wi in w))


def test_doubly_robust_is_surer_than_inverse_propensities_when_the_model_is_good() -> None:
    bandit, rng = Bandit(), np.random.default_rng(3)
    log = bandit.log(2000, rng, model_error=0.0)
    shifted = log_of(log.reward + 5, log.logged, log.target, log.modelled + 5, log.expected + 5)
    widths = {
        name: estimate(shifted, name).interval.high - estimate(shifted, name).interval.low for name in ("IPS", "DR")
    }
    assert widths["DR"] < 0.5 * widths["IPS"]


def test_doubly_robust_needs_only_the_model_to_be_right() -> None:
    bandit, rng = Bandit(), np.random.default_rng(4)
    log = bandit.log(40_000, rng, model_error=0.0)
    # Recorded chances that are wrong, though not so far that their weights give them away.
    skewed = np.clip(log.logged * np.where(rng.random(len(log.logged)) < 0.5, 0.9, 1.12), 0.01, 0.99)
    wrong = log_of(log.reward, skewed, log.target, log.modelled, log.expected)
    found = estimate(wrong, "DR").interval
    assert found.low < bandit.value < found.high


def test_clipping_cuts_large_weights_and_says_how_many() -> None:
    log = Bandit().log(3000, np.random.default_rng(5))
    found = estimate(log, "SNIPS", 2.0)
    assert found.clipped == pytest.approx(np.mean(log.target / log.logged > 2))
    assert found.effective_n > estimate(log, "SNIPS").effective_n


def test_it_refuses_where_the_log_cannot_tell() -> None:
    n = 500
    reward, half = np.ones(n), np.full(n, 0.5)
    refusals = {
        "empty": estimate(log_of([], [], [])),
        "certain": estimate(log_of(reward, np.ones(n), half)),
        "not recorded": estimate(log_of(reward, np.where(np.arange(n) == 3, np.nan, 0.5), half)),
        "no chance": estimate(log_of(reward, np.where(np.arange(n) == 3, 0.0, 0.5), half)),
        "never": estimate(log_of(reward, half, np.zeros(n))),
        "Too little": estimate(log_of(reward[:60], half[:60], half[:60])),
        # The target acts mostly where the log never does: its weights average far below 1.
        "average 0.40": estimate(log_of(reward, half, np.full(n, 0.2))),
    }
    for words, found in refusals.items():
        assert found.refused is not None, words
        assert words in found.refused
        assert math.isnan(found.interval.value)


def test_one_episode_may_not_carry_the_answer() -> None:
    n = 3000
    logged, target = np.full(n, 0.5), np.full(n, 0.5)
    logged[0], target[0] = 0.005, 1.0
    found = estimate(log_of(np.ones(n), logged, target), "SNIPS")
    assert found.refused is not None
    assert "One episode would carry 6%" in found.refused
    assert estimate(log_of(np.ones(n), logged, target), "SNIPS", 20.0).refused is None


def test_bad_logs_are_named_errors() -> None:
    with pytest.raises(ValueError, match="not between 0 and 1"):
        log_of([1.0], [1.2], [0.5])
    with pytest.raises(ValueError, match="missing or infinite"):
        log_of([np.nan], [0.2], [0.5])
    with pytest.raises(ValueError, match="one length"):
        log_of([1.0, 2.0], [0.2], [0.5])
    with pytest.raises(ValueError, match="both"):
        log_of([1.0], [0.2], [0.5], [1.0])
    with pytest.raises(ValueError, match="DR needs"):
        estimate(log_of([1.0], [0.2], [0.5]), "DR")
    with pytest.raises(ValueError, match="clip"):
        estimate(log_of([1.0], [0.2], [0.5]), "IPS", 0.0)


def test_clusters_widen_the_interval_where_rows_repeat() -> None:
    log = Bandit().log(400, np.random.default_rng(6))
    twice = log_of(*(np.repeat(c, 2) for c in (log.reward, log.logged, log.target)))
    alone = estimate(log, "IPS").interval
    clustered = estimate(twice, "IPS", None, np.repeat(np.arange(400), 2)).interval
    assert clustered.high - clustered.low == pytest.approx(alone.high - alone.low, rel=0.01)


def test_effective_n_of_equal_weights_is_their_number() -> None:
    assert effective_n(np.full(7, 0.3)) == pytest.approx(7)
    assert effective_n(np.zeros(3)) == 0
