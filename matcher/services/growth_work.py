"""One point of a cost curve, in a process of its own, so that its memory is its own: ours, or a peer's.

Every engine gets one thread and made-up rows of the same size. A nearest-neighbour library knows no limits, wishes or
intervals, and a regression no therapist's own effects; *matcher top-K* asks our selection the library's own question.
"""

import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from threadpoolctl import threadpool_limits

from matcher.allocation.problem import problem
from matcher.allocation.solving import is_large, solve
from matcher.clinic.arrays import PART_ROWS
from matcher.clinic.encoding import encode_clients, encode_therapists
from matcher.features.case_mix import CASE_MIX_NAMES
from matcher.features.comparisons import NAMES
from matcher.ranking.best import NOBODY, with_part
from matcher.ranking.learning import learn
from matcher.ranking.recommender import Ranking, Recommender
from matcher.ranking.sums import OutcomeSums, total
from matcher.simulation.clinic import simulate_clinic

Arrays = NDArray[np.float64]

#: Columns of the encoded tables if every bit and number were one float32.
WIDTH = 133
TOP = 10
QUERIES = 20
EPISODE_BLOCK = 1_000_000
EPISODES_A_THERAPIST = 100
CLIENTS_A_THERAPIST = 10
_DOMAINS = 10
_FEWEST, _RUNS, _SHORT_SECONDS, _LONG_SECONDS = 2, 3, 0.5, 10


def measure(engine: str, n: int) -> dict[str, Any]:
    """Return what one engine takes at one size: seconds, processor seconds, and the process's peak memory in GiB.

    The quickest of three runs counts, of two where one takes long: the first also pays for memory that is touched for
    the first time. What takes next to no time is run for half a second.
    """
    runs: list[tuple[float, float]] = []
    with threadpool_limits(1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        work = _ENGINES[engine](n)
        while len(runs) < _FEWEST or sum(seconds for seconds, _ in runs) < _enough(len(runs)):
            start, used = time.perf_counter(), time.process_time()
            work()
            runs.append((time.perf_counter() - start, time.process_time() - used))
    seconds, processor = (min(times) for times in zip(*runs, strict=True))
    return {"engine": engine, "n": n, "seconds": seconds, "processor_seconds": processor, "peak_gib": peak_gib()}


def _enough(runs: int) -> float:
    return _LONG_SECONDS if runs < _RUNS else _SHORT_SECONDS


def wide_ranking(therapists: pd.DataFrame, n: int) -> Ranking:
    """Return a ranking by published effects of the same therapists again and again under other ids, ``n`` in all."""
    table = encode_therapists(therapists)
    wide = table.take(np.arange(n) % len(table))
    wide = type(wide)(tuple(f"t{i}" for i in range(n)), wide.sets, wide.numbers, wide.days, np.arange(n))
    return Recommender().attach_table(wide, learn(OutcomeSums.empty(_fixed(), _DOMAINS))).ranking()


def _rank(n: int) -> Callable[[], object]:
    made = simulate_clinic(QUERIES, min(n, 1_000), seed=1)
    ranking = wide_ranking(made.therapists, n)
    clients = encode_clients(made.clients, ranking.therapists)
    # What a catalogue keeps ready is worked out once, not for each question.
    ranking.rank_table(clients.take(np.arange(1)), TOP)
    return lambda: ranking.rank_table(clients, TOP)


def _vectors(n: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    rng = np.random.default_rng(0)
    return rng.random((QUERIES, WIDTH), dtype=np.float32), rng.random((n, WIDTH), dtype=np.float32)


def _top_k(n: int) -> Callable[[], object]:
    ours, theirs = _vectors(n)
    asking, hashes = np.arange(QUERIES, dtype=np.uint64), np.arange(n, dtype=np.uint64)
    places = np.arange(n)

    def work() -> None:
        kept = NOBODY
        for start in range(0, n, PART_ROWS):
            scores = ours @ theirs[start : start + PART_ROWS].T
            everyone = np.ones(scores.shape, dtype=bool)
            here = places[start : start + PART_ROWS]
            kept = with_part(kept, scores, everyone, everyone, here, asking, hashes, TOP)

    return work


def _product(n: int) -> Callable[[], object]:
    ours, theirs = _vectors(n)
    return lambda: np.argpartition(-(ours @ theirs.T), TOP, axis=1)[:, :TOP]


def _faiss(n: int) -> Callable[[], object]:
    import faiss  # noqa: PLC0415  an extra, and a peer only

    faiss.omp_set_num_threads(1)
    ours, theirs = _vectors(n)
    index = faiss.IndexFlatIP(WIDTH)
    index.add(theirs)
    return lambda: index.search(ours, TOP)


def _implicit(n: int) -> Callable[[], object]:
    from implicit.cpu.topk import topk  # noqa: PLC0415  an extra, and a peer only

    ours, theirs = _vectors(n)
    return lambda: topk(theirs, ours, TOP, num_threads=1)


def _fixed() -> int:
    return len(NAMES) + len(CASE_MIX_NAMES)


def _episodes(n: int, n_therapists: int, seed: int) -> tuple[Arrays, Arrays, Arrays, NDArray[np.int64]]:
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, _fixed()))
    X[:, 0] = 1.0
    Z = np.zeros((n, _DOMAINS))
    Z[:, 0], Z[:, -1] = 1.0, rng.normal(size=n)
    Z[np.arange(n), rng.integers(1, _DOMAINS - 1, n)] = 1.0
    therapists = rng.integers(0, n_therapists, n)
    level = np.random.default_rng(0).normal(0, 0.22, (n_therapists, 3))
    Y = level[therapists] + 0.3 * X[:, 1:4] + rng.normal(size=(n, 3))
    Y[rng.random(n) < 0.55, 1] = np.nan
    Y[rng.random(n) < 0.30, 0] = np.nan
    return X, Z, Y, therapists


