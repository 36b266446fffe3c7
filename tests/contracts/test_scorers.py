"""One suite for every recommender, the dull ones too: the same shapes, the same limits, the same calm on odd input."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from made import client, clients, clinic, therapist

from matcher.clinic import Clinic
from matcher.evaluation.baselines import (
    CaseMixOnly,
    ConcernCover,
    NextAvailable,
    PublishedEffects,
    RandomChoice,
    WishesOnly,
)
from matcher.evaluation.learned_baselines import GradientBoosting, RidgeDummies, TherapistMean
from matcher.ranking.recommender import Recommender

SCORERS: dict[str, Callable[[], Any]] = {
    scorer.__name__: scorer
    for scorer in (
        Recommender,
        PublishedEffects,
        RandomChoice,
        NextAvailable,
        ConcernCover,
        WishesOnly,
        CaseMixOnly,
        TherapistMean,
        RidgeDummies,
        GradientBoosting,
    )
}


@pytest.fixture(scope="module")
def made() -> Clinic:
    therapists = (
        therapist("w", gender="woman", next_opening="2026-12-01", modalities="cbt"),
        therapist("m", gender="man", next_opening="2027-01-01", concerns="anger"),
        therapist("blank", years_experience=20),
        therapist("full", capacity=0),
    )
    people = tuple(client(f"p{i}", age=20 + i % 40, concerns=("depression:2", "ocd:3")[i % 2]) for i in range(60))
    episodes = tuple(
        {
            "episode_id": f"e{i}",
            "client_id": f"p{i}",
            "therapist_id": ("w", "m", "blank")[i % 3],
            "started_on": f"2026-0{1 + i % 6}-01",
            "ending": ("planned", "dropped_out", "planned")[i % 3],
            "measure": "phq9",
            "score_start": 10 + i % 9,
            "score_end": 4 + i % 7,
            "alliance_goal": 5 + i % 5,
            "alliance_task": 6 + i % 4,
            "alliance_bond": 7 + i % 3,
        }
        for i in range(60)
    )
    return clinic(*therapists, people=people, episodes=episodes)


@pytest.fixture(scope="module", params=SCORERS)
def scorer(request: pytest.FixtureRequest, made: Clinic) -> Any:
    return SCORERS[request.param]().fit(made)


WHO = (
    client("a", enquired_at="2026-11-20", therapist_gender="woman"),
    client("b", enquired_at="2026-11-20", therapist_gender="woman", must_have="therapist_gender"),
    client("c", age=5),
    client("d", concerns="anger:3", exclude_therapists="m"),
)
ELIGIBLE = [[1, 1, 1, 0], [1, 0, 0, 0], [0, 0, 0, 0], [1, 0, 1, 0]]


def test_scores_are_a_grid_with_nan_where_not_eligible(scorer: Any) -> None:
    scores = scorer.score(clients(*WHO))
    assert scores.shape == (4, 4)
    np.testing.assert_array_equal(~np.isnan(scores), np.array(ELIGIBLE, dtype=bool))
    assert np.isfinite(scores[np.array(ELIGIBLE, dtype=bool)]).all()


def test_scores_are_relative_to_the_average_therapist_a_client_could_see(scorer: Any) -> None:
    scores = scorer.score(clients(*WHO))
    some = ~np.isnan(scores).all(axis=1)
    np.testing.assert_allclose(np.nanmean(scores[some], axis=1), 0, atol=1e-6)


def test_scores_do_not_hang_on_who_else_is_asked_about(scorer: Any) -> None:
    together = scorer.score(clients(*WHO))
    for i, who in enumerate(WHO):
        np.testing.assert_allclose(scorer.score(clients(who))[0], together[i], atol=1e-5)


def test_the_same_question_has_the_same_answer(scorer: Any) -> None:
    np.testing.assert_array_equal(scorer.score(clients(*WHO)), scorer.score(clients(*WHO)))


def test_nobody_asked_about(scorer: Any) -> None:
    assert scorer.score(clients()).shape == (0, 4)


@pytest.mark.parametrize("name", SCORERS)
def test_a_clinic_without_episodes_or_without_therapists(name: str) -> None:
    fresh = SCORERS[name]().fit(clinic(therapist("t"), therapist("u")))
    assert np.isfinite(fresh.score(clients(client()))).all()
    empty = SCORERS[name]().fit(clinic())
    assert empty.score(clients(client())).shape == (1, 0)
