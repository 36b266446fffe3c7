"""Offers, holds, bookings and what is refused: limits, caseloads and safety hold whoever asks, in any order."""

from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

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

from matcher.services.access import NotAllowedError
from matcher.services.offers import NotEligibleError, Offer, book, close, decline, offer
from matcher.services.one_enquiry import mark_read
from matcher.services.safety_lane import record_call
from matcher.store import decisions, therapist_desk
from matcher.store.enquiries import change_enquiry
from matcher.store.errors import NoPlaceLeftError, StaleVersionError, StoreError
from matcher.store.slates import slates_of
from matcher.store.store import Store
from matcher.store.therapist_desk import TherapistSettings

FIRST = NOW + timedelta(days=7)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def give(store: Store, client_id: str, therapist_id: str, person=INTAKE, **more: object) -> None:
    offer(person, store, ranking(store), client_id, look(store, client_id).version, Offer(therapist_id, **more), NOW)


def test_an_offer_holds_a_place_and_keeps_what_was_suggested_and_followed(store: Store) -> None:
    enquire(store, "a")
    give(store, "a", "t1")
    assert (look(store, "a").state, look(store, "a").therapist_id) == ("offered", "t1")
    assert [p.held_until for p in held(store, "a")] == [NOW + timedelta(days=3)]
    assert open_places(store, "t1") == 0
    with store.reading() as session:
        (slate_id,) = slates_of(session, "a")
        (choice,) = decisions.choices_of(session, slate_id)
    assert (choice.therapist_id, choice.chosen_by) == ("t1", "staff")


def test_an_offer_against_the_suggestions_needs_its_reason(store: Store) -> None:
    enquire(store, "a")
    suggested = ranking(store).recommender.recommend(_frame(store), 0, safety_checked=True)[0].recommendations
    last = suggested[-1].therapist_id
    assert len(suggested) == 6
    with pytest.raises(StoreError, match="say why"):
        give(store, "a", last)
    assert held(store, "a") == []
    give(store, "a", last, reason="clinical", note="Has worked with her sister")
    with store.reading() as session:
        (kept,) = decisions.overrides_of(session, slates_of(session, "a")[0])
    assert kept.words == "clinical: Has worked with her sister"
    assert kinds(store, "a")[-1] == ("offered", "clinical")


def _frame(store: Store, client_id: str = "a"):
    from matcher.store.staff_rows import client_rows

    with store.reading() as session:
        return client_rows(session, [client_id])


def test_whom_the_client_asked_for_is_no_override_of_theirs(store: Store) -> None:
    enquire(store, "a", wants="therapist", therapist_id="t6", private={"asked_for": "t6"})
    suggested = ranking(store).recommender.recommend(_frame(store), 5, safety_checked=True)[0].recommendations
    give(store, "a", "t6")
    with store.reading() as session:
        words = [o.words for o in decisions.overrides_of(session, slates_of(session, "a")[0])]
    assert words == ([] if "t6" in {s.therapist_id for s in suggested} else ["client_asked:"])


def test_whom_staff_offered_before_was_not_asked_for(store: Store) -> None:
    enquire(store, "a", private={"asked_for": "t2"})
    suggested = ranking(store).recommender.recommend(_frame(store), 0, safety_checked=True)[0].recommendations
    last = suggested[-1].therapist_id
    with store.writing() as session:
        change_enquiry(session, "a", look(store, "a").version, "x", therapist_id=last)
    with pytest.raises(StoreError, match="say why"):
        give(store, "a", last)


def test_changing_a_booking_without_a_day_keeps_its_first_session(store: Store) -> None:
    enquire(store, "a")
    give(store, "a", "t1")
    for first in (FIRST, None):
        book(INTAKE, store, "a", look(store, "a").version, first, NOW)
        assert (look(store, "a").first_session_at, look(store, "a").due_at) == (FIRST, FIRST)
    book(INTAKE, store, "a", look(store, "a").version, FIRST + timedelta(days=1), NOW)
    assert look(store, "a").first_session_at == FIRST + timedelta(days=1)


