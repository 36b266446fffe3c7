"""Matching one client for their own pages: one of the few honours everything, and nothing learned when it is off."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made import client as client_row
from made import clinic, therapist
from strategies import clinics

from matcher.clinic import Clinic
from matcher.clinic.rows import clients_from
from matcher.domain.client import Client
from matcher.domain.recommendation import Slate
from matcher.intake.parsing import left_to_staff, parse_answers
from matcher.ranking.emphasis import FACTORS, GROUPS
from matcher.ranking.recommender import Recommender
from matcher.services.client_matching import FIRST, MatchingService, honours_everything
from matcher.services.matching import load_recommender
from matcher.services.moves import moves

SLOW = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
EMPHASES = st.dictionaries(st.sampled_from(list(GROUPS)), st.sampled_from(list(FACTORS)))
WOMAN = Client("new", (("depression", 2),), therapist_gender=("woman",))


def service_of(made: Clinic) -> MatchingService:
    return MatchingService(made, load_recommender(made))


def ids(slate: Slate) -> list[str]:
    return [found.therapist_id for found in slate.recommendations]


@pytest.mark.slow
@SLOW
@given(clinics(therapists=8, clients=2, episodes=0), EMPHASES)
def test_of_the_first_three_one_honours_every_wish_where_an_eligible_therapist_does(
    made: Clinic, emphasis: dict[str, str]
) -> None:
    service = service_of(made)
    for who in clients_from(made.clients):
        everyone = service.match(who, 0, emphasis=emphasis, safety_checked=True)
        slate = service.match(who, FIRST, emphasis=emphasis, safety_checked=True)
        assert len(slate.recommendations) <= FIRST
        assert [found.rank for found in slate.recommendations] == list(range(1, len(slate.recommendations) + 1))
        anyone = any(honours_everything(found) for found in everyone.recommendations)
        assert any(honours_everything(found) for found in slate.recommendations) == anyone
        # The first few are the same when more are asked for.
        assert ids(service.match(who, 2 * FIRST, emphasis=emphasis, safety_checked=True))[:FIRST] == ids(slate)
        # Nothing a client weighs lets anyone in whom a must-have keeps out.
        assert set(ids(everyone)) == set(ids(service.match(who, 0, safety_checked=True)))


def test_whoever_honours_every_wish_takes_the_last_of_the_three_places() -> None:
    early = [therapist(f"early{i}", gender="man", modalities="cbt", next_opening="2026-11-24") for i in range(4)]
    fits = therapist("fits", gender="woman", next_opening="2027-03-01")
    who = replace(WOMAN, enquired_at=datetime(2026, 11, 23))
    service = service_of(clinic(*early, fits))
    emphasis = {"who": "less", "soon": "more"}
    slate = service.match(who, emphasis=emphasis)
    assert ids(service.match(who, 0, emphasis=emphasis))[2] == ids(slate)[2] == "fits"
    assert slate.recommendations[2].benefit < slate.recommendations[1].benefit
    assert slate.emphasis == (("soon", "more"), ("who", "less"))


def test_of_the_first_three_one_honours_a_wish_left_to_staff_as_well() -> None:
    """One community is a must and another nice: the ranking knows the must alone, and the cards count both."""
    answers = {
        "concerns": ["depression"],
        "affirming": ["lgbtqia"],
        "affirming_weight": "must",
        "faith": ["muslim"],
        "faith_weight": "nice",
        "languages": ["arabic"],
    }
    who = parse_answers(answers, client_id="c", today=date(2026, 11, 23), enquired_at=datetime(2026, 11, 23))
    left = left_to_staff(answers)
    assert left == ("muslim",)
    # More of the first kind than the ranking keeps for one slate, all of them sooner.
    crowd = [
        therapist(f"t{i:02}", identities="lgbtqia", languages="english;arabic", next_opening="2026-11-24")
        for i in range(40)
    ]
    both = therapist("both", identities="lgbtqia;muslim", languages="english;arabic", next_opening="2027-11-24")
    half = therapist("half", identities="lgbtqia;muslim", next_opening="2026-11-24")
    service = service_of(clinic(*crowd, both, half))
    assert "both" not in ids(service.match(who))
    assert ids(service.match(who, left_to_staff=left))[2] == "both"
    assert ids(service.match(who, 2 * FIRST, left_to_staff=left))[:FIRST] == ids(service.match(who, left_to_staff=left))
    # Where nobody honours that too, one still honours all the rest.
    without = service_of(clinic(*crowd, half))
    assert any(honours_everything(one) for one in without.match(who, left_to_staff=left).recommendations)


def test_a_blank_is_neither_for_nor_against_somebody() -> None:
    known, blank = therapist("known", gender="woman"), therapist("blank")
    slate = service_of(clinic(known, blank)).match(WOMAN)
    assert {found.therapist_id: found.receipt[0].status for found in slate.recommendations} == {
        "known": "honoured",
        "blank": "unknown",
    }
    must = service_of(clinic(known, blank)).match(replace(WOMAN, must_have=("therapist_gender",)))
    assert ids(must) == ["known"]


@pytest.mark.parametrize("weight", [{"languages_weight": "nice"}, {}])
def test_english_left_open_beside_a_wished_language_is_no_language_wished_for(weight: dict[str, str]) -> None:
    answers = {"concerns": ["depression"], "languages": ["mandarin"], **weight}
    who = parse_answers(answers, client_id="c", today=date(2026, 11, 23))
    speaks = {
        "english": "english", "blank": None, "mandarin": "mandarin", "both": "english;mandarin", "arabic": "arabic",
    }  # fmt: skip
    staff = [therapist(name, languages=languages) for name, languages in speaks.items()]
    service = service_of(clinic(*staff))
    found = {one.therapist_id: one for one in service.match(who, 0).recommendations}
    assert set(found) == set(speaks) - {"arabic"}
    told = {name: [(line.label, line.status) for line in one.receipt] for name, one in found.items()}
    no, yes = [("Language: Mandarin", "not_honoured")], [("Language: Mandarin", "honoured")]
    assert told == {"english": no, "blank": no, "mandarin": yes, "both": yes}
    assert {name: one.preference_fit for name, one in found.items()} == {
        "english": 0, "blank": 0, "mandarin": 1, "both": 1,
    }  # fmt: skip
    assert {name for name, one in found.items() if honours_everything(one)} == {"mandarin", "both"}
    assert {name for name, one in found.items() if "Speaks Mandarin, as wished" in one.reasons} == {"mandarin", "both"}
    assert not any("English" in sentence for one in found.values() for sentence in (*one.reasons, *one.cautions))
    assert "Does not list Mandarin, which was wished for" in found["english"].cautions
    crowd = clinic(*(therapist(f"e{i}", next_opening="2026-11-24") for i in range(6)), staff[2])
    dated = replace(who, enquired_at=datetime(2026, 11, 23))
    assert "mandarin" in ids(service_of(crowd).match(dated))


def test_a_must_have_language_is_wished_for_as_it_is_stated() -> None:
    either = Client("c", (("depression", 2),), languages=("english", "mandarin"), must_have=("languages",))
    staff = clinic(therapist("english"), therapist("mandarin", languages="mandarin"))
    slate = service_of(staff).match(either)
    assert [line.status for one in slate.recommendations for line in one.receipt] == ["honoured"] * 2
    assert ids(service_of(staff).match(replace(either, languages=("mandarin",)))) == ["mandarin"]


def past(therapist_id: str, alliance: float, number: int) -> dict[str, object]:
    return {
        "episode_id": f"{therapist_id}-{number}",
        "client_id": f"c{number}",
        "therapist_id": therapist_id,
        "started_on": "2025-01-01",
        "alliance_goal": alliance,
        "alliance_task": alliance,
        "alliance_bond": alliance,
    }


@pytest.fixture(scope="module")
def learned() -> MatchingService:
    people = tuple(client_row(f"c{i}") for i in range(40))
    episodes = [past("well", 9.5 if i % 2 else 9, i) for i in range(20)]
    episodes += [past("poorly", 4 if i % 2 else 3.5, i) for i in range(20, 40)]
    made = clinic(therapist("well"), therapist("poorly"), people=people, episodes=tuple(episodes))
    return MatchingService(made, Recommender().fit(made))


def test_past_matches_have_a_say_until_they_are_switched_off(learned: MatchingService) -> None:
    who = Client("new", (("depression", 2),))
    assert learned.learns
    assert ids(learned.match(who)) == ["well", "poorly"]
    off = learned.match(who, past_matches=False)
    assert off.published_only
    tracks = [
        term.benefit
        for found in off.recommendations
        for term in found.contributions
        if term.comparison.startswith("track_")
    ]
    assert tracks
    assert not any(tracks)
    untaught = service_of(clinic(therapist("well"), therapist("poorly")))
    assert not untaught.learns
    assert [r.benefit for r in off.recommendations] == [r.benefit for r in untaught.match(who).recommendations]


def test_a_raised_risk_never_gets_a_list_however_it_is_asked_for(learned: MatchingService) -> None:
    who = Client("new", (("depression", 2),), about="I want to kill myself")
    for slate in (learned.match(who), learned.match(who, emphasis={"soon": "more"}, past_matches=False)):
        assert slate.withheld
        assert slate.recommendations == ()


SOON = therapist("soon", next_opening="2026-11-24")
SKILLED = therapist("skilled", modalities="cbt", next_opening="2027-02-01", years_experience=20)


def test_who_moved_is_told_with_the_group_that_moved_them() -> None:
    who = Client("new", (("depression", 2),), enquired_at=datetime(2026, 11, 23))
    service = service_of(clinic(SOON, SKILLED))
    before = service.match(who, emphasis={"soon": "less"})
    after = service.match(who, emphasis={"soon": "more"})
    assert (ids(before), ids(after)) == (["skilled", "soon"], ["soon", "skilled"])
    told = {move.therapist_id: move for move in moves(before, after)}
    assert (told["soon"].before, told["soon"].after, told["soon"].up, told["soon"].group) == (2, 1, True, "soon")
    assert (told["skilled"].up, told["skilled"].group) == (False, "soon")
    assert moves(before, before) == ()


@pytest.mark.slow
@SLOW
@given(clinics(therapists=6, clients=2, episodes=0), EMPHASES)
def test_a_move_is_always_explained_by_a_group_that_was_weighed_anew(made: Clinic, emphasis: dict[str, str]) -> None:
    recommender = Recommender().fit(made)
    for plain, weighed in zip(
        recommender.recommend(made.clients, 0, safety_checked=True),
        recommender.recommend(made.clients, 0, safety_checked=True, emphasis=emphasis),
        strict=True,
    ):
        after = replace(weighed, emphasis=tuple(emphasis.items()))
        for move in moves(plain, after):
            assert move.group is not None
            assert emphasis.get(move.group, "now") != "now"
