"""Words the safety rules cannot read: marked however they come in, until a person has read them or spoken with them."""

from pathlib import Path

import pandas as pd
import pytest
from staffed import INTAKE, NOW, SETTINGS, enquire, look, new_store

from matcher.domain.enquiry import ContactDetails
from matcher.services.client_files import take_in_clients
from matcher.services.one_enquiry import mark_read
from matcher.services.phone_intake import PhoneIntake, begin_with, keep_phone_intake
from matcher.store import notices
from matcher.store.column_maps import ColumnMap
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
