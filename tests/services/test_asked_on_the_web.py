"""A call asked for by somebody who waits, and a wish to be erased: seen by staff, in time, with what to do next."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from staffed import INTAKE, NOW, OTHER, SETTINGS, enquire, kinds, look, new_store, ranking, told

from matcher.domain.client import Client
from matcher.domain.enquiry import ClientRequest, ContactDetails
from matcher.services.enquiring import Enquiring
from matcher.services.list_placing import waiting_people
from matcher.services.offers import book
from matcher.services.one_enquiry import log_contact
from matcher.services.safety_lane import record_call
from matcher.services.triage import QueueLine, queue
from matcher.store.queue import Wanted, off_the_list
from matcher.store.store import Store

ANNE = Client("a", (("depression", 2),))
LATER = timedelta(days=14)
CALL = ClientRequest("call_me", ContactDetails("Ada", phone="0491 570 006"))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


@pytest.fixture
def desk(store: Store) -> Enquiring:
    return Enquiring(lambda: store, SETTINGS, lambda: None)


def line(store: Store) -> QueueLine:
    (found,) = queue(INTAKE, store, Wanted(), datetime.now(UTC)).lines
    return found


@pytest.mark.parametrize("wanted", ["wait", "call_me"])
@pytest.mark.parametrize("state", ["contacted", "waiting", "offered", "booked"])
def test_a_call_asked_for_while_waiting_comes_soon_and_is_next(
    desk: Enquiring, store: Store, state: str, wanted: str
) -> None:
    late = datetime.now(UTC) + LATER
    enquire(store, "a", state=state, wants=wanted, therapist_id="t1", due_at=late)
    receipt = desk.send(ANNE, CALL, {"client_id": "a"})
    assert look(store, "a").due_at == receipt.answer_by < late
    assert told(store) == ["call"]
    assert line(store).next_step == "Call them"
    # Sent once more, as after a reload, it is the same.
    assert desk.send(ANNE, CALL, {"client_id": "a"}) == receipt
    assert [kind for kind, _ in kinds(store, "a")].count("requested") == 1


def test_an_earlier_promise_stands_and_who_would_rather_wait_is_not_hurried(desk: Enquiring, store: Store) -> None:
    soon, late = datetime.now(UTC) + timedelta(minutes=5), datetime.now(UTC) + LATER
    enquire(store, "a", state="waiting", wants="choose_for_me", due_at=soon)
    assert desk.send(ANNE, CALL, {"client_id": "a"}).answer_by == soon
    enquire(store, "b", state="contacted", wants="choose_for_me", due_at=late)
    waits = ClientRequest("wait", CALL.contact)
    assert desk.send(Client("b", ANNE.concerns), waits, {"client_id": "b"}).answer_by == late


def test_who_comes_back_or_wants_something_else_is_told_of(desk: Enquiring, store: Store) -> None:
    enquire(store, "a", state="closed", wants="choose_for_me", closed_reason="declined")
    desk.send(ANNE, ClientRequest("choose_for_me", CALL.contact), {"client_id": "a"})
    assert (look(store, "a").state, told(store)) == ("new", ["again"])


def test_a_call_that_was_made_is_not_asked_for_any_more(store: Store) -> None:
    enquire(store, "a", state="waiting", wants="call_me")
    log_contact(INTAKE, store, "a", 1, "phone", "no_answer", "", NOW)
    assert line(store).next_step == "Call them"
    log_contact(INTAKE, store, "a", 2, "phone", "reached", "", NOW)
    assert line(store).next_step == "Look again for a place"
    enquire(store, "b", state="new", wants="call_me", needs_person=True)
    record_call(INTAKE, store, SETTINGS, "b", 1, "spoke_go_on", "Fine", NOW)
    enquire(store, "c", state="offered", wants="call_me", therapist_id="t2")
    book(INTAKE, store, "c", 1, NOW, NOW)
    assert [look(store, client_id).wants for client_id in "abc"] == [None] * 3


@pytest.mark.parametrize("state", ["closed", "waiting"])
def test_a_wish_to_be_erased_is_seen_whatever_became_of_the_enquiry(desk: Enquiring, store: Store, state: str) -> None:
    more = {"closed_reason": "declined"} if state == "closed" else {"due_at": datetime.now(UTC) + LATER}
    enquire(store, "a", state=state, **more)
    desk.withdraw("a")
    kept = look(store, "a")
    assert kept.state == ("new" if state == "closed" else state)
    assert kept.due_at is not None
    assert kept.due_at < datetime.now(UTC) + LATER - timedelta(days=1)
    assert told(store) == ["erase"]
    assert line(store).next_step == "Make sure it is them, then erase them as they asked"
    with store.reading() as session:
        assert "a" in off_the_list(session)
    waiting = waiting_people(INTAKE, store, ranking(store))
    assert (waiting.lines, len(waiting.left_out["to_erase"])) == ({}, 1)
    desk.withdraw("a")
    opened = [("new", None)] if state == "closed" else []
    assert kinds(store, "a") == [*opened, ("asked_to_erase", None)]


def test_danger_comes_before_a_wish_to_be_erased(desk: Enquiring, store: Store) -> None:
    enquire(store, "a", needs_person=True)
    desk.withdraw("a")
    assert queue(OTHER, store, Wanted(), NOW).lines[0].next_step == "Call now, and record the call"
