"""The database engine, made by a function and never at import: SQLite in a file by default, PostgreSQL by URL."""

import os
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, Table, create_engine, event, make_url
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.orm import Session

from matcher.store.errors import StoreError

_DRIVERS = {
    "sqlite": "sqlite",
    "sqlite+pysqlite": "sqlite",
    "postgresql": "postgresql+psycopg",
    "postgres": "postgresql+psycopg",
    "postgresql+psycopg": "postgresql+psycopg",
}


def make_engine(url: str, *, busy_timeout_seconds: float = 30.0) -> Engine:
    """Return an engine for a store.

    A missing SQLite file is made, readable by its owner alone, with the folder it lies in. Error messages of the engine
    never hold the values of a statement.

    Parameters
    ----------
    url
        ``sqlite:///clinic/store.sqlite`` or ``postgresql://name:password@host/database``.
    busy_timeout_seconds
        How long a writer waits for another.

    Raises
    ------
    StoreError
        If the URL names no database we know, or the driver is not installed.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite":
        return _sqlite_engine(parsed, busy_timeout_seconds)
    wait = f"-c timezone=utc -c lock_timeout={int(busy_timeout_seconds * 1000)}"
    try:
        return create_engine(
            parsed, hide_parameters=True, pool_pre_ping=True, connect_args={"options": wait, "connect_timeout": 10}
        )
    except (ModuleNotFoundError, NoSuchModuleError):
        raise StoreError("PostgreSQL needs its driver: install matcher[postgres].") from None


def insert_or(session: Session, table: Table) -> postgresql.Insert | sqlite.Insert:
    """Return an insert that can say what is done where the row is there already, on either database."""
    return insert_into(table, session.get_bind().dialect.name)


def insert_into(table: Table, dialect: str) -> postgresql.Insert | sqlite.Insert:
    """Return the same for a statement that is put together once for all sessions on a database."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


def store_file(url: str) -> Path | None:
    """Return the file a SQLite URL names, or None for another database; raises as `make_engine`."""
    parsed = _parsed(url)
    return Path(parsed.database or "") if parsed.get_backend_name() == "sqlite" else None


def shown_url(url: str) -> str:
    """Return a store's URL without its password."""
    return _parsed(url).render_as_string(hide_password=True)


def is_postgresql(connection: Connection) -> bool:
    """Return whether a connection is to PostgreSQL."""
    return connection.dialect.name == "postgresql"


def _parsed(url: str) -> URL:
    expected = "expected sqlite:///FILE or postgresql://NAME:PASSWORD@HOST/DATABASE"
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError(f"the store's URL cannot be read: {expected}.") from None
    if parsed.drivername not in _DRIVERS:
        raise StoreError(f"the store's URL names no database we know: {expected}.")
    if parsed.get_backend_name() == "sqlite" and parsed.database in (None, "", ":memory:"):
        raise StoreError(f"the store's URL names no file: {expected}.")
    return parsed.set(drivername=_DRIVERS[parsed.drivername])


def _sqlite_engine(url: URL, busy_timeout_seconds: float) -> Engine:
    _make_file(Path(url.database or ""))
    engine = create_engine(url, hide_parameters=True, connect_args={"timeout": busy_timeout_seconds})
    event.listen(engine, "connect", _set_up)
    event.listen(engine, "begin", _begin)
    return engine


def _make_file(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # SQLite gives its journals the mode of the file, so this one call decides for all of them.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))


def _set_up(connection: sqlite3.Connection, _record: Any) -> None:
    # We begin transactions ourselves: the driver would leave table changes outside of them.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    # A reader that turns writer fails at once when somebody else wrote in between, so writers take their turn first.
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
