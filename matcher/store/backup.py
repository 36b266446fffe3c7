"""Backups hold every row of one moment, for either database; restoring gives all of it or nothing.

The first block describes the tables in words of our own, so that a backup is restored at the revision it was made at
and brought up to date afterwards, and one made on SQLite can be restored on PostgreSQL.
"""

from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Date,
    Double,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Session
from sqlalchemy.types import TypeEngine

from matcher.store.audit import record
from matcher.store.backup_file import read_blocks, write_blocks
from matcher.store.columns import Money, UtcDateTime
from matcher.store.engine import make_engine, store_file
from matcher.store.errors import BackupError, StoreError
from matcher.store.keys import Keyring
from matcher.store.migrate import current_revision, newest_revision, run_migrations
from matcher.store.schema import metadata
from matcher.store.store import Store, clear_errors, open_store

_BLOCK = 500
Cell = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Kind:
    """How values of one column type are written as JSON, and read."""

    type: TypeEngine[Any]
    write: Cell | None = None
    read: Cell | None = None


def _bytes_text(value: bytes) -> str:
    return b64encode(value).decode("ascii")


_KINDS: dict[str, _Kind] = {
    "text": _Kind(Text()),
    "whole": _Kind(Integer()),
    "number": _Kind(Double()),
    "truth": _Kind(Boolean()),
    "bytes": _Kind(LargeBinary(), _bytes_text, b64decode),
    "day": _Kind(Date(), date.isoformat, date.fromisoformat),
    "moment": _Kind(UtcDateTime(), datetime.isoformat, datetime.fromisoformat),
    "money": _Kind(Money(), str, Decimal),
}
_NAMES: dict[type, str] = {
    Integer: "whole",
    Double: "number",
    Boolean: "truth",
    LargeBinary: "bytes",
    Date: "day",
    UtcDateTime: "moment",
    Money: "money",
}


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What a backup holds."""

    made_at: str
    rows: int


def make_backup(store: Store, path: Path, actor: str) -> BackupReport:
    """Write everything the store holds at one moment to an encrypted file, while others go on working."""
    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    rows = 0

    def blocks(session: Session) -> Iterator[Any]:
        nonlocal rows
        described = {table.name: [[c.name, _kind(c)] for c in table.columns] for table in metadata.sorted_tables}
        yield {"revision": newest_revision(), "made_at": made_at, "tables": described}
        for table in metadata.sorted_tables:
            for block in _blocks(session, table):
                rows += len(block["rows"])
                yield block

    with store.reading() as session:
        write_blocks(path, store.sealer.ring, blocks(session))
        record(session, actor, "backed up", "store", "", rows=rows)
    return BackupReport(made_at, rows)


def restore_backup(url: str, ring: Keyring, path: Path, actor: str) -> BackupReport:
    """Make a store of a backup where there is none yet, in one transaction.

    Raises
    ------
    BackupError
        If the file is damaged or not ours, or there is a store already; nothing is changed.
    StoreError
        If the database cannot be reached or written.
    """
    blocks = read_blocks(path, ring)
    first = next(blocks)
    file = store_file(url)
    fresh = file is not None and not file.exists()
    engine = make_engine(url)
    try:
        with clear_errors(engine):
            if current_revision(engine) is not None:
                raise BackupError("there is a store already: move it away, or name another with MATCHER_STORE_URL.")
            with engine.connect().execution_options(writing=True) as connection, connection.begin():
                rows = _restore(connection, first, blocks)
    except BaseException:
        engine.dispose()
        if fresh and file is not None:
            file.unlink(missing_ok=True)
        raise
    engine.dispose()
    restored = open_store(url, ring)
    with restored.writing() as session:
        record(session, actor, "restored", "store", "", made_at=first["made_at"], rows=rows)
    restored.close()
    return BackupReport(first["made_at"], rows)


def check_backup(ring: Keyring, path: Path) -> BackupReport:
    """Read a backup to its end without restoring it; raises `BackupError` if it is damaged."""
    blocks = read_blocks(path, ring)
    made_at = next(blocks)["made_at"]
    return BackupReport(made_at, sum(len(block["rows"]) for block in blocks))


def _restore(connection: Connection, first: dict[str, Any], blocks: Iterator[Any]) -> int:
    try:
        run_migrations(connection, first["revision"])
    except StoreError:
        raise BackupError("the backup was made by a newer version of matcher: install that version.") from None
    tables = {name: _table(name, columns) for name, columns in first["tables"].items()}
    rows = 0
    for block in blocks:
        table = tables[block["table"]]
        readers = [_KINDS[kind].read for _, kind in first["tables"][table.name]]
        names = [column.name for column in table.columns]
        values = [dict(zip(names, _each(row, readers), strict=True)) for row in block["rows"]]
        if table.name == "audit_head":
            # Making the tables started a chain of its own; the backup's takes its place.
            connection.execute(update(table).values(values[0]))
        else:
            connection.execute(insert(table), values)
        rows += len(values)
    run_migrations(connection, "head")
    return rows


def _blocks(session: Session, table: Table) -> Iterator[dict[str, Any]]:
    writers = [_KINDS[_kind(column)].write for column in table.columns]
    query = select(table).order_by(*table.primary_key.columns).execution_options(yield_per=_BLOCK)
    for part in session.execute(query).partitions():
        yield {"table": table.name, "rows": [_each(row, writers) for row in part]}


def _each(row: Any, converters: list[Cell | None]) -> list[Any]:
    return [
        value if value is None or convert is None else convert(value)
        for value, convert in zip(row, converters, strict=True)
    ]


def _kind(column: Column[Any]) -> str:
    return _NAMES.get(type(column.type), "text")


def _table(name: str, columns: list[list[str]]) -> Table:
    return Table(name, MetaData(), *(Column(column, _KINDS[kind].type) for column, kind in columns))
