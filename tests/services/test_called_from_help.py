"""A call asked for on the help page: it reaches staff each time it is asked for, with every word that goes with it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from staffed import INTAKE, NOW, SETTINGS, kinds, look, new_store

from matcher.domain.client import Client
from matcher.domain.enquiry import ClientRequest, ContactDetails, Standing
from matcher.services.enquiring import Enquiring
from matcher.services.safety_lane import record_call
from matcher.store import notices
from matcher.store.enquiries import change_enquiry
from matcher.store.store import Store

YES = Client("a", (("depression", 2),), risk_raised=True)
SAID = {"client_id": "a", "concerns": ["depression"], "safety": "yes"}
CALL = ContactDetails("Ada", phone="0491 570 006", safe=("phone",))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


@pytest.fixture
def desk(store: Store) -> Enquiring:
    made = Enquiring(lambda: store, SETTINGS, lambda: None)
    made.raise_risk(YES, ["safety_answer"], SAID)
    told(store)
    return made


def told(store: Store) -> list[str]:
    with store.writing() as session:
        found = notices.unseen(session, ("intake",))
        notices.saw_notices(session, [notice.notice_id for notice in found])
    return [notice.kind for notice in found]


@pytest.mark.parametrize("outcome", ["spoke_go_on", "spoke_elsewhere"])
def test_a_call_asked_for_after_a_call_puts_them_on_top_again(desk: Enquiring, store: Store, outcome: str) -> None:
    record_call(INTAKE, store, SETTINGS, "a", look(store, "a").version, outcome, "Safe tonight", NOW)
    standing = desk.standing("a")
    assert standing is not None
    assert not standing.urgent
    receipt = desk.add_contact("a", CALL)
    kept = look(store, "a")
    assert (kept.needs_person, kept.state != "closed", told(store)) == (True, True, ["raised"])
    assert kinds(store, "a")[-1] == ("risk_raised", None)
    assert desk.standing("a") == Standing(kept.state, True, receipt)
    assert receipt.answer_by > datetime.now(UTC)


def test_a_number_left_while_they_wait_for_the_call_is_no_second_danger(desk: Enquiring, store: Store) -> None:
    due = look(store, "a").due_at
    desk.add_contact("a", CALL)
    assert (kinds(store, "a"), told(store), look(store, "a").due_at) == ([("risk_raised", None)], [], due)


def test_new_danger_beside_the_number_is_raised_and_what_cannot_be_read_is_read(desk: Enquiring, store: Store) -> None:
    said = replace(CALL, note="He says he will kill my children")
    desk.add_contact("a", said)
    assert told(store) == ["raised"]
    assert "harm_to_others" in look(store, "a").private["why"]
    desk.add_contact("a", said)
    assert (told(store), len(kinds(store, "a"))) == ([], 2)
    desk.add_contact("a", replace(CALL, note="我想睡得好一点"))
    assert look(store, "a").needs_reading


def test_what_is_promised_is_told_as_it_stands_and_never_lies_in_the_past(desk: Enquiring, store: Store) -> None:
    desk.send(replace(YES, client_id="b"), ClientRequest("choose_for_me", CALL), {"client_id": "b"})
    late = datetime.now(UTC) - timedelta(days=3)
    for client_id in "ab":
        with store.writing() as session:
            change_enquiry(session, client_id, look(store, client_id).version, "staff", due_at=late)
        standing = desk.standing(client_id)
        assert standing is not None
        assert standing.told.answer_by > datetime.now(UTC)
    assert desk.standing("nobody") is None