def _train(n: int) -> Callable[[], object]:
    sizes = [min(EPISODE_BLOCK, n - start) for start in range(0, n, EPISODE_BLOCK)]
    X, Z, Y, therapists = _episodes(sizes[0], max(sizes[0] // EPISODES_A_THERAPIST, 2), 0)

    def work() -> None:
        # Beyond one block the same rows come again as other clinics', with therapists of their own.
        parts = [
            OutcomeSums.from_rows(X[:size], Z[:size], Y[:size], therapists[:size] + i * EPISODE_BLOCK)
            for i, size in enumerate(sizes)
        ]
        whole = total(parts)
        del parts
        learn(whole)

    return work


def _lightgbm(n: int) -> Callable[[], object]:
    import lightgbm  # noqa: PLC0415  an extra, and a peer only

    X, _, Y, therapists = _episodes(n, max(n // EPISODES_A_THERAPIST, 2), 0)
    settings = {"verbosity": -1, "num_threads": 1, "objective": "regression"}

    def work() -> None:
        data = lightgbm.Dataset(np.column_stack([X, therapists]), Y[:, 2])
        lightgbm.train(settings, data, num_boost_round=150)

    return work


def _gpboost(n: int) -> Callable[[], object]:
    import gpboost  # noqa: PLC0415  an extra, and a peer only

    X, _, Y, therapists = _episodes(n, max(n // EPISODES_A_THERAPIST, 2), 0)
    return lambda: gpboost.GPModel(group_data=therapists, likelihood="gaussian").fit(
        y=np.ascontiguousarray(Y[:, 2]), X=X
    )


def _waiting(n: int) -> tuple[Arrays, NDArray[np.int64]]:
    rng = np.random.default_rng(1)
    therapists = max(n // CLIENTS_A_THERAPIST, 1)
    values = rng.normal(0, 0.08, therapists) + rng.normal(0, 0.06, (n, therapists))
    values[rng.random(values.shape) > 0.4] = np.nan
    return values, np.full(therapists, 8)


def _place(n: int) -> Callable[[], object]:
    made = problem(*_waiting(n))
    if not is_large(made):
        return lambda: solve(made)
    from matcher.allocation.large import solve_large  # noqa: PLC0415  its flow solver is an extra

    return lambda: solve_large(made)


def _scipy(n: int) -> Callable[[], object]:
    values, places = _waiting(n)
    return lambda: linear_sum_assignment(np.repeat(np.nan_to_num(1_000 + values), places, axis=1), maximize=True)


def _ortools(n: int) -> Callable[[], object]:
    from matcher.allocation.flow import flow_over  # noqa: PLC0415  an extra, and a peer only

    values, places = _waiting(n)
    worths = np.nan_to_num(1_000 + values)
    client, therapist = np.nonzero(worths > 0)
    return lambda: flow_over(worths, client, therapist, places)


def peak_gib() -> float:
    """Return the most memory this process has held, in GiB; NaN where the system does not tell."""
    # Not getrusage: its peak is handed down from the process that started this one.
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 2**20


_ENGINES: dict[str, Callable[[int], Callable[[], object]]] = {
    "matcher ranks": _rank,
    "matcher top-K": _top_k,
    "product and partition": _product,
    "FAISS flat": _faiss,
    "implicit top-K": _implicit,
    "matcher learns": _train,
    "LightGBM": _lightgbm,
    "GPBoost": _gpboost,
    "matcher places": _place,
    "SciPy assignment": _scipy,
    "OR-tools flow": _ortools,
}

if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
