"""Words a client wrote are found nowhere but behind the keys: not in files, logs, errors, the audit or a backup."""

import logging
import traceback
from pathlib import Path

import pytest
from sqlalchemy import insert, text
from stores import CANARY, RING, fill, small_clinic

from matcher.store import audit, rows
from matcher.store.backup import make_backup
from matcher.store.clinics import import_clinic, load_clinic
from matcher.store.errors import StoreError
from matcher.store.store import Store
from matcher.store.tables import clients, contacts, therapists


def spellings(word: str) -> list[bytes]:
    forms = [form.encode(kind) for form in (word, word.lower()) for kind in ("utf-8", "utf-16-le")]
    return [*forms, word.encode().hex().encode(), word.lower().encode().hex().encode()]


def files_with(word: str, folder: Path) -> list[Path]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert files
    return [path for path in files if any(form in path.read_bytes() for form in spellings(word))]


@pytest.fixture
def folder(request: pytest.FixtureRequest, store: Store, tmp_path: Path) -> Path:
    """Return where the database of the store keeps its files."""
    return tmp_path if store.engine.dialect.name == "sqlite" else request.getfixturevalue("postgres_folder")


def flush(store: Store) -> None:
    """Have the database write what it still holds in memory."""
    statement = "PRAGMA wal_checkpoint" if store.engine.dialect.name == "sqlite" else "CHECKPOINT"
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.connection.cursor().execute(statement)


def test_the_search_finds_what_is_in_the_clear(store: Store, folder: Path) -> None:
    word = "ZZinTheClear8"
    clinic = small_clinic()
    clinic.therapists["bio"] = word
    import_clinic(store, clinic)
    assert files_with(word, folder) != []
    flush(store)
    assert files_with(word, folder) != []


def test_no_file_of_the_database_holds_what_clients_wrote(
    store: Store, folder: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    word = CANARY
    with caplog.at_level(logging.DEBUG):
        fill(store)
        make_backup(store, tmp_path / "backup", "owner")
        changed = small_clinic()
        changed.clients["about"] += " and more"
        import_clinic(store, changed)
        # Not yet copied from the journal, then copied.
        leaks = files_with(word, folder)
        flush(store)
        leaks += files_with(word, folder)
        with store.reading() as session:
            assert rows.contact_of(session, "n", "lead").value.name == f"{word} Rao"
    printed = capfd.readouterr()
    assert leaks + files_with(word, tmp_path) == []
    for channel in (caplog.text, printed.out, printed.err):
        assert word.lower() not in channel.lower()
    with store.reading() as session:
        said = repr(audit.read_entries(session))
    assert word.lower() not in said.lower()
    assert word in load_clinic(store).clients["about"].iloc[0]


def test_no_error_quotes_what_clients_wrote(store: Store) -> None:
    fill(store)
    word = "ZZinAnError8"
    plain = {"therapist_id": "x", "name": word, "concerns": "sleep", "formats": "phone", "capacity": 1, "position": 0}
    bad_rows = [
        (therapists, plain | {"capacity": -1}),
        (therapists, plain | {"gender": word}),
        (therapists, plain | {"name": None, "bio": word}),
        (therapists, plain | {"therapist_id": "t1"}),
        (clients, {"client_id": word, "concerns": None, "position": 1}),
        (contacts, {"client_id": word, "private": b"x"}),
    ]
    for table, row in bad_rows:
        with pytest.raises(StoreError) as refused, store.writing() as session:
            session.execute(insert(table), row)
        assert word not in f"{refused.value!r} {''.join(traceback.format_exception(refused.value))}"


def test_a_value_put_in_another_clients_row_does_not_open(store: Store) -> None:
    import_clinic(store, small_clinic())
    with store.engine.connect().execution_options(writing=True) as connection, connection.begin():
        connection.execute(
            text(
                "UPDATE clients SET private = (SELECT private FROM clients WHERE client_id = 'c1')"
                " WHERE client_id = 'c0'"
            )
        )
    with pytest.raises(StoreError, match="altered, moved"):
        load_clinic(store)
    with store.reading() as session:
        assert audit.verify(session, RING.audit).intact
