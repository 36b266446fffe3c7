"""The client's matches: a few people with what fits, what does not and what is not known; or what stands in the way."""

import streamlit as st

from matcher.domain.recommendation import Slate
from matcher.intake.parsing import AnswersError
from matcher.ui import state, wording
from matcher.ui import wording_matches as w
from matcher.ui.card import card
from matcher.ui.components import page
from matcher.ui.journey import HELP, STEPS, Journey, before

FIRST, MORE = 3, 6
#: The step at which each limit is asked.
_LIMITS = {
    "style": ("directiveness", "emotional_intensity", "past_focus", "challenge"),
    "comfort": ("therapist_gender", "languages", "identities", "modalities"),
    "meeting": ("formats", "availability", "next_opening_by"),
    "cost": ("max_fee", "funding"),
    "last": ("age", "age_group", "exclude_therapists"),
}


def draw_matches(journey: Journey) -> None:
    """Show the people who fit best, or honestly that nobody does."""
    if journey.raised():
        journey.go(HELP)
    try:
        client = journey.client()
    except AnswersError as error:
        _not_ready(journey, error)
        return
    top = MORE if state.flipped("more") else FIRST
    slate = state.remember("slate", (client, top), lambda: journey.services.matching().match(client, top=top))
    if slate.withheld:
        journey.go(HELP)
    back = st.button(wording.BACK, type="tertiary", key="back")
    if slate.recommendations:
        _people(journey, slate)
    else:
        _nobody(journey, slate)
    if st.button(wording.DELETE, type="tertiary", key="delete"):
        journey.forget()
    if back:
        journey.go(before("matches"))


def _people(journey: Journey, slate: Slate) -> None:
    shown = len(slate.recommendations)
    st.title(w.MATCHES_TITLE, anchor=False)
    st.markdown(_lead(slate.eligible, shown))
    matching = journey.services.matching()
    for recommendation in slate.recommendations:
        therapist = matching.therapist(recommendation.therapist_id)
        with st.container(border=True, key=f"person-{recommendation.rank}"):
            page(card(therapist, recommendation))
    with st.expander(w.WHY_ORDER):
        st.markdown(w.WHY_ORDER_TEXT)
    if slate.eligible > shown and shown < MORE:
        st.button(w.SHOW_MORE, key="more", on_click=state.flip, args=("more",))
    st.markdown(w.MATCHES_TALK.format(phone=journey.services.settings.clinic_phone))


def _lead(eligible: int, shown: int) -> str:
    if eligible == 1:
        return w.MATCHES_LEAD_ONE
    words = w.MATCHES_LEAD if eligible > shown else w.MATCHES_LEAD_ALL
    return words.format(eligible=eligible, shown=w.NUMBERS.get(shown, str(shown)))


def _nobody(journey: Journey, slate: Slate) -> None:
    settings = journey.services.settings
    st.title(w.NOBODY_TITLE, anchor=False)
    if slate.relaxations:
        st.markdown(w.NOBODY_LEAD)
        st.markdown("\n".join(f"{place}. {change.sentence}" for place, change in enumerate(slate.relaxations, 1)))
    else:
        st.markdown(w.NOBODY_NONE)
    st.markdown(
        w.NOBODY_CALL.format(clinic=settings.clinic_name, phone=settings.clinic_phone, hours=settings.clinic_hours)
    )
    if st.button(w.NOBODY_CHANGE, type="primary", key="continue"):
        journey.go(_step_of(slate))


def _step_of(slate: Slate) -> str:
    # The smallest change is the first one, so that is where changing limits begins.
    first = slate.relaxations[0].limits[0] if slate.relaxations and slate.relaxations[0].limits else ""
    return next((step for step, limits in _LIMITS.items() if first in limits), "meeting")


def _not_ready(journey: Journey, error: AnswersError) -> None:
    st.title(w.NOT_READY_TITLE, anchor=False)
    for problem in error.problems:
        st.markdown(problem.message)
    asked = error.problems[0].question
    if st.button(w.NOT_READY_GO, type="primary", key="continue"):
        journey.go(asked if asked in STEPS else "concerns")
