import json
from dataclasses import replace

import numpy as np
import pytest

from matcher.clinic import Clinic
from matcher.evaluation.baselines import Baseline
from matcher.evaluation.candidates import BASELINES, LEARNED, OURS, PUBLISHED, Candidate
from matcher.evaluation.comparison import Difference
from matcher.evaluation.evaluate import evaluate
from matcher.evaluation.intervals import Interval
from matcher.evaluation.later import beyond_usual, later_episodes, seen_scores
from matcher.evaluation.report import learned_model_is_worse
from matcher.evaluation.splits import time_split
from matcher.ranking.recommender import Recommender
from matcher.simulation import World

from .made import made_clinic

FEW = tuple(c for c in BASELINES if c.name in {"random choice", PUBLISHED, "case mix only", "shrunken therapist means"})
WEIGHTS = np.full(3, 1 / 3)


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return made_clinic(900, 20, 4, World(effects="stronger"))


@pytest.fixture(scope="module")
def report(clinic: Clinic):
    return evaluate(clinic, FEW)


def test_every_later_episode_is_accounted_for(clinic: Clinic, report) -> None:
    c = report.counts
    left_out = c.returning + c.unlisted + c.without_outcome + c.limit_broken
    assert c.learned_from + left_out + c.compared == len(clinic.episodes)
    assert c.compared > 100
    assert c.clients <= c.compared


def test_each_recommender_has_a_result_and_each_baseline_a_difference(report) -> None:
    assert [r.recommender for r in report.results] == [OURS, *(c.name for c in FEW)]
    assert [d.theirs for d in report.differences] == [c.name for c in FEW]
    assert all(r.association.n == report.counts.compared for r in report.results)
    ours, dull = report.result(OURS), report.result("case mix only")
    assert dull.association.value == 0
    assert ours.slope is not None
    assert report.result("random choice").slope is None
    assert report.result("nobody") is None
    for difference in report.differences:
        theirs = report.result(difference.theirs).association.value
        assert difference.interval.value == pytest.approx(ours.association.value - theirs)


@pytest.mark.slow
def test_a_strong_world_shows_in_what_followed() -> None:
    """Averaged over clinics, learning does better than chance and than published effects in the strong world."""
    found = [evaluate(made_clinic(700, 15, seed, World(effects="stronger")), FEW) for seed in range(4)]
    ours = np.mean([r.result(OURS).association.value for r in found])
    published = np.mean([r.result(PUBLISHED).association.value for r in found])
    assert ours > 0.06
    assert ours > published


@pytest.mark.slow
def test_a_world_without_effects_does_not() -> None:
    found = [evaluate(made_clinic(700, 15, seed, World(effects="none")), FEW) for seed in range(4)]
    assert abs(np.mean([r.result(OURS).association.value for r in found])) < 0.06
    assert not any(learned_model_is_worse(r) for r in found)


class _Backwards(Recommender):
    """Ranks by the learned model turned upside down."""

    def score_table(self, table):
        return -super().score_table(table)


@pytest.mark.slow
def test_a_model_that_ranks_backwards_is_caught_and_not_used() -> None:
    clinic = made_clinic(2600, 25, 3, World(effects="stronger"))
    published = next(c for c in BASELINES if c.name == PUBLISHED)
    found = evaluate(clinic, (published,), ours=Candidate(OURS, _Backwards, in_sd=True), quantile=0.5)
    assert learned_model_is_worse(found)
    assert "worse than published effects alone: not used for ranking" in found.sentences[0]
    assert not learned_model_is_worse(evaluate(clinic, (published,), quantile=0.5))


@pytest.mark.parametrize(("clients", "therapists"), [(0, 3), (1, 1), (8, 2), (40, 4)])
def test_clinics_with_few_episodes_are_told_so(clients: int, therapists: int) -> None:
    found = evaluate(made_clinic(clients, therapists, 1), FEW)
    assert found.sentences[0].startswith("Too few later episodes to tell")
    assert not learned_model_is_worse(found)
    json.dumps(found.as_json(), allow_nan=False)
    assert all(len(frame) for frame in found.tables().values())


