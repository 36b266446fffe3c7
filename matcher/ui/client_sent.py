"""After a request was sent: its reference, what happens next and by when, and where it is now."""

import streamlit as st

from matcher.domain.enquiry import Standing
from matcher.ui import state
from matcher.ui import wording_matches as w
from matcher.ui.components import listed, rung
from matcher.ui.journey import BEFORE, MATCHES, Journey
from matcher.ui.language import say
from matcher.ui.request import name_of, promised, receipt, wanted


def draw_sent(journey: Journey) -> None:
    """Confirm the request; somebody who comes back sees this instead of being asked again."""
    phone = journey.services.settings.clinic_phone
    if receipt(journey.answers) is None:
        _nothing(journey, w.SENT_NONE_TITLE, rung(say(w.SENT_NONE, phone=phone), phone))
        return
    now = journey.services.enquiries.standing(state.client_id(journey.answers))
    if now is None:
        _nothing(journey, w.SENT_GONE_TITLE, say(w.SENT_GONE))
        return
    st.title(say(w.SENT_TITLE), anchor=False)
    st.markdown(f"{say(w.SENT_REFERENCE, reference=now.told.reference)} {say(w.SENT_WRITE_DOWN)}")
    if now.state in w.STATES:
        st.markdown(f"**{say(w.STATE_NOW)}:** {say(w.STATES[now.state])}")
    st.header(say(w.SENT_NEXT), anchor=False)
    listed(rung(line, phone) for line in next_steps(journey, now))
    if st.button(say(w.SENT_SUMMARY), key="summary"):
        journey.go("summary")
    # Whoever took their agreement back has to agree again first.
    if journey.agreed() and st.button(say(w.SENT_CHANGE), key="change"):
        journey.go("request" if wanted(journey.answers) else MATCHES)
    if st.button(say(w.SENT_CONSENT), type="tertiary", key="consent"):
        journey.go(BEFORE)
    if st.button(say(w.SENT_WITHDRAW), type="tertiary", key="withdraw"):
        journey.forget()


def next_steps(journey: Journey, now: Standing) -> tuple[str, ...]:
    """Return what happens next, as far as anybody can promise it: no answer to what was answered already."""
    agreed, always = journey.agreed(), (say(w.SENT_FREE), say(w.SENT_NOT_LIVE))
    took_back = () if agreed else (say(w.SENT_TOOK_BACK),)
    if not now.waits:
        return (*(took_back if now.state == "offered" else ()), *always)
    # Nobody looks for a place for whoever took their agreement back: a person asks them first.
    looks = now.looks_again and agreed
    by = promised(now.told, w.SENT_LOOK_AGAIN if looks else w.SENT_BY, journey.services.settings)
    if not agreed:
        return by, *took_back, *always
    if looks:
        return by, say(w.SENT_WAITING), *always
    asked = wanted(journey.answers)
    wants, therapist_id = asked if asked is not None else ("call_me", None)
    what = {
        "therapist": w.SENT_THERAPIST,
        "choose_for_me": w.SENT_CHOOSE,
        "call_me": w.SENT_CALL,
        "wait": w.SENT_WAIT,
    }[wants]
    return by, say(what, name=name_of(journey, therapist_id)), *always


def _nothing(journey: Journey, title: str, words: str) -> None:
    st.title(say(title), anchor=False)
    st.markdown(words)
    if st.button(say(w.SENT_LOOK), type="primary", key="continue"):
        journey.go(MATCHES)
