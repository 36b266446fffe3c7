"""Many processes on one store: no place given twice, no change lost, one audit chain, nothing half-loaded."""

import multiprocessing
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select
from stores import RING, assert_same_clinic, small_clinic

from matcher.clinic import Clinic
from matcher.domain.draft import Draft
from matcher.services.one_time_links import first_owner_link
from matcher.store import audit, drafts, links, places, rows
from matcher.store.clinics import import_clinic, load_clinic
from matcher.store.errors import AlreadyTakenError, NoPlaceLeftError, StaleVersionError
from matcher.store.store import Store, open_store
from matcher.store.tables import places as place_table

_FORK = multiprocessing.get_context("fork")


def at_once(url: str, processes: int, work: Callable[[Store, int], Any]) -> list[Any]:
    """Run the work in so many processes, all starting together, and return what each gave."""
    results, gate = _FORK.Queue(), _FORK.Barrier(processes)

    def run(number: int) -> None:
        opened = open_store(url, RING)
        gate.wait(60)
        try:
            results.put(work(opened, number))
        except Exception as error:
            results.put(error)
        opened.close()

    workers = [_FORK.Process(target=run, args=(number,)) for number in range(processes)]
    for worker in workers:
        worker.start()
    given = [results.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join(60)
    failed = [item for item in given if isinstance(item, Exception)]
    assert failed == []
    return given


def entries(store: Store) -> Counter[str]:
    with store.reading() as session:
        assert audit.verify(session, RING.audit).problems == ()
        return Counter(entry.action for entry in audit.read_entries(session, most=100_000))


def try_place(store: Store, client_id: str) -> str:
    try:
        with store.writing() as session:
            places.take_place(session, "t1", client_id, "staff")
    except NoPlaceLeftError:
        return "none left"
    except AlreadyTakenError:
        return "already taken"
    return "taken"


@pytest.mark.parametrize(("processes", "each", "capacity"), [(2, 1, 1), (8, 12, 40)])
def test_a_capacity_is_never_overdrawn(store: Store, store_url: str, processes: int, each: int, capacity: int) -> None:
    import_clinic(store, small_clinic(processes * each, capacity))
    given = at_once(
        store_url, processes, lambda own, n: [try_place(own, f"c{i}") for i in range(n * each, (n + 1) * each)]
    )
    outcomes = Counter(outcome for part in given for outcome in part)
    assert outcomes == Counter({"taken": capacity, "none left": processes * each - capacity})
    assert load_clinic(store).therapists["capacity"].tolist() == [0, 0]
    with store.reading() as session:
        assert session.scalar(select(func.count()).select_from(place_table)) == capacity
    assert entries(store)["took place"] == capacity


def test_one_client_pressed_twice_takes_one_place(store: Store, store_url: str) -> None:
    import_clinic(store, small_clinic(1, capacity=8))
    given = at_once(store_url, 6, lambda own, _: try_place(own, "c0"))
    assert Counter(given) == Counter({"taken": 1, "already taken": 5})
    assert load_clinic(store).therapists["capacity"].tolist() == [7, 0]


@pytest.mark.slow
def test_no_change_is_lost_however_many_change_one_row(store: Store, store_url: str) -> None:
    import_clinic(store, small_clinic(1))

    def older(own: Store, number: int) -> int:
        refused = 0
        for _ in range(5):
            while True:
                with own.reading() as session:
                    seen = rows.client_of(session, "c0", f"staff {number}")
                try:
                    with own.writing() as session:
                        rows.change_client(session, replace(seen.value, age=seen.value.age + 1), seen.version, "staff")
                except StaleVersionError:
                    refused += 1
                else:
                    break
        return refused

    at_once(store_url, 4, older)
    assert load_clinic(store).clients["age"].tolist() == [30.0 + 4 * 5]
    assert entries(store)["changed"] == 20


def test_no_answer_is_lost_however_many_tabs_of_one_browser_save_at_once(store: Store, store_url: str) -> None:
    def answer(own: Store, number: int) -> int:
        read, merges = Draft(), 0
        for i in range(10):
            now = {**read.answers, f"answer {number}": i, "ticks": [*read.answers.get("ticks", ()), f"{number}:{i}"]}
            with own.writing() as session:
                read = drafts.save_draft(session, "a" * 64, now, read)
            merges += read.answers != now
        return merges

    assert sum(at_once(store_url, 6, answer)) > 0
    with store.reading() as session:
        kept = drafts.load_draft(session, "a" * 64).answers
    assert {name: kept[name] for name in kept if name != "ticks"} == {f"answer {n}": 9 for n in range(6)}
    assert sorted(kept["ticks"]) == sorted(f"{n}:{i}" for n in range(6) for i in range(10))


def test_entries_appended_at_once_make_one_chain(store: Store, store_url: str) -> None:
    def append(own: Store, number: int) -> None:
        for i in range(25):
            with own.writing() as session:
                audit.record(session, f"staff {number}", "saw", "client", str(i))

    at_once(store_url, 6, append)
    assert entries(store)["saw"] == 150


def test_a_first_start_by_many_makes_one_store(store_url: str) -> None:
    at_once(store_url, 5, lambda own, _: own.engine.dialect.name)
    opened = open_store(store_url, RING)
    assert entries(opened) == Counter({"made": 1})
    opened.close()


def test_many_processes_started_at_once_say_one_link_for_the_first_owner(store: Store, store_url: str) -> None:
    said = at_once(store_url, 5, lambda own, _: first_owner_link(own))
    assert len(set(said)) == 1
    with store.reading() as session:
        assert links.open_link(session, said[0]) is not None


def kill_imports(store: Store, url: str, times: int, seed: int) -> tuple[int, int]:
    """Kill so many imports at random moments; return how many had finished and how many left nothing."""
    import_clinic(store, small_clinic(400))
    started = time.perf_counter()
    _import_in_fork(url, grown_clinic(0))()
    took = time.perf_counter() - started
    chance, finished = random.Random(seed), 0
    for number in range(1, times + 1):
        before, after = load_clinic(store), grown_clinic(number)
        wait = _import_in_fork(url, after, kill_after=chance.uniform(0, took * 1.2))
        wait()
        now = load_clinic(store)
        whole = len(now.clients) == len(after.clients)
        assert_same_clinic(now, after if whole else before)
        finished += whole
    import_clinic(store, after)
    assert_same_clinic(load_clinic(store), after)
    entries(store)
    return finished, times - finished


def grown_clinic(number: int) -> Clinic:
    """Return the clinic with every client changed and some added, so that an import writes every row."""
    grown = small_clinic(401 + number)
    return replace(grown, clients=grown.clients.assign(age=20.0 + number % 50))


def _import_in_fork(url: str, clinic: Clinic, kill_after: float | None = None) -> Callable[[], object]:
    pid = os.fork()
    if pid == 0:
        try:
            import_clinic(open_store(url, RING), clinic)
        finally:
            os._exit(0)
    if kill_after is not None:
        time.sleep(kill_after)
        os.kill(pid, signal.SIGKILL)
    return lambda: os.waitpid(pid, 0)


@pytest.mark.slow
def test_an_import_killed_at_any_moment_leaves_all_or_nothing(store: Store, store_url: str) -> None:
    finished, empty = kill_imports(store, store_url, 12, seed=1)
    assert finished + empty == 12
    assert empty > 0


@pytest.mark.slow
def test_a_hundred_imports_killed_at_random_lose_nothing(store: Store, store_url: str) -> None:
    finished, empty = kill_imports(store, store_url, 100, seed=2)
    print(f"{store.engine.dialect.name}: 100 imports killed, {empty} left nothing, {finished} had finished")
    assert min(finished, empty) > 0