def test_one_constant_outcome_or_none_recorded_is_no_error(clinic: Clinic) -> None:
    episodes = clinic.episodes.assign(ending="planned", score_end=np.nan)
    found = evaluate(Clinic(clinic.therapists, clinic.clients, episodes), FEW)
    assert found.outcomes[1].missing_later == 1
    assert np.isfinite(found.result(OURS).association.value)
    nothing = episodes.assign(ending=None, alliance_goal=np.nan, alliance_task=np.nan, alliance_bond=np.nan)
    nothing["ending"] = nothing["ending"].astype("str")
    found = evaluate(Clinic(clinic.therapists, clinic.clients, nothing), FEW)
    assert found.counts.compared == 0


def test_the_report_is_valid_json_and_names_its_limits(report) -> None:
    plain = json.loads(json.dumps(report.as_json(), allow_nan=False))
    assert plain["learned_model_is_worse"] is False
    assert plain["differences"][0]["sentence"]
    assert plain["counts"]["compared"] == report.counts.compared
    assert any("not given their therapists by chance" in limit for limit in report.limits)
    assert set(report.tables()["Recommenders on later episodes (95% intervals)"]["recommender"]) == {
        OURS,
        *(c.name for c in FEW),
    }


def test_progress_names_each_recommender_once(clinic: Clinic) -> None:
    done: list[str] = []
    evaluate(clinic, FEW[:2], progress=done.append)
    assert done == [OURS, *(c.name for c in FEW[:2])]


@pytest.mark.parametrize(("low", "high", "worse"), [(-0.3, -0.1, True), (-0.3, 0.1, False), (0.1, 0.3, False)])
def test_worse_means_the_whole_interval_lies_below_zero(report, low: float, high: float, worse: bool) -> None:
    difference = Difference(OURS, PUBLISHED, Interval((low + high) / 2, low, high, 200, 20))
    assert learned_model_is_worse(replace(report, differences=(difference,))) is worse
    few = replace(difference, interval=replace(difference.interval, n=20))
    assert not learned_model_is_worse(replace(report, differences=(few,)))


def test_what_followed_is_the_mean_of_the_outcomes_where_all_are_known() -> None:
    rng = np.random.default_rng(0)
    known, usual = rng.standard_normal((50, 3)), rng.standard_normal((50, 3))
    beyond = (known - usual).mean(axis=1)
    np.testing.assert_allclose(beyond_usual(known, usual, WEIGHTS), beyond - beyond.mean())


def test_what_followed_is_unbiased_when_outcomes_go_missing_by_chance() -> None:
    rng = np.random.default_rng(1)
    score = rng.standard_normal(40_000)
    known = score[:, None] * [0.1, 0.4, 0.1] + rng.standard_normal((40_000, 3))
    known[rng.random(known.shape) < [0.5, 0.7, 0.1]] = np.nan
    beyond = beyond_usual(known, np.zeros_like(known), WEIGHTS)
    assert np.polyfit(score, beyond, 1)[0] == pytest.approx(0.2, abs=0.03)
    assert np.isfinite(beyond).all()


class _Known(Baseline):
    """Scores every therapist by the place they hold."""

    def _values(self, pairs):
        return np.broadcast_to(np.arange(len(pairs.therapists), dtype=float), pairs.shape).copy()


def test_the_seen_therapist_is_the_one_that_is_scored(clinic: Clinic) -> None:
    split = time_split(clinic)
    later = later_episodes(split, WEIGHTS)
    scorer = _Known().fit(split.earlier)
    scores = seen_scores(scorer, later)
    grid = scorer.score_table(later.clients)
    listed = {t: i for i, t in enumerate(scorer.therapists_.ids)}
    for row, therapist in enumerate(later.design.therapist_ids):
        assert np.isnan(scores[row]) == np.isnan(grid[row, listed[therapist]])
        if not np.isnan(scores[row]):
            assert scores[row] == grid[row, listed[therapist]]


def test_our_recommender_is_the_one_on_trial_by_default() -> None:
    assert LEARNED.make().get_params() == Recommender().get_params()
