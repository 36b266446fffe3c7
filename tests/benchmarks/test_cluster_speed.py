"""Learning on one Dask worker and on two, each one process with one thread: what the second gains, and where time goes.

``MATCHER_BENCHMARK_EPISODES`` asks for another number of episodes than a million.
"""

import os
import time
from pathlib import Path

import numpy as np
import pytest

from matcher.clinic.schema import THERAPISTS
from matcher.distributed.cluster import connected
from matcher.distributed.files import list_folder, read_part
from matcher.distributed.parts import aligned_parts
from matcher.distributed.training import reduce_parts
from matcher.ranking.learning import learn
from matcher.simulation.clinic import simulate_clinic
from tests.distributed.clusters import local_cluster

pytestmark = [
    pytest.mark.benchmark,
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning"),
]
EPISODES = int(os.environ.get("MATCHER_BENCHMARK_EPISODES", "1000000"))
PART = 50_000


def write_clinic(folder: Path, clients: int) -> Path:
    """Write a clinic of Parquet parts; the same people again and again under other ids where there are many."""
    size = min(clients, PART)
    made = simulate_clinic(size, 300, seed=8)
    for name in ("clients", "episodes"):
        (folder / name).mkdir(parents=True)
    made.therapists.to_parquet(folder / "therapists.parquet")
    for i in range(clients // size):
        own = {"client_id": lambda frame, i=i: frame["client_id"] + f"-{i}"}
        made.clients.assign(**own).to_parquet(folder / "clients" / f"{i:03}.parquet")
        own["episode_id"] = lambda frame, i=i: frame["episode_id"] + f"-{i}"
        made.episodes.assign(**own).to_parquet(folder / "episodes" / f"{i:03}.parquet")
    return folder


def stages(dask_scheduler) -> dict[str, float]:
    """Return the seconds workers spent on each kind of task so far, and on sending results to each other."""
    found = {name: prefix.all_durations["compute"] for name, prefix in dask_scheduler.task_prefixes.items()}
    sent = sum(prefix.all_durations["transfer"] for prefix in dask_scheduler.task_prefixes.values())
    return {**found, "sending": sent}


def run(workers: int, folder: Path, warm: Path) -> tuple[float, object]:
    """Learn from a folder on so many workers; return the seconds and the model, and print where they went."""
    with local_cluster(workers) as cluster, connected(cluster.scheduler_address) as client:

        def reduced(of: Path) -> object:
            listed = list_folder(of)
            return reduce_parts(client, read_part(listed.therapists, THERAPISTS), aligned_parts(listed)).sums

        # A worker's first task imports everything; a cluster that has worked before does not pay for that.
        reduced(warm)
        before, used, own = client.run_on_scheduler(stages), client.run(time.process_time), time.process_time()
        start = time.perf_counter()
        sums = reduced(folder)
        summed = time.perf_counter()
        learned = learn(sums)
        end = time.perf_counter()
        after, used_after = client.run_on_scheduler(stages), client.run(time.process_time)
        here = time.process_time() - own
    spent = {name: round(value - before.get(name, 0.0), 1) for name, value in after.items()}
    processor = [round(value - used[worker], 1) for worker, value in used_after.items()]
    print(
        f"\n{workers} worker(s), {sums.n_episodes:,} episodes: {end - start:.1f} s, of which the solve "
        f"{end - summed:.1f} s; processor seconds of each worker {processor}, of scheduler and client {here:.1f}; "
        f"workers' seconds by task { {name: value for name, value in spent.items() if value} }"
    )
    return end - start, learned


def test_two_workers_beside_one(tmp_path: Path) -> None:
    folder, warm = write_clinic(tmp_path / "clinic", EPISODES), write_clinic(tmp_path / "warm", 500)
    alone, one = run(1, folder, warm)
    together, two = run(2, folder, warm)
    print(f"two workers are {alone / together:.2f} times one")
    np.testing.assert_allclose(two.model.posterior_.effects, one.model.posterior_.effects, atol=1e-8, rtol=0)
    # Found: 1.5 to 1.7, of 1.75 that two cores can give where the scheduler needs some; see data/benchmarks.
    # Wall time of two runs, so that a machine with other work to do is allowed for.
    assert alone / together >= 1.3
