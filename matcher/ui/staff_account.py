"""Your account: who one is here, where one is signed in, and the way out. Open to everyone signed in."""

from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from matcher.domain.roles import ROLE_NAMES
from matcher.services.access import Person
from matcher.services.signing_in import Door, door_of, own_sessions, sign_out, sign_out_everywhere
from matcher.store.sessions import SignedIn
from matcher.ui import state
from matcher.ui import wording_accounts as wa
from matcher.ui.desk import Desk
from matcher.ui.literal import literal

TITLE: Final = wa.ACCOUNT_TITLE


def draw_account(desk: Desk) -> None:
    """Draw the page; what a button does shows on the run that follows it."""
    person, settings = desk.person, desk.services.settings
    door = door_of(desk.services.store(), settings)
    st.title(TITLE, anchor=False)
    st.markdown(wa.ACCOUNT_ROLE.format(name=literal(person.name), role=ROLE_NAMES[person.role]))
    st.markdown(wa.ROLE_MAY[person.role])
    st.button(wa.SIGN_OUT_HERE, key="sign-out", type="primary", on_click=_leave, args=(door,))
    st.header(wa.SESSIONS_TITLE, anchor=False)
    here = state.session()
    for session in own_sessions(door, person):
        where = wa.SESSION_HERE if session.session_hash == here else wa.SESSION_OTHER
        st.markdown(f"- {_line(session, where, settings.zone)}")
    st.caption(wa.SESSION_ENDS.format(idle=settings.session_idle_minutes, hours=settings.session_hours))
    st.button(wa.SIGN_OUT_ALL, key="sign-out-everywhere", on_click=_leave_everywhere, args=(door, person))
    st.header(wa.PASSWORD, anchor=False)
    st.html(f'<p><a href="/auth/password">{wa.CHANGE_PASSWORD}</a></p>')


def _leave(door: Door) -> None:
    here = state.session()
    if here is not None:
        sign_out(door, here)


def _leave_everywhere(door: Door, person: Person) -> None:
    sign_out_everywhere(door, person)


def _line(session: SignedIn, where: str, zone: ZoneInfo) -> str:
    since, seen = (_at(moment, zone) for moment in (session.made_at, session.seen_at))
    return wa.SESSION_LINE.format(where=where, since=since, seen=seen)


def _at(moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    return f"{local.day} {local:%B}, {local:%H:%M}"