@pytest.mark.parametrize(
    ("columns", "therapist", "why"),
    [
        ({"formats": ("telehealth",)}, "t1", "Meets only in person"),
        ({"exclude_therapists": ("t2",)}, "t2", "never to be suggested"),
        ({"max_fee": 100.0}, "t3", "over the limit"),
        ({"must_have": ("concerns",)}, "t4", "Does not list"),
        ({"modalities": ("cbt",), "must_have": ("modalities",)}, "t3", "must be honoured"),
        ({}, "t7", "no open place"),
        ({}, "nobody", "not one of the clinic's"),
    ],
)
def test_no_reason_lets_an_offer_pass_a_hard_limit(
    store: Store, columns: dict[str, object], therapist: str, why: str
) -> None:
    enquire(store, "a", **columns)
    with pytest.raises(NotEligibleError, match=why):
        give(store, "a", therapist, reason="clinical", note="I know better")
    assert (look(store, "a").state, held(store, "a")) == ("new", [])


def test_limits_a_therapist_sets_themselves_are_hard_and_said(store: Store) -> None:
    enquire(store, "a")
    own = TherapistSettings("t2", TODAY, TODAY + timedelta(days=2), declined_concerns=())
    with store.writing() as session:
        therapist_desk.change_settings(session, own, "x")
        therapist_desk.change_settings(session, TherapistSettings("t3", declined_concerns=("depression",)), "x")
    with pytest.raises(NotEligibleError, match="on leave until 25 November 2026"):
        give(store, "a", "t2", reason="other")
    with pytest.raises(NotEligibleError, match="a limit they set themselves"):
        give(store, "a", "t3", reason="other")


def test_of_two_on_the_last_place_one_gets_it_and_the_other_is_told(store: Store) -> None:
    enquire(store, "a")
    enquire(store, "b")
    before = ranking(store)
    give(store, "a", "t1")
    with pytest.raises(NoPlaceLeftError, match="somebody else"):
        offer(OTHER, store, before, "b", 1, Offer("t1"), NOW)
    assert (look(store, "b").state, kinds(store, "b"), open_places(store, "t1")) == ("new", [], 0)


def test_what_somebody_else_changed_is_not_written_over(store: Store) -> None:
    enquire(store, "a")
    give(store, "a", "t1", person=OTHER)
    with pytest.raises(StaleVersionError):
        offer(INTAKE, store, ranking(store), "a", 1, Offer("t2"), NOW)
    assert [p.therapist_id for p in held(store, "a")] == ["t1"]
    assert open_places(store, "t2") == 2


def test_another_offer_gives_the_first_place_back(store: Store) -> None:
    enquire(store, "a")
    give(store, "a", "t1")
    give(store, "a", "t2")
    assert (open_places(store, "t1"), open_places(store, "t2")) == (1, 1)
    # The last place may be the client's own: offering it again only holds it longer.
    give(store, "a", "t1")
    give(store, "a", "t1", hold_days=5)
    assert [(p.therapist_id, p.held_until) for p in held(store, "a")] == [("t1", NOW + timedelta(days=5))]
    assert open_places(store, "t1") == 0


def test_booking_makes_the_held_place_theirs(store: Store) -> None:
    enquire(store, "a")
    give(store, "a", "t1")
    book(INTAKE, store, "a", look(store, "a").version, FIRST, NOW)
    kept = look(store, "a")
    assert (kept.state, kept.first_session_at, kept.due_at) == ("booked", FIRST, FIRST)
    assert [p.held_until for p in held(store, "a")] == [None]
    close(INTAKE, store, "a", kept.version, "started", "")
    assert (look(store, "a").closed_reason, open_places(store, "t1")) == ("started", 0)


def test_booking_after_the_hold_ran_out_takes_what_is_left_or_says_so(store: Store) -> None:
    from matcher.store.places import give_back_place

    for client_id in ("a", "b"):
        enquire(store, client_id)
    give(store, "a", "t1")
    with store.writing() as session:
        give_back_place(session, held(store, "a")[0].place_id, "x")
    give(store, "b", "t1")
    with pytest.raises(NoPlaceLeftError):
        book(INTAKE, store, "a", look(store, "a").version, FIRST, NOW)
    assert look(store, "a").state == "offered"
    decline(INTAKE, store, "b", look(store, "b").version, "times", "", NOW)
    book(INTAKE, store, "a", look(store, "a").version, FIRST, NOW)
    assert (look(store, "a").state, open_places(store, "t1")) == ("booked", 0)


def test_booking_needs_an_offer(store: Store) -> None:
    enquire(store, "a", therapist_id="t1")
    with pytest.raises(StoreError, match="offer a therapist"):
        book(INTAKE, store, "a", 1, FIRST, NOW)


