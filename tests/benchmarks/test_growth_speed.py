"""The promises about growth: cost no more than linear in rows and pairs, and selection within twice FAISS's time.

Each point is a process of its own on one thread, in processor seconds, so that other work on the machine counts little.
"""

import json

import pytest

from matcher.services import growth
from matcher.services.growth import Engine, Task, measure_growth

pytestmark = pytest.mark.benchmark


def measured(monkeypatch: pytest.MonkeyPatch, task: Task, largest: int) -> dict[str, object]:
    monkeypatch.setattr(growth, "TASKS", (task,))
    found = measure_growth({task.counts: largest})
    said = [
        f"{p['engine']} {p['n']:,}: {p['processor_seconds']:.4f} s, {p['peak_gib']:.2f} GiB" for p in found["points"]
    ]
    print("\n" + "\n".join([*said, json.dumps(found["slopes"])]))
    return found


def test_ranking_grows_no_faster_than_the_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    task = Task("ranking 20 clients", "therapists", 10_000, (Engine("matcher ranks"),))
    assert measured(monkeypatch, task, 1_000_000)["slopes"]["matcher ranks"] <= 1.05


def test_learning_grows_no_faster_than_the_episodes(monkeypatch: pytest.MonkeyPatch) -> None:
    task = Task("learning", "episodes", 100_000, (Engine("matcher learns"),))
    assert measured(monkeypatch, task, 10_000_000)["slopes"]["matcher learns"] <= 1.05


def test_selection_takes_at_most_twice_what_faiss_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("faiss")
    engines = (Engine("matcher top-K"), Engine("FAISS flat"))
    found = measured(monkeypatch, Task("the same vectors, the same K", "therapists", 1_000, engines), 1_000_000)
    seconds = {(point["engine"], point["n"]): point["processor_seconds"] for point in found["points"]}
    for n in (1_000, 10_000, 100_000, 1_000_000):
        assert seconds["matcher top-K", n] <= 2 * seconds["FAISS flat", n]
