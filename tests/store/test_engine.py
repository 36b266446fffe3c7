import stat
from pathlib import Path

import pytest
from sqlalchemy import text

from matcher.store.engine import make_engine, shown_url, store_file
from matcher.store.errors import StoreError
from matcher.store.keys import new_keyring
from matcher.store.store import open_store


def test_a_new_store_file_and_its_journals_are_for_their_owner_alone(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/deep er/store.sqlite", new_keyring())
    with store.writing() as session:
        session.execute(text("INSERT INTO store_info VALUES ('a', 'b')"))
        files = sorted((tmp_path / "deep er").iterdir())
        assert [file.name for file in files] == ["store.sqlite", "store.sqlite-shm", "store.sqlite-wal"]
        assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    store.close()


def test_sqlite_is_set_up_for_many_readers_and_lasting_writes(tmp_path: Path) -> None:
    engine = make_engine(f"sqlite:///{tmp_path}/store.sqlite", busy_timeout_seconds=7)
    with engine.connect() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous", "secure_delete")
        }
    engine.dispose()
    assert values == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 7000,
        "synchronous": 2,
        "secure_delete": 1,
    }


@pytest.mark.parametrize(
    "url",
    ["", "nonsense", "mysql://a:hushhush@b/c", "sqlite://", "sqlite:///:memory:", "://", "postgresql+asyncpg://a@b/c"],
)
def test_a_url_we_cannot_use_is_refused_without_quoting_it(url: str) -> None:
    with pytest.raises(StoreError) as refused:
        make_engine(url)
    assert "hushhush" not in str(refused.value)


def test_a_shown_url_has_no_password() -> None:
    assert "hushhush" not in shown_url("postgresql://a:hushhush@b/c")
    assert store_file("postgresql://a:hushhush@b/c") is None
    assert store_file("sqlite:///x/y.sqlite") == Path("x/y.sqlite")


def test_a_server_that_is_not_there_is_said_so_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="check that the database runs") as refused:
        open_store(f"postgresql://a:hushhush@/c?host={tmp_path}", new_keyring())
    assert "hushhush" not in str(refused.value)


def test_a_file_that_is_no_store_is_said_so_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "store.sqlite"
    path.write_bytes(b"client_id,name\n" * 500)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="damaged or is no store"):
        open_store(f"sqlite:///{path}", new_keyring())
    assert path.read_bytes() == before
