"""A backup gives everything back, on either database; a damaged one gives nothing and says so."""

import multiprocessing
import random
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from stores import CANARY, DATABASES, RING, assert_same_clinic, fill, fresh_postgres, small_clinic

from matcher.store import audit, places
from matcher.store.backup import check_backup, make_backup, restore_backup
from matcher.store.backup_file import read_blocks, write_blocks
from matcher.store.clinics import import_clinic, load_clinic
from matcher.store.errors import BackupError
from matcher.store.keys import new_keyring
from matcher.store.rotation import seal_again
from matcher.store.schema import SEALED, metadata
from matcher.store.sealing import Sealer
from matcher.store.store import Store, open_store


def contents(store: Store) -> dict[str, list[Any]]:
    """Return every row of every table but the audit's, which a restore adds to."""
    with store.reading() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in metadata.sorted_tables
            if not table.name.startswith("audit")
        }


@pytest.fixture(params=DATABASES)
def other_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/other/store.sqlite"
    else:
        yield from fresh_postgres(request.getfixturevalue("postgres_url"))


def test_a_backup_gives_everything_back_on_either_database(store: Store, other_url: str, tmp_path: Path) -> None:
    fill(store)
    report = make_backup(store, tmp_path / "b", "owner")
    assert check_backup(RING, tmp_path / "b") == report
    assert restore_backup(other_url, RING, tmp_path / "b", "owner") == report
    restored = open_store(other_url, RING)
    assert contents(restored) == contents(store)
    with restored.reading() as session:
        assert audit.verify(session, RING.audit).intact
        assert audit.read_entries(session)[0].action == "restored"
    restored.close()
    assert (tmp_path / "b").stat().st_mode & 0o777 == 0o600
    assert CANARY.encode() not in (tmp_path / "b").read_bytes()


def test_a_store_that_is_there_is_never_written_over(store: Store, store_url: str, tmp_path: Path) -> None:
    fill(store)
    make_backup(store, tmp_path / "b", "owner")
    before = contents(store)
    with pytest.raises(BackupError, match="a store already"):
        restore_backup(store_url, RING, tmp_path / "b", "owner")
    assert contents(store) == before


def _keep_writing(url: str, started: Any, stop: Any) -> None:
    own = open_store(url, RING)
    number = 0
    while not stop.is_set():
        with own.writing() as session:
            place = places.take_place(session, "t1", f"c{number % 3}", "busy")
        started.set()
        with own.writing() as session:
            places.give_back_place(session, place, "busy")
        number += 1
    own.close()


@pytest.mark.slow
def test_a_backup_taken_while_others_write_is_of_one_moment(
    store: Store, store_url: str, other_url: str, tmp_path: Path
) -> None:
    import_clinic(store, small_clinic(1500))
    fork = multiprocessing.get_context("fork")
    started, stop = fork.Event(), fork.Event()
    busy = fork.Process(target=_keep_writing, args=(store_url, started, stop))
    busy.start()
    assert started.wait(60)
    try:
        make_backup(store, tmp_path / "b", "owner")
    finally:
        stop.set()
        busy.join(60)
    restore_backup(other_url, RING, tmp_path / "b", "owner")
    restored = open_store(other_url, RING)
    given_back = [column.name for column in metadata.tables["places"].columns].index("given_back_at")
    held = [row for row in contents(restored)["places"] if row[given_back] is None]
    assert load_clinic(restored).therapists["capacity"].tolist() == [2 - len(held), 0]
    with restored.reading() as session:
        assert audit.verify(session, RING.audit).problems == ()
    restored.close()


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    folder = tmp_path_factory.mktemp("damaged")
    made = open_store(f"sqlite:///{folder}/store.sqlite", RING)
    fill(made, clients=1200)
    make_backup(made, folder / "b", "owner")
    made.close()
    return folder / "changed", (folder / "b").read_bytes()


def test_a_changed_byte_anywhere_is_found(damaged: tuple[Path, bytes]) -> None:
    path, whole = damaged
    chance = random.Random(3)
    for position in [*range(60), *(chance.randrange(len(whole)) for _ in range(100))]:
        path.write_bytes(whole[:position] + bytes([whole[position] ^ 1 << chance.randrange(8)]) + whole[position + 1 :])
        with pytest.raises(BackupError):
            check_backup(RING, path)


