"""After a request was sent: its reference, what happens next and by when, and where it is now."""

import streamlit as st

from matcher.domain.enquiry import Standing
from matcher.ui import state
from matcher.ui import wording_matches as w
from matcher.ui.dates import moment
from matcher.ui.journey import BEFORE, MATCHES, Journey
from matcher.ui.language import say
from matcher.ui.request import receipt, wanted


def draw_sent(journey: Journey) -> None:
    """Confirm the request; somebody who comes back sees this instead of being asked again."""
    if receipt(journey.answers) is None:
        _nothing(journey, w.SENT_NONE_TITLE, w.SENT_NONE)
        return
    now = journey.services.enquiries.standing(state.client_id(journey.answers))
    if now is None:
        _nothing(journey, w.SENT_GONE_TITLE, w.SENT_GONE)
        return
    st.title(say(w.SENT_TITLE), anchor=False)
    st.markdown(say(w.SENT_REFERENCE, reference=now.told.reference))
    if now.state in w.STATES:
        st.markdown(f"**{say(w.STATE_NOW)}:** {say(w.STATES[now.state])}")
    st.header(say(w.SENT_NEXT), anchor=False)
    st.markdown("\n".join(f"- {line}" for line in next_steps(journey, now)))
    if st.button(say(w.SENT_SUMMARY), key="summary"):
        journey.go("summary")
    if st.button(say(w.SENT_CHANGE), key="change"):
        journey.go("request" if wanted(journey.answers) else MATCHES)
    if st.button(say(w.SENT_CONSENT), type="tertiary", key="consent"):
        journey.go(BEFORE)
    if st.button(say(w.SENT_WITHDRAW), type="tertiary", key="withdraw"):
        journey.forget()


def next_steps(journey: Journey, now: Standing) -> tuple[str, ...]:
    """Return what happens next, as far as anybody can promise it: no answer to what was answered already."""
    always = (say(w.SENT_FREE), say(w.SENT_NOT_LIVE))
    if not now.waits:
        return always
    asked = wanted(journey.answers)
    wants, therapist_id = asked if asked is not None else ("call_me", None)
    name = "" if therapist_id is None else journey.services.matching().therapist(therapist_id).name
    what = {
        "therapist": w.SENT_THERAPIST,
        "choose_for_me": w.SENT_CHOOSE,
        "call_me": w.SENT_CALL,
        "wait": w.SENT_WAIT,
    }[wants]
    return (
        say(w.SENT_BY, when=moment(now.told.answer_by, journey.services.settings.zone)),
        say(what, name=name),
        *always,
    )


def _nothing(journey: Journey, title: str, words: str) -> None:
    st.title(say(title), anchor=False)
    st.markdown(say(words))
    if st.button(say(w.SENT_LOOK), type="primary", key="continue"):
        journey.go(MATCHES)
