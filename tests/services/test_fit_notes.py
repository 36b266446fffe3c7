"""What a client writes in a fit check and a person has to read: on top or to be read, and read as it was written."""

from pathlib import Path

import pytest
from staffed import INTAKE, NOW, OWNER, SETTINGS, enquire, kinds, look, new_store, ranking
from stores import CANARY

from matcher.domain.client import Client
from matcher.services.access import NotAllowedError
from matcher.services.fit_checks import FitChecking, NoFitCheckError, ask_fit_check_code
from matcher.services.fit_told import mark_fit_read, waits_to_be_read
from matcher.services.live import LiveMatching
from matcher.services.one_enquiry import Case, open_case
from matcher.services.safety_lane import FIT_NOTE, fit_notes
from matcher.services.triage import queue
from matcher.store import notices
from matcher.store.enquiries import change_enquiry
from matcher.store.queue import Wanted
from matcher.store.rows import add_client
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
    assert kinds(store, "a") == [("new", None), ("fit_note", None)]
    assert [event.words for event in fit_notes(case(store).events)] == [UNREAD]
    assert waiting(store) == ["read"]
    (line,) = queue(INTAKE, store, Wanted(), NOW).lines
    assert line.next_step == "Read what they wrote"


def test_danger_in_a_change_is_printed_with_its_words(checks: FitChecking, store: Store, code: str) -> None:
    checks.ask_change(code, ["other"], DANGER)
    assert "kill myself" in [rule.words for rule in case(store).why]
    assert sorted(waiting(store)) == ["change", "raised"]


NOT_WELL = {"heard": "no", "goals": "no", "way": "no", "shared": "no", "going_on": "no", "note": "It is not for me."}


@pytest.mark.parametrize(
    "given",
    [NOT_WELL, {"heard": "little"}, {"heard": "yes", "going_on": "no"}, {"heard": "yes", "note": "All good."}],
)
def test_what_does_not_go_well_and_any_words_are_told_to_staff_who_find_and_read_them(
    checks: FitChecking, store: Store, code: str, given: dict[str, str]
) -> None:
    assert checks.answer(code, given) is None
    kept = look(store, "a")
    # Nobody is raised, and nothing is opened again, by anything but danger.
    assert (kept.state, kept.needs_person, kept.needs_reading, kept.due_at) == ("closed", False, False, None)
    assert waiting(store) == ["fit"]
    found = queue(INTAKE, store, Wanted(fit_told=True), NOW)
    assert [(line.listed.client_id, line.next_step) for line in found.lines] == [
        ("a", "Read how it is going with their therapist")
    ]
    assert found.counts["fit_told"] == 1
    (check,) = case(store).fit_checks
    assert check.answers == given
    assert waits_to_be_read(case(store).events)
    mark_fit_read(INTAKE, store, "a", kept.version)
    assert not waits_to_be_read(case(store).events)
    assert queue(INTAKE, store, Wanted(fit_told=True), NOW).lines == ()
    # The same sent once more says nothing new; something else does.
    checks.answer(code, given)
    assert queue(INTAKE, store, Wanted(fit_told=True), NOW).lines == ()
    checks.answer(code, {"heard": "no", "going_on": "little"})
    assert len(queue(INTAKE, store, Wanted(fit_told=True), NOW).lines) == 1


def test_what_goes_well_is_there_to_be_read_and_nobody_is_told(checks: FitChecking, store: Store, code: str) -> None:
    checks.answer(code, {"heard": "yes", "goals": "little", "going_on": "mostly"})
    assert waiting(store) == []
    assert queue(INTAKE, store, Wanted(fit_told=True), NOW).lines == ()
    assert len(case(store).fit_checks) == 1


def test_danger_is_told_once_and_as_danger(checks: FitChecking, store: Store, code: str) -> None:
    checks.answer(code, {"heard": "no", "note": DANGER})
    assert waiting(store) == ["raised"]


def test_only_those_who_work_on_enquiries_say_they_read_it(checks: FitChecking, store: Store, code: str) -> None:
    checks.answer(code, NOT_WELL)
    with pytest.raises(NotAllowedError):
        mark_fit_read(OWNER, store, "a", look(store, "a").version)


def test_what_felt_wrong_goes_with_the_wish_to_talk(checks: FitChecking, store: Store, code: str) -> None:
    checks.ask_talk(code, ["judged", "pushed", "nonsense"])
    assert kinds(store, "a")[-1] == ("talk_asked", "pushed;judged")
    (check,) = case(store).fit_checks
    assert check.answers == {"reasons": ["pushed", "judged"]}
    # Without reasons, those told before stay.
    checks.ask_talk(code)
    assert case(store).fit_checks[0].answers == check.answers


def test_what_felt_wrong_is_kept_where_they_raise_it_themselves(checks: FitChecking, store: Store, code: str) -> None:
    for _ in range(2):
        checks.keep_reasons(code, ["judged"])
    assert kinds(store, "a") == [("fit_told", None)]
    assert waiting(store) == ["fit"]
    assert look(store, "a").state == "closed"
    assert case(store).fit_checks[0].answers == {"reasons": ["judged"]}
    checks.keep_reasons(code, [])
    assert case(store).fit_checks[0].answers == {"reasons": ["judged"]}
    with pytest.raises(NoFitCheckError):
        checks.keep_reasons("0000-0000-0000-0000", ["judged"])


def test_a_client_without_an_enquiry_is_found_all_the_same(tmp_path: Path) -> None:
    made = new_store(tmp_path)
    with made.writing() as session:
        add_client(session, Client("imported", (("depression", 1),)), "test")
    checks = FitChecking(lambda: made, SETTINGS, lambda: LiveMatching(made, SETTINGS))
    checks.answer(ask_fit_check_code(INTAKE, made, "imported", "t2", 3), {"heard": "no"})
    (line,) = queue(INTAKE, made, Wanted(fit_told=True), NOW).lines
    assert (line.listed.client_id, line.listed.state) == ("imported", "closed")