def test_declining_gives_the_place_back_and_keeps_why(store: Store) -> None:
    enquire(store, "a")
    give(store, "a", "t1")
    with pytest.raises(StoreError, match="say why"):
        decline(INTAKE, store, "a", look(store, "a").version, "because", "", NOW)
    decline(INTAKE, store, "a", look(store, "a").version, "cost", "Too dear", NOW)
    assert (look(store, "a").state, open_places(store, "t1"), held(store, "a")) == ("contacted", 1, [])
    assert kinds(store, "a")[-1] == ("declined", "cost")


def test_nobody_in_danger_is_offered_or_closed_away_before_a_call(store: Store) -> None:
    enquire(store, "a", needs_person=True)
    with pytest.raises(StoreError, match="speak with this client first"):
        give(store, "a", "t1")
    with pytest.raises(StoreError, match="record a call"):
        close(INTAKE, store, "a", 1, "no_answer", "")
    record_call(INTAKE, store, SETTINGS, "a", 1, "spoke_go_on", "Safe at home with her sister", NOW)
    give(store, "a", "t1")
    assert look(store, "a").state == "offered"


def test_words_of_danger_withhold_an_offer_whatever_the_enquiry_says(store: Store) -> None:
    enquire(store, "a", about="I want to kill myself")
    with pytest.raises(StoreError, match="speak with this client first"):
        give(store, "a", "t1")


def test_who_may_not_work_on_enquiries_does_not(store: Store) -> None:
    enquire(store, "a")
    with pytest.raises(NotAllowedError):
        give(store, "a", "t1", person=OWNER)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["offer", "book", "decline", "close", "start", "lapse"]),
        st.sampled_from(["a", "b", "c", "d"]),
        st.sampled_from(["t1", "t2", "t3", "t4", "t7"]),
    ),
    max_size=25,
)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(STEPS)
def test_no_order_of_steps_breaks_a_caseload_or_an_exclusion(steps: list[tuple[str, str, str]]) -> None:
    from matcher.services.lapsing import lapse_holds

    with TemporaryDirectory() as folder:
        store = new_store(Path(folder))
        enquire(store, "a", exclude_therapists=("t2",))
        enquire(store, "b", formats=("telehealth",), must_have=("concerns",))
        enquire(store, "c")
        enquire(store, "d", needs_person=True)
        for step, client_id, therapist_id in steps:
            version = look(store, client_id).version
            try:
                if step == "offer":
                    give(store, client_id, therapist_id, reason="other")
                elif step == "book":
                    book(INTAKE, store, client_id, version, FIRST, NOW)
                elif step == "decline":
                    decline(INTAKE, store, client_id, version, "times", "", NOW)
                elif step == "close":
                    close(INTAKE, store, client_id, version, "declined", "")
                elif step == "start":
                    close(INTAKE, store, client_id, version, "started", "")
                else:
                    lapse_holds(store, NOW + timedelta(days=4))
            except StoreError:
                pass
            _check(store)
        store.close()


def _check(store: Store) -> None:
    capacity = dict(zip(CLINIC.therapists["therapist_id"], CLINIC.therapists["capacity"], strict=True))
    taken: dict[str, int] = {}
    for client_id, never in (("a", {"t2"}), ("b", {"t1", "t4"}), ("c", set()), ("d", set(capacity))):
        mine = held(store, client_id)
        assert len(mine) <= 1
        state = look(store, client_id).state
        if look(store, client_id).closed_reason == "started":
            assert [place.held_until for place in mine] == [None], "whoever started takes a place"
        if state in ("offered", "booked"):
            assert look(store, client_id).therapist_id not in never
        for place in mine:
            assert place.therapist_id not in never
            taken[place.therapist_id] = taken.get(place.therapist_id, 0) + 1
    for therapist_id, places in capacity.items():
        assert taken.get(therapist_id, 0) + open_places(store, therapist_id) == places


def test_nobody_is_offered_booked_or_closed_before_their_words_are_read(store: Store) -> None:
    enquire(store, "a", needs_reading=True)
    with pytest.raises(StoreError, match="read what they wrote"):
        offer(INTAKE, store, ranking(store), "a", 1, Offer("t1"), NOW)
    with pytest.raises(StoreError, match="read what they wrote"):
        close(INTAKE, store, "a", 1, "other", "")
    version = mark_read(INTAKE, store, "a", 1)
    offer(INTAKE, store, ranking(store), "a", version, Offer("t1"), NOW)
    with store.writing() as session:
        # They wrote again after the offer.
        version = change_enquiry(session, "a", version + 1, "client", needs_reading=True)
    with pytest.raises(StoreError, match="read what they wrote"):
        book(INTAKE, store, "a", version, None, NOW)
    assert (look(store, "a").state, held(store, "a")[0].held_until is None) == ("offered", False)
