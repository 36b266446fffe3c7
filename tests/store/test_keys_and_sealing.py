import os
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.store.errors import KeyFileError, StoreError
from matcher.store.keys import (
    keyring_text,
    new_keyring,
    parse_keyring,
    read_key_file,
    read_or_make_key_file,
    write_key_file,
)
from matcher.store.sealing import Sealer

RING = new_keyring()
SEALER = Sealer(RING)
NAMES = st.text(max_size=8)


@given(st.binary(max_size=200), NAMES, NAMES, NAMES)
def test_what_is_sealed_opens_in_its_place_and_looks_different_each_time(
    value: bytes, table: str, column: str, row: str
) -> None:
    sealed = SEALER.seal(value, table, column, row)
    assert SEALER.open(sealed, table, column, row) == value
    assert SEALER.seal(value, table, column, row) != sealed


@given(st.tuples(NAMES, NAMES, NAMES), st.tuples(NAMES, NAMES, NAMES))
def test_a_sealed_value_opens_in_no_other_place(here: tuple[str, str, str], there: tuple[str, str, str]) -> None:
    sealed = SEALER.seal(b"words", *here)
    if here == there:
        assert SEALER.open(sealed, *there) == b"words"
    else:
        with pytest.raises(StoreError):
            SEALER.open(sealed, *there)


def test_a_changed_bit_anywhere_or_a_missing_end_does_not_open() -> None:
    sealed = SEALER.seal(b"some words", "t", "c", "r")
    for position in range(len(sealed)):
        for bit in range(8):
            changed = bytearray(sealed)
            changed[position] ^= 1 << bit
            with pytest.raises(StoreError):
                SEALER.open(bytes(changed), "t", "c", "r")
    for end in range(len(sealed)):
        with pytest.raises(StoreError):
            SEALER.open(sealed[:end], "t", "c", "r")


def test_an_older_key_still_opens_until_it_is_forgotten() -> None:
    sealed = SEALER.seal(b"words", "t", "c", "r")
    renewed = RING.with_new_primary()
    assert Sealer(renewed).open(sealed, "t", "c", "r") == b"words"
    assert not Sealer(renewed).is_current(sealed)
    with pytest.raises(KeyFileError, match="not among the keys"):
        Sealer(renewed.only_primary()).open(sealed, "t", "c", "r")


def test_keys_for_different_purposes_differ() -> None:
    assert len({RING.derived("fields"), RING.derived("backup"), RING.keys[RING.primary], RING.audit}) == 4


def test_a_ring_shows_no_key() -> None:
    shown = f"{RING!r} {RING} {SEALER!r}"
    for key in (*RING.keys.values(), RING.audit):
        assert key.hex() not in shown
        assert repr(key) not in shown
    assert parse_keyring(keyring_text(RING)) == RING


def test_a_key_file_is_for_its_owner_alone_and_made_once(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "keys.json"
    ring = read_or_make_key_file(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_or_make_key_file(path) == ring
    with pytest.raises(FileExistsError):
        write_key_file(path, new_keyring(), new=True)
    assert read_key_file(path) == ring
    assert [item.name for item in path.parent.iterdir()] == ["keys.json"]


def test_a_key_file_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    write_key_file(path, RING)
    path.chmod(0o644)
    with pytest.raises(KeyFileError, match="chmod 600"):
        read_key_file(path)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "not json secretsecret",
        '{"primary": "aa", "keys": {}, "audit": ""}',
        '{"primary": "aaaaaaaa", "keys": {"aaaaaaaa": "c2VjcmV0"}, "audit": "c2VjcmV0"}',
        '{"primary": "aaaaaaaa", "keys": {"aaaaaaaa": 7}, "audit": "c2VjcmV0"}',
        '{"primary": "aaaaaaaa", "keys": ["secret"], "audit": "c2VjcmV0"}',
    ],
)
def test_a_key_file_that_is_none_is_refused_without_quoting_it(tmp_path: Path, text: str) -> None:
    path = tmp_path / "keys.json"
    path.touch(0o600)
    path.write_text(text)
    with pytest.raises(KeyFileError) as refused:
        read_key_file(path)
    assert "secret" not in str(refused.value).replace(str(path), "")
    assert "c2VjcmV0" not in str(refused.value)


def test_a_missing_key_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match="MATCHER_KEY_FILE"):
        read_key_file(tmp_path / "none.json")


@given(st.text(max_size=300))
def test_no_text_breaks_reading_keys(text: str) -> None:
    with pytest.raises(KeyFileError):
        parse_keyring(text)


def test_many_first_starts_make_one_key_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    children = []
    for number in range(8):
        pid = os.fork()
        if pid == 0:
            try:
                (tmp_path / f"got{number}").write_text(read_or_make_key_file(path).primary)
            finally:
                os._exit(0)
        children.append(pid)
    for pid in children:
        os.waitpid(pid, 0)
    assert {(tmp_path / f"got{number}").read_text() for number in range(8)} == {read_key_file(path).primary}
