"""A store: an engine and the keys that go with it, opened once and passed to whoever needs it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import Engine, insert, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.orm import Session

from matcher.store.audit import record, take_pending, write_entries
from matcher.store.engine import make_engine
from matcher.store.errors import KeyFileError, StoreError
from matcher.store.keys import Keyring
from matcher.store.migrate import upgrade
from matcher.store.sealing import Sealer
from matcher.store.tables import store_info

#: What services call a session: they pass it on and know nothing of the library underneath.
StoreSession: TypeAlias = Session

_SEALER = "sealer"
_CHECK = "key_check"
_CHECK_WORDS = b"these are the keys of this store"


@dataclass(frozen=True, slots=True)
class Store:
    """Sessions on one database: `reading` sees one moment, `writing` keeps all or nothing and appends to the audit."""

    engine: Engine
    sealer: Sealer

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session in which every query sees the same state; who saw what is noted when the block ends.

        Raises
        ------
        StoreError
            If the database cannot be reached or read.
        """
        with clear_errors(self.engine), self._session(writing=False) as session, session.begin():
            yield session
            seen = take_pending(session)
        if seen:
            with self.writing() as session:
                write_entries(session, seen, self.sealer.ring.audit)

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Give a session whose changes and audit entries are kept together when the block ends, or not at all.

        Raises
        ------
        StoreError
            If the database cannot be reached or written, or refuses a value.
        """
        with clear_errors(self.engine), self._session(writing=True) as session, session.begin():
            yield session
            write_entries(session, take_pending(session), self.sealer.ring.audit)

    def answers(self) -> bool:
        """Return whether the database can be read and is a store; raises as `reading`."""
        with self.reading() as session:
            return session.scalar(select(store_info.c.value).where(store_info.c.key == _CHECK)) is not None

    def close(self) -> None:
        """Let go of the database's connections."""
        self.engine.dispose()

    @contextmanager
    def _session(self, *, writing: bool) -> Iterator[Session]:
        options: dict[str, Any] = {"writing": writing}
        if not writing and self.engine.dialect.name == "postgresql":
            options |= {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        info = {_SEALER: self.sealer}
        with self.engine.connect() as plain, Session(plain.execution_options(**options), info=info) as session:
            yield session


def open_store(url: str, ring: Keyring) -> Store:
    """Open a store, making it on first use and bringing its tables up to date.

    Raises
    ------
    KeyFileError
        If the store was written with other keys.
    StoreError
        If the database cannot be reached, or was made by a newer version.
    """
    engine = make_engine(url)
    store = Store(engine, Sealer(ring))
    try:
        with clear_errors(engine):
            upgrade(engine)
        _check_keys(store)
    except StoreError:
        store.close()
        raise
    return store


def sealer_of(session: Session) -> Sealer:
    """Return what seals and opens values in this session."""
    sealer: Sealer = session.info[_SEALER]
    return sealer


def write_key_check(session: Session) -> None:
    """Leave a sealed sentence behind by which the next opening knows its keys."""
    sealed = sealer_of(session).seal(_CHECK_WORDS, "store_info", "value", _CHECK).hex()
    session.execute(store_info.delete().where(store_info.c.key == _CHECK))
    session.execute(insert(store_info).values(key=_CHECK, value=sealed))


def _check_keys(store: Store) -> None:
    query = select(store_info.c.value).where(store_info.c.key == _CHECK)
    with store.reading() as session:
        sealed = session.scalar(query)
    if sealed is None:
        with store.writing() as session:
            _alone(session)
            sealed = session.scalar(query)
            if sealed is None:
                write_key_check(session)
                record(session, "matcher", "made", "store", "")
                return
    try:
        store.sealer.open(bytes.fromhex(sealed), "store_info", "value", _CHECK)
    except StoreError:
        raise KeyFileError("the store was written with other keys: give the key file that belongs to it.") from None


def _alone(session: Session) -> None:
    """Keep other first starts out until this one is done; on SQLite a writer is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.connection().exec_driver_sql("LOCK TABLE store_info IN SHARE ROW EXCLUSIVE MODE")


@contextmanager
def clear_errors(engine: Engine) -> Iterator[None]:
    """Turn a database's error into a `StoreError`: its own message may quote the row it refused."""
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None) or "no code"
        kind = type(error).__name__
        where = engine.url.render_as_string(hide_password=True)
        raise StoreError(f"the store at {where} cannot do this ({kind}, {code}): {_advice(kind, code)}.") from None
    except SQLAlchemyError as error:
        raise StoreError(f"the store refused a value ({type(error).__name__}).") from None


def _advice(kind: str, code: str) -> str:
    if code in ("SQLITE_BUSY", "55P03", "40P01"):
        return "others were writing for too long; try again"
    if code in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
        return "the file is damaged or is no store; restore a backup"
    if code == "SQLITE_FULL":
        return "the disk is full"
    if kind == "OperationalError":
        return "check that the database runs, that the URL is right and that the file may be written"
    return "nothing was changed"
