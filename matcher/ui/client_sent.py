"""After a request was sent: its reference, what happens next and by when, and where it is now."""

import streamlit as st

from matcher.domain.enquiry import Receipt
from matcher.ui import state
from matcher.ui import wording_matches as w
from matcher.ui.dates import moment
from matcher.ui.journey import BEFORE, MATCHES, Journey
from matcher.ui.language import say
from matcher.ui.request import receipt, wanted


def draw_sent(journey: Journey) -> None:
    """Confirm the request; somebody who comes back sees this instead of being asked again."""
    told = receipt(journey.answers)
    if told is None:
        _nothing(journey)
        return
    st.title(say(w.SENT_TITLE), anchor=False)
    st.markdown(say(w.SENT_REFERENCE, reference=told.reference))
    now = journey.services.enquiries.state_of(state.client_id(journey.answers))
    if now in w.STATES:
        st.markdown(f"**{say(w.STATE_NOW)}:** {say(w.STATES[now])}")
    st.header(say(w.SENT_NEXT), anchor=False)
    st.markdown("\n".join(f"- {line}" for line in next_steps(journey, told)))
    if st.button(say(w.SENT_SUMMARY), key="summary"):
        journey.go("summary")
    if st.button(say(w.SENT_CHANGE), key="change"):
        journey.go("request" if wanted(journey.answers) else MATCHES)
    if st.button(say(w.SENT_CONSENT), type="tertiary", key="consent"):
        journey.go(BEFORE)
    if st.button(say(w.SENT_WITHDRAW), type="tertiary", key="withdraw"):
        journey.forget()


def next_steps(journey: Journey, told: Receipt) -> tuple[str, ...]:
    """Return what happens next, as far as anybody can promise it."""
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
        say(w.SENT_BY, when=moment(told.answer_by, journey.services.settings.zone)),
        say(what, name=name),
        say(w.SENT_FREE),
        say(w.SENT_NOT_LIVE),
    )


def _nothing(journey: Journey) -> None:
    st.title(say(w.SENT_NONE_TITLE), anchor=False)
    st.markdown(say(w.SENT_NONE))
    if st.button(say(w.SENT_LOOK), type="primary", key="continue"):
        journey.go(MATCHES)
