"""What goes wrong on a cluster is said with exit code 2, leaves nothing half-written, and may be run again."""

from collections.abc import Callable
from pathlib import Path

import dask
import numpy as np
import pandas as pd
import pytest
from clusters import local_cluster, write_parts
from distributed import LocalCluster
from sqlalchemy import make_url, text
from stores import fresh_postgres
from typer.testing import CliRunner

from matcher.cli import app
from matcher.clinic import Clinic
from matcher.services import scaling
from matcher.simulation.clinic import simulate_clinic
from matcher.store.clinics import import_clinic
from matcher.store.engine import make_engine
from matcher.store.keys import read_or_make_key_file
from matcher.store.store import open_store

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")]

#: Each command that works on a cluster, and what it is asked to write.
COMMANDS = {"train": ["--model", "m.joblib"], "recommend": ["--out", "slates"], "report": ["--out", "r.html"]}


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    made = simulate_clinic(400, 20, seed=7)
    return Clinic(made.therapists, made.clients, made.episodes)


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder commands are started in, and write to."""
    (tmp_path / "out").mkdir()
    monkeypatch.chdir(tmp_path / "out")
    return tmp_path / "out"


def run(command: str, address: str, *more: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [command, "--scheduler", address, *COMMANDS[command], *more])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.stderr


def assert_said_and_nothing_written(found: tuple[int, str], said: str, out: Path) -> None:
    assert found[0] == 2
    assert said in found[1]
    assert list(out.iterdir()) == []


@pytest.mark.parametrize("command", COMMANDS)
def test_no_scheduler(command: str, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connected = scaling.connected
    monkeypatch.setattr(scaling, "connected", lambda address: connected(address, 1.0))
    assert_said_and_nothing_written(run(command, "tcp://127.0.0.1:9"), "no Dask scheduler answers at", out)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda frame: frame.drop(columns="concerns"), "part-1.parquet: clients: required column missing: concerns"),
        (lambda frame: frame.assign(formats="by_owl"), "part-1.parquet: clients cannot be used: row 1, column formats"),
        (lambda frame: frame.assign(age="young"), "part-1.parquet: clients cannot be used: row 1, column age"),
    ],
)
def test_a_part_with_other_columns_or_codes(
    cluster: LocalCluster,
    clinic: Clinic,
    tmp_path: Path,
    out: Path,
    command: str,
    change: Callable[[pd.DataFrame], pd.DataFrame],
    said: str,
) -> None:
    folder = tmp_path / "clinic"
    write_parts(clinic, folder, "parquet", [200])
    path = folder / "clients" / "part-1.parquet"
    whole = pd.read_parquet(path)
    change(whole).to_parquet(path)
    assert_said_and_nothing_written(run(command, cluster.scheduler_address, "--clinic", str(folder)), said, out)
    # Mended, the same command does its work.
    whole.to_parquet(path)
    assert run(command, cluster.scheduler_address, "--clinic", str(folder))[0] == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_a_worker_out_of_memory(clinic: Clinic, tmp_path: Path, out: Path, command: str) -> None:
    folder = tmp_path / "clinic"
    write_parts(clinic, folder, "parquet", [])
    few = pd.read_parquet(folder / "clients" / "part-0.parquet")
    many = few.iloc[np.tile(np.arange(len(few)), 1_500)].reset_index(drop=True)
    many["client_id"] = [f"c{i}" for i in range(len(many))]
    many["about"] = [f"{i} " * 40 for i in range(len(many))]
    many.to_parquet(folder / "clients" / "part-0.parquet")
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        local_cluster(1, memory_limit="500MB") as small,
    ):
        found = run(command, small.scheduler_address, "--clinic", str(folder))
    assert_said_and_nothing_written(found, "most likely for lack of memory", out)
    # The same command works once there is enough of it, here for fewer rows.
    few.to_parquet(folder / "clients" / "part-0.parquet")
    with local_cluster(1) as enough:
        assert run(command, enough.scheduler_address, "--clinic", str(folder))[0] == 0


@pytest.mark.parametrize("command", COMMANDS)
def test_a_store_that_goes_away(
    clinic: Clinic, tmp_path: Path, out: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    ring = read_or_make_key_file(tmp_path / "keys.json")
    for name in ("stored_parts", "stored_clients"):
        monkeypatch.setattr(scaling, name, in_small_parts(getattr(scaling, name)))
    for url in fresh_postgres(postgres_url):
        store = open_store(url, ring)
        import_clinic(store, clinic)
        store.close()
        monkeypatch.setenv("MATCHER_STORE_URL", url)
        monkeypatch.setenv("MATCHER_KEY_FILE", str(tmp_path / "keys.json"))
        with local_cluster() as cluster:
            with pytest.MonkeyPatch.context() as patch:
                # Gone between the list of parts and their reading: nobody may connect any more.
                for name in ("stored_parts", "stored_clients"):
                    patch.setattr(scaling, name, then(getattr(scaling, name), lambda url=url: shut(postgres_url, url)))
                found = run(command, cluster.scheduler_address)
            assert_said_and_nothing_written(found, "cannot", out)
            opened(postgres_url, url)
            assert run(command, cluster.scheduler_address)[0] == 0


def in_small_parts(parts_of: Callable[..., list[object]]) -> Callable[..., list[object]]:
    return lambda store: parts_of(store, 50)


def then(parts_of: Callable[..., list[object]], do: Callable[[], object]) -> Callable[..., list[object]]:
    def listed(store: object) -> list[object]:
        found = parts_of(store)
        do()
        return found

    return listed


def shut(server: str, url: str) -> None:
    """Shut a database: whoever is connected is thrown out, and nobody comes in."""
    administer(server, f'ALTER DATABASE "{make_url(url).database}" ALLOW_CONNECTIONS false')
    administer(
        server, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{make_url(url).database}'"
    )


def opened(server: str, url: str) -> None:
    administer(server, f'ALTER DATABASE "{make_url(url).database}" ALLOW_CONNECTIONS true')


def administer(server: str, statement: str) -> None:
    engine = make_engine(server)
    with engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text(statement))
    engine.dispose()