def test_a_file_cut_short_anywhere_is_found(damaged: tuple[Path, bytes]) -> None:
    path, whole = damaged
    chance = random.Random(4)
    starts = list(block_starts(whole))
    assert len(starts) > 5
    for end in [0, 1, *starts, *(chance.randrange(len(whole)) for _ in range(50))]:
        path.write_bytes(whole[:end])
        with pytest.raises(BackupError):
            check_backup(RING, path)


def test_blocks_moved_doubled_or_from_another_file_are_found(damaged: tuple[Path, bytes], tmp_path: Path) -> None:
    path, whole = damaged
    starts = [*block_starts(whole), len(whole)]
    blocks = [whole[a:b] for a, b in pairwise(starts)]
    write_blocks(tmp_path / "other", RING, [1, 2, 3])
    other = (tmp_path / "other").read_bytes()
    foreign = other[next(block_starts(other)) :]
    head = whole[: starts[0]]
    for changed in (
        [blocks[1], blocks[0], *blocks[2:]],
        [blocks[0], *blocks],
        [*blocks[:2], *blocks[3:]],
        [*blocks, blocks[-1]],
        [foreign],
    ):
        path.write_bytes(head + b"".join(changed))
        with pytest.raises(BackupError):
            check_backup(RING, path)


def block_starts(whole: bytes) -> Iterator[int]:
    at = whole.index(b"\n") + 1
    while at < len(whole):
        yield at
        at += 4 + int.from_bytes(whole[at : at + 4], "big")


def test_a_damaged_backup_restores_nothing_and_a_good_one_still_can_be(
    store_url: str, damaged: tuple[Path, bytes]
) -> None:
    path, whole = damaged
    path.write_bytes(whole[:-3])
    with pytest.raises(BackupError, match="damaged"):
        restore_backup(store_url, RING, path, "owner")
    path.write_bytes(whole)
    restore_backup(store_url, RING, path, "owner")
    restored = open_store(store_url, RING)
    assert len(load_clinic(restored).clients) == 1201
    restored.close()


def test_other_keys_and_other_files_are_refused_clearly(tmp_path: Path) -> None:
    write_blocks(tmp_path / "b", RING, [{"a": 1}])
    with pytest.raises(BackupError, match="not in the key file"):
        check_backup(new_keyring(), tmp_path / "b")
    (tmp_path / "b").write_text("client_id,name\n1,x\n")
    with pytest.raises(BackupError, match="no backup"):
        check_backup(RING, tmp_path / "b")


def test_a_new_key_seals_everything_again_and_older_backups_still_open(
    store: Store, store_url: str, other_url: str, tmp_path: Path
) -> None:
    fill(store)
    clinic = load_clinic(store)
    make_backup(store, tmp_path / "old", "owner")
    ring = RING.with_new_primary()
    renewed = open_store(store_url, ring)
    sealed = seal_again(renewed, "owner")
    # Three clients' words, one contact, slate, choice, override and fit check.
    assert sealed == 8
    assert seal_again(renewed, "owner") == 0
    only = open_store(store_url, ring.only_primary())
    assert_same_clinic(load_clinic(only), clinic)
    with only.reading() as session:
        for table, key, column in SEALED:
            for row_id, value in session.execute(select(table.c[key], table.c[column])):
                if value is not None:
                    assert Sealer(ring).is_current(value)
                    only.sealer.open(value, table.name, column, row_id)
        assert audit.verify(session, ring.audit).intact
    restore_backup(other_url, ring, tmp_path / "old", "owner")
    assert next(read_blocks(tmp_path / "old", ring))["revision"]
    for opened in (renewed, only):
        opened.close()


def test_a_backup_of_a_newer_version_is_refused(store_url: str, tmp_path: Path) -> None:
    write_blocks(tmp_path / "b", RING, [{"revision": "9999", "made_at": "x", "tables": {}}])
    with pytest.raises(BackupError, match="newer version"):
        restore_backup(store_url, RING, tmp_path / "b", "owner")


def test_a_backup_of_an_older_revision_is_brought_up_to_date(store_url: str, tmp_path: Path) -> None:
    tables = {"store_info": [["key", "text"], ["value", "text"]]}
    blocks = [
        {"revision": "0001", "made_at": "x", "tables": tables},
        {"table": "store_info", "rows": [["note", "kept"]]},
    ]
    write_blocks(tmp_path / "b", RING, blocks)
    restore_backup(store_url, RING, tmp_path / "b", "owner")
    restored = open_store(store_url, RING)
    with restored.reading() as session:
        assert session.scalar(text("SELECT value FROM store_info WHERE key = 'note'")) == "kept"
    restored.close()
