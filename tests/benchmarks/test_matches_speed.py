"""How long a client waits from the last answer to the cards, and again when they say what matters most."""

import json
import time
from collections.abc import Callable

import numpy as np
import pytest

from matcher.clinic import Clinic
from matcher.clinic.rows import clients_from
from matcher.domain.client import Client
from matcher.ranking.recommender import Recommender
from matcher.services.client_matching import MatchingService
from matcher.simulation import simulate_clinic

pytestmark = pytest.mark.benchmark
THERAPISTS, CLIENTS = 1_000, 60


def milliseconds(call: Callable[[Client], object], people: list[Client]) -> dict[str, float]:
    """Return the median and the 95th percentile of one call for each person, in milliseconds."""
    taken = []
    for who in people:
        start = time.perf_counter()
        call(who)
        taken.append(1000 * (time.perf_counter() - start))
    return {"median": round(float(np.median(taken)), 1), "p95": round(float(np.percentile(taken, 95)), 1)}


def test_from_the_last_answer_to_the_cards_with_a_thousand_therapists() -> None:
    made = simulate_clinic(600, THERAPISTS, seed=1)
    clinic = Clinic(made.therapists, made.clients, made.episodes)
    service = MatchingService(clinic, Recommender().fit(clinic))
    people = [who for who in clients_from(clinic.clients) if not who.risk_raised][:CLIENTS]
    service.match(people[0], past_matches=False)
    told = {
        "cards": milliseconds(service.match, people),
        "six cards": milliseconds(lambda who: service.match(who, 6), people),
        "what matters most": milliseconds(lambda who: service.match(who, emphasis={"soon": "more"}), people),
        "past matches off": milliseconds(lambda who: service.match(who, past_matches=False), people),
        "trade-offs": milliseconds(service.trade_offs, people),
        "waiting": milliseconds(service.waiting, people),
    }
    print(json.dumps(told))
    # Somebody who changes their mind about what matters waits no longer than for the first cards, give or take.
    assert told["what matters most"]["median"] < 5 * told["cards"]["median"]
