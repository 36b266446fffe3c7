"""The therapists' page: whose places to confirm, and each profile with the limits they set themselves."""

from functools import partial
from typing import Final

import streamlit as st

from matcher.services.one_time_links import address
from matcher.services.therapist_desk import (
    TherapistLine,
    confirm_openings,
    keep_profile,
    make_link,
    profile,
    reminders,
    therapist_list,
)
from matcher.ui import state
from matcher.ui import wording_therapists as w
from matcher.ui.addresses import PROFILE_LINK
from matcher.ui.components import plain
from matcher.ui.desk import Desk
from matcher.ui.staff_common import attempt, chip, frame, now, part_of, short_day, today, turn
from matcher.ui.staff_profile import ask_limits, ask_therapist

_REMINDED: Final = 50


def draw_therapists(desk: Desk) -> None:
    """Draw the page."""
    frame(w.TITLE)
    lines = therapist_list(desk.person, desk.services.store(), today(desk))
    _reminders(desk, lines)
    names = {line.therapist.therapist_id: line for line in lines}
    chosen = st.selectbox(
        w.EDIT,
        list(names),
        index=None,
        format_func=lambda t: _said(names[t]),
        key="therapist",
        placeholder="Choose somebody",
    )
    if chosen:
        _profile(desk, chosen)


def _reminders(desk: Desk, lines: list[TherapistLine]) -> None:
    due = reminders(lines)
    if not due:
        return
    with st.expander(w.REMIND.format(n=len(due))):
        st.caption(w.REMIND_LEAD)
        with st.container(key="queue-remind", gap=None):
            for line in part_of(due, _REMINDED, "remind:page"):
                left, right = st.columns([4, 1], vertical_alignment="center")
                on = line.therapist.openings_confirmed_on
                when = f"confirmed {short_day(on)}" if on else "never confirmed"
                name, places = plain(line.therapist.name), plain(f"{_places(line)}, {when}")
                left.html(f'<div class="someone"><p><b>{name}</b> {places}</p></div>')
                therapist_id = line.therapist.therapist_id
                if right.button(w.CONFIRM, key=f"confirm:{therapist_id}", type="tertiary"):
                    work = partial(confirm_openings, desk.person, desk.services.store(), therapist_id, today(desk))
                    attempt(work, w.CONFIRMED)


def _profile(desk: Desk, therapist_id: str) -> None:
    store = desk.services.store()
    before = state.remember("profile", (therapist_id, turn()), lambda: profile(desk.person, store, therapist_id))
    # Another version begins with its own values, so that nothing typed for the one before is written over it.
    key = f"profile:{therapist_id}:{before.version}:{before.limits.version}"
    away = chip(w.AWAY, "warn") if before.limits.away(today(desk)) else ""
    st.html(f"<h2>{plain(before.therapist.name)} {away}</h2>")
    with st.form(key):
        after = ask_therapist(before.therapist, whole=True, key=key)
        st.header(w.OWN_LIMITS, anchor=False)
        st.caption(w.LIMITS_LEAD)
        limits = ask_limits(before, key)
        if st.form_submit_button(w.KEEP, type="primary"):
            attempt(lambda: keep_profile(desk.person, store, before, after, limits), w.KEPT)
    if st.button(w.LINK, key=f"link:{therapist_id}"):
        code = make_link(desk.person, store, therapist_id, now())
        st.info(w.LINK_LEAD)
        st.code(address(desk.services.settings, code, path=PROFILE_LINK), language=None, wrap_lines=True)


def _said(line: TherapistLine) -> str:
    return f"{line.therapist.name} ({_places(line)}{', on leave' if line.away else ''})"


def _places(line: TherapistLine) -> str:
    n = line.therapist.capacity
    return f"{n} open place{'' if n == 1 else 's'}, {line.caseload.ongoing} going on"
