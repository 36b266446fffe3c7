"""What a slate must mean: small clinics whose right answer a clinician would not argue with."""

from typing import Any

import pytest
from made import Row, client, clients, clinic, therapist

from matcher.domain.recommendation import Recommendation, Slate
from matcher.ranking.recommender import Recommender


def slate(who: Row, *therapists: Row, **options: Any) -> Slate:
    recommender = Recommender().fit(clinic(*therapists))
    return recommender.recommend(clients(who), 0, safety_checked=True, **options)[0]


def order(who: Row, *therapists: Row) -> list[str]:
    return [found.therapist_id for found in slate(who, *therapists).recommendations]


def listed(who: Row, *therapists: Row, **options: Any) -> dict[str, Recommendation]:
    return {found.therapist_id: found for found in slate(who, *therapists, **options).recommendations}


def test_someone_with_ocd_gets_the_therapist_trained_in_exposure_first() -> None:
    who = client(concerns="ocd:3")
    trained = therapist("erp", modalities="exposure_response_prevention")
    found = slate(who, therapist("other", modalities="art_therapy"), trained)
    assert [x.therapist_id for x in found.recommendations] == ["erp", "other"]
    assert any("exposure and response prevention" in sentence for sentence in found.recommendations[0].reasons)
    assert (
        "Lists none of the approaches guidelines recommend for obsessive thoughts or compulsions"
        in found.recommendations[1].cautions
    )


def test_the_approach_matters_less_for_low_mood_than_for_ocd() -> None:
    def gap(concern: str, good: str) -> float:
        both = listed(
            client(concerns=concern), therapist("a", modalities=good), therapist("b", modalities="art_therapy")
        )
        return both["a"].benefit - both["b"].benefit

    assert 0 < gap("depression:3", "cbt") < gap("ocd:3", "exposure_response_prevention")


def test_a_must_have_woman_is_never_broken_and_unknown_does_not_satisfy_it() -> None:
    who = client(therapist_gender="woman", must_have="therapist_gender")
    strong = {"years_experience": 30, "modalities": "cbt"}
    assert order(who, therapist("man", gender="man", **strong), therapist("blank", **strong)) == []
    assert order(who, therapist("man", gender="man", **strong), therapist("woman", gender="woman")) == ["woman"]


def test_a_wish_reorders_and_removes_nobody() -> None:
    therapists = [therapist("man", gender="man"), therapist("blank"), therapist("woman", gender="woman")]
    assert order(client(therapist_gender="woman"), *therapists) == ["woman", "blank", "man"]
    assert order(client(therapist_gender="man"), *therapists) == ["man", "blank", "woman"]


def test_unknown_is_neither_yes_nor_no() -> None:
    found = listed(
        client(therapist_gender="woman"),
        therapist("man", gender="man"),
        therapist("blank"),
        therapist("woman", gender="woman"),
    )
    assert (found["man"].preference_fit, found["blank"].preference_fit, found["woman"].preference_fit) == (0, 0.5, 1)
    assert found["blank"].unknowns == ("The therapist's gender is not known",)
    assert found["man"].cautions[0] == "Is a man, where a woman was wished for"
    assert found["woman"].reasons[0] == "Is a woman, as wished"
    assert [found[name].receipt[0].status for name in found] == ["honoured", "unknown", "not_honoured"]


def test_no_wish_no_preference_fit() -> None:
    assert listed(client(), therapist("t", gender="man"))["t"].preference_fit is None


def test_working_with_the_concern_beats_not_listing_it() -> None:
    who = client(concerns="anger:3;sleep:1")
    found = slate(who, therapist("none", concerns="grief"), therapist("anger", concerns="anger"))
    assert [x.therapist_id for x in found.recommendations] == ["anger", "none"]
    assert "Works with anger" in found.recommendations[0].reasons
    assert "Does not list sleep" in found.recommendations[0].cautions
    assert "Does not list anger or sleep" in found.recommendations[1].cautions


def test_an_earlier_opening_wins_between_equals() -> None:
    who = client(enquired_at="2026-11-20T09:00")
    found = slate(who, therapist("late", next_opening="2027-01-20"), therapist("soon", next_opening="2026-11-25"))
    assert [x.therapist_id for x in found.recommendations] == ["soon", "late"]
    assert "First opening is 25 November 2026" in found.recommendations[0].reasons
    assert "First opening is not until 20 January 2027" in found.recommendations[1].cautions


def test_an_unknown_opening_does_not_beat_a_near_one_because_the_enquiry_is_old() -> None:
    who = client(enquired_at="2024-11-20T09:00")
    known = therapist("soon", next_opening="2026-11-25", openings_confirmed_on="2026-11-19")
    assert order(who, therapist("blank"), known) == ["soon", "blank"]


def test_a_therapist_who_does_not_list_english_is_eligible_with_a_caution() -> None:
    found = listed(
        client(),
        therapist("greek", languages="greek"),
        therapist("plain"),
        therapist("both", languages="greek;english"),
    )
    assert "Does not list English (speaks Greek)" in found["greek"].cautions
    assert not any("English" in s for name in ("plain", "both") for s in found[name].cautions)
    asked = listed(client(languages="greek"), therapist("greek", languages="greek"))
    assert not any("English" in sentence for sentence in asked["greek"].cautions)
    assert "Speaks Greek, as wished" in asked["greek"].reasons


