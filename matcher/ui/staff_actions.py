"""What staff do about an enquiry: take it, book, decline, log, wait, close, open again."""

from datetime import datetime, time, timedelta

import streamlit as st

from matcher.services.calendar_file import calendar_file
from matcher.services.fit_checks import FIT_SESSIONS, ask_fit_check_code
from matcher.services.offers import DECLINES, book, close, decline
from matcher.services.one_enquiry import Case, assign, log_contact, move
from matcher.services.place_keeping import due_after, going_on
from matcher.services.promises import answer_by
from matcher.services.same_person import DUPLICATE
from matcher.services.staff_ranking import Ranking
from matcher.ui import wording_staff as w
from matcher.ui.desk import Desk
from matcher.ui.staff_common import attempt, fresh, given, here, now, short, today

_FIRST_HOUR = time(10)


def draw_actions(desk: Desk, case: Case, by: Ranking) -> None:
    """Draw what can be done in the state the enquiry is in, the likeliest first."""
    at = case.enquiry
    if at.assigned_to != desk.person.account_id and at.state != "closed" and st.button(w.TAKE, key="take"):
        attempt(
            lambda: assign(desk.person, desk.services.store(), at.client_id, at.version, desk.person.account_id),
            w.TAKEN,
        )
    if at.state in ("offered", "booked") and not at.needs_person:
        _draw_offered(desk, case, by)
    if at.state == "booked" or (at.state, at.closed_reason) == ("closed", "started"):
        _draw_fit_code(desk, case)
    if at.state != "closed":
        _draw_log(desk, case)
        if st.button(w.COMPLETE, key="complete"):
            fresh()
            desk.go("phone-intake", r=at.reference)
    waits = at.state in ("new", "contacted", "offered") and not at.needs_person
    if waits and st.button(w.WAIT, key="wait"):
        due = now() + timedelta(days=14)
        attempt(lambda: move(desk.person, desk.services.store(), at.client_id, at.version, "waiting", due), w.WAITS)
    if at.state == "closed":
        _draw_reopen(desk, case)
    elif not at.needs_person:
        _draw_close(desk, case, by)


def _draw_offered(desk: Desk, case: Case, by: Ranking) -> None:
    at, zone = case.enquiry, desk.services.settings.zone
    known = at.therapist_id is not None and at.therapist_id in by.therapists.index
    name = str(by.row(at.therapist_id or "")["name"]) if known else ""
    held = next((place.held_until for place in case.places if place.therapist_id == at.therapist_id), None)
    st.header(f"{w.STATES[at.state]}: {name}", anchor=False)
    if held is not None:
        st.caption(f"The place is held until {short(held, zone)}.")
    if at.first_session_at is not None:
        st.markdown(f"First session {short(at.first_session_at, zone)}")
        st.download_button(
            w.CALENDAR,
            calendar_file(
                at.reference,
                at.first_session_at,
                now(),
                desk.services.settings.clinic_name,
                desk.services.settings.clinic_phone,
                at.version,
            ),
            file_name=f"appointment-{at.reference}.ics",
            mime="text/calendar",
            key="calendar",
        )
    _draw_book(desk, case)
    with st.expander(w.DECLINE), st.form("decline", border=False):
        why = st.selectbox(
            w.DECLINE_WHY, list(DECLINES), index=None, format_func=lambda code: DECLINES[code], key="decline:why"
        )
        note = st.text_area(w.NOTE, key="decline:note", height=80)
        if st.form_submit_button(w.DECLINE):
            attempt(
                lambda: decline(desk.person, desk.services.store(), at.client_id, at.version, why or "", note, now()),
                w.DECLINED,
            )


