"""Since when somebody waits: a change or a return begins anew, and nothing else takes a turn away."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from staffed import INTAKE, NOW, SETTINGS, enquire, kinds, look, new_store, ranking

from matcher.domain.client import Client
from matcher.domain.enquiry import ClientRequest, ContactDetails
from matcher.domain.recommendation import Slate
from matcher.services import fit_enquiry
from matcher.services.client_files import take_in_clients
from matcher.services.enquiring import Enquiring
from matcher.services.fit_told import tell
from matcher.services.list_placing import place_people, waiting_people
from matcher.services.live import LiveMatching
from matcher.services.offers import close
from matcher.services.one_enquiry import log_contact, move
from matcher.services.safety_lane import raise_concern
from matcher.services.same_person import duplicates, merge, pairs
from matcher.services.settled import settled_in
from matcher.services.triage import queue
from matcher.services.waiting_list import Edits
from matcher.store import enquiries
from matcher.store.column_maps import ColumnMap
from matcher.store.queue import Wanted
from matcher.store.rows import Contact, add_client
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
    (opened,) = (event for event in events(store) if event.kind == "new")
    with store.reading() as session:
        assert begun_anew(session, ["a"]) == {"a": opened.at}


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


STRANGE = "我想睡得好一点"
CALM = Client("a", (("depression", 2),))
SENT = {"client_id": "a", "consent_matching": True}


def web(store: Store) -> Enquiring:
    matching = LiveMatching(store, SETTINGS)
    return Enquiring(lambda: store, SETTINGS, lambda: matching)


def looks_again(store: Store) -> None:
    web(store).show(Client("a", (("depression", 2),), about=STRANGE), Slate("a"), SENT)


def sends_again(store: Store) -> None:
    web(store).send(CALM, ClientRequest("choose_for_me", ContactDetails("Ada")), SENT)


def says_yes(store: Store) -> None:
    web(store).raise_risk(CALM, ["safety_answer"], SENT)


def asks_to_be_erased(store: Store) -> None:
    web(store).withdraw("a")


def stands_in_a_file_again(store: Store) -> None:
    frame = pd.DataFrame([{"client_id": "a", "about": STRANGE}], dtype=str)
    take_in_clients(INTAKE, store, SETTINGS, frame, ColumnMap({name: name for name in frame}, {}), "")


def writes_of_danger_in_a_fit_check(store: Store) -> None:
    with store.writing() as session:
        fit_enquiry.raise_hand(session, "a", ["suicide"], "I want to die", SETTINGS, unread=False)


def rang_somebody(store: Store) -> None:
    raise_concern(INTAKE, store, SETTINGS, "a", look(store, "a").version, "Her mother rang", datetime.now(UTC))


def opened_by_staff(store: Store) -> None:
    move(INTAKE, store, "a", look(store, "a").version, "contacted", NOW)


@pytest.mark.parametrize(
    "way",
    [
        looks_again, sends_again, says_yes, asks_to_be_erased, stands_in_a_file_again, writes_of_danger_in_a_fit_check,
        rang_somebody, opened_by_staff,
    ],
)  # fmt: skip
def test_every_way_of_opening_it_again_is_noted_and_begins_the_wait(store: Store, way: Callable[[Store], None]) -> None:
    close(INTAKE, store, "a", 1, "no_answer", "")
    closed_at = look(store, "a").updated_at
    way(store)
    assert look(store, "a").state != "closed"
    after = kinds(store, "a")
    assert len(after) > after.index(("closed", "no_answer")) + 1
    assert settled_in(store).begun["a"] > closed_at
    assert waited(store) == 20


def test_danger_in_a_fit_check_of_somebody_booked_begins_the_wait(store: Store) -> None:
    with store.writing() as session:
        enquiries.change_enquiry(session, "a", 1, "x", state="booked", therapist_id="t2")
        enquiries.add_event(session, "a", "booked", "x")
    writes_of_danger_in_a_fit_check(store)
    assert (look(store, "a").state, waited(store)) == ("new", 20)


def test_somebody_known_by_a_fit_check_alone_waits_once_staff_open_their_enquiry(store: Store) -> None:
    with store.writing() as session:
        add_client(session, Client("e", (("depression", 2),)), "x")
        tell(session, "e")
    told = look(store, "e")
    move(INTAKE, store, "e", told.version, "contacted", NOW)
    assert settled_in(store).begun["e"] > told.received_at


ADA = Contact("Ada", "ada@example.org")
LATELY = NOW - timedelta(days=30)


def merged(store: Store, keep: str, drop: str) -> None:
    (found,) = pairs(INTAKE, store, duplicates(INTAKE, store))
    assert (found.keep.client_id, found.drop.client_id) == (keep, drop)
    merge(INTAKE, store, found.keep, found.drop)


def since(store: Store, client_id: str) -> datetime:
    found = queue(INTAKE, store, Wanted(client_ids=(client_id,)), NOW).lines
    return found[0].listed.since


def test_a_fit_check_that_comes_along_in_a_merge_takes_no_turn_away(store: Store) -> None:
    enquire(store, "k", contact=ADA, received_at=LONG_AGO)
    enquire(store, "d", contact=ADA, received_at=LATELY)
    with store.writing() as session:
        fit_enquiry.raise_hand(session, "d", [], STRANGE, SETTINGS, unread=True)
    merged(store, "k", "d")
    assert ("fit_note", None) in kinds(store, "k")
    assert since(store, "k") == LONG_AGO
    # Once they are booked and ask for another therapist, they wait since then.
    with store.writing() as session:
        enquiries.change_enquiry(session, "k", look(store, "k").version, "x", state="booked", therapist_id="t2")
        enquiries.add_event(session, "k", "booked", "x")
        fit_enquiry.ask(session, "k", CHANGE, SETTINGS)
    assert since(store, "k") > NOW


def test_who_wrote_twice_waits_since_the_earlier_of_both_waits(store: Store) -> None:
    # The one received first was closed and opened again after the other one came.
    enquire(store, "k", contact=ADA, received_at=LONG_AGO)
    close(INTAKE, store, "k", 1, "no_answer", "")
    enquire(store, "d", contact=ADA, received_at=LATELY)
    move(INTAKE, store, "k", 2, "contacted", NOW)
    assert since(store, "k") > LATELY
    merged(store, "k", "d")
    assert since(store, "k") == LATELY
    for state in ("waiting", "contacted"):
        move(INTAKE, store, "k", look(store, "k").version, state, NOW)
    assert since(store, "k") == LATELY


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
