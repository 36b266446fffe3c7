"""Asking for somebody: how to reach the client, and in which ways that is safe for them."""

from typing import Any

import streamlit as st

from matcher.domain.enquiry import SAFE_CONTACT, Wants
from matcher.intake.parsing import AnswersError
from matcher.ui import frame, state, wording
from matcher.ui import wording_matches as w
from matcher.ui import wording_start as ws
from matcher.ui.consents import RESEARCH, consent_box
from matcher.ui.journey import BEFORE, HELP, MATCHES, Journey
from matcher.ui.language import say
from matcher.ui.request import CONTACT, contact, name_of, problems, send, wanted


def draw_request(journey: Journey) -> None:
    """Ask for one way to reach the client, say what they are asking for, and send it."""
    if journey.raised():
        journey.go(HELP)
    if not journey.agreed():
        journey.go(BEFORE)
    asked = wanted(journey.answers)
    if asked is None or not _can_be_sent(journey):
        journey.go(MATCHES)
        return
    wants, therapist_id = asked
    back = st.button(say(wording.BACK), type="tertiary", key="back")
    st.title(say(w.REQUEST_TITLE), anchor=False)
    summary, places = st.container(), frame.Places()
    st.markdown(f"**{say(w.REQUEST_WANTS[wants], name=name_of(journey, therapist_id))}**")
    st.markdown(say(w.REQUEST_LEAD))
    if journey.answers.get("for_whom") == "child":
        st.info(say(w.REQUEST_CARER))
    _fields(journey, wants, places)
    sending = st.button(say(w.SEND), type="primary", key="continue")
    journey.save()
    if st.button(say(w.REQUEST_OTHER), type="tertiary", key="other") or back:
        journey.go(MATCHES)
    if sending:
        _send(journey, wants, therapist_id, summary, places)


def _fields(journey: Journey, wants: Wants, places: frame.Places) -> None:
    given = dict(journey.answers.get(CONTACT) or {})
    _text(given, "name", w.NAME, w.NAME_HELP)
    _text(given, "pronouns", w.PRONOUNS, w.PRONOUNS_HELP)
    if wants != "call_me":
        st.header(say(w.ONE_OF_TWO), anchor=False)
    frame.place(places, "phone")
    _text(given, "phone", w.PHONE, autocomplete="tel")
    frame.place(places, "email")
    _text(given, "email", w.EMAIL, autocomplete="email")
    st.header(say(w.SAFE_TITLE), anchor=False)
    st.caption(say(w.SAFE_LEAD))
    frame.place(places, "safe")
    ticked = set(given.get("safe") or ())
    with st.container(key="group-safe", gap=None):
        given["safe"] = [way for way in SAFE_CONTACT if _tick(way, way in ticked)]
    frame.place(places, "note")
    _text(given, "note", w.NOTE, w.NOTE_HELP, long=True)
    journey.answers[CONTACT] = given
    st.header(say(ws.BEFORE_AGREE), anchor=False)
    with st.container(key="group-consent"):
        consent_box(journey, RESEARCH, "request")
    st.caption(say(ws.CONSENT_FREE))


def _tick(way: str, ticked: bool) -> bool:
    return bool(st.checkbox(say(w.SAFE[way]), key=state.widget(f"safe:{way}", True if ticked else None)))


def _text(given: dict[str, Any], name: str, label: str, hint: str = "", *, long: bool = False, **more: Any) -> None:
    draw = st.text_area if long else st.text_input
    given[name] = draw(say(label), key=state.widget(f"contact:{name}", given.get(name) or None), **more)
    if hint:
        st.caption(say(hint))


def _send(journey: Journey, wants: Wants, therapist_id: str | None, summary: Any, places: frame.Places) -> None:
    given = contact(journey.answers)
    words = [text for text in (given.name, given.pronouns, given.note) if text]
    flagged = [text for text, flags in zip(words, journey.services.safety_flags(words), strict=True) if flags]
    if flagged:
        _raise(journey, "\n".join(flagged))
    wrong = problems(wants, given)
    if not wrong:
        send(journey, wants, therapist_id)
        journey.go("sent")
    frame.show_problems(wrong, summary, places)


def _raise(journey: Journey, said: str) -> None:
    # Words of danger go the safety way wherever they are written: they join the client's own words, which are read.
    told = str(journey.answers.get("about") or "")
    if said not in told:
        state.answer(journey.answers, "about", f"{told}\n{said}".strip())
    journey.go(HELP)


def _can_be_sent(journey: Journey) -> bool:
    try:
        journey.client()
    except AnswersError:
        return False
    return True
