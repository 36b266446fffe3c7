"""What a client asks for once more: a call, a change, a promise made from now and never one that lies in the past."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from staffed import INTAKE, SETTINGS, enquire, kinds, look, new_store, told

from matcher.services.enquiry_keeping import keep_consents
from matcher.services.fit_checks import FitChecking, ask_fit_check_code
from matcher.services.live import LiveMatching
from matcher.services.promises import answer_by
from matcher.store import notices
from matcher.store.enquiries import change_enquiry
from matcher.store.slates import slates_of
from matcher.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = new_store(tmp_path)
    enquire(made, "a", wants="choose_for_me")
    booked(made, "t1")
    return made


@pytest.fixture
def checks(store: Store) -> FitChecking:
    matching = LiveMatching(store, SETTINGS)
    return FitChecking(lambda: store, SETTINGS, lambda: matching)


def booked(store: Store, therapist_id: str) -> None:
    """Let staff book a therapist, with a first session that is over, and see everything they are told of."""
    over = datetime.now(UTC) - timedelta(days=20)
    with store.writing() as session:
        version = look(store, "a").version
        change_enquiry(session, "a", version, "s", state="booked", therapist_id=therapist_id, due_at=over)
        notices.saw_notices(session, [notice.notice_id for notice in notices.unseen(session, ("intake",))])


def test_a_talk_asked_for_by_who_asked_for_a_call_before_is_asked_for(checks: FitChecking, store: Store) -> None:
    with store.writing() as session:
        change_enquiry(session, "a", look(store, "a").version, "s", wants="call_me")
    receipt = checks.ask_talk(ask_fit_check_code(INTAKE, store, "a", "t1", 1))
    kept = look(store, "a")
    assert (kept.state, kept.wants, kept.due_at) == ("new", "call_me", receipt.answer_by)
    assert receipt.answer_by > datetime.now(UTC)
    assert ("talk_asked", None) in kinds(store, "a")
    assert told(store) == ["talk"]


def test_a_call_asked_for_while_booked_counts_as_asked_for(checks: FitChecking, store: Store) -> None:
    code = ask_fit_check_code(INTAKE, store, "a", "t1", 1)
    checks.ask_talk(code)
    booked(store, "t1")
    receipt = checks.ask_talk(code)
    assert not receipt.late
    assert receipt.answer_by > datetime.now(UTC)
    assert [kind for kind, _ in kinds(store, "a")].count("talk_asked") == 2
    assert told(store) == ["talk"]


def test_a_second_change_of_therapist_is_promised_from_now(checks: FitChecking, store: Store) -> None:
    checks.ask_change(ask_fit_check_code(INTAKE, store, "a", "t1", 1), ["judged"], "")
    booked(store, "t2")
    before = datetime.now(UTC)
    receipt = checks.ask_change(ask_fit_check_code(INTAKE, store, "a", "t2", 1), ["pushed"], "")
    kept = look(store, "a")
    assert (kept.due_at, kept.private["change_asked"]["therapist_id"]) == (receipt.answer_by, "t2")
    assert receipt.answer_by >= answer_by(SETTINGS, before)
    assert told(store) == ["change"]


def test_a_promise_that_was_not_kept_is_told_as_late_and_staff_stay_overdue(checks: FitChecking, store: Store) -> None:
    code = ask_fit_check_code(INTAKE, store, "a", "t1", 1)
    checks.ask_talk(code)
    late = datetime.now(UTC) - timedelta(days=1)
    with store.writing() as session:
        change_enquiry(session, "a", look(store, "a").version, "s", due_at=late)
    again = checks.ask_talk(code)
    assert again.late
    assert again.answer_by > datetime.now(UTC)
    assert look(store, "a").due_at == late


def test_a_change_asked_for_makes_no_list_of_who_took_their_agreement_back(checks: FitChecking, store: Store) -> None:
    keep_consent(store, {"consent_matching": True})
    checks.ask_change(ask_fit_check_code(INTAKE, store, "a", "t1", 1), ["judged"], "")
    keep_consent(store, {})
    booked(store, "t2")
    checks.ask_change(ask_fit_check_code(INTAKE, store, "a", "t2", 1), ["judged"], "")
    assert told(store) == ["change"]
    with store.reading() as session:
        assert len(slates_of(session, "a")) == 1


def keep_consent(store: Store, answers: dict[str, bool]) -> None:
    with store.writing() as session:
        keep_consents(session, "a", answers)
