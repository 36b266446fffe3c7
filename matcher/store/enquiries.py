"""Enquiries: what became of a client's request, who did what about it, and every word of it sealed.

A state follows another only where `NEXT_STATES` says so. While a person is needed nobody can be offered or booked, and
only `record_safety_call` ends that: no other change can, but a merge into an enquiry that needs a person itself.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from matcher.store.audit import record
from matcher.store.enquiry_tables import enquiries, enquiry_events
from matcher.store.errors import NotFoundError, StoreError
from matcher.store.rows import change_row
from matcher.store.store import sealer_of

NEXT_STATES: Final[dict[str, frozenset[str]]] = {
    "new": frozenset({"contacted", "offered", "booked", "waiting", "closed"}),
    "contacted": frozenset({"offered", "booked", "waiting", "closed"}),
    "offered": frozenset({"contacted", "booked", "waiting", "closed"}),
    "booked": frozenset({"contacted", "offered", "waiting", "closed"}),
    "waiting": frozenset({"contacted", "offered", "booked", "closed"}),
    # Somebody who comes back, or who was closed by mistake.
    "closed": frozenset({"new", "contacted", "waiting"}),
}
WITH_THERAPIST: Final[frozenset[str]] = frozenset({"offered", "booked"})
SAFETY_CALL: Final = "safety_call"
#: A client agreed to something, or took back what they had agreed to.
CONSENT_CHANGED: Final = "consent_changed"
#: The code of such an event where matching was not what changed.
RESEARCH_ALONE: Final = "research"
#: Asked by staff, a client did not agree to being matched.
CONSENT_WITHHELD: Final = "consent_withheld"
#: A client told staff that a limit may give way; the code says which.
GAVE_WAY: Final = "gave_way"
#: A client loosened a limit on their own pages, after a list they had seen; the code says which.
LOOSENED: Final = "loosened"
#: A client asked to be erased, which staff do; also the key of the enquiry's private mapping that says when.
ASKED_TO_ERASE: Final = "asked_to_erase"
#: A client answered a fit check in a way that staff are to look at, and a person said that they have.
FIT_TOLD: Final = "fit_told"
FIT_READ: Final = "fit_read"
# No letters or digits that are taken for one another when read out: 30 ** 8 references.
_LETTERS = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
# The source may change: who comes back for another therapist comes back as that.
_CHANGEABLE = frozenset(enquiries.c.keys()) - {"client_id", "reference", "received_at", "updated_at", "version"}
_STAMPS = {"offered": "offered_at", "booked": "booked_at", "closed": "closed_at"}


@dataclass(frozen=True, slots=True)
class Enquiry:
    """One enquiry as kept; ``private`` holds, opened, all that is in words; moments are in UTC."""

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
    booked_at: datetime | None
    first_session_at: datetime | None
    closed_at: datetime | None
    closed_reason: str | None
    merged_into: str | None
    consent_matching_at: datetime | None
    consent_research_at: datetime | None
    updated_at: datetime
    private: Mapping[str, Any]
    version: int

    @property
    def waits_for_call(self) -> bool:
        """Return whether a person is to speak with them about safety, and nothing else was opened in its place."""
        return self.needs_person and self.merged_into is None


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that was done about an enquiry: ``code`` is a coded reason or outcome, ``words`` a note, opened."""

    event_id: str
    client_id: str
    at: datetime
    actor: str
    kind: str
    code: str | None
    words: str | None


def add_enquiry(
    session: Session,
    client_id: str,
    source: str,
    actor: str,
    *,
    needs_person: bool = False,
    needs_reading: bool = False,
    language: str = "en",
    private: Mapping[str, Any] | None = None,
    **values: Any,
) -> str:
    """Keep a new enquiry of a client the store holds and return its reference.

    Raises
    ------
    NotFoundError
        If an unknown column is named.
    StoreError
        If the database refuses it, as where the client already has an enquiry.
    """
    _known({name: value for name, value in values.items() if name != "received_at"})
    now = datetime.now(UTC)
    reference = _new_reference(session)
    row = {
        "client_id": client_id,
        "reference": reference,
        "state": "new",
        "source": source,
        "language": language,
        "received_at": now,
        "needs_person": needs_person,
        "needs_reading": needs_reading,
        "updated_at": now,
        "private": _sealed(session, client_id, private or {}),
    }
    session.execute(insert(enquiries), row | values)
    record(session, actor, "added", "enquiry", client_id, source=source, needs_person=needs_person)
    return reference


def enquiry_of(session: Session, client_id: str, actor: str) -> Enquiry:
    """Return a client's enquiry with its words opened, and note who saw it.

    Raises
    ------
    NotFoundError
        If this client has none.
    """
    row = _row(session, client_id)
    record(session, actor, "saw", "enquiry", client_id)
    values = row._asdict()
    return Enquiry(**values | {"private": _opened(session, row)})


def change_enquiry(session: Session, client_id: str, version: int, actor: str, **values: Any) -> int:
    """Write values over one version of an enquiry and return the new version; ``private`` is replaced as a whole.

    The moments of an offer, a booking and a closing are noted here, and forgotten where an enquiry is opened again.

    Raises
    ------
    StaleVersionError
        If somebody else changed it since it was read.
    StoreError
        If the state cannot follow the one it has, or a person is needed first.
    NotFoundError
        If this client has no enquiry, or an unknown column is named.
    """
    _known(values)
    row = _row(session, client_id, lock=True)
    if row.version == version:
        _check(row, values)
    if row.needs_person and values.get("needs_person") is False and not _goes_on(session, values.get("merged_into")):
        raise StoreError("only a recorded call by a named person ends this: record the safety call.")
    return _write(session, row, version, actor, values)