def _draw_book(desk: Desk, case: Case) -> None:
    at, zone = case.enquiry, desk.services.settings.zone
    known = at.first_session_at.astimezone(zone) if at.first_session_at is not None else None
    earliest = min(today(desk), known.date()) if known else today(desk)
    with st.form("book"):
        left, right = st.columns(2)
        # Named by what is known, which a field would else keep from before it was.
        key = f"book:{known}"
        on = left.date_input(
            w.FIRST_DAY, known and known.date(), min_value=earliest, format="DD/MM/YYYY", key=f"{key}:day"
        )
        clock = right.time_input(w.FIRST_TIME, known.time() if known else _FIRST_HOUR, key=f"{key}:time")
        booked = w.REBOOK if known else w.SET_FIRST
        if st.form_submit_button(booked if at.state == "booked" else w.BOOK, type="primary"):
            first = datetime.combine(on, clock, zone) if on is not None else None
            store, when = desk.services.store(), here(desk)
            attempt(lambda: book(desk.person, store, at.client_id, at.version, first, when), w.BOOKED)


def _draw_log(desk: Desk, case: Case) -> None:
    at, services = case.enquiry, desk.services
    with st.expander(w.LOG), st.form("log", border=False):
        way = st.selectbox(w.WAY, list(w.WAYS), format_func=lambda code: w.WAYS[code], key="log:way")
        outcome = st.selectbox(
            w.OUTCOME,
            list(w.CONTACT_OUTCOMES),
            index=None,
            format_func=lambda code: w.CONTACT_OUTCOMES[code],
            key="log:outcome",
        )
        note = st.text_area(w.NOTE, key="log:note", height=80)
        again = st.date_input(w.AGAIN, value=None, min_value=today(desk), format="DD/MM/YYYY", key="log:again")
        if st.form_submit_button(w.LOG) and given(outcome, w.CHOOSE_OUTCOME):
            # Without a date: a session or an answer to an offer is what is due, not another call.
            due = due_after(at, case.places, answer_by(services.settings, now()))
            if again is not None:
                due = datetime.combine(again, services.settings.closes_at, services.settings.zone)
            attempt(
                lambda: log_contact(desk.person, services.store(), at.client_id, at.version, way, outcome, note, due),
                w.LOGGED,
            )


def _draw_fit_code(desk: Desk, case: Case) -> None:
    at, services = case.enquiry, desk.services
    if at.therapist_id is None:
        return
    with st.expander(w.FIT_CODE), st.form("fit", border=False):
        after = st.radio(w.FIT_AFTER, FIT_SESSIONS, horizontal=True, key="fit:session")
        if st.form_submit_button(w.FIT_CODE):
            code = ask_fit_check_code(desk.person, services.store(), at.client_id, at.therapist_id, int(after))
            st.markdown(w.FIT_CODE_LEAD.format(address=f"{services.settings.public_url or ''}/fit"))
            st.code(code, language=None)


def _draw_close(desk: Desk, case: Case, by: Ranking) -> None:
    at, stays = case.enquiry, going_on(case.enquiry, case.places)
    reasons = [code for code in w.CLOSED if code != DUPLICATE]
    with st.expander(w.CLOSE), st.form("close", border=False):
        why = st.selectbox(w.CLOSE_WHY, reasons, index=None, format_func=lambda code: w.CLOSED[code], key="close:why")
        note = st.text_area(w.NOTE, key="close:note", height=80)
        who = " and ".join(str(by.row(place.therapist_id)["name"]) for place in stays)
        goes_on = w.GOES_ON.format(name=who)
        said = st.radio(goes_on, w.GOES_ON_CHOICES, index=None, key="close:place") if stays else None
        if st.form_submit_button(w.CLOSE) and given(why, w.CHOOSE_WHY):
            if stays and why != "started" and not given(said, w.CHOOSE_GOES_ON.format(name=who)):
                return
            store, free = desk.services.store(), said == w.PLACE_FREE
            attempt(
                lambda: close(desk.person, store, at.client_id, at.version, why, note, places_free=free), w.IS_CLOSED
            )


def _draw_reopen(desk: Desk, case: Case) -> None:
    at, services = case.enquiry, desk.services
    if st.button(w.REOPEN, key="reopen"):
        due = answer_by(services.settings, now())
        attempt(
            lambda: move(desk.person, services.store(), at.client_id, at.version, "contacted", due),
            w.STATES["contacted"],
        )
