"""Training on real worker processes gives the model one machine gives, whatever the parts and whoever dies."""

import os
import signal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from clusters import local_cluster, write_parts
from distributed import LocalCluster
from sqlalchemy import update
from stores import fresh_postgres

from matcher.clinic import Clinic
from matcher.clinic.encoding import encode_therapists
from matcher.clinic.problems import ClinicError
from matcher.clinic.schema import THERAPISTS
from matcher.distributed.cluster import connected, shared
from matcher.distributed.errors import ClusterError
from matcher.distributed.files import list_folder, read_part
from matcher.distributed.parts import aligned_parts
from matcher.distributed.stored import stored_parts
from matcher.distributed.training import Reduced, reduce_parts
from matcher.ranking.design import episode_design
from matcher.ranking.learning import learn, sums_of
from matcher.simulation.clinic import simulate_clinic
from matcher.store.clinics import import_clinic
from matcher.store.keys import read_or_make_key_file
from matcher.store.parts import load_therapists
from matcher.store.store import open_store
from matcher.store.tables import clients as kept_clients

# A scheduler's own clean-up is not ours to judge.
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    made = simulate_clinic(2_000, 30, seed=5)
    return Clinic(made.therapists, made.clients, made.episodes)


def train(cluster: LocalCluster, folder: Path, parts: int | None = None) -> Reduced:
    with connected(cluster.scheduler_address) as client:
        listed = list_folder(folder)
        return reduce_parts(client, read_part(listed.therapists, THERAPISTS), aligned_parts(listed, parts))


def assert_same_model(clinic: Clinic, reduced: Reduced) -> None:
    alone = learn(sums_of(episode_design(clinic, encode_therapists(clinic.therapists))))
    shared = learn(reduced.sums)
    assert reduced.sums.n_episodes == alone.sums.n_episodes
    assert reduced.sums.therapists == alone.sums.therapists
    for name in ("fixed", "effects", "own_cov"):
        mine, theirs = getattr(alone.model.posterior_, name), getattr(shared.model.posterior_, name)
        np.testing.assert_allclose(theirs, mine, atol=1e-8, rtol=0)


@pytest.mark.parametrize(("kind", "cuts"), [("parquet", [10, 10, 900]), ("csv", [0, 700])])
def test_the_model_is_the_one_of_one_machine(
    cluster: LocalCluster, clinic: Clinic, tmp_path: Path, kind: str, cuts: list[int]
) -> None:
    write_parts(clinic, tmp_path / "clinic", kind, cuts)
    reduced = train(cluster, tmp_path / "clinic")
    assert_same_model(clinic, reduced)
    assert reduced.first == clinic.episodes["started_on"].min()
    assert set(reduced.sample.clients["client_id"]) >= set(reduced.sample.episodes["client_id"])
    assert reduced.sample.clients["about"].isna().all()


def test_a_worker_killed_half_way_changes_nothing(clinic: Clinic, tmp_path: Path) -> None:
    write_parts(clinic, tmp_path / "clinic", "parquet", list(range(50, 2_000, 50)))
    listed = list_folder(tmp_path / "clinic")
    killed: list[int] = []
    # A cluster of its own: the scheduler remembers who died.
    with local_cluster() as cluster, connected(cluster.scheduler_address) as client:

        def kill_one(done: int, total: int) -> None:
            if done == 3:
                pid = next(iter(client.run(os.getpid).values()))
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)

        reduced = reduce_parts(
            client, read_part(listed.therapists, THERAPISTS), aligned_parts(listed), progress=kill_one
        )
    assert killed
    assert_same_model(clinic, reduced)


def test_what_is_shared_outlives_every_worker_that_holds_it() -> None:
    with local_cluster() as cluster, connected(cluster.scheduler_address) as client:
        sent = shared(client, np.arange(5))
        assert client.submit(np.sum, sent).result() == 10
        for address in client.who_has(sent)[sent.key]:
            os.kill(client.run(os.getpid, workers=[address])[address], signal.SIGKILL)
        np.testing.assert_array_equal(client.submit(np.add, sent, 1).result(timeout=60), np.arange(1, 6))


