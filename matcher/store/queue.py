"""The staff's list of enquiries: few columns, a page at a time, and nothing in words.

Only what the list shows is read, so that thousands of open enquiries stay quick.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, case, exists, func, not_, or_, select
from sqlalchemy.orm import Session

from matcher.domain.enquiry import WAITS
from matcher.store.account_tables import accounts
from matcher.store.conditions import (
    has_taken_back,
    is_fit_told,
    is_in_therapy,
    is_overdue,
    is_raised,
    is_stale,
    is_to_erase,
)
from matcher.store.enquiries import SAFETY_CALL
from matcher.store.enquiry_tables import enquiries, enquiry_events
from matcher.store.frames import NO_CONCERN
from matcher.store.slates import CLIENT
from matcher.store.tables import clients, places, slates, therapists
from matcher.store.waiting_since import begun_anew

_SHOWN: Final = (
    "client_id", "reference", "state", "source", "language", "received_at", "needs_person", "needs_reading", "due_at",
    "assigned_to", "wants", "therapist_id", "offered_at", "first_session_at", "closed_reason", "updated_at", "version",
)  # fmt: skip
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Listed:
    """One line of the list; ``concerns`` are codes, ``held_until`` ends a held place, ``to_erase`` they asked for.

    ``in_therapy`` is whoever has a place for good or a course that goes on; ``since`` when they wait, which is later
    than ``received_at`` where they came back. ``fit_told`` where they answered a fit check in a way to look at, and
    nobody said yet that they have.
    """

    client_id: str
    reference: str
    state: str
    source: str
    language: str
    received_at: datetime
    needs_person: bool
    needs_reading: bool
    due_at: datetime | None
    assigned_to: str | None
    wants: str | None
    therapist_id: str | None
    offered_at: datetime | None
    first_session_at: datetime | None
    closed_reason: str | None
    updated_at: datetime
    version: int
    concerns: tuple[str, ...]
    held_until: datetime | None
    to_erase: bool
    in_therapy: bool
    fit_told: bool
    since: datetime

    @property
    def goes_on(self) -> bool:
        """Return whether they have a therapist and asked for no other: no list places them a second time."""
        return self.in_therapy and self.source != "change"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which enquiries to list; what is left out does not narrow. ``text`` is part of a reference or id.

    ``calm`` leaves out those with a raised safety concern, which are listed by themselves.
    """

    states: tuple[str, ...] = ()
    needs_person: bool = False
    calm: bool = False
    overdue: bool = False
    stale: bool = False
    fit_told: bool = False
    source: str | None = None
    concern: str | None = None
    therapist_id: str | None = None
    assigned_to: str | None = None
    text: str = ""
    client_ids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of the list from the next: how many there are, how often they changed, and when last."""

    enquiries: int
    versions: int
    changed_at: datetime | None


def stamp(session: Session) -> Stamp:
    """Return what differs as soon as anybody adds, changes or removes an enquiry, however soon after another change."""
    # Each change makes a version more, so two within one tick of the clock count twice; only an enquiry that goes while
    # another comes could leave both numbers as they were, and the newcomer is the latest.
    query = select(func.count(), func.coalesce(func.sum(enquiries.c.version), 0), func.max(enquiries.c.updated_at))
    many, versions, changed_at = session.execute(query.select_from(enquiries)).one()
    return Stamp(int(many), int(versions), changed_at)


def listed(
    session: Session, wanted: Wanted, now: datetime, stale_before: datetime, most: int, first: int = 0
) -> tuple[list[Listed], int]:
    """Return a page of the list and how many there are in all: safety first, then by when an answer is due.

    ``stale_before`` is the moment before which an open enquiry nobody touched counts as stale.
    """
    wheres = _wheres(wanted, now, stale_before)
    held = (
        select(func.max(places.c.held_until))
        .where(places.c.client_id == enquiries.c.client_id, places.c.given_back_at.is_(None))
        .scalar_subquery()
    )
    query = (
        select(*(enquiries.c[name] for name in _SHOWN), clients.c.concerns, held.label("held_until"))
        .add_columns(is_to_erase(), is_in_therapy(enquiries.c.client_id).label("in_therapy"))
        .add_columns(is_fit_told().label("fit_told"))
        .join(clients, clients.c.client_id == enquiries.c.client_id)
        .where(*wheres)
        .order_by(
            case((is_raised(), 0), else_=1),
            case((enquiries.c.state == "closed", 1), else_=0),
            enquiries.c.due_at.asc().nulls_last(),
            enquiries.c.received_at,
            enquiries.c.client_id,
        )
        .limit(most)
        .offset(first)
    )
    total = session.scalar(_narrowed(select(func.count()).select_from(enquiries), wanted).where(*wheres)) or 0
    found = session.execute(query).all()
    begun = begun_anew(session, [row.client_id for row in found])
    return [_line(row, begun) for row in found], total


def listed_clients(session: Session, client_ids: Sequence[str]) -> list[Listed]:
    """Return the lines of some clients, however many, in no order that means anything."""
    found: list[Listed] = []
    for start in range(0, len(client_ids), _AT_ONCE):
        wanted = Wanted(client_ids=tuple(client_ids[start : start + _AT_ONCE]))
        # Neither due times nor staleness narrows here, so no moment matters.
        found += listed(session, wanted, datetime.max, datetime.min, _AT_ONCE)[0]
    return found


def counts(session: Session, now: datetime, stale_before: datetime) -> dict[str, int]:
    """Return how many need a person now, and how many of all others are in each state, overdue, stale, and so on.

    So each number is of those a `calm` list of it shows.
    """
    calm = not_(is_raised())
    states = session.execute(select(enquiries.c.state, func.count()).where(calm).group_by(enquiries.c.state))
    found: dict[str, int] = {row[0]: row[1] for row in states}
    for name, where in (
        ("needs_person", is_raised()),
        ("fit_told", and_(calm, is_fit_told())),
        ("overdue", and_(calm, is_overdue(now))),
        ("stale", and_(calm, is_stale(stale_before))),
        ("change", and_(calm, enquiries.c.source == "change", enquiries.c.state != "closed")),
    ):
        found[name] = session.scalar(select(func.count()).select_from(enquiries).where(where)) or 0
    return found


def open_clients(session: Session) -> list[str]:
    """Return the ids of clients whom nobody has placed yet, those with a raised safety concern among them."""
    query = select(enquiries.c.client_id).where(enquiries.c.state.in_(WAITS)).order_by(enquiries.c.received_at)
    return list(session.scalars(query))


def off_the_list(session: Session) -> frozenset[str]:
    """Return the clients whom no list places.

    Somebody is offered to them or booked, it is closed, words are to be read, they took back that they agreed to be
    matched, they asked to be erased, they have a therapist and asked for no other, or they only looked at a list and
    sent nothing. Whoever named no concern is on no list to begin with: see `unnamed`.
    """
    enquired = exists().where(enquiries.c.client_id == clients.c.client_id)
    looked = exists().where(slates.c.client_id == clients.c.client_id, slates.c.made_by == CLIENT)
    unasked = select(clients.c.client_id).where(not_(enquired), or_(is_in_therapy(clients.c.client_id), looked))
    return frozenset(session.scalars(select(enquiries.c.client_id).where(_not_placed()).union_all(unasked)))


def unnamed(session: Session) -> int:
    """Return how many would be on the list, or wait for a call, but have named no concern yet."""
    query = select(func.count()).select_from(enquiries).join(clients, clients.c.client_id == enquiries.c.client_id)
    return session.scalar(query.where(clients.c.concerns == NO_CONCERN, not_(_not_placed()))) or 0


def _not_placed() -> ColumnElement[bool]:
    goes_on = and_(is_in_therapy(enquiries.c.client_id), enquiries.c.source != "change")
    calm = and_(not_(is_raised()), or_(enquiries.c.needs_reading, has_taken_back(), goes_on))
    return or_(enquiries.c.state.not_in(WAITS), calm, is_to_erase())


def took_back_clients(session: Session) -> frozenset[str]:
    """Return the clients who do not agree to being matched, as they said when asked, or took back later."""
    return frozenset(session.scalars(select(enquiries.c.client_id).where(has_taken_back())))


def took_back(session: Session, client_id: str) -> bool:
    """Tell whether a client does not agree to being matched, as they said when asked, or took back later."""
    found = select(enquiries.c.client_id).where(enquiries.c.client_id == client_id, has_taken_back())
    return session.scalar(found) is not None


def raised_clients(session: Session) -> frozenset[str]:
    """Return the clients who wait for a person to speak with them about safety."""
    return frozenset(session.scalars(select(enquiries.c.client_id).where(is_raised())))


def checked_clients(session: Session) -> frozenset[str]:
    """Return the clients with whom a named person recorded a call about safety, which opened matching."""
    query = select(enquiry_events.c.client_id).where(enquiry_events.c.kind == SAFETY_CALL)
    return frozenset(session.scalars(query.distinct()))


def account_names(session: Session) -> dict[str, str]:
    """Return by account id the name typed at sign-in, to say who did what."""
    return {row.account_id: row.name for row in session.execute(select(accounts.c.account_id, accounts.c.name))}


def therapist_names(session: Session) -> dict[str, str]:
    """Return every therapist's name by id, in the clinic's order."""
    query = select(therapists.c.therapist_id, therapists.c.name).order_by(therapists.c.position)
    return {row.therapist_id: row.name for row in session.execute(query)}


def _line(row: Any, begun: Mapping[str, datetime]) -> Listed:
    values = row._asdict() | {"since": begun.get(row.client_id, row.received_at)}
    codes = values.pop("concerns") or ""
    return Listed(**values, concerns=tuple(part.split(":")[0] for part in codes.split(";") if part))


def _wheres(wanted: Wanted, now: datetime, stale_before: datetime) -> list[ColumnElement[bool]]:
    wheres: list[ColumnElement[bool]] = []
    if wanted.states:
        wheres.append(enquiries.c.state.in_(wanted.states))
    for asked, where in (
        (wanted.needs_person, is_raised()),
        (wanted.calm, not_(is_raised())),
        (wanted.overdue, is_overdue(now)),
        (wanted.stale, is_stale(stale_before)),
        (wanted.fit_told, is_fit_told()),
    ):
        wheres += [where] if asked else []
    for name in ("source", "therapist_id", "assigned_to"):
        value = getattr(wanted, name)
        wheres += [] if value is None else [enquiries.c[name] == value]
    if wanted.concern is not None:
        wheres.append((";" + clients.c.concerns).contains(f";{wanted.concern}:", autoescape=True))
    return [*wheres, *_found(wanted)]


def _found(wanted: Wanted) -> list[ColumnElement[bool]]:
    among = [] if wanted.client_ids is None else [enquiries.c.client_id.in_(wanted.client_ids)]
    text = wanted.text.strip()
    if not text:
        return [or_(*among)] if among else []
    # Read out or typed from a letter, a reference comes in any case, and with or without its hyphen.
    letters = text.upper().replace("-", "").replace(" ", "")
    plain = func.replace(enquiries.c.reference, "-", "")
    found = [plain.contains(letters, autoescape=True)] if letters else []
    return [or_(*found, enquiries.c.client_id == text, *among)]


def _narrowed(query: Select[Any], wanted: Wanted) -> Select[Any]:
    # Only a filter on concerns needs the other table to be counted.
    return query if wanted.concern is None else query.join(clients, clients.c.client_id == enquiries.c.client_id)
