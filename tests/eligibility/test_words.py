"""What is said about limits: words, money and distances, who was left out, and what would have to be relaxed."""

import numpy as np
from made import client, clinic, therapist

from matcher.clinic.encoding import encode_clients, encode_therapists
from matcher.clinic.pairs import Pairs
from matcher.domain.recommendation import Exclusion, Relaxation
from matcher.eligibility.limits import broken_limits
from matcher.eligibility.reasons import Exclusions
from matcher.eligibility.relaxation import relaxations
from matcher.eligibility.words import in_sentence, joined, kilometres, labels_of, money


def left_out(who: dict[str, object], *therapists: dict[str, object]) -> Exclusions:
    made = clinic(*therapists, people=(who,))
    table = encode_therapists(made.therapists)
    people = encode_clients(made.clients, table)
    return Exclusions(people, 0, table, int(np.count_nonzero(broken_limits(Pairs(people, table)))))


def relaxed(who: dict[str, object], *therapists: dict[str, object]) -> tuple[Relaxation, ...]:
    made = clinic(*therapists, people=(who,))
    table = encode_therapists(made.therapists)
    people = encode_clients(made.clients, table)
    return relaxations(people, 0, table, broken_limits(Pairs(people, table))[0])


def test_labels_keep_names_and_acronyms_inside_a_sentence() -> None:
    kept = ["ADHD", "EMDR", "CBT for insomnia (CBT-I)", "Aboriginal and Torres Strait Islander people", "NDIS"]
    assert [in_sentence(label) for label in kept] == kept
    assert in_sentence("Low mood or depression") == "low mood or depression"
    assert labels_of("concerns", ["depression", "sleep"]) == "low mood or depression, and sleep"
    assert labels_of("modalities", ["cbt", "emdr"]) == "cognitive behavioural therapy (CBT) and EMDR"
    assert labels_of("languages", ["english", "haitian creole"]) == "English and Haitian Creole"
    assert labels_of("availability", ["mon_morning"]) == "Monday morning"
    assert labels_of("funding", []) == "none"
    evenings = [f"{day}_evening" for day in ("mon", "tue", "wed", "thu", "fri")]
    assert labels_of("availability", [*evenings, "sat_morning"], "or") == "weekday evenings or Saturday morning"
    assert labels_of("availability", evenings[:4]).startswith("Monday evening, Tuesday evening")


def test_lists_read_as_english() -> None:
    assert joined(["sleep"]) == "sleep"
    assert joined(["sleep", "anger"]) == "sleep and anger"
    assert joined(["a", "b", "c"], "or") == "a, b or c"
    assert joined(["pain, illness or disability", "sleep"]) == "sleep, and pain, illness or disability"


def test_money_and_distance_never_round_onto_the_limit() -> None:
    assert (money(180), money(180.5), money(1234)) == ("$180", "$180.50", "$1,234")
    assert (kilometres(10.04), kilometres(10), kilometres(25.2), kilometres(0.31)) == (
        "10.1 km",
        "10 km",
        "26 km",
        "0.4 km",
    )


def test_everyone_left_out_is_listed_with_every_reason() -> None:
    found = left_out(
        client(age=30, max_fee=180, therapist_gender="woman", must_have="therapist_gender"),
        therapist("ok", gender="woman"),
        therapist("two", gender="man", fee=180.5),
        therapist("blank"),
        therapist("young", gender="woman", age_groups="child;adolescent", capacity=0),
    )
    assert list(found) == [
        Exclusion(
            "two",
            ("max_fee", "therapist_gender"),
            ("Costs $180.50 a session, over the limit of $180.", "Is a man, where a woman was asked for."),
        ),
        Exclusion("blank", ("therapist_gender",), ("The therapist's gender is not known, and it must be honoured.",)),
        Exclusion(
            "young",
            ("capacity", "age"),
            ("Has no open place at the moment.", "Works with other ages (0 to 11 and 12 to 17)."),
        ),
    ]
    assert found[-1].therapist_id == "young"
    assert [entry.therapist_id for entry in found[:2]] == ["two", "blank"]
    assert found.of("ok") is None
    assert found.of("nobody") is None
    assert found.of("blank") == found[1]


def test_the_smallest_change_comes_first() -> None:
    found = relaxed(
        client(max_fee=100, languages="greek"),
        therapist("dear", fee=300, languages="greek"),
        therapist("near", fee=110, languages="greek"),
        therapist("other", fee=90, languages="arabic"),
    )
    assert [entry.limits for entry in found] == [("max_fee",), ("languages",)]
    assert found[0].sentence == "If a session could cost $110 instead of $100: 1 therapist would fit."
    assert found[1].sentence == "If speaking Arabic were fine: 1 therapist would fit."


def test_every_limit_that_may_be_relaxed_has_words() -> None:
    here = {"latitude": -37.8, "longitude": 144.9}
    asked = {
        "therapist_gender": "woman",
        "modalities": "emdr",
        "identities": "lgbtqia",
        "availability": "mon_morning",
        "formats": "phone",
        "funding": "dva",
        "max_distance_km": 5,
        "next_opening_by": "2026-12-01",
        "directiveness": 1,
        "max_fee": 50,
        "languages": "greek",
        "concerns": "anger:1",
    }
    known = therapist(
        "t",
        gender="man",
        modalities="cbt",
        identities="muslim",
        availability="fri_evening",
        funding="medicare",
        latitude=-38.8,
        longitude=144.9,
        next_opening="2027-01-01",
        directiveness=-1,
        fee=100,
        capacity=0,
    )
    found = relaxed(client(**asked, **here, must_have=";".join(asked)), known)
    assert len(found) == 1
    assert set(found[0].limits) == {*asked, "capacity"}
    assert "rooms 112 km away were near enough" in found[0].sentence
    assert "1 January 2027" in found[0].sentence
    # One wish or several: they are one limit.
    assert "the training you asked for were not a must" in found[0].sentence
    must = {name: value for name, value in asked.items() if name not in ("languages", "formats", "concerns")}
    blank = relaxed(client(**must, **here, must_have=";".join(must)), therapist("t"))
    assert "nan" not in blank[0].sentence
    assert set(blank[0].limits) == set(must)


def test_age_and_exclusions_are_never_up_for_change() -> None:
    assert relaxed(client(age=5), therapist("t")) == ()
    assert relaxed(client(exclude_therapists="t"), therapist("t")) == ()
    assert relaxed(client()) == ()


def test_a_change_that_contains_a_smaller_one_is_not_offered() -> None:
    changes = relaxed(
        client(max_fee=100, languages="greek", must_have="languages"),
        therapist("cheap", fee=90, languages="english"),
        therapist("dear", fee=150, languages="english"),
        therapist("greek", fee=300, languages="english;greek"),
    )
    assert [change.limits for change in changes] == [("max_fee",), ("languages",)]
    assert [change.therapists for change in changes] == [1, 1]