def test_a_worker_holds_few_parts_at_once_and_one_sum_comes_back(
    cluster: LocalCluster, clinic: Clinic, tmp_path: Path
) -> None:
    write_parts(clinic, tmp_path / "clinic", "parquet", list(range(50, 2_000, 50)))
    listed = list_folder(tmp_path / "clinic")
    held: list[dict[str, int]] = []
    told: list[tuple[int, int]] = []
    with connected(cluster.scheduler_address) as client:

        def look(done: int, total: int) -> None:
            told.append((done, total))
            held.append(client.run_on_scheduler(_in_memory))

        reduced = reduce_parts(client, read_part(listed.therapists, THERAPISTS), aligned_parts(listed), progress=look)
        # Parts and their own sums are let go on the way.
        assert set(client.run_on_scheduler(_in_memory)) <= {"given", "merged"}
    assert told == [(done, 40) for done in range(1, 41)]
    assert max(found.get("checked_part", 0) for found in held) <= 6
    # 54 sums are made in all. What is held at once hangs on how fast this looks, so that the bound is a wide one.
    assert max(found.get("reduced", 0) + found.get("merged", 0) for found in held) <= 36
    assert_same_model(clinic, reduced)


def _in_memory(dask_scheduler) -> dict[str, int]:
    """Return how many results of each kind lie on the workers."""
    found = {name: prefix.states["memory"] for name, prefix in dask_scheduler.task_prefixes.items()}
    return {name: count for name, count in found.items() if count}


def test_workers_that_keep_dying_are_said_so() -> None:
    with (
        local_cluster() as cluster,
        pytest.raises(ClusterError, match=r"died .* lack of memory"),
        connected(cluster.scheduler_address) as client,
    ):
        client.submit(_die).result()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_no_scheduler_and_no_workers_are_said_so() -> None:
    with pytest.raises(ClusterError, match="no Dask scheduler answers at tcp"), connected("tcp://127.0.0.1:9", 0.5):
        pass
    with (
        local_cluster(0) as empty,
        pytest.raises(ClusterError, match="has no workers"),
        connected(empty.scheduler_address),
    ):
        pass


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda frame: frame.drop(columns="started_on"), r"part-1\.parquet.*required column missing: started_on"),
        (lambda frame: frame.assign(ending="eloped"), r"part-1\.parquet.*ending"),
        (lambda frame: frame.assign(client_id=None), r"part-1\.parquet.*client_id"),
    ],
)
def test_a_part_with_other_columns_or_codes_is_named(
    cluster: LocalCluster, clinic: Clinic, tmp_path: Path, change, said: str
) -> None:
    write_parts(clinic, tmp_path / "clinic", "parquet", [500])
    path = tmp_path / "clinic" / "episodes" / "part-1.parquet"
    change(pd.read_parquet(path)).to_parquet(path)
    with pytest.raises(ClinicError, match=said):
        train(cluster, tmp_path / "clinic")


def test_one_id_for_two_clients_in_two_parts_is_refused(cluster: LocalCluster, clinic: Clinic, tmp_path: Path) -> None:
    write_parts(clinic, tmp_path / "clinic", "parquet", [500])
    path = tmp_path / "clinic" / "clients" / "part-1.parquet"
    part = pd.read_parquet(path)
    other = pd.read_parquet(tmp_path / "clinic" / "clients" / "part-0.parquet").iloc[:1].assign(age=99.0)
    pd.concat([part, other], ignore_index=True).to_parquet(path)
    with pytest.raises(ClinicError, match="client_id"):
        train(cluster, tmp_path / "clinic")


def test_a_clinic_without_episodes_gives_the_published_effects(
    cluster: LocalCluster, clinic: Clinic, tmp_path: Path
) -> None:
    none = Clinic(clinic.therapists, clinic.clients, clinic.episodes.iloc[:0])
    write_parts(none, tmp_path / "clinic", "parquet", [])
    reduced = train(cluster, tmp_path / "clinic")
    assert reduced.sums.n_episodes == 0
    assert_same_model(none, reduced)


def test_a_stored_clinic_gives_the_same_model(
    clinic: Clinic, tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring = read_or_make_key_file(tmp_path / "keys.json")
    for url in fresh_postgres(postgres_url):
        store = open_store(url, ring)
        import_clinic(store, clinic)
        with store.writing() as session:
            # A gap, as erasing leaves it, so that some ranges hold nobody.
            far = kept_clients.c.position >= 602
            session.execute(update(kept_clients).where(far).values(position=kept_clients.c.position + 3_000))
        monkeypatch.setenv("MATCHER_STORE_URL", url)
        monkeypatch.setenv("MATCHER_KEY_FILE", str(tmp_path / "keys.json"))
        # Workers started after that have the same settings.
        with local_cluster() as cluster, connected(cluster.scheduler_address) as client:
            reduced = reduce_parts(client, load_therapists(store), stored_parts(store, 301))
        store.close()
    assert_same_model(clinic, reduced)
