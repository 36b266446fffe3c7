"""What changed since a page was drawn is looked at again when it is written; places return exactly once."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from staffed import INTAKE, NOW, SETTINGS, TODAY, enquire, held, look, new_store, open_places, ranking

from matcher.services.enquiry_keeping import CONSENT_CHANGED
from matcher.services.list_placing import accept, more_places, place_people, waiting_people
from matcher.services.offers import Offer, book, close, decline, offer
from matcher.services.one_enquiry import mark_read, move, open_case
from matcher.services.practice_columns import guess
from matcher.services.practice_files import read_export, take_in
from matcher.services.rechecking import NotEligibleError
from matcher.services.safety_lane import raise_concern, record_call
from matcher.services.settled import settled_in
from matcher.services.waiting_list import Edits
from matcher.store import rows
from matcher.store.enquiries import add_event
from matcher.store.errors import StoreError
from matcher.store.store import Store
from matcher.store.therapist_desk import TherapistSettings, change_settings

FIRST = NOW + timedelta(days=7)
AWAY = TherapistSettings("t1", TODAY)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def give(store: Store, client_id: str = "a", therapist_id: str = "t1", by=None) -> None:
    wanted = Offer(therapist_id, reason="other")
    offer(INTAKE, store, by or ranking(store), client_id, look(store, client_id).version, wanted, NOW)


def booked(store: Store, client_id: str = "a") -> None:
    enquire(store, client_id)
    give(store, client_id)
    book(INTAKE, store, client_id, look(store, client_id).version, FIRST, NOW)


def limit(store: Store, own: TherapistSettings) -> None:
    with store.writing() as session:
        change_settings(session, own, "x")


def edit(store: Store, **columns: object) -> None:
    with store.writing() as session:
        known = rows.therapist_of(session, "t1")
        rows.change_therapist(session, replace(known.value, **columns), known.version, "x")


CHANGES = [
    (lambda store: limit(store, AWAY), "Asha Demir has gone on leave: look again"),
    (
        lambda store: limit(store, TherapistSettings("t1", declined_concerns=("depression",))),
        "Asha Demir does not take on",
    ),
    (lambda store: edit(store, formats=("telehealth",)), "Asha Demir does not fit any more. Meets only"),
]


@pytest.mark.parametrize(("change", "why"), CHANGES)
def test_what_changed_since_the_page_was_drawn_stops_an_offer(store: Store, change, why: str) -> None:
    enquire(store, "a", formats=("in_person",))
    seen = ranking(store)
    change(store)
    with pytest.raises(NotEligibleError, match=why):
        give(store, by=seen)
    assert (look(store, "a").state, open_places(store, "t1")) == ("new", 1)


@pytest.mark.parametrize(("change", "why"), CHANGES)
def test_what_changed_since_the_offer_stops_offering_again_and_booking(store: Store, change, why: str) -> None:
    enquire(store, "a", formats=("in_person",))
    give(store)
    change(store)
    with pytest.raises(NotEligibleError, match=why):
        give(store)
    with pytest.raises(NotEligibleError, match=why):
        book(INTAKE, store, "a", look(store, "a").version, FIRST, NOW)
    assert look(store, "a").state == "offered"


def test_a_first_session_after_the_leave_can_be_booked_and_one_within_it_cannot(store: Store) -> None:
    enquire(store, "a")
    give(store)
    limit(store, TherapistSettings("t1", TODAY, TODAY + timedelta(days=2)))
    with pytest.raises(NotEligibleError, match="on leave until 25 November 2026"):
        book(INTAKE, store, "a", look(store, "a").version, NOW + timedelta(days=1), NOW)
    book(INTAKE, store, "a", look(store, "a").version, FIRST, NOW)
    with pytest.raises(NotEligibleError, match="on leave"):
        book(INTAKE, store, "a", look(store, "a").version, NOW + timedelta(days=1), NOW)


def test_a_plan_is_accepted_only_as_far_as_it_still_holds(store: Store) -> None:
    enquire(store, "a")
    enquire(store, "b")
    by = ranking(store)
    people = waiting_people(INTAKE, store, by)
    found = place_people(INTAKE, by, people, Edits(pins={"a": "t1", "b": "t2"}))
    limit(store, AWAY)
    done = accept(INTAKE, store, by, people, found.plan.placings, NOW)
    assert [look(store, client_id).state for client_id in "ab"] == ["new", "offered"]
    assert "Asha Demir has gone on leave" in done.refused[0][1]


def test_a_declined_booking_gives_its_place_back_once(store: Store) -> None:
    booked(store)
    decline(INTAKE, store, "a", look(store, "a").version, "times", "", NOW)
    assert (held(store, "a"), open_places(store, "t1"), look(store, "a").first_session_at) == ([], 1, None)
    with pytest.raises(StoreError, match="nothing to decline"):
        decline(INTAKE, store, "a", look(store, "a").version, "times", "", NOW)
    assert open_places(store, "t1") == 1


def test_who_is_looked_after_elsewhere_gives_a_booked_place_back(store: Store) -> None:
    booked(store)
    version = raise_concern(INTAKE, store, SETTINGS, "a", look(store, "a").version, "", NOW)
    record_call(INTAKE, store, SETTINGS, "a", version, "spoke_elsewhere", "With the acute care team", NOW)
    assert (look(store, "a").state, held(store, "a"), open_places(store, "t1")) == ("closed", [], 1)


def test_a_call_with_somebody_booked_makes_nothing_due_but_the_session(store: Store) -> None:
    booked(store)
    version = raise_concern(INTAKE, store, SETTINGS, "a", look(store, "a").version, "", NOW)
    record_call(INTAKE, store, SETTINGS, "a", version, "spoke_go_on", "Safe now", NOW)
    assert (look(store, "a").state, look(store, "a").due_at) == ("booked", FIRST)


def test_a_start_from_an_offer_keeps_the_place_and_no_lapse_opens_it(store: Store) -> None:
    from matcher.services.lapsing import lapse_holds

    enquire(store, "a")
    give(store)
    close(INTAKE, store, "a", look(store, "a").version, "started", "")
    assert lapse_holds(store, NOW + timedelta(days=30)) == 0
    assert ([place.held_until for place in held(store, "a")], open_places(store, "t1")) == ([None], 0)


def test_who_waits_again_holds_no_place(store: Store) -> None:
    enquire(store, "a")
    give(store)
    move(INTAKE, store, "a", look(store, "a").version, "waiting", NOW)
    assert (look(store, "a").state, held(store, "a"), open_places(store, "t1")) == ("waiting", [], 1)


def test_nobody_is_offered_or_closed_before_their_words_are_read(store: Store) -> None:
    enquire(store, "a", needs_reading=True)
    with pytest.raises(StoreError, match="read it, and say that you have, first"):
        give(store)
    with pytest.raises(StoreError, match="read it, and say that you have, first"):
        close(INTAKE, store, "a", 1, "no_answer", "")
    mark_read(INTAKE, store, "a", 1)
    give(store)


def test_nobody_is_suggested_to_who_took_their_agreement_back(store: Store) -> None:
    enquire(store, "a")
    enquire(store, "b", consent_matching_at=NOW)
    with store.writing() as session:
        add_event(session, "a", CONSENT_CHANGED, "client")
        add_event(session, "b", CONSENT_CHANGED, "client")
    case = open_case(INTAKE, store, ranking(store), "a")
    assert (case.slate, case.took_back, case.withheld) == (None, True, False)
    with pytest.raises(StoreError, match="speak with them first"):
        give(store)
    people = waiting_people(INTAKE, store, ranking(store))
    assert (set(people.lines), len(people.left_out["took_back"])) == ({"b"}, 1)
    assert settled_in(store).off_the_list == {"a"}
    close(INTAKE, store, "a", 1, "no_answer", "")


def test_who_is_on_leave_has_no_place_whatever_is_tried_and_nothing_is_said_of_one_more(store: Store) -> None:
    for client_id in "abc":
        enquire(store, client_id, exclude_therapists=("t2", "t3", "t4", "t5", "t6", "t7"))
    limit(store, AWAY)
    by = ranking(store)
    people = waiting_people(INTAKE, store, by)
    found = place_people(INTAKE, by, people, Edits(capacities={"t1": 3}))
    assert {placing.therapist_id for placing in found.plan.placings} == {None}
    assert "t1" not in {more.therapist_id for more in found.plan.one_more}
    assert "Asha Demir" not in " ".join(found.sentences)
    assert "on leave" in more_places(INTAKE, by, people, Edits(), found.plan, "t1", 3)


CSV = "therapist_id,name,concerns,formats,capacity\nt1,Asha Demir,depression;sleep,in_person,{}\n"


@pytest.mark.parametrize(("given", "after", "back"), [(1, 0, 1), (2, 1, 2), (0, 0, 1)])
def test_a_file_of_open_places_does_not_open_what_an_offer_holds(
    store: Store, given: int, after: int, back: int
) -> None:
    enquire(store, "a")
    give(store)
    frame = read_export(CSV.format(given).encode())
    for _ in range(2):
        take_in(INTAKE, store, frame, guess(list(frame.columns)), "")
        assert open_places(store, "t1") == after
    decline(INTAKE, store, "a", look(store, "a").version, "times", "", NOW)
    # Below what was promised already a file cannot go: that place opens when its client says no.
    assert open_places(store, "t1") == back
