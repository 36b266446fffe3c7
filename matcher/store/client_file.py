"""Everything the store holds of one client, opened: for the client who asks for it.

Tables are found by their columns, so that a table added later cannot be forgotten here.
"""

import json
import zlib
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, or_, select
from sqlalchemy.orm import Session

from matcher.store.account_tables import accounts
from matcher.store.audit import on_a_list, record
from matcher.store.drafts import drafts_of
from matcher.store.errors import NotFoundError
from matcher.store.schema import SEALED, metadata
from matcher.store.store import sealer_of
from matcher.store.tables import audit, clients, fit_checks, slates

Line = dict[str, Any]
#: Of use to nobody but the program: hashes of secrets, and where a row stands among others.
_LEFT_OUT: Final = frozenset({"code_hash", "position", "version"})
_SEALED: Final = {table.name: column for table, _, column in SEALED}
_KEYS: Final = {table.name: key for table, key, _ in SEALED}


def everything_of(session: Session, client_id: str, actor: str) -> dict[str, list[Line]]:
    """Return every row about a client by table, what is sealed opened, with unfinished answers and who saw them.

    Raises
    ------
    NotFoundError
        If there is no such client.
    """
    if session.scalar(select(clients.c.client_id).where(clients.c.client_id == client_id)) is None:
        raise NotFoundError(f"the store has no client_id {client_id!r}.")
    found = {table.name: _rows(session, table, where) for table, where in _theirs(client_id)}
    found["drafts"] = [{"answers": answers} for _owner, answers in drafts_of(session, client_id)]
    found["who_did_and_saw_what"] = _seen(session, client_id)
    record(session, actor, "exported", "client", client_id)
    return {name: rows for name, rows in found.items() if rows}


def _theirs(client_id: str) -> Iterator[tuple[Table, ColumnElement[bool]]]:
    """Yield every table with rows of the client, and which those are."""
    shown = select(slates.c.slate_id).where(slates.c.client_id == client_id)
    for table in metadata.sorted_tables:
        if "client_id" in table.c:
            yield table, table.c.client_id == client_id
        elif "slate_id" in table.c:
            yield table, table.c.slate_id.in_(shown)
        elif "subject_id" in table.c and table is not audit:
            yield table, _about(table, client_id)


def _about(table: Table, client_id: str) -> ColumnElement[bool]:
    checks = select(fit_checks.c.fit_check_id).where(fit_checks.c.client_id == client_id)
    return or_(table.c.subject_id == client_id, table.c.subject_id.in_(checks))


def _rows(session: Session, table: Table, where: ColumnElement[bool]) -> list[Line]:
    rows = session.execute(select(table).where(where)).all()
    return [_line(session, table, row._asdict()) for row in rows]


def _line(session: Session, table: Table, row: Line) -> Line:
    sealed_in = _SEALED.get(table.name)
    line = {name: _plain(value) for name, value in row.items() if name not in _LEFT_OUT and name != sealed_in}
    sealed = row.get(sealed_in) if sealed_in else None
    if sealed_in and sealed is not None:
        opened = sealer_of(session).open(sealed, table.name, sealed_in, row[_KEYS[table.name]])
        line |= _words(sealed_in, opened)
    return line


def _words(column: str, opened: bytes) -> Line:
    if column == "words":
        return {"words": opened.decode("utf-8", "surrogatepass")}
    values: Line = json.loads(zlib.decompress(opened) if column == "snapshot" else opened)
    return values


def _seen(session: Session, client_id: str) -> list[Line]:
    # A role says who it was as far as the client is concerned; colleagues are not named to clients.
    roles = {row.account_id: row.role for row in session.execute(select(accounts.c.account_id, accounts.c.role))}
    theirs = or_(_about(audit, client_id), on_a_list(client_id))
    query = select(audit.c.at, audit.c.actor, audit.c.action, audit.c.subject).where(theirs)
    return [
        {"at": row.at, "who": roles.get(row.actor, row.actor), "did": row.action, "what": row.subject}
        for row in session.execute(query.order_by(audit.c.seq))
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    return float(value) if isinstance(value, Decimal) else value
