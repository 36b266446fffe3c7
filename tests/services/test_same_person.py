"""The same person twice: found, shown with their names, and merged without losing what either enquiry holds."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from staffed import INTAKE, NOW, OTHER, enquire, held, kinds, look, new_store, open_places, ranking

from matcher.services.fit_told import mark_fit_read, waits_to_be_read
from matcher.services.one_enquiry import open_case
from matcher.services.safety_lane import fit_notes, keep_handover, kept_handover
from matcher.services.same_person import BOTH_PLACED, Pair, duplicates, merge, pairs
from matcher.services.triage import queue
from matcher.store import decisions, enquiries, places
from matcher.store.errors import StaleVersionError, StoreError
from matcher.store.queue import Wanted
from matcher.store.rows import Contact, client_of, contact_of
from matcher.store.store import Store

ADA = Contact("Ada", "ada@example.org", note="Works nights")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def pair(store: Store, first: dict[str, object] | None = None, second: dict[str, object] | None = None) -> Pair:
    """Keep two enquiries of one person, and one of somebody else."""
    enquire(store, "a", **{"contact": ADA, "received_at": NOW - timedelta(1), **(first or {})})
    enquire(store, "b", **{"contact": Contact(None, "Ada@example.org", "0491 570 156"), **(second or {})})
    enquire(store, "c", contact=Contact("Cy", "cy@example.org"))
    (found,) = pairs(INTAKE, store, duplicates(INTAKE, store))
    return found


def contact(store: Store, client_id: str) -> Contact:
    with store.reading() as session:
        return contact_of(session, client_id, "x").value


def test_danger_and_ways_to_reach_them_are_carried_over(store: Store) -> None:
    found = pair(store, second={"needs_person": True, "due_at": NOW, "private": {"why": ["suicide"], "marks": ["m"]}})
    assert (found.keep.client_id, found.drop.client_id, found.names) == ("a", "b", {"a": "Ada"})
    merge(INTAKE, store, found.keep, found.drop)
    kept, dropped = look(store, "a"), look(store, "b")
    assert (kept.needs_person, kept.due_at, kept.state) == (True, NOW, "new")
    assert (kept.private["why"], kept.private["marks"]) == (["suicide"], ["m"])
    assert (dropped.state, dropped.closed_reason, dropped.merged_into) == ("closed", "duplicate", "a")
    assert contact(store, "a") == Contact("Ada", "ada@example.org", "0491 570 156", "Works nights")
    assert duplicates(INTAKE, store) == []
    assert queue(INTAKE, store, Wanted(needs_person=True), NOW).total == 1


def test_the_one_with_a_place_is_kept_with_its_place_and_its_booking(store: Store) -> None:
    enquire(store, "z", contact=Contact("Zoe", "zoe@example.org"))
    found = pair(store, second={"state": "booked", "therapist_id": "t1", "first_session_at": NOW})
    with store.writing() as session:
        places.take_place(session, "t1", "b", "x")
    assert (found.keep.client_id, found.drop.client_id) == ("b", "a")
    with pytest.raises(StoreError, match="keep that one"):
        merge(INTAKE, store, found.drop, found.keep)
    merge(INTAKE, store, found.keep, found.drop)
    kept = look(store, "b")
    assert (kept.state, kept.therapist_id, kept.first_session_at) == ("booked", "t1", NOW)
    assert (len(held(store, "b")), open_places(store, "t1")) == (1, 0)
    assert (look(store, "a").merged_into, look(store, "z").state) == ("b", "new")


def test_two_with_a_place_are_not_merged_and_staff_are_told_what_to_do(store: Store) -> None:
    found = pair(store, {"state": "offered", "therapist_id": "t1"}, {"state": "booked", "therapist_id": "t2"})
    assert found.refused == BOTH_PLACED
    with pytest.raises(StoreError, match="decline or close one"):
        merge(INTAKE, store, found.keep, found.drop)
    assert (look(store, "a").state, look(store, "b").state) == ("offered", "booked")


@pytest.mark.parametrize(
    ("safe", "other", "left"),
    [
        (["phone", "text"], ["text", "email"], ["text"]),
        (["phone", "text"], [], ["phone", "text"]),
        ([], ["text"], ["text"]),
        (["phone"], ["email"], []),
    ],
)
def test_only_what_both_call_safe_stays_safe(store: Store, safe: list[str], other: list[str], left: list[str]) -> None:
    found = pair(store, {"private": {"safe_contact": safe}}, {"private": {"safe_contact": other}})
    merge(INTAKE, store, found.keep, found.drop)
    assert look(store, "a").private["safe_contact"] == left
    assert ("ask before leaving any message" in (contact(store, "a").note or "")) is (not left)


def test_what_only_the_other_one_told_is_kept_and_notes_are_joined(store: Store) -> None:
    never = Contact("Ada R", "ada@example.org", "0491 570 156", "Never ring after six")
    theirs = {
        "answers": {"hopes": "Sleep", "culture": "Tamil"},
        "sent": {"answers": {}},
        "change_asked": {"reasons": []},
    }
    found = pair(
        store,
        {"private": {"answers": {"hopes": "Rest"}}, "about": "I worry", "formats": ("telehealth",)},
        {
            "contact": never, "private": theirs, "wants": "call_me", "language": "zh", "needs_reading": True,
            "about": "I cannot sleep", "formats": ("in_person",), "funding": ("medicare",), "must_have": ("funding",),
            "exclude_therapists": ("t2",), "source": "change",
        },
    )  # fmt: skip
    merge(INTAKE, store, found.keep, found.drop)
    kept = look(store, "a")
    assert kept.private["answers"] == {"hopes": "Rest", "culture": "Tamil"}
    assert "sent" not in kept.private
    assert kept.private["change_asked"] == {"reasons": []}
    assert (kept.wants, kept.language, kept.needs_reading, kept.source) == ("call_me", "zh", True, "change")
    assert contact(store, "a") == Contact(
        "Ada", "ada@example.org", "0491 570 156", "Works nights\nNever ring after six\nAlso gave: Ada R"
    )
    with store.reading() as session:
        client = client_of(session, "a", "x").value
    assert (client.about, client.formats) == ("I worry\nI cannot sleep", ("telehealth",))
    assert (client.funding, client.must_have, client.exclude_therapists) == (("medicare",), ("funding",), ("t2",))


def test_a_danger_somebody_spoke_with_them_about_is_not_raised_again(store: Store) -> None:
    found = pair(store, second={"needs_person": True, "risk_raised": True})
    with store.writing() as session:
        enquiries.record_safety_call(session, "b", 1, "a2", "spoke_go_on", "Safe with her sister")
    (found,) = pairs(INTAKE, store, duplicates(INTAKE, store))
    merge(INTAKE, store, found.keep, found.drop)
    assert not look(store, "a").needs_person
    assert ("safety_call", "spoke_go_on") in kinds(store, "a")
    # Who called, and when, stays as it was: not whoever merged, at the time of merging.
    called = (of_kind(store, "b", "safety_call"), of_kind(store, "a", "safety_call"))
    assert called[0] == called[1] == [("a2", moment(store, "b", "safety_call"), "Safe with her sister")]


def test_a_call_about_what_staff_raised_comes_along_with_what_was_tried_before(store: Store) -> None:
    pair(store, second={"needs_person": True})
    with store.writing() as session:
        enquiries.add_event(session, "b", "raised", "a1", words="Sounded in danger on the telephone")
        enquiries.add_event(session, "b", "safety_try", "a1", "no_answer", "Rang twice")
        enquiries.record_safety_call(session, "b", 1, "a2", "spoke_go_on", "Safe tonight")
    (found,) = pairs(INTAKE, store, duplicates(INTAKE, store))
    merge(INTAKE, store, found.keep, found.drop)
    for kind in ("raised", "safety_try", "safety_call"):
        assert of_kind(store, "a", kind) == of_kind(store, "b", kind) != []
    assert not look(store, "a").needs_person


def of_kind(store: Store, client_id: str, kind: str) -> list[tuple[str, datetime, str | None]]:
    with store.reading() as session:
        found = enquiries.events_of(session, client_id, "x")
    return [(event.actor, event.at, event.words) for event in found if event.kind == kind]


def moment(store: Store, client_id: str, kind: str) -> datetime:
    return of_kind(store, client_id, kind)[-1][1]


@pytest.mark.parametrize(
    ("kind", "actor", "words"),
    [
        ("raised", "a2", "Her mother rang: she hid the tablets"),
        ("risk_raised", "client", "I want to kill myself"),
        ("fit_note", "client", "我不想活了"),
    ],
)
def test_why_a_person_is_asked_for_comes_along_with_by_whom_and_when(
    store: Store, kind: str, actor: str, words: str
) -> None:
    found = pair(store, second={"needs_person": True, "needs_reading": True})
    with store.writing() as session:
        enquiries.add_event(session, "b", kind, actor, None, words)
    merge(INTAKE, store, found.keep, found.drop)
    assert of_kind(store, "a", kind) == of_kind(store, "b", kind) == [(actor, moment(store, "b", kind), words)]
    case = open_case(INTAKE, store, ranking(store), "a")
    assert [event.words for event in fit_notes(case.events)] == ([words] if actor == "client" else [])


def test_the_contact_log_and_the_handover_sheet_come_along(store: Store) -> None:
    found = pair(store)
    keep_handover(OTHER, store, "a", {"symptoms": "Sleeps badly", "harm": "None today"})
    keep_handover(INTAKE, store, "b", {"symptoms": "Sleeps two hours", "supports": "A sister\nand a friend"})
    with store.writing() as session:
        enquiries.add_event(session, "b", "phone", "a2", "message", "With her sister")
        enquiries.add_event(session, "b", "declined", "a2", "cost", "Too dear")
    logged = {kind: of_kind(store, "b", kind) for kind in ("phone", "declined")}
    merge(INTAKE, store, found.keep, found.drop)
    assert {kind: of_kind(store, "a", kind) for kind in logged} == logged
    with store.reading() as session:
        sheet = kept_handover(enquiries.events_of(session, "a", "x"))
    assert sheet == {
        "symptoms": "Sleeps badly\nSleeps two hours", "harm": "None today", "supports": "A sister\nand a friend",
    }  # fmt: skip


def test_a_merge_of_enquiries_without_a_handover_sheet_makes_none(store: Store) -> None:
    found = pair(store)
    merge(INTAKE, store, found.keep, found.drop)
    with store.reading() as session:
        assert kept_handover(enquiries.events_of(session, "a", "x")) is None


def test_a_fit_check_nobody_has_read_is_still_to_be_read(store: Store) -> None:
    found = pair(store)
    with store.writing() as session:
        check = decisions.ask_fit_check(session, "b", "t2", 1, "a2")
        decisions.answer_fit_check(session, check, {"heard": "no"}, 1, "client")
        enquiries.add_event(session, "b", enquiries.FIT_TOLD, "client")
        enquiries.add_event(session, "a", enquiries.FIT_TOLD, "client")
        # Another one, of the enquiry that is kept.
        enquiries.add_event(session, "a", enquiries.FIT_READ, "a2")
    merge(INTAKE, store, found.keep, found.drop)
    with store.reading() as session:
        assert waits_to_be_read(enquiries.events_of(session, "a", "x"))
    assert moment(store, "b", "fit_told") in [at for _, at, _ in of_kind(store, "a", "fit_told")]
    assert "a" in [line.listed.client_id for line in queue(INTAKE, store, Wanted(fit_told=True), NOW).lines]
    case = open_case(INTAKE, store, ranking(store), "a")
    assert [(check.client_id, check.answers) for check in case.fit_checks] == [("b", {"heard": "no"})]
    # Read where it goes on, it is read.
    mark_fit_read(INTAKE, store, "a", case.enquiry.version)
    assert queue(INTAKE, store, Wanted(fit_told=True), NOW).total == 0


def test_a_fit_check_somebody_has_read_is_not_told_of_again(store: Store) -> None:
    found = pair(store)
    with store.writing() as session:
        enquiries.add_event(session, "b", enquiries.FIT_TOLD, "client")
        enquiries.add_event(session, "b", enquiries.FIT_READ, "a2")
    merge(INTAKE, store, found.keep, found.drop)
    assert of_kind(store, "a", "fit_told") == []


def test_a_concern_only_the_other_one_named_is_kept(store: Store) -> None:
    found = pair(store, {"concerns": (), "needs_person": True})
    merge(INTAKE, store, found.keep, found.drop)
    with store.reading() as session:
        assert client_of(session, "a", "x").value.concerns == (("depression", 2),)


def test_a_danger_nobody_spoke_about_is_raised_even_where_no_flag_stood(store: Store) -> None:
    found = pair(store, second={"risk_raised": True})
    merge(INTAKE, store, found.keep, found.drop)
    assert look(store, "a").needs_person


def test_what_they_took_back_is_not_given_again_by_another_enquiry(store: Store) -> None:
    found = pair(store, {"consent_matching_at": NOW})
    with store.writing() as session:
        enquiries.add_event(session, "b", "consent_changed", "client")
    merge(INTAKE, store, found.keep, found.drop)
    assert look(store, "a").consent_matching_at is None


def test_nothing_is_merged_where_somebody_worked_on_either(store: Store) -> None:
    found = pair(store)
    with store.writing() as session:
        enquiries.change_enquiry(session, "b", found.drop.version, OTHER.account_id, assigned_to="a2")
    with pytest.raises(StaleVersionError):
        merge(INTAKE, store, found.keep, found.drop)
    assert (look(store, "a").version, look(store, "b").state) == (found.keep.version, "new")
    assert contact(store, "a") == ADA
