"""How quick the staff's pages are: the queue at 5,000 open enquiries, one enquiry with 1,000 therapists."""

import sys
import time
from datetime import date, timedelta
from itertools import cycle
from pathlib import Path
from statistics import median

import pytest
from staffed import INTAKE, NOW
from stores import RING

from matcher.clinic import Clinic
from matcher.clinic.rows import clients_from
from matcher.ranking.recommender import Recommender
from matcher.services.offers import Offer, offer
from matcher.services.one_enquiry import open_case
from matcher.services.staff_ranking import ranking_now
from matcher.services.triage import PAGE, duplicates, queue, queue_stamp
from matcher.simulation import simulate_clinic
from matcher.store import enquiries
from matcher.store.clinics import import_clinic
from matcher.store.queue import Wanted
from matcher.store.store import Store, open_store

# The pages' own helpers live beside the pages' tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ui"))

from staff_app import open_app

pytestmark = pytest.mark.benchmark
OPEN = 5_000


@pytest.fixture(scope="module")
def made() -> Clinic:
    found = simulate_clinic(OPEN, 1_000, 3)
    return Clinic(found.therapists, found.clients, found.episodes)


@pytest.fixture(scope="module")
def store(made: Clinic, tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('busy')}/store.sqlite", RING)
    import_clinic(store, made)
    people = clients_from(made.clients)
    private = {"answers": {"hopes": "I would like to sleep again. " * 20}, "safe_contact": ["phone"]}
    with store.writing() as session:
        for i, client in enumerate(people[:OPEN]):
            enquiries.add_enquiry(
                session,
                client.client_id,
                "web",
                "test",
                needs_person=i % 500 == 0,
                due_at=NOW + timedelta(hours=i % 90 - 45),
                private=private,
            )
    return store


def quickest(work, times: int = 9) -> tuple[float, float]:
    """Return the median and the slowest of several runs, in milliseconds."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append((time.perf_counter() - start) * 1000)
    return median(took), max(took)


def say(name: str, took: tuple[float, float]) -> None:
    sys.stdout.write(f"{name}: median {took[0]:.0f} ms, slowest {took[1]:.0f} ms\n")


def test_the_queue_at_five_thousand(store: Store) -> None:
    wanted = Wanted(states=("new", "contacted"))
    say("queue page read", quickest(lambda: queue(INTAKE, store, wanted, NOW)))
    say("queue stamp", quickest(lambda: queue_stamp(INTAKE, store)))
    say("duplicates", quickest(lambda: duplicates(INTAKE, store), 3))
    assert queue(INTAKE, store, wanted, NOW).total == OPEN


def test_the_queue_page_drawn_again_at_five_thousand(store: Store) -> None:
    """The whole page script, with its widgets and its HTML: as somebody else's change or a filter draws it again."""
    app = open_app(store)
    shown = next(control for control in app.button_group if control.key == "queue:show")
    say("queue page drawn again, nothing new", quickest(app.run))
    turn = cycle(("new", "open"))
    say("queue page drawn again, another filter", quickest(lambda: shown.set_value(next(turn)).run()))
    assert not app.exception
    assert f"1 to {PAGE} of {OPEN - len(range(0, OPEN, 500))}" in [caption.value for caption in app.caption]


def test_one_enquiry_with_a_thousand_therapists(store: Store, made: Clinic) -> None:
    learned = Recommender().fit(made)
    ids = made.clients["client_id"].tolist()
    start = time.perf_counter()
    by = ranking_now(store, learned, date(2026, 11, 23))
    say("ranking made anew", ((time.perf_counter() - start) * 1000,) * 2)
    turn = iter(ids[1:])
    say("one enquiry opened", quickest(lambda: open_case(INTAKE, store, by, next(turn))))
    case = open_case(INTAKE, store, by, ids[1])
    best = case.everyone[0]
    start = time.perf_counter()
    offer(INTAKE, store, by, ids[1], case.enquiry.version, Offer(best), NOW)
    say("one offer", ((time.perf_counter() - start) * 1000,) * 2)
    assert len(case.everyone) > 5
