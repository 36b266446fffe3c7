"""Parts as they come: rows said twice, parts of nobody, files that are not what they seem, people not to be ranked."""

import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from clusters import local_cluster, write_parts
from distributed import LocalCluster
from sqlalchemy import update

from matcher.clinic import Clinic
from matcher.clinic.problems import ClinicError
from matcher.config import read_settings
from matcher.services.clinic_data import clinic_store
from matcher.services.reporting import Asked
from matcher.services.scaling import rank_on_cluster, report_on_cluster, train_on_cluster
from matcher.simulation.clinic import simulate_clinic
from matcher.store.clinics import import_clinic
from matcher.store.errors import StoreError
from matcher.store.frames import NO_CONCERN
from matcher.store.tables import clients as kept_clients

pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    made = simulate_clinic(200, 10, seed=9)
    return Clinic(made.therapists, made.clients, made.episodes)


def ranked(cluster: LocalCluster, folder: Path | None, out: Path, top: int = 2) -> pd.DataFrame:
    rank_on_cluster(cluster.scheduler_address, out, folder, None, top, read_settings())
    return pd.read_parquet(out)


@pytest.mark.parametrize("cuts", [[], [100]])
def test_a_row_twice_in_one_file_is_ranked_once(
    cluster: LocalCluster, clinic: Clinic, tmp_path: Path, cuts: list[int]
) -> None:
    folder = tmp_path / "clinic"
    write_parts(clinic, folder, "parquet", cuts)
    path = folder / "clients" / "part-0.parquet"
    once = pd.read_parquet(path)
    expected = ranked(cluster, folder, tmp_path / "once")
    pd.concat([once, once.iloc[[3, 5]]], ignore_index=True).to_parquet(path)
    found = ranked(cluster, folder, tmp_path / "twice")
    order = ["client_id", "rank"]
    pd.testing.assert_frame_equal(*(one.sort_values(order, ignore_index=True) for one in (found, expected)))


@pytest.mark.parametrize("kind", ["parquet", "csv"])
def test_a_first_part_of_nobody_leaves_the_slates_readable(
    cluster: LocalCluster, clinic: Clinic, tmp_path: Path, kind: str
) -> None:
    write_parts(clinic, tmp_path / "clinic", kind, [0, 100, 200])
    found = ranked(cluster, tmp_path / "clinic", tmp_path / "slates")
    assert set(found["client_id"]) == set(clinic.clients["client_id"])
    assert found["benefit"].dtype == "float64"


