"""The numbered question pages of the client's journey, one thing at a time."""

from collections.abc import Sequence

import streamlit as st

from matcher.domain.vocabulary import CONCERNS, DOMAINS, MODALITIES
from matcher.intake import questionnaire as q
from matcher.ui import components as c
from matcher.ui import wording as w
from matcher.ui.journey import Journey


def draw_words(journey: Journey) -> None:
    """Ask what has been going on, in the client's own words."""
    c.step(journey, "words", lambda j: c.text(q.ABOUT, j.answers))


def draw_safety(journey: Journey) -> None:
    """Ask one direct question about safety, with a way not to answer."""
    c.step(journey, "safety", _safety)


def draw_concerns(journey: Journey) -> None:
    """Offer the concerns the words speak of for the client to confirm, and the whole list by theme."""
    c.step(journey, "concerns", _concerns, _check_concerns)


def draw_weight(journey: Journey) -> None:
    """Ask how much each chosen concern weighs."""
    c.step(journey, "weight", _weight)


def draw_style(journey: Journey) -> None:
    """Ask for four ways a therapist may work."""
    c.step(journey, "style", _style)


def draw_comfort(journey: Journey) -> None:
    """Ask whom the client would feel comfortable with, and how much each wish matters."""
    c.step(journey, "comfort", _comfort)


def draw_meeting(journey: Journey) -> None:
    """Ask how and when the client could meet."""
    c.step(journey, "meeting", _meeting)


def draw_cost(journey: Journey) -> None:
    """Ask what the client could pay, and how."""
    c.step(journey, "cost", _cost)


def draw_last(journey: Journey) -> None:
    """Ask for an age range, and for anyone the client should not be matched with."""
    c.step(journey, "last", _last)


def _safety(journey: Journey) -> None:
    st.markdown(q.SAFETY.text)
    c.one(q.SAFETY, journey.answers, headed=True)


def _concerns(journey: Journey) -> None:
    c.why(q.CONCERN_CHOICES)
    suggested = journey.suggested()
    if suggested:
        st.header(w.CONCERNS_SUGGESTED, anchor=False)
        st.caption(w.CONCERNS_CONFIRM)
        with st.container(key="group-suggested", gap=None):
            c.ticks(q.CONCERN_CHOICES, journey.answers, suggested)
    elif str(journey.answers.get("about") or "").strip():
        st.markdown(w.CONCERNS_UNSURE)
    st.header(w.CONCERNS_MORE if suggested else w.CONCERNS_LIST, anchor=False)
    for domain in DOMAINS:
        with st.expander(w.DOMAINS[domain]):
            codes = [code for code, concern in CONCERNS.items() if concern.domain == domain]
            with st.container(key=f"themes-{domain}", gap=None):
                c.ticks(q.CONCERN_CHOICES, journey.answers, [code for code in codes if code not in suggested])
    chosen = journey.answers.get("concerns") or ()
    if chosen:
        st.markdown(w.CONCERNS_CHOSEN.format(names="; ".join(q.CONCERN_CHOICES.label(code) for code in chosen)))


def _check_concerns(journey: Journey) -> Sequence[str]:
    if journey.answers.get("concerns"):
        return ()
    return (w.CONCERNS_NONE.format(phone=journey.services.settings.clinic_phone),)


def _weight(journey: Journey) -> None:
    c.why(q.SEVERITY)
    if not journey.answers.get("concerns"):
        st.markdown(w.WEIGHT_NOTHING)
    c.severities(journey.answers)


def _style(journey: Journey) -> None:
    st.markdown(w.STYLE_LEAD)
    for question in q.STYLE:
        c.one(question, journey.answers)


def _comfort(journey: Journey) -> None:
    st.markdown(w.COMFORT_LEAD)
    answers = journey.answers
    c.many(q.GENDER, answers)
    known = journey.services.matching().therapists()
    c.many(q.AFFIRMING, answers)
    known_codes = {code for question in q.COMMUNITIES for code in question.codes()}
    own = {code for therapist in known for code in therapist.identities} - known_codes
    c.many(q.CULTURE, answers, (*q.CULTURE.codes(), *sorted(own)))
    c.many(q.FAITH, answers)
    languages = sorted({spoken for therapist in known for spoken in therapist.languages} - {"english"})
    if languages:
        c.many(q.LANGUAGES, answers, languages)
    offered = {code for therapist in known for code in therapist.modalities}
    with st.expander(w.APPROACH_OPEN):
        c.many(q.APPROACH, answers, [code for code in MODALITIES if code in offered])


def _meeting(journey: Journey) -> None:
    c.many(q.FORMAT, journey.answers)
    c.many(q.TIMES, journey.answers)
    c.one(q.SOON, journey.answers)


def _cost(journey: Journey) -> None:
    c.amount(q.FEE, journey.answers, w.FEE_PLACEHOLDER)
    c.many(q.PAYING, journey.answers)


def _last(journey: Journey) -> None:
    c.one(q.AGE, journey.answers)
    c.why(q.AGE)
    names = {therapist.therapist_id: therapist.name for therapist in journey.services.matching().therapists()}
    c.pick(q.AVOID, journey.answers, names, w.AVOID_PLACEHOLDER)
