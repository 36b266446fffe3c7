from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.domain.vocabulary import AVAILABILITY, CONCERNS
from matcher.intake import questionnaire as q
from matcher.intake.parsing import (
    LONGEST_TEXT,
    AnswersError,
    left_to_staff,
    other_than_english,
    parse_answers,
    past_styles,
    risk_raised,
    why_raised,
)

TODAY = date(2026, 11, 23)
ENOUGH = {"concerns": ["depression"]}


def parse(answers, **more):
    return parse_answers(answers, client_id="c1", today=TODAY, **more)


def problems(answers):
    with pytest.raises(AnswersError) as error:
        parse(answers)
    return error.value.problems


def some_of(codes):
    return st.lists(st.sampled_from(sorted(codes)), unique=True, max_size=4)


WEIGHTS = st.none() | st.sampled_from(q.WEIGHT.codes())
ONE = {question.code: st.none() | st.sampled_from(question.codes()) for question in (*q.STYLE, q.SAFETY, q.SOON, q.AGE)}
MANY = {question.code: some_of(question.codes()) for question in (q.GENDER, *q.COMMUNITIES, q.APPROACH, q.TIMES)}
GOOD = st.fixed_dictionaries(
    {
        "concerns": st.lists(st.sampled_from(sorted(CONCERNS)), unique=True, min_size=1, max_size=5),
        **ONE,
        **MANY,
        "languages": some_of({"arabic", "english", "mandarin"}),
        "formats": some_of(q.FORMAT.codes()),
        "funding": some_of(q.PAYING.codes()),
        "max_fee": st.none() | st.integers(0, 10_000),
        "about": st.none() | st.text(max_size=200),
        "severity": st.none() | st.dictionaries(st.sampled_from(sorted(CONCERNS)), st.sampled_from(q.SEVERITY.codes())),
        **{q.weight_key(code): WEIGHTS for code in (*MANY, "languages", "soon")},
    }
)
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def test_the_least_that_can_be_matched_is_one_concern():
    client = parse(ENOUGH)
    assert client.concerns == (("depression", 2),)
    assert client.must_have == ()
    assert client.risk_raised is None


def test_a_whole_questionnaire_becomes_the_columns_of_the_contract():
    client = parse(
        {
            "about": "  I cannot sleep.  ",
            "safety": "no",
            "concerns": ["sleep", "depression"],
            "severity": {"sleep": "lot", "depression": "little", "anger": "lot"},
            "directiveness": "high",
            "emotional_intensity": "either",
            "past_focus": "low",
            "challenge": "skip",
            "therapist_gender": ["woman"],
            "therapist_gender_weight": "must",
            "affirming": ["lgbtqia"],
            "affirming_weight": "nice",
            "languages": ["arabic"],
            "languages_weight": "nice",
            "modalities": ["cbt"],
            "modalities_weight": "none",
            "formats": ["telehealth"],
            "times": ["weekday_evening"],
            "times_weight": "must",
            "soon": "two_weeks",
            "soon_weight": "nice",
            "max_fee": 150,
            "funding": ["medicare"],
            "age_range": "25_44",
            "exclude_therapists": ["t9"],
        }
    )
    assert client.about == "I cannot sleep."
    assert client.concerns == (("sleep", 3), ("depression", 1))
    assert client.directiveness == pytest.approx(0.6)
    assert client.past_focus == pytest.approx(-0.6)
    assert client.emotional_intensity is None
    assert client.challenge is None
    assert client.therapist_gender == ("woman",)
    assert client.identities == ("lgbtqia",)
    assert client.languages == ("arabic", "english")
    assert client.modalities == ()
    assert client.availability == tuple(f"{day}_evening" for day in ("mon", "tue", "wed", "thu", "fri"))
    assert client.next_opening_by == TODAY + timedelta(days=14)
    assert client.max_fee == 150.0
    assert client.age == 35.0
    assert client.must_have == ("therapist_gender", "availability")
    assert client.exclude_therapists == ("t9",)
    assert client.risk_raised is False