def test_a_course_of_nobody_is_refused_and_not_left_out(cluster: LocalCluster, clinic: Clinic, tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    write_parts(clinic, folder, "parquet", [100])
    path = folder / "episodes" / "part-1.parquet"
    courses = pd.read_parquet(path)
    courses.loc[2, "client_id"] = "stranger"
    courses.to_parquet(path)
    said = f"{courses.loc[2, 'episode_id']} is of stranger, whom no file of clients"
    with pytest.raises(ClinicError, match=said):
        train_on_cluster(cluster.scheduler_address, tmp_path / "m.joblib", folder, read_settings())
    with pytest.raises(ClinicError, match=said):
        report_on_cluster(cluster.scheduler_address, folder, Asked(), read_settings(), "test")
    assert not (tmp_path / "m.joblib").exists()


@pytest.mark.parametrize(
    ("kind", "spoil", "said"),
    [
        ("parquet", lambda path: path.write_bytes(b"PAR1 and no more"), r"part-1\.parquet cannot be read as Parquet"),
        ("csv", lambda path: swapped(path, "risk_raised", "perhaps"), r"part-1\.csv: .* column risk_raised"),
        ("csv", lambda path: path.write_bytes(b"\xff\xfe\x00bad"), r"part-1\.csv|clients"),
    ],
)
def test_a_file_that_is_not_what_it_seems_is_named(
    cluster: LocalCluster, clinic: Clinic, tmp_path: Path, kind: str, spoil: Callable[[Path], object], said: str
) -> None:
    folder = tmp_path / "clinic"
    write_parts(clinic, folder, kind, [100])
    spoil(folder / "clients" / f"part-1.{kind}")
    with pytest.raises(ClinicError, match=said):
        ranked(cluster, folder, tmp_path / "slates")
    with pytest.raises(ClinicError, match=said):
        train_on_cluster(cluster.scheduler_address, tmp_path / "m.joblib", folder, read_settings())
    assert sorted(path.name for path in tmp_path.iterdir()) == ["clinic"]


def swapped(path: Path, column: str, value: str) -> None:
    frame = pd.read_csv(path, dtype=str)
    frame.loc[0, column] = value
    frame.to_csv(path, index=False)


def test_a_column_more_than_the_contract_has_changes_nothing(
    cluster: LocalCluster, clinic: Clinic, tmp_path: Path
) -> None:
    folder = tmp_path / "clinic"
    write_parts(clinic, folder, "parquet", [100])
    expected = ranked(cluster, folder, tmp_path / "plain")
    path = folder / "clients" / "part-1.parquet"
    pd.read_parquet(path).assign(favourite_colour="green").to_parquet(path)
    found = ranked(cluster, folder, tmp_path / "wider")
    order = ["client_id", "rank"]
    pd.testing.assert_frame_equal(*(one.sort_values(order, ignore_index=True) for one in (found, expected)))


@pytest.fixture
def stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clinic: Clinic) -> Path:
    """Keep the clinic in a store named as the default one is: by a path from where a command is started."""
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("MATCHER_KEY_FILE", str(tmp_path / "keys.json"))
    monkeypatch.delenv("MATCHER_STORE_URL", raising=False)
    monkeypatch.setenv("MATCHER_DATA_DIR", "clinic")
    store = clinic_store(read_settings(), make=True)
    import_clinic(store, clinic)
    with store.writing() as session:
        first = clinic.clients["client_id"].iloc[0]
        session.execute(update(kept_clients).where(kept_clients.c.client_id == first).values(concerns=NO_CONCERN))
    store.close()
    return tmp_path


def test_who_named_no_concern_yet_is_left_out_and_stops_nobody(stored: Path, clinic: Clinic) -> None:
    with local_cluster() as cluster:
        found = ranked(cluster, None, stored / "slates")
    assert set(found["client_id"]) == set(clinic.clients["client_id"].iloc[1:])


def test_a_worker_started_elsewhere_is_told_so_and_makes_no_store(stored: Path) -> None:
    (stored / "elsewhere").mkdir()
    with local_cluster() as cluster:
        with cluster.get_client() as client:
            client.run(os.chdir, str(stored / "elsewhere"))
        with pytest.raises(StoreError, match="a worker's settings name the store"):
            ranked(cluster, None, stored / "slates")
        with pytest.raises(StoreError, match="a worker's settings name the store"):
            train_on_cluster(cluster.scheduler_address, stored / "m.joblib", None, read_settings())
    assert list((stored / "elsewhere").iterdir()) == []
    assert sorted(path.name for path in stored.iterdir()) == ["elsewhere", "here", "keys.json"]


def test_without_a_store_or_a_clinic_in_it_nothing_is_learned(
    cluster: LocalCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MATCHER_DATA_DIR", "clinic")
    monkeypatch.setenv("MATCHER_KEY_FILE", str(tmp_path / "keys.json"))
    asked = (cluster.scheduler_address, tmp_path / "m.joblib", None, read_settings())
    with pytest.raises(StoreError, match="there is no store yet"):
        train_on_cluster(*asked)
    assert list(tmp_path.iterdir()) == []
    clinic_store(read_settings(), make=True).close()
    with pytest.raises(StoreError, match="holds no clinic yet"):
        train_on_cluster(*asked)
    assert not (tmp_path / "m.joblib").exists()
