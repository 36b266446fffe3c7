"""Conditions on enquiries that several lists share, as parts of queries; nothing in words is read."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select

from matcher.domain.enquiry import WAITS
from matcher.store.enquiries import (
    ASKED_TO_ERASE,
    CONSENT_CHANGED,
    CONSENT_WITHHELD,
    FIT_READ,
    FIT_TOLD,
    RESEARCH_ALONE,
)
from matcher.store.enquiry_tables import enquiries, enquiry_events
from matcher.store.tables import episodes, places


def is_raised() -> ColumnElement[bool]:
    """Return whether an enquiry waits for a call about safety."""
    return and_(enquiries.c.needs_person, enquiries.c.merged_into.is_(None))


def is_to_erase() -> ColumnElement[bool]:
    """Return whether they asked to be erased."""
    asked = exists().where(enquiry_events.c.client_id == enquiries.c.client_id)
    return asked.where(enquiry_events.c.kind == ASKED_TO_ERASE).label("to_erase")


def is_in_therapy(client_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether a client has a place for good, or a course that goes on."""
    theirs = exists().where(places.c.client_id == client_id)
    theirs = theirs.where(places.c.given_back_at.is_(None), places.c.held_until.is_(None))
    return or_(theirs, exists().where(episodes.c.client_id == client_id, episodes.c.ending == "ongoing"))


def has_taken_back() -> ColumnElement[bool]:
    """Return whether they do not agree to being matched, as they said when asked, or took back later."""
    # Whoever was never asked, as where a file brought them, changed nothing.
    of_matching = or_(enquiry_events.c.code.is_(None), enquiry_events.c.code != RESEARCH_ALONE)
    changed = or_(
        and_(enquiry_events.c.kind == CONSENT_CHANGED, of_matching), enquiry_events.c.kind == CONSENT_WITHHELD
    )
    among = select(enquiry_events.c.client_id).where(changed)
    return and_(enquiries.c.consent_matching_at.is_(None), enquiries.c.client_id.in_(among))


def is_fit_told() -> ColumnElement[bool]:
    """Return whether they answered a fit check in a way to look at, and nobody said yet that they have."""
    told, read = enquiry_events.alias(), enquiry_events.alias()
    since = exists().where(read.c.client_id == told.c.client_id, read.c.kind == FIT_READ, read.c.at >= told.c.at)
    return enquiries.c.client_id.in_(select(told.c.client_id).where(told.c.kind == FIT_TOLD, ~since.correlate(told)))


def is_overdue(now: datetime) -> ColumnElement[bool]:
    """Return whether something was due before a moment."""
    return and_(enquiries.c.due_at < now, enquiries.c.state != "closed")


def is_stale(before: datetime) -> ColumnElement[bool]:
    """Return whether nobody touched an enquiry that waits since a moment."""
    return and_(enquiries.c.updated_at < before, enquiries.c.state.in_(WAITS))