def test_a_language_that_must_be_shared_does_not_leave_english_open():
    client = parse({**ENOUGH, "languages": ["arabic"], "languages_weight": "must"})
    assert client.languages == ("arabic",)
    assert client.must_have == ("languages",)


def test_a_wish_without_a_weight_is_a_wish_and_not_a_must():
    client = parse({**ENOUGH, "therapist_gender": ["man"]})
    assert client.therapist_gender == ("man",)
    assert client.must_have == ()


def test_a_weight_without_a_wish_asks_for_nothing():
    assert parse({**ENOUGH, "times_weight": "must", "soon_weight": "must"}).must_have == ()


def test_every_problem_is_told_at_once_and_no_answer_is_repeated():
    secret = "purple elephant"
    found = problems({"concerns": ["gout"], "safety": secret, "max_fee": -5, "age_range": 7, "times_weight": secret})
    assert {problem.question for problem in found} == {"concerns", "safety", "max_fee", "age_range", "times"}
    assert not any(secret in problem.message for problem in found)


@pytest.mark.parametrize(
    ("answers", "question"),
    [
        ({}, "concerns"),
        ({"concerns": []}, "concerns"),
        ({"concerns": "depression"}, "concerns"),
        ({**ENOUGH, "max_fee": True}, "max_fee"),
        ({**ENOUGH, "max_fee": float("nan")}, "max_fee"),
        ({**ENOUGH, "max_fee": 10_001}, "max_fee"),
        ({**ENOUGH, "about": 3}, "about"),
        ({**ENOUGH, "about": "x" * (LONGEST_TEXT + 1)}, "about"),
        ({**ENOUGH, "severity": "lot"}, "severity"),
        ({**ENOUGH, "severity": {"depression": 3}}, "severity"),
        ({**ENOUGH, "formats": ["pigeon"]}, "formats"),
        ({**ENOUGH, "directiveness": 0.5}, "directiveness"),
    ],
)
def test_an_answer_that_cannot_be_used_is_named(answers, question):
    assert question in {problem.question for problem in problems(answers)}


@pytest.mark.parametrize("text", ["🌊" * 50, "أشعر بالقلق", "<script>alert(1)</script>", "x" * 50_000])
def test_words_of_any_kind_are_kept_as_they_are(text):
    assert parse({**ENOUGH, "about": text}).about == text


@pytest.mark.parametrize(
    ("answers", "flags", "raised"),
    [
        ({}, (), False),
        ({"safety": "no"}, (), False),
        ({"safety": "skip"}, (), False),
        ({"safety": "yes"}, (), True),
        ({"safety": "no"}, ("suicide",), True),
        ({"concerns": ["self_harm"]}, (), True),
        ({"concerns": ["domestic_violence", "trauma"]}, (), False),
    ],
)
def test_what_raises_a_safety_concern(answers, flags, raised):
    assert risk_raised(answers, flags) is raised
    client = parse({**ENOUGH, **answers}, flags=flags)
    assert (client.risk_raised is True) is raised


@given(GOOD)
def test_whatever_the_questionnaire_offers_makes_a_client(answers):
    client = parse(answers)
    assert {code for code, _ in client.concerns} == set(answers["concerns"])
    assert all(severity in (1, 2, 3) for _, severity in client.concerns)
    assert set(client.availability) <= set(AVAILABILITY)
    for column in client.must_have:
        assert getattr(client, column), column
    for code in MANY:
        if answers[q.weight_key(code)] == "none":
            column = {"times": "availability"} | dict.fromkeys(("affirming", "culture", "faith"), "identities")
            assert not set(answers[code]) & set(getattr(client, column.get(code, code)))


@given(GOOD)
def test_only_a_stated_must_becomes_one(answers):
    softened = {name: "nice" if value == "must" else value for name, value in answers.items()}
    assert parse(softened).must_have == ()


@given(st.dictionaries(st.sampled_from([*q.QUESTIONS, *map(q.weight_key, q.QUESTIONS)]), ANYTHING))
def test_anything_at_all_is_a_client_or_a_list_of_problems(answers):
    found = 0
    try:
        client = parse(answers)
    except AnswersError as error:
        found = len(error.problems)
    assert found or client.concerns


