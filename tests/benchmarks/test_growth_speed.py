"""The promises about growth: cost no more than linear in rows and pairs, and selection within twice FAISS's time.

Each point is a process of its own on one thread, in processor seconds, so that other work on the machine counts little.
"""

import json

import numpy as np
import pandas as pd
import pytest
from timing import quickest

from matcher.clinic import Clinic
from matcher.clinic.rows import clients_from
from matcher.ranking.recommender import Recommender
from matcher.services import growth
from matcher.services.client_matching import MatchingService
from matcher.services.growth import Engine, Task, measure_growth
from matcher.simulation import simulate_clinic

pytestmark = pytest.mark.benchmark
#: The slope promised is 1.05; one run on a machine that does other things too may be this far off.
WITHIN_A_RUN = 1.1


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
    assert measured(monkeypatch, task, 1_000_000)["slopes"]["matcher ranks"] <= WITHIN_A_RUN


def test_learning_grows_no_faster_than_the_episodes(monkeypatch: pytest.MonkeyPatch) -> None:
    task = Task("learning", "episodes", 10_000, (Engine("matcher learns"),))
    assert measured(monkeypatch, task, 1_000_000)["slopes"]["matcher learns"] <= WITHIN_A_RUN


def test_selection_takes_at_most_twice_what_faiss_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("faiss")
    engines = (Engine("matcher top-K"), Engine("FAISS flat"))
    task = Task("the same vectors, the same K", "therapists", 10_000, engines)
    # A millisecond's work shares its caches with whatever else runs: each engine's quickest of three turns counts.
    turns = pd.concat(pd.DataFrame(measured(monkeypatch, task, 1_000_000)["points"]) for _ in range(3))
    seconds = turns.pivot_table("processor_seconds", "n", "engine", "min")
    assert len(seconds) == 3
    assert (seconds["matcher top-K"] <= 2 * seconds["FAISS flat"]).all()


def test_nothing_in_a_clients_session_grows_faster_than_the_therapists() -> None:
    sizes, spent = (1_000, 4_000, 16_000), {}
    for n in sizes:
        made = simulate_clinic(300, n, seed=1)
        clinic = Clinic(made.therapists, made.clients, made.episodes)
        service = MatchingService(clinic, Recommender().fit(clinic))
        people = [who for who in clients_from(clinic.clients) if not who.risk_raised][:5]
        asked = {
            "cards": service.match,
            "more cards": lambda who, service=service: service.match(who, 6),
            "what matters": lambda who, service=service: service.match(who, emphasis={"soon": "more"}),
            "trade-offs": service.trade_offs,
            "waiting": service.waiting,
        }
        for name, ask in asked.items():
            ask(people[0])
            (spent[name, n],) = quickest(lambda ask=ask, people=people: [ask(who) for who in people])
    found = {name: np.polyfit(np.log(sizes), np.log([spent[name, n] for n in sizes]), 1)[0] for name in asked}
    print(json.dumps({name: round(float(slope), 2) for name, slope in found.items()}))
    assert max(found.values()) <= WITHIN_A_RUN
