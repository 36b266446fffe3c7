"""The safety lane: printed rules, calls by named people, and nothing that rates anybody."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from staffed import INTAKE, NOW, OTHER, OWNER, SETTINGS, enquire, kinds, look, new_store, ranking

from matcher.services import safety_lane
from matcher.services.access import NotAllowedError
from matcher.services.one_enquiry import give_way, log_contact, move, open_case, why_not
from matcher.services.promises import answer_by
from matcher.services.safety_lane import keep_handover, kept_handover, raise_concern, record_call
from matcher.store import enquiries, notices
from matcher.store.errors import StaleVersionError, StoreError
from matcher.store.rows import Contact
from matcher.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def case(store: Store, client_id: str = "a"):
    return open_case(INTAKE, store, ranking(store), client_id)


def test_every_rule_that_asked_for_a_person_is_printed_with_where_and_what(store: Store) -> None:
    private = {"answers": {"safety": "yes", "hopes": "I want to stop cutting myself"}}
    enquire(store, "a", about="I want to kill myself", concerns=(("self_harm", 3),), needs_person=True, private=private)
    shown = case(store)
    assert shown.withheld
    assert shown.slate is None
    said = [(rule.rule, rule.words) for rule in shown.why]
    assert any("(suicide)" in rule and "kill myself" in words for rule, words in said)
    assert any("(self-harm)" in rule for rule, _ in said)
    assert ("Answered yes, or not sure, when asked about danger", "") in said
    assert any(rule.startswith("Chose ") for rule, _ in said)
    assert {rule.where for rule in shown.why} >= {"In your own words, what has been going on?"}


def test_a_call_by_a_named_person_ends_the_wait_and_only_then_anybody_is_suggested(store: Store) -> None:
    enquire(store, "a", about="I want to kill myself", needs_person=True, risk_raised=True)
    for outcome in ("no_answer", "message", "spoke_again", "emergency"):
        record_call(OTHER, store, SETTINGS, "a", look(store, "a").version, outcome, "", NOW)
        assert case(store).withheld
    assert look(store, "a").due_at == answer_by(SETTINGS, NOW, urgent=True)
    with pytest.raises(StoreError, match="write a line"):
        record_call(INTAKE, store, SETTINGS, "a", look(store, "a").version, "spoke_go_on", " ", NOW)
    record_call(INTAKE, store, SETTINGS, "a", look(store, "a").version, "spoke_go_on", "Safe tonight", NOW)
    shown = case(store)
    assert not shown.withheld
    assert shown.slate is not None
    assert len(shown.slate.recommendations) == 5
    last = shown.events[-1]
    assert (last.kind, last.actor, last.code, last.words) == ("safety_call", "a1", "spoke_go_on", "Safe tonight")
    assert (look(store, "a").state, look(store, "a").assigned_to) == ("contacted", "a1")


def test_whom_another_service_looks_after_leaves_the_queue(store: Store) -> None:
    enquire(store, "a", needs_person=True)
    record_call(INTAKE, store, SETTINGS, "a", 1, "spoke_elsewhere", "With the acute care team", NOW)
    kept = look(store, "a")
    assert (kept.state, kept.closed_reason, kept.needs_person) == ("closed", "referred_on", False)


def test_of_two_who_called_the_second_is_told(store: Store) -> None:
    enquire(store, "a", needs_person=True)
    record_call(OTHER, store, SETTINGS, "a", 1, "no_answer", "", NOW)
    with pytest.raises(StaleVersionError):
        record_call(INTAKE, store, SETTINGS, "a", 1, "spoke_go_on", "Fine", NOW)
    assert look(store, "a").needs_person


def test_staff_can_raise_a_concern_at_any_time_and_everybody_is_told(store: Store) -> None:
    enquire(store, "a", state="closed", closed_reason="no_answer")
    raise_concern(INTAKE, store, SETTINGS, "a", 1, "Her mother rang", NOW)
    kept = look(store, "a")
    assert (kept.needs_person, kept.state, kept.due_at) == (True, "contacted", answer_by(SETTINGS, NOW, urgent=True))
    assert case(store).withheld
    with store.reading() as session:
        assert [n.kind for n in notices.unseen(session, ("intake",))] == ["raised"]


def test_a_handover_keeps_what_a_person_wrote_and_scores_nothing(store: Store) -> None:
    enquire(store, "a", needs_person=True)
    keep_handover(INTAKE, store, "a", {"symptoms": "Sleeps two hours", "supports": " ", "nonsense": "x"})
    with store.reading() as session:
        (event,) = enquiries.events_of(session, "a", "x")
    assert (event.kind, event.code, event.words) == ("handover", None, "Symptoms and distress: Sleeps two hours")
    notes = {"symptoms": "Sleeps\n\ntwo hours", "harm": "None: seen", "engagement": "High"}
    keep_handover(INTAKE, store, "a", notes)
    assert kept_handover(case(store, "a").events) == notes
    keep_handover(INTAKE, store, "a", {})
    assert kept_handover(case(store, "a").events) == {}


def test_two_who_fill_in_one_handover_lose_nothing_of_each_other(store: Store) -> None:
    enquire(store, "a", needs_person=True)
    keep_handover(INTAKE, store, "a", {"symptoms": "Sleeps badly", "harm": "None: seen"})
    shown = {"symptoms": "Sleeps badly", "harm": "None: seen"}
    keep_handover(INTAKE, store, "a", {**shown, "symptoms": "Sleeps two hours", "supports": "A sister"}, shown)
    # Begun before that was kept: one heading left as it was, one written by both, one emptied.
    keep_handover(OTHER, store, "a", {"symptoms": "Sleeps badly", "supports": "A friend", "harm": ""}, shown)
    kept = kept_handover(case(store, "a").events)
    assert kept == {"symptoms": "Sleeps two hours", "supports": "A sister\nA friend"}


def test_nothing_in_the_lane_rates_anybody() -> None:
    words = " ".join([*safety_lane.OUTCOMES.values(), *safety_lane.HANDOVER.values()])
    assert not re.search(r"\b(low|medium|high|level|score|severity|rating)\b", words, re.IGNORECASE)


def test_owners_see_nothing_of_a_client(store: Store) -> None:
    enquire(store, "a", needs_person=True)
    with pytest.raises(NotAllowedError):
        open_case(OWNER, store, ranking(store), "a")
    with pytest.raises(NotAllowedError):
        record_call(OWNER, store, SETTINGS, "a", 1, "spoke_go_on", "x", NOW)


def test_a_case_says_who_nearly_fits_and_why_anybody_does_not(store: Store) -> None:
    enquire(store, "a", formats=("telehealth",), max_fee=150.0, contact=Contact("Ada"))
    shown = case(store)
    assert shown.contact.name == "Ada"
    near = {miss.limits: miss.therapist_ids for miss in shown.near}
    assert near[("formats",)] == ("t1",)
    assert near[("max_fee",)] == ("t3",)
    assert shown.people["t1"].open_places == 1
    assert not shown.people["t1"].stale
    assert shown.people["t2"].stale
    assert why_not(INTAKE, ranking(store), shown, "t7") == ("Has no open place at the moment.",)
    assert why_not(INTAKE, ranking(store), shown, "t2") == ()


def test_a_limit_gives_way_just_so_far_when_the_client_says_so(store: Store) -> None:
    enquire(store, "a", formats=("telehealth",), max_fee=150.0, must_have=("concerns",))
    with pytest.raises(StoreError, match="what the client said"):
        give_way(INTAKE, store, ranking(store), case(store), ("formats",), "t1", "")
    give_way(INTAKE, store, ranking(store), case(store), ("formats", "max_fee"), "t3", "Could pay a little more")
    shown = case(store)
    assert shown.client.max_fee == 200.0
    assert shown.client.must_have == ("concerns",)
    assert "t3" in shown.everyone
    assert kinds(store, "a")[-1] == ("gave_way", "formats;max_fee")
    with pytest.raises(StoreError, match="not the client's"):
        give_way(INTAKE, store, ranking(store), shown, ("capacity",), "t7", "x")


@pytest.mark.parametrize("outcome", ["no_answer", "message", "wrong"])
def test_a_logged_contact_moves_a_new_enquiry_on_once_somebody_was_reached(store: Store, outcome: str) -> None:
    enquire(store, "a", needs_reading=True)
    log_contact(INTAKE, store, "a", 1, "phone", outcome, "", NOW)
    assert (look(store, "a").state, look(store, "a").needs_reading) == ("new", True)
    log_contact(INTAKE, store, "a", 2, "phone", "reached", "Rings back", None)
    assert (look(store, "a").state, look(store, "a").needs_reading) == ("contacted", False)
    assert look(store, "a").due_at is None


def test_no_logged_contact_puts_off_who_waits_for_a_call_about_safety(store: Store) -> None:
    enquire(store, "a", needs_person=True, due_at=NOW)
    log_contact(INTAKE, store, "a", 1, "phone", "reached", "Rang off", NOW + timedelta(days=2))
    log_contact(INTAKE, store, "a", 2, "phone", "no_answer", "", None)
    assert (look(store, "a").needs_person, look(store, "a").due_at) == (True, NOW)
    log_contact(INTAKE, store, "a", 3, "phone", "no_answer", "", NOW - timedelta(hours=1))
    assert look(store, "a").due_at == NOW - timedelta(hours=1)


def test_no_waiting_list_puts_off_a_call_about_safety(store: Store) -> None:
    enquire(store, "a", needs_person=True, due_at=NOW)
    for due in (NOW + timedelta(days=7), None):
        move(INTAKE, store, "a", look(store, "a").version, "waiting" if due else "contacted", due)
        assert look(store, "a").due_at == NOW
