"""The pages before the questions: what this is, what happens to answers, consent, and when to call instead."""

import streamlit as st

from matcher.domain.vocabulary import crisis_lines
from matcher.intake.life_questions import FOR_WHOM
from matcher.intake.reading import Problem
from matcher.ui import frame, shell, state
from matcher.ui import wording as w
from matcher.ui import wording_start as ws
from matcher.ui.client_life import better_by_phone
from matcher.ui.components import dialled, listed, page, plain, rung
from matcher.ui.consents import MATCHING, RESEARCH, agreed_to, consent_box
from matcher.ui.journey import BEFORE, RAISED, RETURN, START, STEPS, Journey, after
from matcher.ui.language import say
from matcher.ui.request import RECEIPT, wanted
from matcher.ui.tongue import interpreters


def draw_start(journey: Journey) -> None:
    """Say what this is, how long it takes, and that a person can help instead; and let people go on or come back."""
    notice = state.take_notice()
    settings = journey.services.settings
    st.title(say(ws.START_TITLE), anchor=False)
    if notice:
        st.success(say(notice))
    if settings.demo:
        st.info(say(ws.DEMO))
    st.markdown(say(ws.START_LEAD))
    known = {"phone": settings.clinic_phone, "hours": settings.clinic_hours}
    listed(rung(say(point, **known), settings.clinic_phone) for point in ws.START_POINTS)
    interpreters(journey)
    begun = journey.begun() and journey.agreed()
    if st.button(say(ws.START_GO_ON if begun else ws.START), type="primary", key="continue"):
        journey.go(where_stopped(journey) if begun else BEFORE)
    if st.button(say(ws.START_CODE), key="code"):
        journey.go(RETURN)
    st.header(say(ws.START_SCREEN_TITLE), anchor=False)
    st.markdown(say(ws.START_SCREEN))
    if begun and st.button(say(ws.BEFORE_WHAT), type="tertiary", key="what-happens"):
        journey.go(BEFORE)
    if journey.begun():
        frame.forget_button(journey)


def draw_before(journey: Journey) -> None:
    """Say what happens to the answers, and ask for the consent to match, unticked beforehand."""
    settings, places = journey.services.settings, frame.Places()
    known = {"clinic": settings.clinic_name, "phone": settings.clinic_phone}
    back = st.button(say(w.BACK), type="tertiary", key="back")
    st.title(say(ws.BEFORE_TITLE), anchor=False)
    summary = st.container()
    st.header(say(ws.BEFORE_WHAT), anchor=False)
    listed(rung(say(point, **known), settings.clinic_phone) for point in ws.BEFORE_POINTS)
    with st.expander(say(ws.BEFORE_MORE)):
        listed(rung(say(point, **known), settings.clinic_phone) for point in ws.BEFORE_MORE_POINTS)
    st.header(say(ws.BEFORE_AGREE), anchor=False)
    before, sent = agreed_to(journey), RECEIPT in journey.answers
    # The other consent is asked for with a request, and taken back here.
    asked = (MATCHING, RESEARCH) if sent or wanted(journey.answers) else (MATCHING,)
    with st.container(key="group-consent"):
        for name in asked:
            frame.place(places, name)
            consent_box(journey, name, BEFORE)
    st.caption(say(ws.CONSENT_BACK))
    # Where danger was raised the clinic holds what was agreed to as well.
    if (sent or RAISED in journey.answers) and before != agreed_to(journey):
        journey.services.enquiries.consent(state.client_id(journey.answers), journey.answers)
        st.success(say(ws.CONSENT_KEPT))
    onward = st.button(say(w.CONTINUE), type="primary", key="continue")
    journey.save()
    if back:
        journey.go("sent" if sent else START)
    if onward and sent:
        # What they agree to no longer is on its way to the clinic: nothing has to be ticked to go back.
        journey.go("sent")
    if onward and journey.agreed():
        journey.go(after(BEFORE, journey.answers))
    if onward:
        needed = Problem("consent_matching", say(ws.CONSENT_NEEDED, **known))
        frame.show_problems((needed,), summary, places, settings.clinic_phone)
    if journey.begun():
        frame.forget_button(journey)


def draw_call(journey: Journey) -> None:
    """Say honestly that a phone call is the better way, and how to go on where there is one."""
    settings, why = journey.services.settings, better_by_phone(journey)
    back = st.button(say(w.BACK), type="tertiary", key="back")
    st.title(say(ws.CALL_TITLE), anchor=False)
    texts = {"couple": ws.CALL_COUPLE, "adult": ws.CALL_ADULT, "young": ws.CALL_YOUNG}
    if why:
        st.markdown(say(texts[why]))
    call = say(ws.CALL_US, clinic=settings.clinic_name, phone=settings.clinic_phone, hours=settings.clinic_hours)
    page(f"<p><strong>{dialled(call, settings.clinic_phone)}</strong></p>")
    interpreters(journey)
    if why == "young":
        _line_for_children(journey)
    ways = {"couple": (ws.CALL_COUPLE_GO, "me"), "young": (ws.CALL_YOUNG_GO, "helped")}
    if why in ways and st.button(say(ways[why][0]), key="continue"):
        state.answer(journey.answers, FOR_WHOM.code, ways[why][1])
        journey.go("who" if better_by_phone(journey) else after("who", journey.answers))
    if back:
        journey.go("who")


def where_stopped(journey: Journey) -> str:
    """Return the step the client was at last, the first one where that is not known."""
    step = str(journey.answers.get("step") or "")
    return step if step in STEPS else after(BEFORE, journey.answers)


def _line_for_children(journey: Journey) -> None:
    for line in crisis_lines(journey.services.settings.country):
        if line.service == "Kids Helpline":
            page(f"<p>{say(ws.CALL_YOUNG_LINE, service=plain(line.service), number=shell.telephone(line))}</p>")
