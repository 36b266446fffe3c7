"""The question pages about who would suit: ways of working, whom one feels at ease with, meeting and cost."""

import streamlit as st

from matcher.domain.vocabulary import MODALITIES
from matcher.intake import life_questions as life
from matcher.intake import questionnaire as q
from matcher.ui import components as c
from matcher.ui import frame
from matcher.ui import wording_questions as wq
from matcher.ui.journey import Journey
from matcher.ui.language import say

_STEER, _FEELINGS, _PAST, _PUSH = q.STYLE


def draw_style(journey: Journey) -> None:
    """Ask who steers the sessions, and what they are about."""
    frame.step(journey, "style", _style)


def draw_hard_times(journey: Journey) -> None:
    """Ask how near to strong feelings to go, and for warmth or a push."""
    frame.step(journey, "hard-times", _hard_times)


def draw_comfort(journey: Journey) -> None:
    """Ask whom the client would feel at ease with, and how much each wish matters."""
    frame.step(journey, "comfort", _comfort)


def draw_training(journey: Journey) -> None:
    """Ask which communities the therapist should be trained to work with."""
    frame.step(journey, "training", _training)


def draw_at_ease(journey: Journey) -> None:
    """Ask for anything else in the client's own words, and for a kind of therapy they have in mind."""
    frame.step(journey, "at-ease", _at_ease)


def draw_meeting(journey: Journey) -> None:
    """Ask how and where the client could meet."""
    frame.step(journey, "meeting", _meeting)


def draw_times(journey: Journey) -> None:
    """Ask at which times the client could meet, and how soon."""
    frame.step(journey, "times", _times)


def draw_cost(journey: Journey) -> None:
    """Ask what the client could pay, and how."""
    frame.step(journey, "cost", _cost)


def _style(journey: Journey, _places: frame.Places) -> None:
    st.markdown(say(wq.STYLE_LEAD))
    for question in (_STEER, _PAST):
        c.one(question, journey.answers)


def _hard_times(journey: Journey, _places: frame.Places) -> None:
    for question in (_FEELINGS, _PUSH):
        c.one(question, journey.answers)


def _comfort(journey: Journey, _places: frame.Places) -> None:
    st.markdown(say(wq.COMFORT_LEAD))
    c.many(q.GENDER, journey.answers)
    known = journey.services.matching().therapists()
    languages = sorted({spoken for therapist in known for spoken in therapist.languages} - {"english"})
    if languages:
        c.many(q.LANGUAGES, journey.answers, languages)


def _training(journey: Journey, _places: frame.Places) -> None:
    answers = journey.answers
    ours = {code for question in q.COMMUNITIES for code in question.codes()}
    own = {code for therapist in journey.services.matching().therapists() for code in therapist.identities} - ours
    c.many(q.AFFIRMING, answers)
    c.many(q.CULTURE, answers, (*q.CULTURE.codes(), *sorted(own)))
    c.many(q.FAITH, answers)
    weights = {answers.get(q.weight_key(question.code)) for question in q.COMMUNITIES if answers.get(question.code)}
    if "must" in weights and len(weights) > 1:
        st.info(say(wq.COMFORT_MIXED))


def _at_ease(journey: Journey, places: frame.Places) -> None:
    frame.place(places, life.COMFORT_WORDS.code)
    c.text(life.COMFORT_WORDS, journey.answers, headed=True, height=110)
    offered = {code for therapist in journey.services.matching().therapists() for code in therapist.modalities}
    with st.expander(say(wq.APPROACH_OPEN)):
        c.many(q.APPROACH, journey.answers, [code for code in MODALITIES if code in offered])


def _meeting(journey: Journey, places: frame.Places) -> None:
    answers = journey.answers
    c.many(q.FORMAT, answers, headed=True)
    if "in_person" in (answers.get("formats") or ()):
        frame.place(places, life.PLACE.code)
        c.line(life.PLACE, answers)
        c.one(life.TRAVEL, answers)


def _times(journey: Journey, _places: frame.Places) -> None:
    c.many(q.TIMES, journey.answers)
    c.one(q.SOON, journey.answers)


def _cost(journey: Journey, _places: frame.Places) -> None:
    answers = journey.answers
    c.amount(q.FEE, answers, wq.FEE_PLACEHOLDER)
    c.many(q.PAYING, answers)
    if journey.services.settings.country == "AU":
        c.one(life.CARE_PLAN, answers)
        if answers.get("care_plan") in {"asking", "no", "unsure"}:
            st.info(say(wq.PLAN_ASK))
