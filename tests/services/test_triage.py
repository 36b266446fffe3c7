"""The queue as staff read it, and holds that run out."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from staffed import INTAKE, NOW, OTHER, OWNER, enquire, held, kinds, look, new_store, open_places

from matcher.services import lapsing
from matcher.services.access import NotAllowedError, Person
from matcher.services.triage import next_step, queue, queue_stamp
from matcher.store import enquiries, places
from matcher.store.errors import NotFoundError
from matcher.store.queue import Listed, Wanted
from matcher.store.rows import Contact
from matcher.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def test_a_line_says_who_waits_since_when_and_what_is_next(store: Store) -> None:
    enquire(store, "a", contact=Contact("Ada Rao"), wants="therapist", therapist_id="t1", due_at=NOW - timedelta(1))
    enquire(store, "b", needs_person=True)
    later = look(store, "a").received_at + timedelta(days=2)
    shown = queue(INTAKE, store, Wanted(), later)
    assert [(line.name, line.next_step) for line in shown.lines] == [
        ("", "Call now, and record the call"),
        ("Ada Rao", "Offer Asha Demir"),
    ]
    assert shown.lines[1].overdue
    assert shown.lines[1].waited == timedelta(days=2)
    assert (shown.total, shown.counts["needs_person"], shown.counts["overdue"]) == (2, 1, 1)


def test_who_may_not_see_the_queue_does_not(store: Store) -> None:
    for person in (OWNER, Person("x", "adi", "administrator")):
        with pytest.raises(NotAllowedError):
            queue(person, store, Wanted(), NOW)
        with pytest.raises(NotAllowedError):
            queue_stamp(person, store)


def test_a_name_finds_its_enquiry(store: Store) -> None:
    enquire(store, "a", contact=Contact("Ada Rao"))
    enquire(store, "b", contact=Contact("Bo"))
    assert [line.listed.client_id for line in queue(INTAKE, store, Wanted(), NOW, names="ada").lines] == ["a"]


def line(**values: object) -> Listed:
    plain: dict[str, object] = dict.fromkeys(Listed.__slots__)
    plain |= {"client_id": "c", "state": "new", "source": "web", "needs_person": False, "needs_reading": False}
    return Listed(**{**plain, "concerns": (), **values})


BEFORE, AFTER = NOW - timedelta(hours=1), NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"needs_person": True, "state": "booked"}, "Call now, and record the call"),
        ({"needs_reading": True}, "Read what they wrote"),
        ({"source": "change"}, "Arrange the change of therapist"),
        ({"wants": "call_me"}, "Call them"),
        ({"wants": "choose_for_me"}, "Choose somebody and offer"),
        ({}, "Look, and make contact"),
        ({"state": "contacted"}, "Suggest somebody, or put on the waiting list"),
        ({"state": "waiting"}, "Look again for a place"),
        ({"state": "offered"}, "Ask whether they accept Asha"),
        ({"state": "offered", "held_until": AFTER}, "Wait for their answer about Asha"),
        ({"state": "offered", "held_until": BEFORE}, "Ask again: the hold on Asha ran out"),
        ({"state": "booked"}, "Set the first session with Asha"),
        ({"state": "booked", "first_session_at": AFTER}, "Nothing before the first session"),
        ({"state": "booked", "first_session_at": BEFORE}, "Close it: the first session was due"),
        ({"state": "closed", "needs_reading": True}, ""),
    ],
)
def test_every_state_has_its_next_step(values: dict[str, object], said: str) -> None:
    assert next_step(line(**values), NOW, "Asha") == said


def test_a_hold_that_ran_out_is_given_back_when_anybody_looks(store: Store) -> None:
    enquire(store, "a", state="offered", therapist_id="t1")
    with store.writing() as session:
        places.take_place(session, "t1", "a", "x", NOW)
    assert open_places(store, "t1") == 0
    queue(INTAKE, store, Wanted(), NOW + timedelta(seconds=1))
    assert (open_places(store, "t1"), held(store, "a")) == (1, [])
    assert (look(store, "a").state, kinds(store, "a")) == ("contacted", [("hold_lapsed", None)])


def test_a_hold_lapses_once_and_never_in_the_way_of_others(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    enquire(store, "a", state="offered", therapist_id="t1")
    with store.writing() as session:
        place_id = places.take_place(session, "t1", "a", "x", NOW)
    after, asked = NOW + timedelta(seconds=1), []

    def changed_meanwhile(session, client_id, actor):
        asked.append(client_id)
        return replace(enquiries.enquiry_of(session, client_id, actor), version=0)

    def given_back_meanwhile(session, place, actor, *, lapsed):
        raise NotFoundError("given back")

    for name, meanwhile in (("enquiry_of", changed_meanwhile), ("give_back_place", given_back_meanwhile)):
        with monkeypatch.context() as patched:
            patched.setattr(lapsing, name, meanwhile)
            queue(INTAKE, store, Wanted(), after)
        assert (look(store, "a").state, kinds(store, "a")) == ("offered", [])
    assert asked == ["a"]
    assert [place.place_id for place in held(store, "a")] == [place_id]
    assert [lapsing.lapse_holds(store, after) for _ in range(2)] == [1, 0]
    assert (look(store, "a").state, kinds(store, "a")) == ("contacted", [("hold_lapsed", None)])
    assert open_places(store, "t1") == 1


def test_a_place_that_was_kept_does_not_lapse(store: Store) -> None:
    enquire(store, "a", state="offered", therapist_id="t1")
    with store.writing() as session:
        places.keep_place(session, places.take_place(session, "t1", "a", "x", NOW), "x")
    queue(INTAKE, store, Wanted(), NOW + timedelta(days=9))
    assert len(held(store, "a")) == 1


def test_two_people_see_each_others_changes(store: Store) -> None:
    enquire(store, "a")
    before = queue_stamp(INTAKE, store)
    with store.writing() as session:
        enquiries.change_enquiry(session, "a", 1, OTHER.account_id, assigned_to=OTHER.account_id)
    assert queue_stamp(INTAKE, store) != before


def test_an_enquiry_nobody_touched_for_four_weeks_is_stale(store: Store) -> None:
    enquire(store, "a")
    now: datetime = look(store, "a").updated_at
    assert not queue(INTAKE, store, Wanted(), now + timedelta(days=28)).lines[0].stale
    late = queue(INTAKE, store, Wanted(stale=True), now + timedelta(days=28, seconds=1))
    assert [line.stale for line in late.lines] == [True]
