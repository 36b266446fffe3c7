"""Placing the whole list from the store: edits are kept, limits and caseloads never broken, danger left out."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staffed import (
    CLINIC,
    INTAKE,
    NOW,
    OTHER,
    OWNER,
    SETTINGS,
    TODAY,
    enquire,
    held,
    kinds,
    look,
    new_store,
    open_places,
    ranking,
)

from matcher.clinic import ClinicError
from matcher.services.access import NotAllowedError
from matcher.services.list_placing import (
    LEFT_OUT,
    accept,
    after_accepting,
    keep_caseloads,
    more_places,
    place_people,
    to_write,
    waiting_people,
)
from matcher.services.offers import Offer, offer
from matcher.services.safety_lane import record_call
from matcher.services.waiting_list import Edits
from matcher.store import enquiries, queue, therapist_desk
from matcher.store.audit import read_entries
from matcher.store.errors import StaleVersionError
from matcher.store.store import Store
from matcher.store.therapist_desk import TherapistSettings


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def placed(store: Store, edits: Edits | None = None):
    by = ranking(store)
    people = waiting_people(INTAKE, store, by)
    return people, place_people(INTAKE, by, people, edits or Edits())


def where(found) -> dict[str, str | None]:
    return {p.client_id: p.therapist_id for p in found.plan.placings}


def whom(people) -> dict[str, list[str]]:
    """Return who is left out of the list, by why."""
    return {why: [line.client_id for line in lines] for why, lines in people.left_out.items()}


def busy(store: Store) -> None:
    enquire(store, "a", exclude_therapists=("t1",))
    enquire(store, "b", formats=("telehealth",), must_have=("concerns",))
    enquire(store, "c", needs_person=True)
    enquire(store, "d", needs_reading=True)
    enquire(store, "e", about="I want to kill myself")
    enquire(store, "f", state="booked", therapist_id="t1")
    enquire(store, "g", state="waiting")


def test_danger_and_what_nobody_has_read_are_left_out_of_the_list(store: Store) -> None:
    busy(store)
    people, found = placed(store)
    assert whom(people) == {why: [] for why in LEFT_OUT} | {"raised": ["c"], "unread": ["d"]}
    assert set(people.lines) == {"a", "b", "e", "g"}
    whys = {p.client_id: p.why for p in found.plan.placings}
    assert whys["e"] == "withheld"
    assert {client for client, why in whys.items() if why == "placed"} == {"a", "b", "g"}


def test_who_named_no_concern_or_took_back_their_consent_is_counted_and_not_placed(store: Store) -> None:
    enquire(store, "a", concerns=())
    enquire(store, "b", concerns=(), needs_person=True)
    enquire(store, "c", consent_matching_at=NOW)
    enquire(store, "d")
    for client_id, agreed in (("c", None), ("e", NOW), ("f", None)):
        if client_id != "c":
            enquire(store, client_id, consent_matching_at=None if agreed else NOW)
        with store.writing() as session:
            enquiries.change_enquiry(session, client_id, 1, "client", consent_matching_at=agreed)
            enquiries.add_event(session, client_id, enquiries.CONSENT_CHANGED, "client")
    people, found = placed(store)
    assert whom(people) == {why: [] for why in LEFT_OUT} | {"raised": ["b"], "took_back": ["c", "f"], "unnamed": ["a"]}
    assert set(where(found)) == {"d", "e"}
    with store.reading() as session:
        assert queue.off_the_list(session) == {"c", "f"}


def test_whom_a_person_has_spoken_with_is_placed_with_the_others(store: Store) -> None:
    enquire(store, "e", about="I want to kill myself", needs_person=True, risk_raised=True)
    record_call(INTAKE, store, SETTINGS, "e", 1, "spoke_go_on", "Safe now", NOW)
    _, found = placed(store)
    assert [p.why for p in found.plan.placings] == ["placed"]


def test_a_therapists_own_limits_hold_in_the_plan(store: Store) -> None:
    for client_id in "abcdefghi":
        enquire(store, client_id)
    with store.writing() as session:
        therapist_desk.change_settings(session, TherapistSettings("t2", TODAY, None), "x")
        therapist_desk.change_settings(session, TherapistSettings("t3", declined_concerns=("depression",)), "x")
    _, found = placed(store)
    assert {"t2", "t3", "t7"}.isdisjoint(where(found).values())


def test_the_plan_says_its_therapists_by_name_and_what_more_places_would_do(store: Store) -> None:
    for client_id in "abcdefghijk":
        enquire(store, client_id, formats=("telehealth",), must_have=("concerns",))
    by = ranking(store)
    people, found = placed(store)
    said = " ".join(found.sentences)
    assert "Gus Petrov" in said or "Ben Okafor" in said
    assert "First come, first served" in said
    assert found.plan.comparison.placed == 4
    words = more_places(INTAKE, by, people, Edits(), found.plan, "t2", 3)
    assert words.startswith("3 more places with Ben Okafor would serve 3 more (")
    nobody = more_places(INTAKE, by, people, Edits(), found.plan, "t1", 1)
    assert "1 more place with Asha Demir would serve nobody more" in nobody


def test_accepting_holds_places_and_a_refusal_stops_none_of_the_others(store: Store) -> None:
    for client_id in "abc":
        enquire(store, client_id)
    people, found = placed(store, Edits(capacities={"t7": 1}, pins={"a": "t7"}))
    done = accept(INTAKE, store, ranking(store), people, found.plan.placings, NOW)
    assert len(done.offered) == 2
    ((reference, why),) = done.refused
    assert reference == people.lines["a"].reference
    assert "no open place" in why
    assert look(store, "b").state == "offered"
    assert len(held(store, "b")) == 1
    assert kinds(store, "b")[-1] == ("offered", "whole_list")
    again = accept(INTAKE, store, ranking(store), people, found.plan.placings, NOW)
    assert len(again.refused) == 3
    keep_caseloads(INTAKE, store, ranking(store), {"t7": 1})
    assert open_places(store, "t7") == 1


def test_a_number_tried_out_counts_the_places_an_accepted_plan_took(store: Store) -> None:
    for client_id in "abc":
        enquire(store, client_id)
    tried = Edits(capacities={"t2": 3, "t3": 1}, pins=dict.fromkeys("abc", "t2"))
    people, found = placed(store, tried)
    done = accept(INTAKE, store, ranking(store), people, found.plan.placings, NOW)
    assert (len(done.offered), len(done.refused), open_places(store, "t2")) == (2, 1, 0)
    left = after_accepting(tried, done)
    assert left.capacities == {"t2": 1, "t3": 1}
    keep_caseloads(INTAKE, store, ranking(store), left.capacities)
    people, found = placed(store, replace(left, pins={}))
    accept(INTAKE, store, ranking(store), people, [p for p in found.plan.placings if p.therapist_id == "t2"], NOW)
    assert sum(place.therapist_id == "t2" for c in "abc" for place in held(store, c)) + open_places(store, "t2") == 3


def test_a_place_taken_meanwhile_is_not_given_away_twice_by_a_number_tried_out(store: Store) -> None:
    enquire(store, "a")
    seen = ranking(store)
    offer(OTHER, store, seen, "a", 1, Offer("t2", reason="clinical"), NOW)
    before = {therapist: open_places(store, therapist) for therapist in ("t2", "t3")}
    with pytest.raises(StaleVersionError):
        keep_caseloads(INTAKE, store, seen, {"t3": 5, "t2": 3})
    assert {therapist: open_places(store, therapist) for therapist in ("t2", "t3")} == before
    keep_caseloads(INTAKE, store, ranking(store), {"t3": 5, "t2": 3})
    assert (open_places(store, "t2"), open_places(store, "t3")) == (3, 5)


def test_a_pin_that_cannot_be_kept_is_named_with_its_limit_and_everybody_else_is_placed(store: Store) -> None:
    for client_id in "bcdefg":
        enquire(store, client_id)
    enquire(store, "a", exclude_therapists=("t1",))
    pins = {"a": "t1", "b": "t7", "c": "t2", "d": "t3", "e": "t3", "f": "t4", "g": "t4"}
    tried = Edits(pins, frozenset({("c", "t2")}), {"t3": 2})
    _, found = placed(store, tried)
    assert found.unkept == {
        "a": "This therapist is never to be suggested to this client.",
        "b": "Has no open place at the moment.",
        "c": "You ruled them out for each other.",
        "g": "Only 1 can be kept with them: that many places are open.",
    }
    got = where(found)
    assert {client: got[client] for client in "def"} == {"d": "t3", "e": "t3", "f": "t4"}
    # They are placed as well as the list allows, never against what could not be kept.
    assert None not in got.values()
    assert (got["a"], got["c"], list(got.values()).count("t4")) != ("t1", "t2", 2)
    assert got["a"] != "t1"
    assert got["c"] != "t2"


def test_places_tried_out_that_a_plan_uses_are_told_before_it_is_accepted(store: Store) -> None:
    for client_id in "abc":
        enquire(store, client_id)
    by = ranking(store)
    pins = dict.fromkeys("abc", "t2")
    edits = Edits(pins, capacities={"t2": 3, "t3": 9})
    _, found = placed(store, edits)
    assert to_write(by, edits, found.plan.placings) == {"t2": (3, 2)}
    assert to_write(by, Edits(pins), found.plan.placings) == {}
    assert to_write(by, edits, [p for p in found.plan.placings if p.client_id != "a"]) == {}


def test_that_answers_were_opened_to_be_placed_is_on_record(store: Store) -> None:
    busy(store)
    waiting_people(INTAKE, store, ranking(store))
    with store.reading() as session:
        (entry,) = [e for e in read_entries(session) if e.action == "opened"]
    assert (entry.actor, entry.detail) == (INTAKE.account_id, {"clients": 4})


def test_owners_place_nobody(store: Store) -> None:
    with pytest.raises(NotAllowedError):
        waiting_people(OWNER, store, ranking(store))


IDS = ("a", "b", "e", "g")
THERAPISTS = tuple(CLINIC.therapists["therapist_id"])
EDITS = st.builds(
    Edits,
    st.dictionaries(st.sampled_from(IDS), st.sampled_from(THERAPISTS), max_size=2),
    st.frozensets(st.tuples(st.sampled_from(IDS), st.sampled_from(THERAPISTS)), max_size=5),
    st.dictionaries(st.sampled_from(THERAPISTS), st.integers(0, 3), max_size=3),
)


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = new_store(tmp_path_factory.mktemp("shared"))
    busy(store)
    return store


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(edits=EDITS)
def test_whatever_is_edited_pins_bans_caseloads_and_limits_hold(shared: Store, edits: Edits) -> None:
    try:
        _, found = placed(shared, edits)
    except ClinicError:
        return
    got = where(found)
    capacity = dict(zip(THERAPISTS, CLINIC.therapists["capacity"], strict=True)) | dict(edits.capacities)
    counts = Counter(therapist for therapist in got.values() if therapist is not None)
    assert all(n <= capacity[therapist] for therapist, n in counts.items())
    kept = {client: therapist for client, therapist in edits.pins.items() if client not in found.unkept}
    assert all(got[client] == therapist for client, therapist in kept.items())
    assert all(got[client] != therapist for client, therapist in edits.bans)
    assert got["a"] != "t1"
    assert got["b"] not in {"t1", "t4", "t5", "t6"}
    assert got["e"] is None
