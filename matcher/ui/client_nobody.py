"""When nobody fits: what to change, what waiting would mean as far as anybody knows, and where else to ask."""

import streamlit as st

from matcher.domain.costs import OTHER_SERVICES, OtherService
from matcher.domain.recommendation import Slate
from matcher.domain.steering import Waiting
from matcher.ui import state
from matcher.ui import wording_matches as w
from matcher.ui.catalogue import plain_day
from matcher.ui.components import dialled, page, plain, rung
from matcher.ui.journey import Journey
from matcher.ui.language import say
from matcher.ui.request import ask_for
from matcher.ui.shown import Shown, keep

#: The step at which each limit is asked.
_LIMITS = {
    "style": ("directiveness", "past_focus"),
    "hard-times": ("emotional_intensity", "challenge"),
    "comfort": ("therapist_gender", "languages"),
    "training": ("identities",),
    "at-ease": ("modalities",),
    "meeting": ("formats", "max_distance_km"),
    "times": ("availability", "next_opening_by"),
    "cost": ("max_fee", "funding"),
    "who": ("age", "age_group"),
    "last": ("exclude_therapists",),
}


def draw_nobody(journey: Journey, now: Shown) -> None:
    """Say plainly that nobody fits, and every way on from there."""
    keep(journey, now)
    st.title(say(w.NOBODY_TITLE), anchor=False)
    _changes(now.slate)
    if st.button(say(w.NOBODY_CHANGE), type="primary", key="continue"):
        journey.go(_step_of(now.slate))
    _wait(journey, now)
    _elsewhere(journey)


def wait_words(wait: Waiting) -> tuple[str, ...]:
    """Return what can honestly be said about waiting."""
    if not wait.people:
        return (say(w.WAIT_NOBODY),)
    who = say(w.WAIT_ONE) if wait.people == 1 else say(w.WAIT_SOME, count=wait.people)
    if wait.first is None:
        return (who, say(w.WAIT_UNKNOWN))
    if wait.confirmed is None:
        return (who, say(w.WAIT_FIRST_UNCONFIRMED, date=plain_day(wait.first)))
    return (who, say(w.WAIT_FIRST, date=plain_day(wait.first), confirmed=plain_day(wait.confirmed)))


def _changes(slate: Slate) -> None:
    if slate.relaxations:
        st.markdown(say(w.NOBODY_LEAD))
        st.markdown("\n".join(f"{place}. {say(change.sentence)}" for place, change in enumerate(slate.relaxations, 1)))
    else:
        st.markdown(say(w.NOBODY_NONE))


def _wait(journey: Journey, now: Shown) -> None:
    day = journey.clinics_day()
    wait = state.remember("waiting", (now.client, day), lambda: journey.services.matching().waiting(now.client, day))
    st.header(say(w.WAIT_TITLE), anchor=False)
    st.markdown(" ".join(wait_words(wait)))
    if wait.people and st.button(say(w.WAIT_JOIN), key="wait"):
        ask_for(journey, "wait")
    if st.button(say(w.CALL_ME), key="call-me"):
        ask_for(journey, "call_me")


def _elsewhere(journey: Journey) -> None:
    settings = journey.services.settings
    st.header(say(w.ELSEWHERE_TITLE), anchor=False)
    st.markdown(say(w.ELSEWHERE_LEAD))
    lines = "".join(_service(one) for one in OTHER_SERVICES if one.country == settings.country)
    page(f'<ul class="lines">{lines}</ul>')
    known = {"clinic": settings.clinic_name, "phone": settings.clinic_phone, "hours": say(settings.clinic_hours)}
    st.markdown(rung(say(w.NOBODY_CALL, **known), settings.clinic_phone))


def _service(one: OtherService) -> str:
    number = f' <span class="number">{dialled(one.number, one.number)}</span>' if one.number else ""
    note = say(w.ELSEWHERE_COST, purpose=say(one.purpose), cost=say(one.cost))
    return f"<li><strong>{plain(say(one.service))}</strong>{number}<small>{plain(note)}</small></li>"


def _step_of(slate: Slate) -> str:
    # The smallest change is the first one, so that is where changing limits begins.
    first = slate.relaxations[0].limits[0] if slate.relaxations and slate.relaxations[0].limits else ""
    return next((step for step, limits in _LIMITS.items() if first in limits), "meeting")
