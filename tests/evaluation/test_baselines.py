from functools import cache

import numpy as np
import pandas as pd
import pytest
from sklearn.base import clone

from matcher.clinic import Clinic
from matcher.clinic.encoding import encode_clients, encode_therapists
from matcher.clinic.pairs import Pairs
from matcher.eligibility.limits import broken_limits
from matcher.evaluation import baselines as dull
from matcher.evaluation.candidates import BASELINES, LEARNED, Candidate, available_baselines, missing_baselines
from matcher.evaluation.extra_baselines import GPBoost, LambdaRank, MissingExtraError
from matcher.evaluation.learned_baselines import LearnedBaseline, PairRows, TherapistMean
from matcher.ranking.recommender import Recommender

from .made import made_clinic

CLINIC = made_clinic(200, 12, 5)
EVERYONE = (LEARNED, *available_baselines())


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return CLINIC


@pytest.fixture(scope="module")
def eligible(clinic: Clinic):
    therapists = encode_therapists(clinic.therapists)
    return broken_limits(Pairs(encode_clients(clinic.clients[:40], therapists), therapists)) == 0


@cache
def first_scores(candidate: Candidate):
    return candidate.make().fit(CLINIC).score(CLINIC.clients[:40])


@pytest.mark.parametrize("candidate", EVERYONE, ids=lambda c: c.name)
class TestEveryRecommender:
    def test_scores_are_known_exactly_where_the_therapist_is_eligible(self, candidate, clinic, eligible) -> None:
        scores = first_scores(candidate)
        np.testing.assert_array_equal(~np.isnan(scores), eligible)

    def test_scores_are_relative_to_the_clients_eligible_mean(self, candidate, clinic, eligible) -> None:
        scores = first_scores(candidate)
        somebody = eligible.any(axis=1)
        np.testing.assert_allclose(np.nanmean(scores[somebody], axis=1), 0, atol=1e-5)

    def test_fitting_again_gives_the_same_and_changes_no_frame(self, candidate, clinic) -> None:
        before = clinic.episodes.copy()
        again = candidate.make().fit(clinic).score(clinic.clients[:40])
        np.testing.assert_allclose(first_scores(candidate), again, atol=1e-9)
        pd.testing.assert_frame_equal(clinic.episodes, before)

    def test_no_episodes_or_few_are_enough_to_rank(self, candidate, clinic) -> None:
        for rows in (0, 25):
            few = Clinic(clinic.therapists, clinic.clients, clinic.episodes.iloc[:rows].reset_index(drop=True))
            scores = candidate.make().fit(few).score(clinic.clients[:5])
            assert np.isfinite(scores[~np.isnan(scores)]).all()

    def test_nobody_to_score_and_nobody_to_see_are_no_error(self, candidate, clinic) -> None:
        few = clinic.episodes[:60]
        full = candidate.make().fit(Clinic(clinic.therapists.assign(capacity=0), clinic.clients, few))
        assert full.score(clinic.clients[:0]).shape == (0, 12)
        assert np.isnan(full.score(clinic.clients[:3])).all()

    def test_it_is_a_scikit_learn_estimator(self, candidate, clinic) -> None:
        made = candidate.make()
        assert clone(made).get_params() == made.get_params()


def scores_of(scorer, clinic: Clinic, clients: int = 40):
    return scorer.fit(clinic).score(clinic.clients[:clients])


def test_next_available_is_the_earliest_opening_then_the_most_places(clinic: Clinic) -> None:
    openings = pd.to_datetime(["2027-01-01"] * 10 + ["2026-12-01", None])
    therapists = clinic.therapists.assign(next_opening=openings, capacity=[1, 5, *[1] * 10])
    scores = scores_of(dull.NextAvailable(), Clinic(therapists, clinic.clients, clinic.episodes))
    for row in scores[~np.isnan(scores).any(axis=1)]:
        assert row.argsort()[::-1][:2].tolist() == [10, 1]
        assert row.argmin() == 11
    assert (np.nan_to_num(scores[:, 10], nan=9) >= np.nan_to_num(scores[:, 0], nan=-9)).all()


def test_random_choice_is_by_seed_and_favours_nobody(clinic: Clinic) -> None:
    first, other = scores_of(dull.RandomChoice(1), clinic, 200), scores_of(dull.RandomChoice(2), clinic, 200)
    assert not np.allclose(first, other, equal_nan=True)
    seen = (~np.isnan(first)).sum(axis=0)
    means = np.nansum(first, axis=0)[seen > 80] / seen[seen > 80]
    assert len(means) > 3
    assert np.abs(means).max() < 0.12


