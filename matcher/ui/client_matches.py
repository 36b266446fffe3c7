"""The client's matches: a few people with what fits, what does not and what is not known; or what stands in the way."""

import streamlit as st

from matcher.domain.recommendation import Slate
from matcher.intake.parsing import AnswersError
from matcher.ui import state, wording
from matcher.ui import wording_matches as w
from matcher.ui.card import card
from matcher.ui.client_matters import draw_matters, draw_moves, draw_order, draw_past_matches, draw_trade_offs
from matcher.ui.client_nobody import draw_nobody
from matcher.ui.client_start import where_stopped
from matcher.ui.components import page, rung
from matcher.ui.journey import BEFORE, HELP, NUMBERED, STEPS, Journey, after
from matcher.ui.language import say
from matcher.ui.practical import asking, rebate_note, with_every_wish
from matcher.ui.request import RECEIPT, ask_for
from matcher.ui.shown import MORE, Shown, keep, shown


def draw_matches(journey: Journey) -> None:
    """Show the people who fit best, or honestly that nobody does."""
    if journey.raised():
        journey.go(HELP)
    if not journey.agreed():
        journey.go(BEFORE)
    try:
        client = journey.client()
    except AnswersError as error:
        _not_ready(journey, error)
        return
    now = shown(journey, client)
    if now.slate.withheld:
        journey.go(HELP)
    back = st.button(say(wording.BACK), type="tertiary", key="back")
    if now.slate.recommendations:
        _people(journey, now)
    else:
        draw_nobody(journey, now)
    stopped = where_stopped(journey)
    if stopped != NUMBERED[-1] and st.button(say(w.OTHER_QUESTIONS), key="others"):
        journey.go(after(stopped, journey.answers))
    if st.button(say(wording.DELETE), type="tertiary", key="delete"):
        journey.forget()
    if back:
        # Whoever skipped the rest goes back to where they did, and can answer it after all.
        journey.go(stopped)


def _people(journey: Journey, now: Shown) -> None:
    slate = now.slate
    st.title(say(w.MATCHES_TITLE), anchor=False)
    if journey.answers.get(RECEIPT) and st.button(say(w.SENT_TITLE), key="sent"):
        journey.go("sent")
    st.markdown(_lead(slate))
    draw_past_matches(journey)
    draw_matters(journey, now)
    draw_moves(journey, now)
    _cards(journey, now)
    keep(journey, now)
    shown_now = len(slate.recommendations)
    if slate.eligible > shown_now and shown_now < MORE:
        st.button(say(w.SHOW_MORE), key="more", on_click=state.flip, args=("more",))
    if shown_now > 1 and st.button(say(w.COMPARE), key="compare"):
        journey.go("compare")
    draw_trade_offs(journey, now)
    draw_order(journey)
    _none_of_these(journey)


def _cards(journey: Journey, now: Shown) -> None:
    matching, by = journey.services.matching(), asking(journey, now.client)
    people = [matching.therapist(found.therapist_id) for found in now.slate.recommendations]
    for therapist, recommendation in zip(people, now.slate.recommendations, strict=True):
        with st.container(border=True, key=f"person-{recommendation.rank}"):
            page(card(therapist, with_every_wish(recommendation, therapist, by), by))
            if st.button(say(w.CHOOSE, name=therapist.name), type="primary", key=f"choose-{recommendation.rank}"):
                ask_for(journey, "therapist", therapist.therapist_id)
    if note := rebate_note(people, by):
        st.caption(note)


def _none_of_these(journey: Journey) -> None:
    settings = journey.services.settings
    st.header(say(w.NONE_OF_THESE), anchor=False)
    words = say(w.NONE_OF_THESE_TEXT, phone=settings.clinic_phone, hours=say(settings.clinic_hours))
    st.markdown(rung(words, settings.clinic_phone))
    if st.button(say(w.CHOOSE_FOR_ME), key="choose-for-me"):
        ask_for(journey, "choose_for_me")
    if st.button(say(w.CALL_ME), key="call-me"):
        ask_for(journey, "call_me")


def _lead(slate: Slate) -> str:
    count = len(slate.recommendations)
    if slate.eligible == 1:
        return say(w.MATCHES_LEAD_ONE)
    number = say(w.NUMBERS[count]) if count in w.NUMBERS else str(count)
    if slate.eligible > count:
        return say(w.MATCHES_LEAD, eligible=slate.eligible, shown=number)
    return say(w.MATCHES_LEAD_ALL, shown=number)


def _not_ready(journey: Journey, error: AnswersError) -> None:
    st.title(say(w.NOT_READY_TITLE), anchor=False)
    for problem in error.problems:
        st.markdown(say(problem.message))
    asked = error.problems[0].question
    if st.button(say(w.NOT_READY_GO), type="primary", key="continue"):
        journey.go(asked if asked in STEPS else "concerns")
