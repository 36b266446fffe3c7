"""Stopping and coming back: the page that shows a code once, and the page where it is typed."""

import streamlit as st

from matcher.intake.reading import Problem
from matcher.ui import frame, state
from matcher.ui import wording as w
from matcher.ui import wording_start as ws
from matcher.ui.client_fit_change import KEPT
from matcher.ui.client_start import where_stopped
from matcher.ui.components import listed, page, plain, rung
from matcher.ui.journey import START, Journey
from matcher.ui.language import say
from matcher.ui.request import RECEIPT

_CODE = "return_code"


def draw_later(journey: Journey) -> None:
    """Explain the code, and show it once when asked."""
    owner = state.owner()
    st.title(say(ws.LATER_TITLE), anchor=False)
    st.markdown(say(ws.LATER_LEAD))
    if owner is None:
        phone = journey.services.settings.clinic_phone
        st.markdown(rung(say(ws.LATER_NONE, phone=phone), phone))
    else:
        listed(say(point) for point in ws.LATER_POINTS)
        if st.button(say(ws.LATER_SHOW), type="primary", key="show"):
            _show(journey, owner)
    if st.button(say(ws.LATER_BACK), key="back"):
        journey.go(where_stopped(journey))
    frame.forget_button(journey)


def draw_return(journey: Journey) -> None:
    """Take a code and go on where its answers stopped."""
    owner, places = state.owner(), frame.Places()
    phone = journey.services.settings.clinic_phone
    back = st.button(say(w.BACK), type="tertiary", key="back")
    st.title(say(ws.RETURN_TITLE), anchor=False)
    summary = st.container()
    frame.place(places, _CODE)
    code = st.text_input(say(ws.RETURN_CODE), key=state.widget(_CODE, None), autocomplete="off")
    st.caption(say(ws.RETURN_WHY))
    onward = st.button(say(ws.RETURN_GO), type="primary", key="continue")
    st.markdown(rung(say(ws.RETURN_LOST, phone=phone), phone))
    if back:
        journey.go(START)
    if onward:
        _take_up(journey, owner, code or "", summary, places)


def _show(journey: Journey, owner: str) -> None:
    # A code leads to a kept draft, and nothing may have changed since it was last kept.
    state.save(journey.services.drafts, always=True)
    # A code is shown once, so this page is not drawn anew whatever another tab answered.
    state.answered_elsewhere()
    code = journey.services.enquiries.make_code(owner)
    with st.container(key="code", border=True):
        page(f'<p class="code"><span>{plain(say(ws.LATER_CODE))}</span> <strong>{plain(code)}</strong></p>')
        st.markdown(say(ws.LATER_HOW))
    st.success(say(ws.LATER_CLOSED))


def _take_up(journey: Journey, owner: str | None, code: str, summary: object, places: frame.Places) -> None:
    if owner is not None and code.strip() and journey.services.enquiries.take_up(code.strip(), owner):
        answers = state.reload(journey.services.drafts, ws.RETURNED)
        if not answers.get(RECEIPT):
            # Days are counted from now: nothing was promised yet.
            state.begin_today(answers)
        journey.answers.clear()
        journey.answers.update(answers)
        journey.save()
        st.switch_page(journey.pages[START])
    if code.strip() and journey.services.fit_checks.open(code.strip(), asker=owner) is not None:
        # Whoever got two codes need not know which is which.
        journey.answers[KEPT] = {"code": code.strip()}
        journey.go("fit")
    wrong = say(ws.RETURN_WRONG if code.strip() else ws.RETURN_BLANK)
    frame.show_problems((Problem(_CODE, wrong),), summary, places)