def record_safety_call(session: Session, client_id: str, version: int, actor: str, outcome: str, words: str) -> int:
    """Keep that a named person spoke, or tried to, with a client about safety; matching is open to them from then on.

    Whether an outcome opens matching is for the caller to say: an attempt that reached nobody is an ordinary event.

    Raises
    ------
    StaleVersionError, NotFoundError
        As `change_enquiry`.
    """
    row = _row(session, client_id, lock=True)
    changed = _write(session, row, version, actor, {"needs_person": False, "needs_reading": False})
    add_event(session, client_id, SAFETY_CALL, actor, outcome, words)
    return changed


def add_event(
    session: Session, client_id: str, kind: str, actor: str, code: str | None = None, words: str | None = None
) -> str:
    """Keep one thing that was done about an enquiry and return its id; ``words`` are sealed."""
    event_id = uuid4().hex
    sealed = None
    if words is not None and words.strip():
        sealed = sealer_of(session).seal(words.strip().encode(), "enquiry_events", "words", event_id)
    row = {"event_id": event_id, "client_id": client_id, "at": datetime.now(UTC), "actor": actor, "kind": kind}
    session.execute(insert(enquiry_events), row | {"code": code, "words": sealed})
    record(session, actor, "noted", "enquiry", client_id, kind=kind, code=code)
    return event_id


def events_of(session: Session, client_id: str, actor: str) -> list[Event]:
    """Return what was done about an enquiry, oldest first, and note who saw it."""
    query = (
        select(enquiry_events)
        .where(enquiry_events.c.client_id == client_id)
        .order_by(enquiry_events.c.at, enquiry_events.c.event_id)
    )
    record(session, actor, "saw", "enquiry events", client_id)
    return [Event(**row._asdict() | {"words": _event_words(session, row)}) for row in session.execute(query)]


def client_of_reference(session: Session, reference: str) -> str | None:
    """Return whose enquiry a reference belongs to; typed in lower case or without its hyphen it is found as well."""
    plain = reference.strip().upper().replace("-", "").replace(" ", "")
    written = f"{plain[:4]}-{plain[4:]}"
    return session.scalar(select(enquiries.c.client_id).where(enquiries.c.reference == written))


def reference_of(session: Session, client_id: str) -> str | None:
    """Return the reference of a client's enquiry, None where they have none."""
    return session.scalar(select(enquiries.c.reference).where(enquiries.c.client_id == client_id))


def _check(row: Row[Any], values: dict[str, Any]) -> None:
    state = values.get("state", row.state)
    if state != row.state and state not in NEXT_STATES[row.state]:
        raise StoreError(f"an enquiry that is {row.state} cannot become {state}.")
    if state in WITH_THERAPIST and "state" in values:
        if values.get("needs_person", row.needs_person):
            raise StoreError("a person has to speak with this client first: nobody can be offered or booked.")
        if values.get("therapist_id", row.therapist_id) is None:
            raise StoreError(f"an enquiry that is {state} names its therapist.")
    if state == "closed" and values.get("closed_reason", row.closed_reason) is None:
        raise StoreError("a closed enquiry has a reason.")


def _write(session: Session, row: Row[Any], version: int, actor: str, values: dict[str, Any]) -> int:
    now = datetime.now(UTC)
    state = values.get("state", row.state)
    changed = dict(values)
    if state != row.state:
        if state in _STAMPS:
            changed.setdefault(_STAMPS[state], now)
        if row.state == "closed":
            changed = {"closed_at": None, "closed_reason": None, "merged_into": None} | changed
    if "private" in changed:
        changed["private"] = _sealed(session, row.client_id, changed["private"])
    written = change_row(session, enquiries, row.client_id, version, {**changed, "updated_at": now})
    record(session, actor, "changed", "enquiry", row.client_id, columns=sorted(values), state=state)
    return written


def _goes_on(session: Session, merged_into: str | None) -> bool:
    """Tell whether the enquiry one is merged into needs a person, and so waits in its place."""
    return merged_into is not None and bool(_row(session, merged_into).needs_person)


def _known(values: Mapping[str, Any]) -> None:
    if unknown := sorted(set(values) - _CHANGEABLE):
        raise NotFoundError(f"an enquiry has no {', '.join(unknown)} that can be changed.")


def _row(session: Session, client_id: str, *, lock: bool = False) -> Row[Any]:
    query = select(enquiries).where(enquiries.c.client_id == client_id)
    row = session.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFoundError(f"client {client_id!r} has no enquiry.")
    return row


def _new_reference(session: Session) -> str:
    while True:
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        reference = f"{letters[:4]}-{letters[4:]}"
        if session.scalar(select(enquiries.c.client_id).where(enquiries.c.reference == reference)) is None:
            return reference


def _sealed(session: Session, client_id: str, private: Mapping[str, Any]) -> bytes:
    return sealer_of(session).seal_json(private, "enquiries", "private", client_id)


def _opened(session: Session, row: Row[Any]) -> dict[str, Any]:
    return sealer_of(session).open_json(row.private, "enquiries", "private", row.client_id)


def _event_words(session: Session, row: Row[Any]) -> str | None:
    if row.words is None:
        return None
    return sealer_of(session).open(row.words, "enquiry_events", "words", row.event_id).decode()
