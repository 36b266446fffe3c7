"""One enquiry on one page: how to reach them, what they said and who is suggested; what to do stands on the right."""

import streamlit as st

from matcher.services.one_enquiry import Case, mark_read, open_case
from matcher.services.staff_ranking import Ranking
from matcher.services.triage import queue, queue_stamp
from matcher.store.queue import Stamp, Wanted
from matcher.ui import state
from matcher.ui import wording_staff as w
from matcher.ui.desk import Desk
from matcher.ui.staff_actions import draw_actions
from matcher.ui.staff_client_data import draw_links
from matcher.ui.staff_common import (
    attempt,
    chip,
    client_of_reference,
    frame,
    fresh,
    now,
    ranking,
    short,
    show_enquiry,
    turn,
)
from matcher.ui.staff_fit import draw_fit_checks
from matcher.ui.staff_safety import draw_handover, draw_raised, draw_safety
from matcher.ui.staff_same_person import draw_others
from matcher.ui.staff_slate import draw_slate
from matcher.ui.staff_story import draw_fit_notes, draw_history, draw_reach, draw_story

_LOOK_EVERY = 5.0


def draw_case(desk: Desk) -> None:
    """Draw the page of the enquiry whose reference stands in the address."""
    reference = st.query_params.get("r", "")
    client_id = client_of_reference(desk, reference)
    frame(f"{w.CASE_TITLE} {reference}" if client_id else w.CASE_TITLE)
    if st.button(w.BACK, type="tertiary", key="back"):
        desk.go("enquiries")
    if client_id is None:
        st.markdown(w.NOT_FOUND)
        return
    case, by, stamp = state.remember("case", (client_id, turn()), lambda: _opened(desk, client_id))
    _head(desk, case, by)
    _watch(desk, case, stamp)
    _body(desk, case, by)


def _opened(desk: Desk, client_id: str) -> tuple[Case, Ranking, Stamp]:
    store = desk.services.store()
    stamp, by = queue_stamp(desk.person, store), ranking(desk)
    return open_case(desk.person, store, by, client_id), by, stamp


def _head(desk: Desk, case: Case, by: Ranking) -> None:
    at, zone = case.enquiry, desk.services.settings.zone
    who = case.actors.get(at.assigned_to or "", "")
    marks = [chip(w.STATES[at.state]), chip("Call now", "stop") if at.needs_person else "", chip(w.SOURCES[at.source])]
    marks += [chip(_wants(case, by)), chip(w.LANGUAGES.get(at.language, at.language))]
    marks += [chip(f"With {who}") if who else "", chip(w.CLOSED.get(at.closed_reason or "", ""))]
    overdue = at.due_at is not None and at.due_at < now() and at.state != "closed"
    marks += [chip(f"{'Overdue' if overdue else 'Due'} {short(at.due_at, zone)}", "stop" if overdue else "")] * bool(
        at.due_at
    )
    st.html(f"<p>{' '.join(mark for mark in marks if mark)}</p>")
    if at.needs_reading and not at.needs_person:
        left, right = st.columns([5, 1], vertical_alignment="center")
        left.warning(
            "Something here is in words the safety rules cannot read. Read it, and call if anything worries you."
        )
        if right.button(w.READ, key="read"):
            attempt(lambda: mark_read(desk.person, desk.services.store(), at.client_id, at.version), w.READ)
    if case.kept_as:
        _merged(desk, case.kept_as)
    if case.took_back:
        st.warning(w.TOOK_BACK)
    if at.private.get("asked_to_erase"):
        st.warning(w.ERASE_ASKED)


def _wants(case: Case, by: Ranking) -> str:
    """Return what they would like, with the name of whom they ask for, whether or not they are suggested."""
    wants, asked = case.enquiry.wants or "", case.enquiry.private.get("asked_for")
    if wants != "therapist" or not asked:
        return w.WANTS.get(wants, "")
    known = by.therapists["name"].get(asked)
    return w.ASKED_FOR.format(name=known) if known is not None else w.ASKED_FOR_GONE


def _merged(desk: Desk, kept: str) -> None:
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.info(w.GOES_ON_IN.format(kept=kept))
    if right.button(kept, key="kept as"):
        show_enquiry(desk, kept)


def _body(desk: Desk, case: Case, by: Ranking) -> None:
    left, right = st.columns([5, 3], gap="large")
    names = {str(t): str(row["name"]) for t, row in by.rows.items()}
    with left:
        # First of all, so that on a telephone nobody scrolls for the number to ring and what is safe.
        draw_reach(case)
        draw_others(desk, case.enquiry.client_id)
        # Whoever calls has to have read it.
        draw_fit_notes(case, desk.services.settings.zone)
        draw_fit_checks(desk, case, names)
        # After the call, whoever has named no concern yet is asked for that alone.
        if case.withheld and (case.enquiry.needs_person or (case.why and not case.checked)):
            draw_safety(desk, case)
        draw_story(case, names)
        if case.slate is not None:
            draw_slate(desk, case, by)
        elif not case.took_back and not case.client.concerns:
            st.info(w.NO_CONCERN)
    with right:
        draw_actions(desk, case, by)
        if not case.enquiry.needs_person:
            draw_raised(desk, case)
        draw_handover(desk, case)
        draw_history(desk, case)
        draw_links(desk, case.enquiry.reference)


@st.fragment(run_every=_LOOK_EVERY)
def _watch(desk: Desk, case: Case, shown: Stamp) -> None:
    """Tell, without taking anything typed away, that somebody else changed this enquiry."""
    store = desk.services.store()
    if queue_stamp(desk.person, store) == shown:
        return
    found = queue(desk.person, store, Wanted(client_ids=(case.enquiry.client_id,)), now())
    if found.lines and found.lines[0].listed.version == case.enquiry.version:
        return
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.warning(w.CHANGED_BY)
    if right.button(w.SHOW_AGAIN, key="again"):
        fresh()
        st.rerun(scope="app")