def test_a_style_is_told_by_its_side_and_by_how_it_differs() -> None:
    who = client(directiveness=0.8, challenge=-0.6)
    found = listed(
        who,
        therapist("near", directiveness=0.6, challenge=-0.5),
        therapist("far", directiveness=-0.8, challenge=0.9),
        therapist("blank"),
    )
    assert list(found) == ["near", "blank", "far"]
    assert "Way of working is therapist-led and warmly supportive, as wished" in found["near"].reasons
    assert "Way of working is more client-led and more challenging than wished" in found["far"].cautions
    assert found["blank"].unknowns == ("The way of working is not known",)


def test_reasons_name_only_what_both_share() -> None:
    who = client(modalities="emdr;act", languages="greek;english", identities="lgbtqia")
    found = listed(
        who,
        therapist("t", modalities="emdr;cbt", languages="greek;arabic", identities="lgbtqia;muslim"),
        therapist("u", modalities="cbt", identities="muslim"),
    )
    assert "Uses EMDR, as wished" in found["t"].reasons
    assert "Speaks Greek, as wished" in found["t"].reasons
    assert "Trained to work with LGBTQIA+ people, as wished" in found["t"].reasons
    assert found["u"].cautions[:3] == (
        "Does not list Greek, which was wished for",
        "Does not list acceptance and commitment therapy (ACT), or EMDR, which was wished for",
        "No training listed with LGBTQIA+ people, which was wished for",
    )


def test_each_community_asked_for_has_a_receipt_of_its_own() -> None:
    found = listed(
        client(identities="lgbtqia;muslim"),
        therapist("one", identities="muslim"),
        therapist("both", identities="muslim;lgbtqia"),
        therapist("blank"),
    )
    told = {name: {line.label: line.status for line in one.receipt} for name, one in found.items()}
    first, second = "Trained with: LGBTQIA+ people", "Trained with: Muslim clients"
    assert told == {
        "one": {first: "not_honoured", second: "honoured"},
        "both": {first: "honoured", second: "honoured"},
        "blank": {first: "unknown", second: "unknown"},
    }
    assert found["one"].reasons.count("Trained to work with Muslim clients, as wished") == 1
    assert "No training listed with LGBTQIA+ people, which was wished for" in found["one"].cautions
    assert "Trained to work with LGBTQIA+ people and Muslim clients, as wished" in found["both"].reasons
    assert found["blank"].unknowns == ("Training with communities is not known",)
    must = listed(client(identities="lgbtqia;muslim", must_have="identities"), therapist("t", identities="muslim"))
    assert not must


def test_a_community_nobody_here_is_trained_with_is_named() -> None:
    found = listed(client(identities="deaf"), therapist("t", identities="muslim"))["t"]
    assert "No training listed with deaf, which was wished for" in found.cautions
    assert found.receipt[0].label == "Trained with: deaf"


def test_rooms_far_away_do_not_matter_to_someone_who_meets_by_video() -> None:
    here = {"latitude": -37.8, "longitude": 144.9, "max_distance_km": 5}
    far = therapist("t", latitude=-38.8, longitude=144.9)
    by_video = listed(client(formats="telehealth", **here), far)["t"]
    assert by_video.preference_fit is None
    assert not any("away" in sentence for sentence in by_video.cautions)
    in_person = listed(client(formats="in_person", **here), far)["t"]
    assert "Rooms are 112 km away, further than the 5 km wished for" in in_person.cautions


@pytest.mark.parametrize("staff", [True, False])
def test_clients_are_never_told_of_past_results(staff: bool) -> None:
    episodes = tuple(
        {
            "episode_id": f"e{i}",
            "client_id": f"p{i}",
            "therapist_id": ("good", "poor")[i % 2],
            "started_on": "2026-01-01",
            "ending": ("planned", "dropped_out")[i % 2],
            **dict.fromkeys(("alliance_goal", "alliance_task", "alliance_bond"), (10, 3)[i % 2]),
        }
        for i in range(200)
    )
    made = clinic(
        therapist("good"), therapist("poor"), people=tuple(client(f"p{i}") for i in range(200)), episodes=episodes
    )
    found = Recommender().fit(made).recommend(clients(client("new")), 0, staff=staff)[0]
    assert [x.therapist_id for x in found.recommendations] == ["good", "poor"]
    said = [s for x in found.recommendations for s in (*x.reasons, *x.cautions)]
    assert any("than average with this therapist" in sentence for sentence in said) is staff


def test_nobody_fits_and_the_slate_says_what_would_change_that() -> None:
    found = slate(client(max_fee=100), therapist("dear", fee=250), therapist("full", fee=90, capacity=0))
    assert found.recommendations == ()
    assert [entry.limits for entry in found.relaxations] == [("max_fee",), ("capacity",)] or [
        entry.limits for entry in found.relaxations
    ] == [("capacity",), ("max_fee",)]
    assert all(entry.therapists == 1 for entry in found.relaxations)
