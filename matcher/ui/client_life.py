"""The question pages about the person: who it is for, hopes, past therapy, about them, and whom to leave out."""

from collections.abc import Sequence

import streamlit as st

from matcher.intake import life_questions as life
from matcher.intake import questionnaire as q
from matcher.intake.reading import Problem
from matcher.ui import components as c
from matcher.ui import frame
from matcher.ui import wording_questions as wq
from matcher.ui.journey import CALL, Journey
from matcher.ui.language import say

_FROM_AUSTRALIA = "AU"


def draw_who(journey: Journey) -> None:
    """Ask who would see the therapist and how old they are; some are better helped by phone."""
    frame.step(journey, "who", _who, _to_a_person)


def draw_hopes(journey: Journey) -> None:
    """Ask what the client hopes for and what a good outcome would look like."""
    frame.step(journey, "hopes", _hopes)


def draw_past(journey: Journey) -> None:
    """Ask whether the client had therapy before; two more pages are for those who did."""
    frame.step(journey, "past", _past)


def draw_past_helped(journey: Journey) -> None:
    """Ask what helped before."""
    frame.step(journey, "past-helped", _past_helped)


def draw_past_not(journey: Journey) -> None:
    """Ask what did not help, and whether the matching may use either."""
    frame.step(journey, "past-not", _past_not)


def draw_you(journey: Journey) -> None:
    """Ask about gender and origin, each with its reason and a way not to answer."""
    frame.step(journey, "you", _you)


def draw_last(journey: Journey) -> None:
    """Ask for anyone the client should not be matched with."""
    frame.step(journey, "last", _last)


def better_by_phone(journey: Journey) -> str | None:
    """Return why a person should be spoken to instead: ``couple``, ``adult``, ``young``, or None."""
    whom, age = journey.answers.get("for_whom"), journey.answers.get("age_range")
    if whom == "couple":
        return "couple"
    if whom == "adult" and journey.answers.get("agreed") != "yes":
        return "adult"
    return "young" if age == "under_12" and whom not in {"helped", "child"} else None


def _who(journey: Journey, _places: frame.Places) -> None:
    answers = journey.answers
    c.one(life.FOR_WHOM, answers)
    whom = answers.get("for_whom")
    if whom == "adult":
        c.one(life.AGREED, answers)
        st.info(say(wq.WHO_ADULT))
    if whom == "child":
        st.info(say(wq.WHO_CHILD))
    other = whom in {"child", "adult"}
    c.one(life.AGE, answers, words=wq.WHO_AGE_OF_THEM if other else "")
    if answers.get("age_range") == "12_17" and not other:
        st.info(say(wq.WHO_YOUNG))


def _to_a_person(journey: Journey) -> Sequence[Problem]:
    if better_by_phone(journey):
        journey.go(CALL)
    return ()


def _hopes(journey: Journey, places: frame.Places) -> None:
    for question in (life.HOPES, life.OUTCOME):
        frame.place(places, question.code)
        c.text(question, journey.answers)


def _past(journey: Journey, _places: frame.Places) -> None:
    c.one(life.PAST, journey.answers, headed=True)


def _past_helped(journey: Journey, _places: frame.Places) -> None:
    c.many(life.PAST_HELPED, journey.answers, headed=True)


def _past_not(journey: Journey, places: frame.Places) -> None:
    answers = journey.answers
    c.many(life.PAST_DID_NOT, answers, headed=True)
    if answers.get("past_helped") or answers["past_did_not"]:
        c.one(life.PAST_USE, answers)
    frame.place(places, life.PAST_WORDS.code)
    c.text(life.PAST_WORDS, answers)


def _you(journey: Journey, places: frame.Places) -> None:
    answers = journey.answers
    st.markdown(say(wq.YOU_LEAD))
    c.one(life.OWN_GENDER, answers)
    if answers.get("gender") == "another":
        frame.place(places, life.GENDER_WORDS.code)
        c.line(life.GENDER_WORDS, answers)
    if journey.services.settings.country != _FROM_AUSTRALIA:
        return
    c.one(life.FIRST_NATIONS, answers)
    if answers.get("first_nations") in {"aboriginal", "torres_strait_islander", "both"}:
        # What was asked for on an earlier page is not asked again.
        asked = "aboriginal_torres_strait_islander" in (answers.get("culture") or ())
        c.many(
            life.CULTURAL_SAFETY,
            answers,
            [code for code in q.CULTURAL_SAFETY.codes() if not (asked and code == "trained")],
        )


def _last(journey: Journey, places: frame.Places) -> None:
    names = {therapist.therapist_id: therapist.name for therapist in journey.services.matching().therapists()}
    c.pick(q.AVOID, journey.answers, names, wq.AVOID_PLACEHOLDER)
    frame.place(places, life.AVOID_WORDS.code)
    c.text(life.AVOID_WORDS, journey.answers)