def test_a_must_among_communities_is_kept_exactly_and_never_made_wider():
    client = parse({**ENOUGH, "affirming": ["lgbtqia"], "affirming_weight": "must", "faith": ["muslim"]})
    assert (client.identities, client.must_have) == (("lgbtqia",), ("identities",))
    wished = parse({**ENOUGH, "affirming": ["lgbtqia"], "faith": ["muslim"], "faith_weight": "nice"})
    assert (wished.identities, wished.must_have) == (("lgbtqia", "muslim"), ())
    assert parse({**ENOUGH, "faith": ["muslim"], "faith_weight": "none"}).identities == ()


def test_a_culturally_safe_therapist_is_a_wish_that_is_never_inferred():
    origin = {**ENOUGH, "first_nations": "both"}
    assert parse(origin).identities == ()
    assert parse({**origin, "cultural_safety": ["trained"]}).identities == ("aboriginal_torres_strait_islander",)
    assert parse({**origin, "cultural_safety": ["family"]}).identities == ()


@pytest.mark.parametrize(
    ("given", "expected"),
    [("man", "man"), ("woman", "woman"), ("non_binary", "non_binary"), ("another", None), ("skip", None), (None, None)],
)
def test_how_a_client_describes_their_gender_is_kept_only_where_it_is_one_of_the_codes(given, expected):
    assert parse({**ENOUGH, "gender": given}).gender == expected


PAST = {"past_therapy": "yes", "past_helped": ["homework", "kind"], "past_did_not": ["roots"]}


def test_what_helped_before_counts_only_when_the_client_says_so_and_less_than_a_stated_wish():
    assert past_styles(PAST) == {}
    assert past_styles({**PAST, "past_use": "no"}) == {}
    assert past_styles({**PAST, "past_use": "yes", "past_therapy": "no"}) == {}
    used = {**PAST, "past_use": "yes"}
    assert past_styles(used) == {"directiveness": 0.3, "challenge": -0.3, "past_focus": -0.3}
    client = parse({**ENOUGH, **used, "directiveness": "low", "challenge": "either", "past_focus": "skip"})
    assert (client.directiveness, client.challenge, client.past_focus) == (-0.6, None, -0.3)


def test_what_helped_and_did_not_help_alike_says_nothing():
    both = {"past_use": "yes", "past_therapy": "yes", "past_helped": ["push"], "past_did_not": ["push", "practical"]}
    assert past_styles(both) == {}


def test_an_unfinished_intake_needs_no_concern_so_that_danger_is_heard_first():
    client = parse({"safety": "yes"}, unfinished=True)
    assert (client.concerns, client.risk_raised) == ((), True)


def test_what_was_raised_is_named_by_codes_and_stays_raised():
    raised = {"safety": "yes", "concerns": ["sleep", "self_harm"], "about": "private words"}
    assert why_raised(raised, ["abuse"]) == ("abuse", "safety_answer", "self_harm")
    assert risk_raised({"safety": "no", "person_first": True})
    assert not risk_raised({"safety": "no", "person_first": "no"})


@given(st.dictionaries(st.sampled_from(sorted(q.QUESTIONS)), ANYTHING))
def test_reading_what_was_raised_never_fails(answers):
    why_raised(answers)
    past_styles({"past_use": "yes", "past_therapy": "yes", **answers})


def test_what_would_be_nice_beside_a_must_is_left_to_staff_by_name():
    answers = {"affirming": ["lgbtqia"], "affirming_weight": "must", "faith": ["muslim"], "faith_weight": "nice"}
    assert left_to_staff(answers) == ("muslim",)
    assert left_to_staff({**answers, "affirming_weight": "nice"}) == ()
    assert left_to_staff({**answers, "faith_weight": "must"}) == ()


def test_a_mere_wish_for_a_language_leaves_english_open_and_is_told_apart_from_it():
    for weight, others in (("nice", ("arabic",)), ("must", ())):
        assert other_than_english(parse({**ENOUGH, "languages": ["arabic"], "languages_weight": weight})) == others
    assert other_than_english(parse({**ENOUGH, "languages": ["english"]})) == ()
