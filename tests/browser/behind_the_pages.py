"""What staff, time or a fault would do behind the client's pages, done to a running server's store at once."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import delete, select, update

from matcher.services.access import Person
from matcher.services.fit_checks import ask_fit_check_code
from matcher.store.enquiry_tables import enquiries
from matcher.store.keys import read_key_file
from matcher.store.store import Store, open_store


@contextmanager
def store_of(folder: Path) -> Iterator[Store]:
    """Give the store of the server that runs on a folder."""
    store = open_store(f"sqlite:///{folder}/data/store.sqlite", read_key_file(folder / "keys.json"))
    try:
        yield store
    finally:
        store.close()


class Asked(NamedTuple):
    """Who asked for a therapist, and for whom."""

    client_id: str
    therapist_id: str


def who_asked(folder: Path) -> Asked:
    """Return the one who asked for a therapist so far."""
    with store_of(folder) as store, store.reading() as session:
        found = session.execute(
            select(enquiries.c.client_id, enquiries.c.therapist_id).where(enquiries.c.therapist_id.is_not(None))
        ).one()
        return Asked(found.client_id, found.therapist_id)


def fit_code(folder: Path, asked: Asked, session_number: int) -> str:
    """Return the code of a fit check for whoever sent a request, as staff would make it."""
    with store_of(folder) as store:
        return ask_fit_check_code(Person("a1", "mira", "intake"), store, *asked, session_number)


def change(folder: Path, client_id: str | None = None, **values: Any) -> None:
    """Write values of one enquiry, or of all, as if staff or time had."""
    with store_of(folder) as store, store.writing() as session:
        which = enquiries.c.client_id == client_id if client_id else enquiries.c.client_id.is_not(None)
        session.execute(update(enquiries).where(which).values(**values))


def take_away(folder: Path, client_id: str) -> None:
    """Remove an enquiry while a browser still holds its answers."""
    with store_of(folder) as store, store.writing() as session:
        session.execute(delete(enquiries).where(enquiries.c.client_id == client_id))


@contextmanager
def broken(folder: Path, what: str) -> Iterator[None]:
    """Let every writing of one kind fail, such as ``INSERT ON enquiries``, until the block ends."""
    path = folder / "data" / "store.sqlite"
    _run(path, f"CREATE TRIGGER broken BEFORE {what} BEGIN SELECT RAISE(ABORT, 'broken'); END")
    try:
        yield
    finally:
        _run(path, "DROP TRIGGER broken")


def _run(path: Path, command: str) -> None:
    with closing(sqlite3.connect(path, timeout=20)) as connection, connection:
        connection.execute(command)
