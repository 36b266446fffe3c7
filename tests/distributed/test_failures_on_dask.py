"""A cluster that fails says so in words, whatever failed, and a run on one that lost a worker still ends right."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from clusters import local_cluster, write_parts
from distributed import Status
from distributed.client import ClosedClientError, FutureCancelledError
from distributed.shuffle._exceptions import P2PConsistencyError, P2POutOfDiskError

from matcher.clinic import Clinic
from matcher.clinic.schema import THERAPISTS
from matcher.distributed import cluster as clusters
from matcher.distributed.cluster import connected, watch
from matcher.distributed.errors import ClusterError
from matcher.distributed.failures import in_words
from matcher.distributed.files import list_folder, read_part
from matcher.distributed.gathering import gather_parts
from matcher.distributed.parts import Part, aligned_parts, client_parts
from matcher.distributed.scoring import rank_parts
from matcher.ranking.recommender import Recommender
from matcher.simulation.clinic import simulate_clinic

pytestmark = [pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")]


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    made = simulate_clinic(400, 20, seed=5)
    return Clinic(made.therapists, made.clients, made.episodes)


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (MemoryError(), "no memory left"),
        (ClosedClientError(), "went away"),
        (ConnectionResetError(), "went away"),
        (TimeoutError(), "went away"),
        (P2POutOfDiskError(), "disk is full"),
        (P2PConsistencyError("P2P x is wrong"), "brought together: run it again"),
        (RuntimeError("P2P 1 failed during transfer phase"), "brought together between workers"),
        (FutureCancelledError("k", "scheduler-connection-lost", None), "the scheduler at tcp://a:1 went away"),
        (FutureCancelledError("k", "lost dependencies", None), "the workers that held some of the rows died"),
        (FileNotFoundError(2, "no", "/data/a.csv"), "cannot read or write /data/a.csv: every worker must see"),
    ],
)
def test_each_failure_says_what_to_do(error: BaseException, said: str) -> None:
    assert said in (in_words(error, "tcp://a:1") or "")


@pytest.mark.parametrize("error", [FileExistsError(17, "there"), ValueError("ours"), RuntimeError("ours too")])
def test_what_is_none_of_the_clusters_stays_as_it_is(error: BaseException) -> None:
    assert in_words(error, "tcp://a:1") is None


def test_an_address_that_needs_settings_says_so() -> None:
    with pytest.raises(ClusterError, match=r"tls:// needs Dask's own settings"), connected("tls://127.0.0.1:9", 0.5):
        pass


@pytest.mark.slow
def test_a_part_that_needs_more_memory_than_there_is_says_so() -> None:
    with (
        local_cluster(1) as cluster,
        pytest.raises(ClusterError, match="no memory left"),
        connected(cluster.scheduler_address) as client,
    ):
        client.submit(_needs_more).result()


def _needs_more() -> None:
    raise MemoryError


@pytest.mark.slow
def test_a_cluster_without_workers_is_not_waited_for_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_WORKERLESS_SECONDS", 1)
    monkeypatch.setattr(clusters, "_WORKERS_WITHIN", 0.5)
    with local_cluster(1) as cluster, connected(cluster.scheduler_address) as client:
        never = client.submit(abs, 1, resources={"nobody has": 1})
        cluster.scale(0)
        with pytest.raises(ClusterError, match="no worker is left"):
            watch([never], None)


@pytest.mark.slow
def test_a_worker_that_waits_for_memory_may_end_what_it_has_begun(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_WORKERLESS_SECONDS", 0.5)
    monkeypatch.setattr(clusters, "_WORKERS_WITHIN", 0.2)
    with local_cluster(1) as cluster, connected(cluster.scheduler_address) as client:
        begun = client.submit(_long)
        time.sleep(1)
        client.run(_paused)
        watch([begun], None)
        with pytest.raises(ClusterError, match="every worker waits for memory"):
            watch([client.submit(abs, -1)], None)


def _long() -> None:
    time.sleep(5)


def _paused(dask_worker) -> None:
    """Do as a worker does that has too little memory left; its own look at the memory would undo it."""
    dask_worker.memory_manager.memory_pause_fraction = False
    dask_worker.status = Status.paused


@pytest.mark.slow
@pytest.mark.parametrize("work", ["rank", "gather"])
def test_a_worker_killed_half_way_loses_nobody(clinic: Clinic, tmp_path: Path, work: str) -> None:
    write_parts(clinic, tmp_path / "clinic", "parquet", list(range(20, 400, 20)))
    listed, killed = list_folder(tmp_path / "clinic"), []
    with local_cluster() as cluster, connected(cluster.scheduler_address) as client:

        def kill_one(done: int, total: int) -> None:
            if done == 3:
                killed.append(next(iter(client.run(os.getpid).values())))
                os.kill(killed[0], signal.SIGKILL)

        if work == "rank":
            ranking = Recommender().fit(clinic).ranking()
            rank_parts(client, ranking, client_parts(listed), tmp_path / "slates", 2, kill_one)
            found = pd.read_parquet(tmp_path / "slates").drop_duplicates(["client_id", "rank"])
            alone = ranking.rank(clinic.clients, 2)
            assert len(found[~found["withheld"]].dropna(subset="rank")) <= len(alone.rank)
            seen = list(found["client_id"].drop_duplicates())
        else:
            kept = gather_parts(client, aligned_parts(listed), _ids, kill_one)
            seen = [who for some in kept for who in some]
        # A cluster closed while it starts a worker anew may wait for ever.
        client.wait_for_workers(2, timeout=60)
    assert killed
    assert sorted(seen) == sorted(clinic.clients["client_id"])


def _ids(part: Part) -> list[str]:
    return part.clients["client_id"].tolist()


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_is_said_to_be_that(clinic: Clinic) -> None:
    with (
        local_cluster(1) as cluster,
        pytest.raises(ClusterError, match="nothing can be written beside /proc/nothere/slates"),
        connected(cluster.scheduler_address) as client,
    ):
        rank_parts(client, Recommender().fit(clinic).ranking(), [], Path("/proc/nothere/slates"), 2)


@pytest.mark.slow
def test_a_scheduler_that_goes_away_half_way_leaves_nothing(clinic: Clinic, tmp_path: Path) -> None:
    write_parts(clinic, tmp_path / "clinic", "parquet", list(range(20, 400, 20)))
    listed = list_folder(tmp_path / "clinic")
    ranking = Recommender().fit(Clinic(read_part(listed.therapists, THERAPISTS), clinic.clients, clinic.episodes))
    with started(tmp_path) as (scheduler, address):

        def shut(done: int, total: int) -> None:
            if done == 2:
                scheduler.kill()

        with pytest.raises(ClusterError, match="went away"), connected(address) as client:
            rank_parts(client, ranking.ranking(), client_parts(listed), tmp_path / "slates", 2, shut)
    assert not list(tmp_path.glob("slates*"))


@contextmanager
def started(folder: Path) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """Give a scheduler with one worker, processes of their own as somebody would start them, and its address."""
    said = folder / "scheduler.json"
    dask = [sys.executable, "-m", "dask"]
    options = ["--scheduler-file", str(said), "--no-dashboard"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    scheduler = subprocess.Popen([*dask, "scheduler", "--host", "127.0.0.1", "--port", "0", *options], **quiet)
    worker = subprocess.Popen(
        [*dask, "worker", "--nthreads", "1", "--no-nanny", "--death-timeout", "30", *options], **quiet
    )
    try:
        yield scheduler, _address(said)
    finally:
        for process in (worker, scheduler):
            process.kill()
            process.wait()


def _address(said: Path) -> str:
    for _ in range(300):
        try:
            return str(json.loads(said.read_text())["address"])
        except (FileNotFoundError, ValueError):
            time.sleep(0.1)
    raise AssertionError("no scheduler came up")
