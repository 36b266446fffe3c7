"""The safety part of an enquiry: printed rules, the record of a call, and the handover sheet."""

from zoneinfo import ZoneInfo

import streamlit as st
from starlette.datastructures import QueryParams

from matcher.services.one_enquiry import Case
from matcher.services.safety_lane import (
    HANDOVER,
    OUTCOMES,
    Rule,
    keep_handover,
    kept_handover,
    raise_concern,
    record_call,
)
from matcher.ui import wording_staff as w
from matcher.ui.addresses import HANDOVER_SHEET
from matcher.ui.components import plain
from matcher.ui.desk import Desk
from matcher.ui.staff_common import attempt, now, short


def draw_safety(desk: Desk, case: Case) -> None:
    """Draw why a person is asked for, and where their call is recorded."""
    with st.container(key="lane"):
        st.header(w.WHY_RAISED, anchor=False)
        if case.why:
            st.html(_rules(case, desk.services.settings.zone))
        st.caption(w.RULES_ARE_NO_RATING)
        _draw_call(desk, case)


def draw_raised(desk: Desk, case: Case) -> None:
    """Draw where staff raise a concern themselves."""
    with st.expander(w.RAISE), st.form("raise", border=False):
        note = st.text_area(w.RAISE_NOTE, key=f"raise:{case.enquiry.version}")
        if st.form_submit_button(w.RAISE):
            at = case.enquiry
            attempt(
                lambda: raise_concern(
                    desk.person, desk.services.store(), desk.services.settings, at.client_id, at.version, note, now()
                ),
                w.RAISED,
            )


def draw_handover(desk: Desk, case: Case) -> None:
    """Draw the handover sheet, to be kept in the log or saved and printed."""
    at, services = case.enquiry, desk.services
    with st.expander(w.HANDOVER):
        st.caption(w.HANDOVER_LEAD)
        kept = kept_handover(case.events)
        # Of this enquiry alone: what was typed for one person must not stand in another's sheet.
        sheet = f"handover:{at.reference}"
        # What stood in the fields when they were filled; whoever comes back finds what is kept by then.
        if not any(f"{sheet}:{name}" in st.session_state for name in HANDOVER):
            st.session_state[sheet] = kept or {}
        shown = st.session_state[sheet]
        # A form sends what was typed together with the click: outside of one, the last field would come after it.
        with st.form("handover", border=False):
            notes = {name: _note(f"{sheet}:{name}", HANDOVER[name], shown.get(name, "")) for name in HANDOVER}
            if st.form_submit_button(w.KEEP_HANDOVER):
                attempt(
                    lambda: keep_handover(desk.person, services.store(), at.client_id, notes, shown),
                    lambda whole: _went_on(sheet, notes, whole),
                )
        if kept is None:
            st.caption(w.KEEP_BEFORE_SAVING)
            return
        # At an address of its own: a file made by this page goes as soon as the page of anybody is drawn anew.
        st.link_button(w.SAVE_HANDOVER, f"{HANDOVER_SHEET}?{QueryParams({'who': at.reference})}")
        st.caption(w.SAVED_AS_KEPT)


def _note(key: str, label: str, shown: str) -> str:
    """Draw one field of the sheet, which goes on from what was kept of it."""
    joined = st.session_state.pop(f"{key}:joined", None)
    if joined is not None:
        st.session_state[key] = joined
    st.session_state.setdefault(key, shown)
    return st.text_area(label, key=key, height=80)


def _went_on(sheet: str, notes: dict[str, str], whole: dict[str, str]) -> str:
    """Let the sheet go on from what it holds now; only a field a colleague wrote in too is filled anew.

    Somebody may type on right after keeping: a field that is filled then would lose that.
    """
    st.session_state[sheet] = whole
    for name, note in whole.items():
        if note != notes[name].strip():
            st.session_state[f"{sheet}:{name}:joined"] = note
    return w.LOGGED


def _draw_call(desk: Desk, case: Case) -> None:
    at, services = case.enquiry, desk.services
    with st.form("call"):
        st.markdown(f"**{w.RECORD_CALL}** ({desk.person.name})")
        outcome = st.radio(
            w.OUTCOME, list(OUTCOMES), format_func=lambda code: OUTCOMES[code], index=None, key=f"call:{at.version}"
        )
        note = st.text_area(w.CALL_NOTE, key=f"call note:{at.version}")
        if st.form_submit_button(w.RECORD_CALL, type="primary"):
            attempt(
                lambda: record_call(
                    desk.person,
                    services.store(),
                    services.settings,
                    at.client_id,
                    at.version,
                    outcome or "",
                    note,
                    now(),
                ),
                w.CALL_KEPT,
            )


def _rules(case: Case, zone: ZoneInfo) -> str:
    """Return the rules as HTML, by the answer they applied to."""
    parts = []
    for where in dict.fromkeys(rule.where for rule in case.why):
        items = "".join(f"<li>{_rule(rule, case, zone)}</li>" for rule in case.why if rule.where == where)
        parts.append(f'<p><small>{plain(where)}</small></p><ul class="rules">{items}</ul>')
    return "".join(parts)


def _rule(rule: Rule, case: Case, zone: ZoneInfo) -> str:
    who = f" ({case.actors.get(rule.actor, rule.actor)}, {short(rule.at, zone)})" if rule.at else ""
    return f"{plain(rule.rule + who)}{f': “{plain(rule.words)}”' if rule.words else ''}"
