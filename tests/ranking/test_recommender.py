"""Invariants of a slate, whatever the clinic."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from made import client, clients, clinic, therapist
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from strategies import clinics

from matcher.clinic import Clinic, ClinicError
from matcher.domain.recommendation import Slate
from matcher.features.comparisons import COMPARISONS
from matcher.ranking import reasons
from matcher.ranking.recommender import Recommender
from matcher.ranking.terms import TERM_NAMES

SLOW = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
WEIGHTS = (0.5, 0.3, 0.2)


def slates(made: Clinic, top: int = 0, **options: Any) -> list[Slate]:
    return Recommender().fit(made).recommend(made.clients, top, safety_checked=True, **options)


@SLOW
@given(clinics(therapists=3, clients=3, episodes=0))
def test_terms_sum_to_the_benefit_which_is_the_weighted_mean_of_its_parts(made: Clinic) -> None:
    recommender = Recommender(weights=WEIGHTS).fit(made)
    for slate in recommender.recommend(made.clients, 0, safety_checked=True):
        for found in slate.recommendations:
            parts = (found.alliance, found.improvement, found.staying)
            assert found.benefit == pytest.approx(np.dot(WEIGHTS, parts), abs=1e-12)
            for i, part in enumerate(("alliance", "improvement", "staying")):
                assert sum(getattr(c, part) for c in found.contributions) == pytest.approx(parts[i], abs=1e-12)
            assert sum(c.benefit for c in found.contributions) == pytest.approx(found.benefit, abs=1e-12)
            assert {c.comparison for c in found.contributions} == set(TERM_NAMES)
            assert found.benefit_low <= found.benefit <= found.benefit_high
            assert all(math.isfinite(x) for x in (found.benefit_low, found.benefit_high, *parts))
            assert found.preference_fit is None or 0 <= found.preference_fit <= 1


@pytest.mark.slow
@SLOW
@given(clinics(therapists=3, clients=3, episodes=0))
def test_slates_scores_and_arrays_tell_the_same(made: Clinic) -> None:
    recommender = Recommender().fit(made)
    scores = recommender.score(made.clients)
    assert scores.shape == (len(made.clients), len(made.therapists))
    ranked = recommender.rank(made.clients, 0)
    ids = recommender.therapists_.ids
    for i, slate in enumerate(recommender.recommend(made.clients, 0, safety_checked=True)):
        listed = {found.therapist_id: found for found in slate.recommendations}
        assert set(listed) == {ids[j] for j in np.flatnonzero(~np.isnan(scores[i]))}
        assert set(listed) | {entry.therapist_id for entry in slate.exclusions} == set(ids)
        assert len(listed) + len(slate.exclusions) == len(ids)
        assert all(entry.limits and len(entry.reasons) == len(entry.limits) for entry in slate.exclusions)
        assert [found.rank for found in slate.recommendations] == list(range(1, len(listed) + 1))
        benefits = [found.benefit for found in slate.recommendations]
        assert benefits == sorted(benefits, reverse=True)
        assert sum(benefits) == pytest.approx(0, abs=1e-5)
        for j, therapist_id in enumerate(ids):
            if therapist_id in listed:
                assert scores[i, j] == pytest.approx(listed[therapist_id].benefit, abs=2e-6)
        mine = ranked.client_rows == i
        assert [ids[j] for j in ranked.therapist_rows[mine]] == [found.therapist_id for found in slate.recommendations]
        np.testing.assert_array_equal(ranked.benefit[mine], benefits)
        assert slate.eligible == len(listed)
        assert bool(slate.relaxations) <= (not listed)


@pytest.mark.slow
@SLOW
@given(clinics(therapists=5, clients=3, episodes=0))
def test_the_slate_does_not_hang_on_the_order_of_rows(made: Clinic) -> None:
    turned = Clinic(
        made.therapists.iloc[::-1].reset_index(drop=True), made.clients.iloc[::-1].reset_index(drop=True), made.episodes
    )
    for top in (1, 0):
        here = {slate.client_id: slate for slate in slates(made, top)}
        there = {slate.client_id: slate for slate in slates(turned, top)}
        assert here.keys() == there.keys()
        for client_id, slate in here.items():
            other = there[client_id].recommendations
            assert [x.benefit for x in slate.recommendations] == pytest.approx([x.benefit for x in other], abs=1e-5)
            if not _near_ties(slate):
                assert [x.therapist_id for x in slate.recommendations] == [x.therapist_id for x in other]


def _near_ties(slate: Slate) -> bool:
    """Return whether rounding may decide an order: benefits that differ, but by less than single precision holds."""
    gaps = -np.diff([found.benefit for found in slate.recommendations])
    return bool(((gaps > 0) & (gaps < 1e-5)).any())


def test_ties_are_broken_by_a_chance_that_rows_do_not_sway() -> None:
    ids = [f"t{i}" for i in range(40)]
    forward = clinic(*(therapist(i) for i in ids))
    backward = clinic(*(therapist(i) for i in ids[::-1]))
    people = clients(*(client(f"c{i}") for i in range(60)))
    first = Recommender().fit(forward).recommend(people, 3)
    second = Recommender().fit(backward).recommend(people.iloc[::-1].reset_index(drop=True), 3)[::-1]
    for a, b in zip(first, second, strict=True):
        assert [x.therapist_id for x in a.recommendations] == [x.therapist_id for x in b.recommendations]
        assert [x.benefit for x in a.recommendations] == [0.0] * 3
    tops = [slate.recommendations[0].therapist_id for slate in first]
    assert len(set(tops)) > 15


@SLOW
@given(clinics(therapists=3, clients=3, episodes=0))
def test_sentences_are_few_plain_and_said_once(made: Clinic) -> None:
    for slate in slates(made):
        for found in slate.recommendations:
            assert len(found.reasons) <= 4
            assert len(found.cautions) <= 5
            said = [*found.reasons, *found.cautions, *found.unknowns]
            assert len(said) == len(set(said))
            assert all(sentence and not sentence.endswith(".") and "nan" not in sentence.split() for sentence in said)
            assert not any(";" in sentence or "_" in sentence for sentence in said)


def test_every_comparison_can_be_put_into_words() -> None:
    assert {c.name for c in COMPARISONS} <= set(reasons._GOOD) | set(reasons._WISH_OF)


def test_top_zero_ranks_everyone_eligible_and_less_than_zero_is_refused() -> None:
    made = clinic(*(therapist(f"t{i}") for i in range(7)), people=(client(),))
    recommender = Recommender().fit(made)
    assert len(recommender.recommend(made.clients, 0)[0].recommendations) == 7
    assert len(recommender.recommend(made.clients, 99)[0].recommendations) == 7
    for ranking in (recommender.recommend, recommender.rank):
        with pytest.raises(ValueError, match="top must be 0"):
            ranking(made.clients, -1)


def test_no_clients_no_therapists_one_therapist() -> None:
    nobody = Recommender().fit(clinic())
    assert nobody.score(clients(client())).shape == (1, 0)
    slate = nobody.recommend(clients(client()))[0]
    assert (slate.recommendations, len(slate.exclusions), slate.relaxations) == ((), 0, ())
    one = Recommender().fit(clinic(therapist("t")))
    assert one.recommend(clients()) == []
    assert one.score(clients()).shape == (0, 1)
    assert len(one.rank(clients()).benefit) == 0
    only = one.recommend(clients(client()))[0].recommendations[0]
    assert (only.benefit, only.benefit_low, only.benefit_high) == pytest.approx((0, 0, 0), abs=1e-6)


def test_frames_by_hand_and_frames_with_unknown_codes() -> None:
    recommender = Recommender().fit(clinic(therapist("t")))
    by_hand = pd.DataFrame({"client_id": [7], "concerns": [" Depression:2 ; ocd:1"], "shoe_size": [43]})
    assert recommender.recommend(by_hand)[0].client_id == "7"
    with pytest.raises(ClinicError, match="concerns") as caught:
        recommender.recommend(pd.DataFrame({"client_id": ["a"], "concerns": ["gloom:2"]}))
    assert "gloom" not in str(caught.value)
    with pytest.raises(ClinicError, match="required"):
        recommender.recommend(pd.DataFrame({"client_id": ["a"]}))


def test_arguments_are_left_alone() -> None:
    made = clinic(therapist("t", gender="woman"), people=(client(about="I feel low", therapist_gender="woman"),))
    before = made.clients.copy(deep=True)
    recommender = Recommender().fit(made)
    recommender.recommend(made.clients)
    recommender.score(made.clients)
    pd.testing.assert_frame_equal(made.clients, before)


def test_it_is_a_scikit_learn_estimator() -> None:
    recommender = Recommender(weights=WEIGHTS)
    assert clone(recommender).get_params() == {"weights": WEIGHTS}
    with pytest.raises(NotFittedError):
        recommender.score(clients(client()))
    for weights in ((1, 1), (-1, 1, 1), (0, 0, 0), (math.nan, 1, 1)):
        with pytest.raises(ValueError, match="weights"):
            Recommender(weights=weights).fit(clinic(therapist("t")))  # type: ignore[arg-type]


def test_a_raised_risk_withholds_the_slate_until_a_person_has_looked() -> None:
    recommender = Recommender().fit(clinic(therapist("t")))
    raised = clients(client(risk_raised=True), client("d", about="I want to kill myself"), client("e"))
    first, second, third = recommender.recommend(raised)
    assert (first.recommendations, second.recommendations) == ((), ())
    assert first.withheld
    assert second.withheld
    assert "suicide" in second.safety_flags
    assert third.withheld is None
    assert third.recommendations
    assert all(slate.recommendations for slate in recommender.recommend(raised, safety_checked=True))


def test_self_harm_as_a_concern_is_the_first_caution_until_a_person_has_looked() -> None:
    recommender = Recommender().fit(clinic(therapist("t")))
    people = clients(client(concerns="self_harm:2;sleep:1"), client("d"))
    concerned, other = recommender.recommend(people)
    assert "safety" in concerned.recommendations[0].cautions[0]
    assert not any("safety" in sentence for sentence in other.recommendations[0].cautions)
    for options in ({"safety_checked": True}, {"staff": False}):
        found = recommender.recommend(people, **options)[0].recommendations[0]
        assert not any("safety" in sentence for sentence in found.cautions)


def test_many_clients_in_blocks_are_ranked_as_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    made = clinic(
        *(therapist(f"t{i}", gender=("woman", "man")[i % 2], years_experience=i) for i in range(9)),
        people=tuple(client(f"c{i}", therapist_gender=("woman", None)[i % 2], age=20 + i) for i in range(11)),
    )
    whole = slates(made)
    monkeypatch.setattr("matcher.ranking.scoring.BLOCK_PAIRS", 20)
    monkeypatch.setattr("matcher.ranking.ranked._PAIRS_AT_ONCE", 5)
    done: list[int] = []
    parts = slates(made, progress=done.append)
    assert done == sorted(done)
    assert done[-1] == 11
    for a, b in zip(whole, parts, strict=True):
        assert a.client_id == b.client_id
        assert [x.therapist_id for x in a.recommendations] == [x.therapist_id for x in b.recommendations]
        assert [x.reasons for x in a.recommendations] == [x.reasons for x in b.recommendations]
