"""Clients by what is sealed of them, their names and ways to reach them: opened in memory alone, and that is noted."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.store.audit import SAW_NAMES, record
from matcher.store.enquiry_tables import enquiries
from matcher.store.store import sealer_of
from matcher.store.tables import contacts

_AT_ONCE: Final = 500
#: Of this process alone, so that a mark says nothing outside of it.
_KEY: Final = secrets.token_bytes(32)
#: The marks of contacts as they were looked at last, by how they lie in the store: sealed once more, they differ.
_seen: Final[dict[str, dict[bytes, tuple[bytes, ...]]]] = {"marks": {}}


@dataclass(frozen=True, slots=True)
class Other:
    """Another enquiry that looks like the same person's, open or closed."""

    client_id: str
    reference: str
    state: str
    received_at: datetime
    closed_at: datetime | None
    closed_reason: str | None
    needs_person: bool


def names_of(session: Session, client_ids: Iterable[str], actor: str) -> dict[str, str]:
    """Return the names clients gave, for those who gave one, and note whose names were seen."""
    wanted = list(client_ids)
    found = {client_id: details["name"] for client_id, details in _details(session, wanted) if details.get("name")}
    if found:
        record(session, actor, SAW_NAMES, "enquiry", "", clients=sorted(found))
    return found


def clients_named(session: Session, text: str, actor: str) -> tuple[str, ...]:
    """Return the clients whose name holds a text, opened in memory alone, and note that names were searched."""
    part = text.casefold().strip()
    record(session, actor, "searched names", "enquiry", "")
    query = _details(session, None)
    return tuple(sorted(client_id for client_id, details in query if part in (details.get("name") or "").casefold()))


def same_contact(session: Session) -> list[tuple[str, ...]]:
    """Return groups of open enquiries that share a telephone number or an e-mail address, compared in memory alone."""
    still_open = (enquiries.c.state != "closed") & enquiries.c.merged_into.is_(None)
    order = list(session.scalars(select(enquiries.c.client_id).where(still_open).order_by(enquiries.c.received_at)))
    place = {client_id: i for i, client_id in enumerate(order)}
    leader = {client_id: client_id for client_id in order}
    first: dict[bytes, str] = {}
    known = _all_marks(session)
    for client_id in order:
        for mark in known.get(client_id, ()):
            other = _leader(leader, first.setdefault(mark, client_id))
            mine = _leader(leader, client_id)
            if other != mine:
                early, late = sorted((other, mine), key=place.__getitem__)
                leader[late] = early
    groups: dict[str, list[str]] = {}
    for client_id in order:
        groups.setdefault(_leader(leader, client_id), []).append(client_id)
    return [tuple(group) for group in groups.values() if len(group) > 1]


def others_of(session: Session, client_id: str, actor: str) -> list[Other]:
    """Return other enquiries that share a telephone number or an e-mail address with a client's, the newest first.

    Compared in memory alone; that one looked like another's is noted.
    """
    known = _all_marks(session)
    ours = set(known.get(client_id, ()))
    found = [other for other, marks in known.items() if other != client_id and not ours.isdisjoint(marks)]
    query = (
        select(*(enquiries.c[field.name] for field in fields(Other)))
        .where(enquiries.c.client_id.in_(found), enquiries.c.merged_into.is_(None))
        .order_by(enquiries.c.received_at.desc(), enquiries.c.client_id)
    )
    others = [Other(**row._asdict()) for row in session.execute(query)] if found else []
    if others:
        record(session, actor, "searched contacts", "enquiry", client_id)
    return others


def _leader(leader: dict[str, str], client_id: str) -> str:
    while leader[client_id] != client_id:
        client_id = leader[client_id]
    return client_id


def _ways(details: Mapping[str, Any]) -> list[str]:
    digits = "".join(c for c in details.get("phone") or "" if c.isdigit())
    email = (details.get("email") or "").strip().casefold()
    # The last nine digits are the same with and without the country's code or the 0 in front.
    return [*([f"phone {digits[-9:]}"] if len(digits) >= 8 else []), *([f"email {email}"] if "@" in email else [])]


def _all_marks(session: Session) -> dict[str, tuple[bytes, ...]]:
    """Return, by client, marks by which a telephone number or an e-mail address is known again.

    Only what was never opened, or changed since, is opened; no number or address stays in memory.
    """
    opener, before = sealer_of(session), _seen["marks"]
    now: dict[bytes, tuple[bytes, ...]] = {}
    found: dict[str, tuple[bytes, ...]] = {}
    for client_id, sealed in session.execute(select(contacts.c.client_id, contacts.c.private)):
        marks = before.get(sealed)
        if marks is None:
            details = opener.open_json(sealed, "contacts", "private", client_id)
            marks = tuple(blake2b(way.encode(), key=_KEY, digest_size=16).digest() for way in _ways(details))
        now[sealed] = found[client_id] = marks
    # What is gone from the store is gone from here.
    _seen["marks"] = now
    return found


def _details(session: Session, client_ids: list[str] | None) -> list[tuple[str, dict[str, Any]]]:
    query = select(contacts.c.client_id, contacts.c.private)
    if client_ids is not None and len(client_ids) <= _AT_ONCE:
        query = query.where(contacts.c.client_id.in_(client_ids))
    among = None if client_ids is None else set(client_ids)
    opener = sealer_of(session)
    return [
        (row.client_id, opener.open_json(row.private, "contacts", "private", row.client_id))
        for row in session.execute(query)
        if among is None or row.client_id in among
    ]
