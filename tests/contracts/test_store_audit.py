"""The audit log is append-only, and whatever is done to it behind the store's back is found."""

from collections.abc import Callable

import pytest
from sqlalchemy import text
from stores import RING, small_clinic

from matcher.store import audit
from matcher.store.clinics import import_clinic
from matcher.store.errors import StoreError
from matcher.store.keys import new_keyring
from matcher.store.store import Store


@pytest.fixture
def log(store: Store) -> Store:
    import_clinic(store, small_clinic())
    for number in range(5):
        with store.writing() as session:
            audit.record(session, "lead", "saw", "client", f"c{number}", words="with ünïcode")
    return store


def problems(store: Store, seen: str | None = None) -> tuple[str, ...]:
    with store.reading() as session:
        return audit.verify(session, RING.audit, seen).problems


def behind_its_back(store: Store, *statements: str) -> None:
    """Change the tables as somebody with the database's own password could."""
    with store.engine.connect().execution_options(writing=True) as connection, connection.begin():
        if connection.dialect.name == "sqlite":
            for name in ("audit_no_update", "audit_no_delete", "audit_head_stays", "audit_head_grows"):
                connection.execute(text(f"DROP TRIGGER {name}"))
        else:
            for table in ("audit", "audit_head"):
                connection.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER ALL"))
        for statement in statements:
            connection.execute(text(statement))


def test_an_untouched_log_verifies(log: Store) -> None:
    assert problems(log) == ()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'somebody else' WHERE seq = 3",
        "DELETE FROM audit WHERE seq = 3",
        "DELETE FROM audit",
        "DELETE FROM audit_head",
        "UPDATE audit_head SET seq = seq - 1",
        "UPDATE audit_head SET seq = seq, hash = 'x'",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(log: Store, statement: str) -> None:
    with pytest.raises(StoreError), log.writing() as session:
        session.execute(text(statement))
    assert problems(log) == ()


def test_postgresql_refuses_to_empty_the_log_too(log: Store) -> None:
    if log.engine.dialect.name == "sqlite":
        # SQLite has no TRUNCATE; an unqualified DELETE is what stands in for it, and is refused above.
        return
    with pytest.raises(StoreError), log.writing() as session:
        session.execute(text("TRUNCATE audit"))


@pytest.mark.parametrize(
    ("statements", "found"),
    [
        (["UPDATE audit SET actor = 'nobody' WHERE seq = 3"], "entry 3 was altered"),
        (["UPDATE audit SET detail = '{}' WHERE seq = 4"], "entry 4 was altered"),
        (["UPDATE audit SET at = '2020-01-01T00:00:00+00:00' WHERE seq = 4"], "entry 4 was altered"),
        (["UPDATE audit SET hash = previous WHERE seq = 3"], "entry 4 does not follow"),
        (["DELETE FROM audit WHERE seq = 3"], "entries 3 to 3 are missing"),
        (["DELETE FROM audit WHERE seq = 7"], "removed or added at the end"),
        (["DELETE FROM audit WHERE seq > 5", "UPDATE audit_head SET seq = 5"], "removed or added at the end"),
        (
            [
                "DELETE FROM audit WHERE seq > 5",
                "UPDATE audit_head SET seq = 5, hash = (SELECT hash FROM audit WHERE seq = 5)",
            ],
            "head was altered",
        ),
        (["DELETE FROM audit", "UPDATE audit_head SET seq = 0, hash = '', mac = ''"], "the log is empty"),
        (["DELETE FROM audit_head"], "head is missing"),
        (
            [
                "UPDATE audit SET seq = 100 WHERE seq = 3",
                "UPDATE audit SET seq = 3 WHERE seq = 4",
                "UPDATE audit SET seq = 4 WHERE seq = 100",
            ],
            "entry 3 does not follow",
        ),
        (
            [
                "INSERT INTO audit SELECT 8, at, actor, action, subject, subject_id, detail, hash, hash"
                " FROM audit WHERE seq = 7"
            ],
            "entry 8 was altered",
        ),
    ],
)
def test_what_is_done_behind_the_stores_back_is_found(log: Store, statements: list[str], found: str) -> None:
    behind_its_back(log, *statements)
    assert found in "; ".join(problems(log))


def test_a_whole_chain_made_again_without_the_key_is_found(log: Store) -> None:
    with log.reading() as session:
        entries = list(reversed(audit.read_entries(session)))
    behind_its_back(log, "DELETE FROM audit", "UPDATE audit_head SET seq = 0, hash = '', mac = ''")
    with log.engine.connect().execution_options(writing=True) as connection, connection.begin():
        from sqlalchemy.orm import Session

        audit.write_entries(Session(connection), entries[:3], new_keyring().audit)
    assert len(problems(log)) == 4


def test_a_log_put_back_to_an_earlier_state_is_found_by_a_head_noted_elsewhere(log: Store) -> None:
    with log.reading() as session:
        noted = audit.verify(session, RING.audit).head
        earlier = session.execute(text("SELECT seq, hash, mac FROM audit_head")).one()
    assert problems(log, noted) == ()
    with log.writing() as session:
        audit.record(session, "lead", "saw", "client", "c9")
    assert problems(log, noted) == ()
    later = _head(log)
    behind_its_back(
        log,
        f"DELETE FROM audit WHERE seq > {earlier.seq}",
        f"UPDATE audit_head SET seq = {earlier.seq}, hash = '{earlier.hash}', mac = '{earlier.mac}'",
    )
    assert problems(log) == ()
    assert problems(log, later) == (f"entry {earlier.seq + 1}, noted earlier, is not there",)
    assert problems(log, f"{earlier.seq}:{'0' * 64}") == (f"entry {earlier.seq} is not the one noted earlier",)


def _head(store: Store) -> str:
    with store.reading() as session:
        return audit.verify(session, RING.audit).head


@pytest.mark.parametrize("seen", ["", "x", "12", "12:abc", "-1:" + "0" * 64])
def test_a_noted_head_that_is_none_is_refused(log: Store, seen: str) -> None:
    verify: Callable[[], object] = lambda: problems(log, seen)  # noqa: E731
    with pytest.raises(StoreError, match="looks like"):
        verify()
