"""What matters most to a client: the model's own terms weighed by group, and nothing else."""

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made import client, clients, clinic, therapist
from strategies import clinics

from matcher.clinic import Clinic
from matcher.domain.recommendation import Slate
from matcher.features.comparisons import NAMES
from matcher.ranking.emphasis import FACTORS, GROUPS, factor_of, group_sums, groups_with_a_say, weighed
from matcher.ranking.recommender import Recommender

SLOW = settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
EMPHASES = st.dictionaries(st.sampled_from(list(GROUPS)), st.sampled_from(list(FACTORS)))


def ranked(recommender: Recommender, made: Clinic, **options: Any) -> list[Slate]:
    return recommender.recommend(made.clients, 0, safety_checked=True, **options)


def test_every_comparison_a_client_can_weigh_is_in_one_group() -> None:
    grouped = [name for names in GROUPS.values() for name in names]
    assert len(grouped) == len(set(grouped))
    assert set(grouped) | {"experience"} == set(NAMES)


@pytest.mark.slow
@SLOW
@given(clinics(therapists=3, clients=3, episodes=0), EMPHASES)
def test_a_weighed_score_is_the_sum_of_the_models_own_terms_times_their_groups_factor(
    made: Clinic, emphasis: dict[str, str]
) -> None:
    recommender = Recommender().fit(made)
    for before, after in zip(ranked(recommender, made), ranked(recommender, made, emphasis=emphasis), strict=True):
        as_it_was = {found.therapist_id: found for found in before.recommendations}
        # No limit moves: the same people may be suggested.
        assert {found.therapist_id for found in after.recommendations} == set(as_it_was)
        assert after.eligible == before.eligible
        for found in after.recommendations:
            own = {term.comparison: term for term in as_it_was[found.therapist_id].contributions}
            expected = {name: term.benefit * factor_of(name, emphasis) for name, term in own.items()}
            for term in found.contributions:
                assert term.benefit == pytest.approx(expected[term.comparison], abs=1e-9)
            assert found.benefit == pytest.approx(sum(expected.values()), abs=1e-9)
            assert found.receipt == as_it_was[found.therapist_id].receipt
            assert found.benefit_low <= found.benefit <= found.benefit_high
            sums = group_sums(found, emphasis)
            for group, names in GROUPS.items():
                assert sums[group] == pytest.approx(sum(own[name].benefit for name in names), abs=1e-9)
        benefits = [found.benefit for found in after.recommendations]
        assert benefits == sorted(benefits, reverse=True)


@pytest.mark.slow
@SLOW
@given(clinics(therapists=3, clients=2, episodes=0))
def test_as_now_changes_nothing_and_the_order_is_the_same_every_time(made: Clinic) -> None:
    recommender = Recommender().fit(made)
    now = dict.fromkeys(GROUPS, "now")
    assert [s.recommendations for s in ranked(recommender, made, emphasis=now)] == [
        s.recommendations for s in ranked(recommender, made)
    ]
    more = {"soon": "more"}
    assert [s.recommendations for s in ranked(recommender, made, emphasis=more)] == [
        s.recommendations for s in ranked(recommender, made, emphasis=more)
    ]


def test_the_interval_is_that_of_the_score_as_weighed() -> None:
    near, far = therapist("near", next_opening="2026-11-25"), therapist("far", next_opening="2027-02-25")
    made = clinic(near, far, people=(client("c", enquired_at="2026-11-23T09:00:00"),))
    recommender = Recommender().fit(made)
    plain, weighed_more = (
        {found.therapist_id: found for found in ranked(recommender, made, emphasis=emphasis)[0].recommendations}
        for emphasis in ({}, {"soon": "more"})
    )
    wider = {name: (found.benefit_high - found.benefit_low) for name, found in weighed_more.items()}
    assert all(wider[name] > found.benefit_high - found.benefit_low for name, found in plain.items())
    # Three times the effect is three times its error: with only the wait between them, a scaled belief scales both.
    scaled = weighed(recommender.belief_, {"soon": "more"})
    i = NAMES.index("wait")
    columns = len(scaled.fixed_covariance) // 3
    assert scaled.fixed_covariance[i, i] == pytest.approx(9 * recommender.belief_.fixed_covariance[i, i])
    np.testing.assert_allclose(scaled.lean[:, :, columns + i] * 3, recommender.belief_.lean[:, :, columns + i])


def test_more_of_what_is_soon_moves_whoever_is_free_first_to_the_top() -> None:
    skilled = therapist("skilled", modalities="cbt", next_opening="2027-02-01", years_experience=20)
    soon = therapist("soon", next_opening="2026-11-24")
    made = clinic(skilled, soon, people=(client("c", enquired_at="2026-11-23T09:00:00"),))
    recommender = Recommender().fit(made)
    order = [
        [found.therapist_id for found in ranked(recommender, made, emphasis=emphasis)[0].recommendations]
        for emphasis in ({"soon": "less", "help": "more"}, {"soon": "more", "help": "less"})
    ]
    assert order == [["skilled", "soon"], ["soon", "skilled"]]


def test_only_groups_that_tell_people_apart_have_a_say() -> None:
    made = clinic(
        therapist("a", gender="woman"), therapist("b", gender="man"), people=(client("c", therapist_gender="woman"),)
    )
    (slate,) = ranked(Recommender().fit(made), made)
    assert groups_with_a_say(slate.recommendations) == ("who",)
    assert groups_with_a_say(slate.recommendations[:1]) == ()


@pytest.mark.parametrize("emphasis", [{"luck": "more"}, {"soon": "most"}])
def test_an_emphasis_there_is_not_is_refused(emphasis: dict[str, str]) -> None:
    made = clinic(therapist("a"), people=(client("c"),))
    with pytest.raises(ValueError, match=r"emphasis|group"):
        Recommender().fit(made).recommend(clients(client("c")), emphasis=emphasis)


@pytest.mark.slow
@SLOW
@given(clinics(therapists=6, clients=3, episodes=0), st.integers(1, 3))
def test_whoever_honours_every_wish_is_kept_where_there_is_one(made: Clinic, top: int) -> None:
    recommender = Recommender().fit(made)
    everyone = ranked(recommender, made)
    kept = recommender.recommend(made.clients, top, safety_checked=True, keep_fitting=True)
    for slate, whole in zip(kept, everyone, strict=True):
        fitting = [
            found.therapist_id
            for found in whole.recommendations
            if all(line.status == "honoured" for line in found.receipt)
        ]
        shown = [found.therapist_id for found in slate.recommendations]
        first = [found.therapist_id for found in whole.recommendations[:top]]
        if not fitting or set(first) & set(fitting):
            assert shown == first
        else:
            assert shown == [*first, fitting[0]]
