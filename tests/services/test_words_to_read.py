"""Words the safety rules cannot read: marked however they come in, until a person has read them or spoken with them."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from staffed import INTAKE, NOW, SETTINGS, enquire, look, new_store

from matcher.domain.client import Client
from matcher.domain.enquiry import ClientRequest, ContactDetails
from matcher.domain.recommendation import Slate
from matcher.services.client_files import take_in_clients
from matcher.services.enquiring import Enquiring
from matcher.services.live import LiveMatching
from matcher.services.one_enquiry import log_contact, mark_read, move
from matcher.services.phone_intake import PhoneIntake, begin_with, keep_phone_intake
from matcher.services.safety_lane import record_call
from matcher.store import notices
from matcher.store.column_maps import ColumnMap
from matcher.store.enquiries import change_enquiry
from matcher.store.store import Store

STRANGE, OTHER = "我想睡得好一点", "不知道怎么办"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def take_in(store: Store, about: str) -> None:
    frame = pd.DataFrame([{"client_id": "a", "about": about}], dtype=str)
    take_in_clients(INTAKE, store, SETTINGS, frame, ColumnMap({name: name for name in frame}, {}), "")


def by_phone(store: Store, **more: str) -> None:
    begun = begin_with(INTAKE, store, "a")
    contact = ContactDetails("Ada")
    keep_phone_intake(INTAKE, store, SETTINGS, PhoneIntake({**begun.answers, **more}, contact, "wait", begun), NOW)


@pytest.mark.parametrize("closed", [True, False])
def test_new_words_in_a_file_are_to_be_read_and_the_same_again_are_not(store: Store, closed: bool) -> None:
    more = {"state": "closed", "closed_reason": "declined"} if closed else {"state": "waiting"}
    enquire(store, "a", about="I sleep badly", **more)
    take_in(store, STRANGE)
    kept = look(store, "a")
    assert (kept.needs_reading, kept.needs_person, kept.state) == (True, False, "new" if closed else "waiting")
    with store.reading() as session:
        assert [notice.kind for notice in notices.unseen(session, ("intake",))] == ["read"]
    version = mark_read(INTAKE, store, "a", kept.version)
    take_in(store, STRANGE)
    take_in(store, "")
    assert (look(store, "a").needs_reading, look(store, "a").version) == (False, version)


def test_a_phone_intake_leaves_older_words_to_be_read(store: Store) -> None:
    enquire(store, "a", about=STRANGE, needs_reading=True)
    by_phone(store, about="They tell us about their sleep")
    assert look(store, "a").needs_reading


def test_what_was_read_is_not_to_be_read_again_for_being_kept_once_more_by_phone(store: Store) -> None:
    enquire(store, "a", about=STRANGE, private={"answers": {"hopes": STRANGE}})
    by_phone(store, outcome="To sleep")
    assert not look(store, "a").needs_reading
    by_phone(store, hopes=OTHER)
    assert look(store, "a").needs_reading


CALM = Client("a", (("depression", 2),), about="I sleep badly")
ASKED = ClientRequest("choose_for_me", ContactDetails("Ada", phone="0491 570 006"))
SENT = {"client_id": "a", "about": "I sleep badly", "consent_matching": True}


def web(store: Store) -> Enquiring:
    matching = LiveMatching(store, SETTINGS)
    return Enquiring(lambda: store, SETTINGS, lambda: matching)


def told(store: Store) -> list[str]:
    with store.writing() as session:
        found = notices.unseen(session, ("intake",))
        notices.saw_notices(session, [notice.notice_id for notice in found])
    return [notice.kind for notice in found]


@pytest.mark.parametrize("where", ["about", "hopes", "note"])
@pytest.mark.parametrize("state", ["new", "waiting"])
def test_words_added_to_a_request_that_was_sent_are_to_be_read_once(store: Store, state: str, where: str) -> None:
    desk, client, asked, answers = web(store), CALM, ASKED, dict(SENT)
    desk.send(client, asked, answers)
    with store.writing() as session:
        change_enquiry(session, "a", look(store, "a").version, "test", state=state)
    told(store)
    if where == "note":
        asked = replace(asked, contact=replace(asked.contact, note=STRANGE))
    else:
        answers[where] = STRANGE
        client = replace(client, about=answers["about"])
    desk.send(client, asked, answers)
    assert (look(store, "a").needs_reading, told(store)) == (True, ["read"])
    mark_read(INTAKE, store, "a", look(store, "a").version)
    desk.send(client, asked, answers)
    assert (look(store, "a").needs_reading, told(store)) == (False, [])


def test_words_changed_on_the_way_back_to_the_list_are_to_be_read_whether_or_not_it_is_sent_again(store: Store) -> None:
    desk = web(store)
    desk.send(CALM, ASKED, SENT)
    changed, slate = replace(CALM, about=STRANGE), Slate("a")
    told(store)
    desk.show(changed, slate, SENT | {"about": STRANGE})
    assert (look(store, "a").needs_reading, told(store)) == (True, ["read"])
    mark_read(INTAKE, store, "a", look(store, "a").version)
    desk.show(changed, slate, SENT | {"about": STRANGE})
    desk.send(changed, ASKED, SENT | {"about": STRANGE})
    assert not look(store, "a").needs_reading


@pytest.mark.parametrize("closed", [True, False])
def test_strange_words_beside_a_danger_spoken_about_open_the_enquiry_and_are_due(store: Store, closed: bool) -> None:
    desk, said = web(store), "I want to end my life"
    client = replace(CALM, about=said, risk_raised=True)
    desk.raise_risk(client, ["suicide"], {"client_id": "a"})
    outcome = "spoke_elsewhere" if closed else "spoke_go_on"
    record_call(INTAKE, store, SETTINGS, "a", look(store, "a").version, outcome, "Safe", NOW)
    if not closed:
        move(INTAKE, store, "a", look(store, "a").version, "waiting", NOW + timedelta(days=400))
    told(store)
    desk.raise_risk(client, ["suicide"], {"client_id": "a", "hopes": STRANGE})
    kept = look(store, "a")
    assert (kept.state, kept.needs_reading, kept.needs_person) == ("new" if closed else "waiting", True, False)
    assert kept.due_at is not None
    assert kept.due_at < kept.updated_at + timedelta(days=14)
    assert told(store) == ["read"]


def test_what_nobody_has_read_is_not_put_off_until_it_is(store: Store) -> None:
    enquire(store, "a", needs_reading=True, due_at=NOW)
    later = NOW + timedelta(days=14)
    move(INTAKE, store, "a", 1, "waiting", later)
    log_contact(INTAKE, store, "a", 2, "phone", "no_answer", "", later)
    assert look(store, "a").due_at == NOW
    log_contact(INTAKE, store, "a", 3, "phone", "reached", "", later)
    assert (look(store, "a").due_at, look(store, "a").needs_reading) == (later, False)