def test_case_mix_only_ties_everyone_and_published_effects_ignore_episodes(clinic: Clinic) -> None:
    assert np.nanmax(np.abs(scores_of(dull.CaseMixOnly(), clinic))) == 0
    empty = Clinic(clinic.therapists, clinic.clients, clinic.episodes.iloc[:0])
    published = scores_of(dull.PublishedEffects(), clinic)
    np.testing.assert_array_equal(published, scores_of(Recommender(), empty))
    assert not np.allclose(published, scores_of(Recommender(), clinic), equal_nan=True)


def test_concern_cover_puts_those_who_work_with_all_concerns_first(clinic: Clinic) -> None:
    scores = scores_of(dull.ConcernCover(), clinic)
    therapists = encode_therapists(clinic.therapists)
    cover = encode_clients(clinic.clients[:40], therapists).concern_share @ therapists.concerns.T
    for row, covered in zip(scores, cover, strict=True):
        known = ~np.isnan(row)
        if known.any():
            assert covered[known][row[known].argmax()] == pytest.approx(covered[known].max(), abs=1e-6)


def known_effects(n: int = 6000, therapists: int = 8, seed: int = 0):
    """Rows in which therapists differ by known amounts, more so in one domain; noise is small."""
    rng = np.random.default_rng(seed)
    effect = rng.standard_normal(therapists)
    therapist = rng.integers(0, therapists, n)
    X, C = rng.standard_normal((n, 21)), np.column_stack((np.ones(n), rng.standard_normal((n, 14))))
    Z = np.column_stack((np.ones(n), np.eye(8)[rng.integers(0, 8, n)], rng.standard_normal(n)))
    y = effect[therapist] + 0.3 * X[:, 0] + C[:, 1] + 0.1 * rng.standard_normal(n)
    return PairRows(X, C, Z, therapist), y, effect


LEARNING = [c for c in available_baselines() if isinstance(c.make(), LearnedBaseline)]


@pytest.mark.slow
@pytest.mark.parametrize("candidate", LEARNING, ids=lambda c: c.name)
def test_learned_baselines_find_a_strong_therapist_effect(candidate, clinic: Clinic) -> None:
    model = candidate.make()
    rows, y, effect = known_effects(3000)
    model.therapists_ = encode_therapists(clinic.therapists).take(np.arange(8))
    model._fit_rows(rows, np.column_stack((y, y, y)))
    X, C = np.zeros((8, 21)), np.column_stack((np.ones(8), np.zeros((8, 14))))
    one = PairRows(X, C, np.column_stack((np.ones(8), np.eye(8)[np.zeros(8, int)], np.zeros(8))), np.arange(8))
    assert np.corrcoef(model._predict(one), effect)[0, 1] > 0.8


def test_therapist_means_are_shrunken_by_few_episodes_and_raw_ones_are_not(clinic: Clinic) -> None:
    rows, y, effect = known_effects(400)
    for prior, expected in ((0.0, 1.0), (50.0, 0.5)):
        model = TherapistMean(prior_episodes=prior)
        model.therapists_ = encode_therapists(clinic.therapists).take(np.arange(8))
        model._fit_rows(rows, np.column_stack((y, y, y)))
        slope = np.polyfit(effect, model._predict(rows.take(np.unique(rows.therapist, return_index=True)[1])), 1)[0]
        assert slope == pytest.approx(expected, abs=0.25)


def test_a_missing_library_is_said_plainly(clinic: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matcher.evaluation.extra_baselines.find_spec", lambda name: None)
    for model in (LambdaRank(), GPBoost()):
        with pytest.raises(MissingExtraError, match=r"pip install 'matcher\[benchmark\]'"):
            model.fit(clinic)
    assert {c.name for c in missing_baselines()} == {"LambdaRank", "GPBoost"}
    assert len(available_baselines()) == len(BASELINES) - 2


def test_ties_are_broken_by_chance_that_is_fixed_for_a_client() -> None:
    scores = np.zeros((200, 4))
    scores[0] = np.nan
    ids, therapists = tuple(f"c{i}" for i in range(200)), ("t1", "t2", "t3", "t4")
    chosen = list(dull.ties_broken(scores, ids, therapists))
    assert chosen[0] == -1
    assert chosen == list(dull.ties_broken(scores, ids, therapists))
    assert np.bincount(chosen[1:]).min() > 30
    # The same client gets the same therapist whatever the order of the therapists.
    turned = list(dull.ties_broken(scores, ids, therapists[::-1]))
    assert [3 - t for t in turned[1:]] == chosen[1:]
