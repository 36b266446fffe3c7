"""What a client writes in a fit check and a person has to read: on top or to be read, and read as it was written."""

from pathlib import Path

import pytest
from staffed import INTAKE, NOW, SETTINGS, enquire, kinds, look, new_store, ranking
from stores import CANARY

from matcher.services.fit_checks import FitChecking, ask_fit_check_code
from matcher.services.live import LiveMatching
from matcher.services.one_enquiry import Case, open_case
from matcher.services.safety_lane import FIT_NOTE, fit_notes
from matcher.services.triage import queue
from matcher.store import notices
from matcher.store.enquiries import change_enquiry
from matcher.store.queue import Wanted
from matcher.store.store import Store

DANGER = f"{CANARY} after the session I wanted to kill myself"
UNREAD = "我想睡得好一点，不知道怎么办"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = new_store(tmp_path)
    enquire(made, "a", about="My own story", wants="therapist", therapist_id="t1")
    with made.writing() as session:
        version = change_enquiry(session, "a", 1, "test", state="booked", therapist_id="t1")
        change_enquiry(session, "a", version, "test", state="closed", closed_reason="started")
    return made


@pytest.fixture
def checks(store: Store) -> FitChecking:
    matching = LiveMatching(store, SETTINGS)
    return FitChecking(lambda: store, SETTINGS, lambda: matching)


@pytest.fixture
def code(store: Store) -> str:
    return ask_fit_check_code(INTAKE, store, "a", "t1", 1)


def case(store: Store) -> Case:
    return open_case(INTAKE, store, ranking(store), "a")


def waiting(store: Store) -> list[str]:
    with store.reading() as session:
        return [notice.kind for notice in notices.unseen(session, ("intake",))]


def test_words_of_danger_are_read_by_staff_as_they_were_written(checks: FitChecking, store: Store, code: str) -> None:
    checks.answer(code, {"heard": "no", "note": DANGER})
    shown = case(store)
    assert [event.words for event in fit_notes(shown.events)] == [DANGER]
    assert {rule.where for rule in shown.why} == {FIT_NOTE}
    assert any("(suicide)" in rule.rule and "kill myself" in rule.words for rule in shown.why)
    files = Path(str(store.engine.url.database)).parent.iterdir()
    assert CANARY.encode() not in b"".join(path.read_bytes() for path in files)


def test_words_nobody_can_read_yet_open_the_enquiry_to_be_read(checks: FitChecking, store: Store, code: str) -> None:
    assert checks.answer(code, {"heard": "no", "note": UNREAD}) is None
    kept = look(store, "a")
    assert (kept.state, kept.needs_person, kept.needs_reading, kept.wants) == ("new", False, True, None)
    assert kept.due_at is not None
    assert kinds(store, "a") == [("fit_note", None)]
    assert [event.words for event in fit_notes(case(store).events)] == [UNREAD]
    assert waiting(store) == ["read"]
    (line,) = queue(INTAKE, store, Wanted(), NOW).lines
    assert line.next_step == "Read what they wrote"


def test_danger_in_a_change_is_printed_with_its_words(checks: FitChecking, store: Store, code: str) -> None:
    checks.ask_change(code, ["other"], DANGER)
    assert "kill myself" in [rule.words for rule in case(store).why]
    assert sorted(waiting(store)) == ["change", "raised"]
