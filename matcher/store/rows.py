"""Single clients and therapists, their contact details, and changes that lose nobody's work.

A change names the version it was made from. Where somebody else changed the row meanwhile it is refused, so that a
person looks again instead of writing over what they never saw.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Generic, TypeVar

import pandas as pd
from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.orm import Session

from matcher.clinic.rows import client_frame, clients_from, therapist_frame, therapists_from
from matcher.domain.client import Client
from matcher.domain.therapist import Therapist
from matcher.store.audit import record
from matcher.store.errors import NotFoundError, StaleVersionError
from matcher.store.frames import CLIENTS_KEPT, THERAPISTS_KEPT, Kept, frame_of, rows_of
from matcher.store.store import sealer_of
from matcher.store.tables import contacts

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Contact:
    """How a client may be reached; sealed in the store."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Versioned(Generic[T]):
    """A value with the version of its row, to be handed back with a change."""

    value: T
    version: int


def add_client(session: Session, client: Client, actor: str, contact: Contact | None = None) -> None:
    """Keep a new enquiry, with how the client may be reached."""
    last = session.scalar(select(func.max(CLIENTS_KEPT.table.c.position)))
    row = next(rows_of(CLIENTS_KEPT, client_frame([client]), sealer_of(session)))
    session.execute(insert(CLIENTS_KEPT.table), row | {"position": 0 if last is None else last + 1})
    record(session, actor, "added", "client", client.client_id)
    if contact is not None:
        session.execute(
            insert(contacts), {"client_id": client.client_id, "private": _contact(session, client.client_id, contact)}
        )


def client_of(session: Session, client_id: str, actor: str) -> Versioned[Client]:
    """Return one client, and note who saw it.

    Raises
    ------
    NotFoundError
        If there is none with this id.
    """
    frame, version = _one(session, CLIENTS_KEPT, client_id)
    record(session, actor, "saw", "client", client_id)
    return Versioned(clients_from(frame)[0], version)


def therapist_of(session: Session, therapist_id: str) -> Versioned[Therapist]:
    """Return one therapist; raises as `client_of`."""
    frame, version = _one(session, THERAPISTS_KEPT, therapist_id)
    return Versioned(therapists_from(frame)[0], version)


def change_client(session: Session, client: Client, version: int, actor: str) -> int:
    """Write a client's answers over those of ``version`` and return the new version.

    Raises
    ------
    StaleVersionError
        If the row was changed since it was read.
    NotFoundError
        If there is no such client.
    """
    row = next(rows_of(CLIENTS_KEPT, client_frame([client]), sealer_of(session)))
    # A Client value has no room for how much each wish weighs; what the folder said stays.
    del row["importance"]
    record(session, actor, "changed", "client", client.client_id)
    return change_row(session, CLIENTS_KEPT.table, client.client_id, version, row)


def change_therapist(session: Session, therapist: Therapist, version: int, actor: str) -> int:
    """Write a therapist over the row of ``version`` and return the new version; raises as `change_client`."""
    row = next(rows_of(THERAPISTS_KEPT, therapist_frame([therapist]), sealer_of(session)))
    record(session, actor, "changed", "therapist", therapist.therapist_id)
    return change_row(session, THERAPISTS_KEPT.table, therapist.therapist_id, version, row)


def contact_of(session: Session, client_id: str, actor: str) -> Versioned[Contact]:
    """Return how a client may be reached, and note who saw it; raises as `client_of`."""
    row = session.execute(select(contacts).where(contacts.c.client_id == client_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"no contact details of client {client_id!r} are kept.")
    record(session, actor, "saw", "contact", client_id)
    return Versioned(
        Contact(**sealer_of(session).open_json(row.private, "contacts", "private", client_id)), row.version
    )


def known_contact(session: Session, client_id: str, actor: str) -> Versioned[Contact]:
    """Return how a client may be reached, all blank and of version 0 where nothing is kept, and note who saw it."""
    try:
        return contact_of(session, client_id, actor)
    except NotFoundError:
        return Versioned(Contact(), 0)


def change_contact(session: Session, client_id: str, contact: Contact, version: int, actor: str) -> int:
    """Write contact details over those of ``version`` and return the new version; raises as `change_client`."""
    record(session, actor, "changed", "contact", client_id)
    return change_row(session, contacts, client_id, version, {"private": _contact(session, client_id, contact)})


def keep_contact(session: Session, client_id: str, contact: Contact, actor: str, seen: int | None = None) -> None:
    """Keep how a client may be reached, in place of what was kept of it, if anything was; raises as `change_row`.

    With ``seen``, the version it was changed from, it is refused where somebody else changed it meanwhile.
    """
    version = session.scalar(select(contacts.c.version).where(contacts.c.client_id == client_id).with_for_update())
    if seen is not None and seen != (version or 0):
        raise StaleVersionError(f"how to reach client {client_id!r} was changed meanwhile: look at it again.")
    if version is not None:
        change_contact(session, client_id, contact, version, actor)
        return
    record(session, actor, "added", "contact", client_id)
    session.execute(insert(contacts), {"client_id": client_id, "private": _contact(session, client_id, contact)})


def change_row(session: Session, table: Table, row_id: str, version: int, values: Mapping[str, Any]) -> int:
    """Write values over one version of a row and return the new version; raises as `change_client`."""
    (key,) = table.primary_key.columns
    change = update(table).where(key == row_id, table.c.version == version).values({**values, "version": version + 1})
    if session.execute(change.returning(key)).one_or_none() is not None:
        return version + 1
    if session.execute(select(key).where(key == row_id)).one_or_none() is None:
        raise NotFoundError(f"{table.name} has no {key.name} {row_id!r}.")
    raise StaleVersionError(f"{key.name} {row_id!r} was changed by somebody else meanwhile: look at it again.")


def _one(session: Session, kept: Kept, row_id: str) -> tuple[pd.DataFrame, int]:
    version = session.scalar(select(kept.table.c.version).where(kept.table.c[kept.key] == row_id))
    if version is None:
        raise NotFoundError(f"the store has no {kept.key} {row_id!r}.")
    return frame_of(session, kept, [row_id]), version


def _contact(session: Session, client_id: str, contact: Contact) -> bytes:
    return sealer_of(session).seal_json(asdict(contact), "contacts", "private", client_id)
