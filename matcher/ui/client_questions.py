"""The question pages the matching draws on, one thing at a time."""

from collections.abc import Sequence

import streamlit as st

from matcher.domain.vocabulary import CONCERNS, DOMAINS
from matcher.intake import questionnaire as q
from matcher.intake.reading import Problem
from matcher.ui import components as c
from matcher.ui import frame
from matcher.ui import wording_questions as wq
from matcher.ui.journey import Journey
from matcher.ui.language import say


def draw_words(journey: Journey) -> None:
    """Ask what has been going on, in the client's own words."""
    frame.step(journey, "words", _words)


def draw_safety(journey: Journey) -> None:
    """Ask one direct question about safety, with a way not to answer."""
    frame.step(journey, "safety", _safety)


def draw_concerns(journey: Journey) -> None:
    """Offer the concerns the words speak of for the client to confirm, and the whole list by theme."""
    frame.step(journey, "concerns", _concerns, _check_concerns)


def draw_weight(journey: Journey) -> None:
    """Ask how much each chosen concern weighs."""
    frame.step(journey, "weight", _weight)


def _words(journey: Journey, places: frame.Places) -> None:
    frame.place(places, q.ABOUT.code)
    c.text(q.ABOUT, journey.answers, headed=True, height=200)


def _safety(journey: Journey, _places: frame.Places) -> None:
    if journey.unread():
        st.info(say(wq.SAFETY_UNREAD))
    # Whoever answers for somebody else is asked of both: "you" would be taken for only one of them.
    other = journey.answers.get("for_whom") in {"child", "adult"}
    c.one(q.SAFETY, journey.answers, words=wq.SAFETY_OF_THEM if other else "")


def _concerns(journey: Journey, places: frame.Places) -> None:
    c.why(q.CONCERN_CHOICES)
    frame.place(places, q.CONCERN_CHOICES.code)
    suggested = journey.suggested()
    if suggested:
        st.header(say(wq.CONCERNS_SUGGESTED), anchor=False)
        st.caption(say(wq.CONCERNS_CONFIRM))
        with st.container(key="group-suggested", gap=None):
            c.ticks(q.CONCERN_CHOICES, journey.answers, suggested)
    elif str(journey.answers.get("about") or "").strip():
        st.markdown(say(wq.CONCERNS_UNSURE))
    st.header(say(wq.CONCERNS_MORE if suggested else wq.CONCERNS_LIST), anchor=False)
    for domain in DOMAINS:
        with st.expander(say(wq.DOMAINS[domain])):
            codes = [code for code, concern in CONCERNS.items() if concern.domain == domain]
            with st.container(key=f"themes-{domain}", gap=None):
                c.ticks(q.CONCERN_CHOICES, journey.answers, [code for code in codes if code not in suggested])
    chosen = journey.answers.get("concerns") or ()
    if chosen:
        names = "; ".join(say(q.CONCERN_CHOICES.label(code)) for code in chosen)
        st.markdown(say(wq.CONCERNS_CHOSEN, names=names))


def _check_concerns(journey: Journey) -> Sequence[Problem]:
    if journey.answers.get("concerns"):
        return ()
    return (Problem("concerns", say(wq.CONCERNS_NONE, phone=journey.services.settings.clinic_phone)),)


def _weight(journey: Journey, _places: frame.Places) -> None:
    c.why(q.SEVERITY)
    if not journey.answers.get("concerns"):
        st.markdown(say(wq.WEIGHT_NOTHING))
    c.severities(journey.answers)
