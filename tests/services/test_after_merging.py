"""After a merge: danger sent from the closed enquiry's browser is never lost, and what was taken back stays so."""

from datetime import timedelta
from pathlib import Path

import pytest
from staffed import INTAKE, NOW, SETTINGS, enquire, kinds, look, new_store, told

from matcher.domain.client import Client
from matcher.domain.enquiry import ClientRequest, ContactDetails
from matcher.services import fit_enquiry
from matcher.services.enquiring import Enquiring
from matcher.services.safety_lane import record_call
from matcher.services.same_person import duplicates, merge, pairs
from matcher.services.triage import queue
from matcher.store import enquiries, notices
from matcher.store.errors import StoreError
from matcher.store.queue import Wanted, off_the_list, took_back
from matcher.store.rows import Contact
from matcher.store.store import Store

YES = Client("b", (("depression", 2),), risk_raised=True)
SAID_YES = {"client_id": "b", "concerns": ["depression"], "safety": "yes", "consent_matching": True}
CALL = ContactDetails("Ada", phone="0491 570 156")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = new_store(tmp_path)
    contact = Contact("Ada", phone="0491 570 156")
    enquire(store, "a", contact=contact, received_at=NOW - timedelta(1), consent_matching_at=NOW)
    enquire(store, "b", contact=contact, needs_person=True, risk_raised=True, private={"why": ["safety_answer"]})
    return store


@pytest.fixture
def desk(store: Store) -> Enquiring:
    return Enquiring(lambda: store, SETTINGS, lambda: None)


def merged(store: Store) -> None:
    (found,) = pairs(INTAKE, store, duplicates(INTAKE, store))
    merge(INTAKE, store, found.keep, found.drop)


def called_about_it(store: Store) -> None:
    """Have somebody speak with them about what was raised, and see every notice."""
    merged(store)
    record_call(INTAKE, store, SETTINGS, "a", look(store, "a").version, "spoke_go_on", "Safe tonight", NOW)
    with store.writing() as session:
        notices.saw_notices(session, [notice.notice_id for notice in notices.unseen(session, ("intake",))])


def lane(store: Store) -> set[str]:
    return {line.listed.client_id for line in queue(INTAKE, store, Wanted(needs_person=True), NOW).lines}


def test_the_closed_one_waits_no_more_for_the_call_the_kept_one_waits_for(store: Store) -> None:
    merged(store)
    assert (look(store, "a").needs_person, look(store, "b").needs_person) == (True, False)


def test_no_merge_ends_a_wait_that_the_kept_one_does_not_take_over(store: Store) -> None:
    with store.writing() as session, pytest.raises(StoreError, match="recorded call"):
        enquiries.change_enquiry(session, "b", 1, "x", needs_person=False, merged_into="a")


def says_yes(desk: Enquiring) -> None:
    desk.raise_risk(YES, ["safety_answer"], SAID_YES)


def asks_for_a_call_in_danger(desk: Enquiring) -> None:
    desk.add_contact("b", CALL)


def sends_yes(desk: Enquiring) -> None:
    desk.send(YES, ClientRequest("call_me", CALL), SAID_YES)


def writes_in_a_fit_check(desk: Enquiring) -> None:
    with desk.store().writing() as session:
        fit_enquiry.raise_hand(session, "b", ["suicide"], "I may die", SETTINGS, unread=False)


@pytest.mark.parametrize("before", [False, True])
@pytest.mark.parametrize("way", [says_yes, asks_for_a_call_in_danger, sends_yes, writes_in_a_fit_check])
def test_danger_from_the_closed_ones_browser_puts_the_kept_one_on_top(
    desk: Enquiring, store: Store, way, before: bool
) -> None:
    called_about_it(store)
    if before:
        # As merges left it until now.
        with store.writing() as session:
            session.execute(enquiries.enquiries.update().where(enquiries.enquiries.c.client_id == "b").values(
                needs_person=True
            ))  # fmt: skip
    way(desk)
    assert look(store, "a").needs_person
    assert lane(store) == {"a", "b"}
    assert kinds(store, "a")[-1] == ("risk_raised", None)
    assert set(told(store)) == {"raised"}
    standing = desk.standing("b")
    assert standing is not None
    assert standing.urgent


def test_what_was_taken_back_or_asked_for_is_noted_beside_the_kept_one(store: Store) -> None:
    with store.writing() as session:
        enquiries.add_event(session, "b", enquiries.CONSENT_CHANGED, "client")
        enquiries.add_event(session, "b", enquiries.ASKED_TO_ERASE, "client")
    called_about_it(store)
    with store.reading() as session:
        assert took_back(session, "a")
        assert off_the_list(session) == {"a", "b"}
    assert queue(INTAKE, store, Wanted(text=look(store, "a").reference), NOW).lines[0].listed.to_erase


def test_research_taken_back_is_taken_back_alone(store: Store) -> None:
    with store.writing() as session:
        enquiries.change_enquiry(session, "a", 1, "x", consent_research_at=NOW)
        enquiries.change_enquiry(session, "b", 1, "x", consent_matching_at=NOW)
        enquiries.add_event(session, "b", enquiries.CONSENT_CHANGED, "client", enquiries.RESEARCH_ALONE)
    merged(store)
    kept = look(store, "a")
    assert (kept.consent_matching_at, kept.consent_research_at) == (NOW, None)
    assert (enquiries.CONSENT_CHANGED, enquiries.RESEARCH_ALONE) in kinds(store, "a")
    with store.reading() as session:
        assert not took_back(session, "a")


def test_whom_they_asked_for_last_is_whom_the_kept_one_names(store: Store) -> None:
    with store.writing() as session:
        enquiries.change_enquiry(
            session, "a", 1, "x", wants="therapist", therapist_id="t1", private={"asked_for": "t1"}
        )
        enquiries.change_enquiry(
            session, "b", 1, "x", wants="therapist", therapist_id="t2", private={"asked_for": "t2"}
        )
    merged(store)
    assert (look(store, "a").therapist_id, look(store, "a").private["asked_for"]) == ("t2", "t2")
