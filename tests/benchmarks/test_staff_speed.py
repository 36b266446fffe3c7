"""How quick the staff's pages are: the queue at 5,000 open enquiries, one enquiry with 1,000 therapists."""

import subprocess
import sys
import time
from datetime import date, timedelta
from itertools import count, cycle
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
from matcher.services.same_person import duplicates, others
from matcher.services.staff_ranking import ranking_now
from matcher.services.triage import PAGE, queue, queue_stamp
from matcher.simulation import simulate_clinic
from matcher.store import enquiries
from matcher.store.clinics import import_clinic
from matcher.store.keys import keyring_text
from matcher.store.queue import Wanted
from matcher.store.rows import Contact, keep_contact
from matcher.store.store import Store, open_store

# The pages' own helpers live beside the pages' tests.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "ui"))

from staff_app import open_app, words

from matcher.ui import wording_staff as w

pytestmark = pytest.mark.benchmark
OPEN = 5_000
#: Bounds of the staff's pages, in milliseconds.
PAGE_AGAIN, ONE_OPENED = 300, 500
#: What the app's own process does when it has just started: it makes matching ready, then somebody opens an enquiry.
FIRST = """
import sys, time
sys.path[:0] = sys.argv[3:]
from staffed import INTAKE, SETTINGS
from matcher.services.one_enquiry import open_case
from matcher.services.live import LiveMatching
from matcher.store.keys import parse_keyring
from matcher.store.store import open_store
store = open_store(sys.argv[1], parse_keyring(sys.stdin.read()))
start = time.perf_counter()
by = LiveMatching(store, SETTINGS).now().ranking
ready = time.perf_counter()
case = open_case(INTAKE, store, by, sys.argv[2])
print((time.perf_counter() - ready) * 1000, (ready - start) * 1000, len(case.people))
"""


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
            # One in fifty is here twice.
            contact = Contact(f"Person {i}", f"{i - (i % 50 == 1)}@example.org", f"0491 {i:06}")
            keep_contact(session, client.client_id, contact, "test", 0)
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
    same = quickest(app.run)
    say("queue page drawn again, nothing new", same)
    turn = cycle(("new", "open"))
    other = quickest(lambda: shown.set_value(next(turn)).run())
    say("queue page drawn again, another filter", other)
    ids = cycle(sorted(enquiry.client_id for pair in duplicates(INTAKE, store) for enquiry in pair))

    turns = count(1)

    def somebody_changes_one() -> None:
        with store.writing() as session:
            client_id = next(ids)
            version = enquiries.enquiry_of(session, client_id, "a2").version
            enquiries.change_enquiry(session, client_id, version, "a2", assigned_to="a2")
        # As the page does where it sees that something changed: everything is read anew, duplicates too.
        app.session_state["staff:turn"] = next(turns)
        app.run()

    theirs = quickest(somebody_changes_one)
    say("queue page drawn again, somebody else's change with it", theirs)
    assert w.DUPLICATES_LEAD in words(app)
    assert max(same[0], other[0], theirs[0]) < PAGE_AGAIN
    assert not app.exception
    assert f"1 to {PAGE} of {OPEN - len(range(0, OPEN, 500))}" in [caption.value for caption in app.caption]


def test_one_enquiry_with_a_thousand_therapists(store: Store, made: Clinic) -> None:
    learned = Recommender().fit(made)
    ids = made.clients["client_id"].tolist()
    start = time.perf_counter()
    by = ranking_now(store, learned, date(2026, 11, 23))
    say("ranking made anew", ((time.perf_counter() - start) * 1000,) * 2)
    turn = iter(ids[1:])

    def opened() -> None:
        client_id = next(turn)
        open_case(INTAKE, store, by, client_id)
        others(INTAKE, store, client_id)

    took = quickest(opened)
    say("one enquiry opened", took)
    assert took[0] < ONE_OPENED
    case = open_case(INTAKE, store, by, ids[1])
    best = case.everyone[0]
    start = time.perf_counter()
    offer(INTAKE, store, by, ids[1], case.enquiry.version, Offer(best), NOW)
    say("one offer", ((time.perf_counter() - start) * 1000,) * 2)
    assert len(case.everyone) > 5


def test_the_first_enquiry_a_fresh_process_opens(store: Store, made: Clinic) -> None:
    """Records are counted while the app starts, so that nobody waits for them; how long that took is said as well."""
    paths = [str(Path(__file__).resolve().parents[1])]
    command = [sys.executable, "-c", FIRST, str(store.engine.url), made.clients["client_id"].iloc[1], *paths]
    took, ready = [], []
    for _ in range(5):
        told = subprocess.run(
            command, input=keyring_text(RING), capture_output=True, text=True, check=True
        ).stdout.split()
        took.append(float(told[0]))
        ready.append(float(told[1]))
        assert int(told[2]) > 0
    say("matching made ready at the start", (median(ready), max(ready)))
    say("first enquiry of a fresh process", (median(took), max(took)))
    assert median(took) < ONE_OPENED
