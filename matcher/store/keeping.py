"""Clients kept whether or not they were kept before, as a page sends them again and again."""

from dataclasses import replace

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from matcher.clinic.rows import client_frame
from matcher.domain.client import Client
from matcher.store.audit import record
from matcher.store.errors import StaleVersionError
from matcher.store.frames import CLIENTS_KEPT, NO_CONCERN, Values, rows_of
from matcher.store.rows import change_row
from matcher.store.store import sealer_of
from matcher.store.tables import clients, therapists

# Any concern will do: it only lets the other answers be checked.
_STAND_IN = (("depression", 1),)


def put_client(session: Session, client: Client, actor: str, seen: int | None = None) -> None:
    """Keep a client's answers, in place of earlier ones; somebody in danger may have named no concern yet.

    Raises
    ------
    StaleVersionError
        If somebody else changed the row at this moment, or since it was of the version ``seen``.
    """
    row = _row(session, client)
    version = session.scalar(select(clients.c.version).where(clients.c.client_id == client.client_id))
    if seen is not None and version != seen:
        raise StaleVersionError(f"client {client.client_id!r} was changed by somebody else meanwhile: look again.")
    if version is None:
        last = session.scalar(select(func.max(clients.c.position)))
        session.execute(insert(clients), row | {"position": 0 if last is None else last + 1})
        record(session, actor, "added", "client", client.client_id)
        return
    kept = session.execute(select(*(clients.c[name] for name in row)).where(clients.c.client_id == client.client_id))
    before = kept.one()._asdict()
    # The same answers sealed again look different, so they are compared opened.
    if _open(session, before) != _open(session, dict(row)):
        # A Client value has no room for how much each wish weighs; what the folder said stays.
        del row["importance"]
        record(session, actor, "changed", "client", client.client_id)
        change_row(session, clients, client.client_id, version, row)


def has_therapist(session: Session, therapist_id: str | None) -> bool:
    """Return whether the store holds a therapist of this id."""
    query = select(therapists.c.therapist_id).where(therapists.c.therapist_id == therapist_id)
    return therapist_id is not None and session.scalar(query) is not None


def alone(session: Session, name: str) -> None:
    """Keep others who do the same under a name waiting until this is written; on SQLite a writer is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})


def _row(session: Session, client: Client) -> Values:
    whole = client if client.concerns else replace(client, concerns=_STAND_IN)
    row = next(rows_of(CLIENTS_KEPT, client_frame([whole]), sealer_of(session)))
    return row if client.concerns else row | {"concerns": NO_CONCERN}


def _open(session: Session, row: Values) -> Values:
    sealed, plain = row.pop("private"), {name: value for name, value in row.items() if name != "importance"}
    opened = {} if sealed is None else sealer_of(session).open_json(sealed, "clients", "private", plain["client_id"])
    return plain | opened
