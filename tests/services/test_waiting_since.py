"""Since when somebody waits: a change or a return begins anew, and nothing else takes a turn away."""

from datetime import timedelta
from pathlib import Path

import pytest
from staffed import INTAKE, NOW, SETTINGS, enquire, look, new_store, ranking

from matcher.services import fit_enquiry
from matcher.services.list_placing import place_people, waiting_people
from matcher.services.offers import close
from matcher.services.one_enquiry import log_contact, move
from matcher.services.settled import settled_in
from matcher.services.triage import queue
from matcher.services.waiting_list import Edits
from matcher.store import enquiries
from matcher.store.queue import Wanted
from matcher.store.store import Store
from matcher.store.waiting_since import begun_anew, since_then

LONG_AGO = NOW - timedelta(days=300)
CHANGE = fit_enquiry.Change("t2", 3, ("pushed",), "")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = new_store(tmp_path)
    enquire(store, "a", received_at=LONG_AGO, enquired_at=LONG_AGO.replace(tzinfo=None))
    return store


def waited(store: Store) -> int:
    """Return for how many days ``a`` waits, on the day of their last change and twenty more."""
    later = look(store, "a").updated_at + timedelta(days=20, hours=1)
    (line,) = (line for line in queue(INTAKE, store, Wanted(), later).lines if line.listed.client_id == "a")
    return line.waited.days


def events(store: Store) -> list[enquiries.Event]:
    with store.reading() as session:
        return enquiries.events_of(session, "a", "x")


def ask_change(store: Store) -> None:
    with store.writing() as session:
        fit_enquiry.ask(session, "a", CHANGE, SETTINGS)


def test_a_change_and_a_return_wait_since_they_were_asked(store: Store) -> None:
    assert waited(store) > 300
    close(INTAKE, store, "a", 1, "no_answer", "")
    move(INTAKE, store, "a", look(store, "a").version, "contacted", NOW)
    assert waited(store) == 20
    with store.writing() as session:
        enquiries.change_enquiry(session, "a", look(store, "a").version, "x", state="closed", closed_reason="started")
    ask_change(store)
    assert waited(store) == 20


def test_nothing_asked_once_more_takes_a_turn_away(store: Store) -> None:
    log_contact(INTAKE, store, "a", 1, "phone", "reached", "", NOW)
    for kind in ("offered", "booked", "declined", "requested"):
        with store.writing() as session:
            enquiries.add_event(session, "a", kind, "x")
    assert waited(store) > 300
    ask_change(store)
    since = settled_in(store).begun["a"]
    ask_change(store)
    move(INTAKE, store, "a", look(store, "a").version, "waiting", NOW)
    assert settled_in(store).begun == {"a": since}


def test_what_is_noted_beside_a_closed_enquiry_begins_no_wait(store: Store) -> None:
    with store.writing() as session:
        enquiries.add_event(session, "a", "booked", "x")
    close(INTAKE, store, "a", 1, "went_elsewhere", "")
    with store.writing() as session:
        for kind in ("fit_told", "fit_read", "read", "consent_changed", "handover"):
            enquiries.add_event(session, "a", kind, "x")
    assert settled_in(store).begun == {}
    with store.reading() as session:
        assert begun_anew(session, ["a"]) == {}
    ask_change(store)
    (asked,) = (event for event in events(store) if event.kind == "change_asked")
    with store.reading() as session:
        assert begun_anew(session, ["a"]) == {"a": asked.at}


@pytest.mark.parametrize(
    "kind", ["contacted", "new", "waiting", "phone_intake", "raised", "risk_raised", "requested", "asked_to_erase"]
)
def test_whatever_opens_it_again_begins_the_wait(store: Store, kind: str) -> None:
    close(INTAKE, store, "a", 1, "no_answer", "")
    with store.writing() as session:
        for one in ("fit_told", kind, "phone"):
            enquiries.add_event(session, "a", one, "x")
    (opened,) = (event for event in events(store) if event.kind == kind)
    with store.reading() as session:
        assert begun_anew(session, ["a"]) == {"a": opened.at}


def test_scarce_places_go_by_how_long_somebody_waits_since_they_came_back(store: Store) -> None:
    # One place, and b has waited for two weeks when a comes back after 300 days.
    only = {"exclude_therapists": ("t2", "t3", "t4", "t5", "t6", "t7")}
    with store.writing() as session:
        enquiries.change_enquiry(session, "a", 1, "x", state="closed", closed_reason="no_answer")
        enquiries.add_event(session, "a", "closed", "x", "no_answer")
    for client_id, since in (("c", LONG_AGO), ("b", NOW - timedelta(days=14))):
        enquire(store, client_id, received_at=since, enquired_at=since.replace(tzinfo=None), **only)
    move(INTAKE, store, "c", 1, "waiting", NOW)
    close(INTAKE, store, "c", 2, "no_answer", "")
    move(INTAKE, store, "c", 3, "waiting", NOW)
    by = ranking(store)
    people = waiting_people(INTAKE, store, by)
    plan = place_people(INTAKE, by, people, Edits(), queue_first=True).plan
    assert {placing.client_id: placing.therapist_id for placing in plan.placings} == {"b": "t1", "c": None}
    frame = since_then(people.frame, settled_in(store).begun)
    assert frame["enquired_at"].dtype == people.frame["enquired_at"].dtype
