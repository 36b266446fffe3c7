"""What is not kept for ever: enquiries that led to no work with a therapist, what was never sent, passing things."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, exists, func, or_, select
from sqlalchemy.orm import Session

from matcher.store.attempts import purge_attempts
from matcher.store.audit import record
from matcher.store.codes import purge_codes
from matcher.store.drafts import KEPT_WITH_CODE, purge_drafts
from matcher.store.enquiry_tables import enquiries, notices
from matcher.store.erasure import remove_unused_catalogues
from matcher.store.links import purge_links
from matcher.store.sessions import purge_sessions
from matcher.store.slates import CLIENT
from matcher.store.tables import clients, episodes, places, slates

#: Notices are about what is elsewhere in the store; nobody looks for an old one.
NOTICES_KEPT: Final = timedelta(days=90)

_HOLDS = exists().where(places.c.client_id == clients.c.client_id, places.c.given_back_at.is_(None))
_WORKED = exists().where(episodes.c.client_id == clients.c.client_id)


def purge_enquiries(session: Session, before: datetime, actor: str) -> int:
    """Remove clients who enquired before a moment and have neither an episode nor a place, with all that is theirs.

    An enquiry that somebody worked on since then stays, and so does one where a person is needed first. Slates,
    choices, overrides, fit checks and contact details go with the client; the audit log keeps that the id was removed.
    An enquiry without a date stays: a person has to decide.

    Returns
    -------
    int
        How many were removed.
    """
    theirs = enquiries.c.client_id == clients.c.client_id
    last = func.coalesce(enquiries.c.closed_at, enquiries.c.updated_at)
    in_work = exists().where(theirs, or_(last >= before, enquiries.c.needs_person))
    return _remove(session, actor, clients.c.enquired_at < before, ~_HOLDS, ~_WORKED, ~in_work)


def purge_unsent(session: Session, now: datetime, actor: str) -> int:
    """Remove clients who looked at therapists, sent nothing, and can no longer come back to it; return how many."""
    gone = now - KEPT_WITH_CODE
    theirs = slates.c.client_id == clients.c.client_id
    looked = exists().where(theirs, slates.c.made_by == CLIENT)
    lately = exists().where(theirs, slates.c.made_at >= gone)
    sent = exists().where(enquiries.c.client_id == clients.c.client_id)
    return _remove(session, actor, looked, ~lately, ~sent, ~_HOLDS, ~_WORKED)


def purge_passing(session: Session, now: datetime, actor: str) -> int:
    """Remove drafts, codes, sessions, links, tries, notices and unsent answers past their time; return how many."""
    removed = sum(
        purge(session, now) for purge in (purge_drafts, purge_codes, purge_sessions, purge_links, purge_attempts)
    )
    old = delete(notices).where(notices.c.made_at < now - NOTICES_KEPT).returning(notices.c.notice_id)
    return removed + len(session.execute(old).all()) + purge_unsent(session, now, actor)


def _remove(session: Session, actor: str, *wheres: ColumnElement[bool]) -> int:
    removed = list(session.scalars(select(clients.c.client_id).where(*wheres).with_for_update()))
    _remove_clients(session, removed, actor)
    return len(removed)


def _remove_clients(session: Session, client_ids: Iterable[str], actor: str) -> None:
    for client_id in client_ids:
        session.execute(delete(places).where(places.c.client_id == client_id))
        session.execute(delete(clients).where(clients.c.client_id == client_id))
        record(session, actor, "purged", "client", client_id)
    remove_unused_catalogues(session)
