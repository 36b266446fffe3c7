"""Fit checks: opened by a code alone, a change that keeps the place and the story, danger before anything else."""

from dataclasses import fields
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from staffed import INTAKE, OWNER, SETTINGS, enquire, held, kinds, look, new_store, ranking

from matcher.domain.client import Client
from matcher.domain.enquiry import FitCheckView
from matcher.domain.therapist import Therapist
from matcher.domain.vocabulary import STYLES
from matcher.services.access import NotAllowedError
from matcher.services.fit_checks import (
    ITEMS,
    LEVELS,
    PURPOSE,
    FitChecking,
    NoFitCheckError,
    alliance_of,
    ask_fit_check_code,
)
from matcher.services.fit_reasons import REASONS, next_emphasis, next_wishes
from matcher.services.live import LiveMatching
from matcher.services.one_enquiry import open_case
from matcher.services.promises import answer_by
from matcher.store.codes import open_code
from matcher.store.decisions import fit_checks_of
from matcher.store.enquiries import change_enquiry, events_of
from matcher.store.errors import NotFoundError
from matcher.store.places import take_place
from matcher.store.rows import add_client, client_of
from matcher.store.slates import slates_of, snapshot_of
from matcher.store.store import Store
from matcher.ui import wording_fit

DANGER = "I want to kill myself"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = new_store(tmp_path)
    enquire(made, "anne", about="My own story", challenge=0.2, therapist_id="t1", private={"hopes": "to sleep"})
    with made.writing() as session:
        take_place(session, "t1", "anne", "test")
        version = change_enquiry(session, "anne", 1, "test", state="booked", therapist_id="t1")
        change_enquiry(session, "anne", version, "test", state="closed", closed_reason="started")
    return made


@pytest.fixture
def checks(store: Store) -> FitChecking:
    matching = LiveMatching(store, SETTINGS)
    return FitChecking(lambda: store, SETTINGS, lambda: matching)


@pytest.fixture
def code(store: Store) -> str:
    return ask_fit_check_code(INTAKE, store, "anne", "t1", 1)


def client(store: Store) -> Client:
    with store.reading() as session:
        return client_of(session, "anne", "test").value


def test_a_code_opens_one_fit_check_and_says_no_more_than_whom_it_is_about(checks: FitChecking, code: str) -> None:
    assert checks.open(code) == FitCheckView("t1", "Asha Demir", 1)
    assert checks.open(f" {code.lower()} ") == FitCheckView("t1", "Asha Demir", 1)
    assert checks.open("0000-0000-0000-0000") is None
    assert checks.open("") is None


def test_a_fit_check_speaks_the_language_of_the_enquiry(checks: FitChecking, store: Store, code: str) -> None:
    with store.writing() as session:
        change_enquiry(session, "anne", look(store, "anne").version, "test", language="zh")
    view = checks.open(code)
    assert view is not None
    assert view.language == "zh"


def test_only_those_who_work_on_enquiries_make_codes(store: Store) -> None:
    with pytest.raises(NotAllowedError):
        ask_fit_check_code(OWNER, store, "anne", "t1", 1)
    with pytest.raises(NotFoundError):
        ask_fit_check_code(INTAKE, store, "nobody", "t1", 1)
    with pytest.raises(NotFoundError):
        ask_fit_check_code(INTAKE, store, "anne", "nobody", 1)
    with pytest.raises(ValueError, match="session"):
        ask_fit_check_code(INTAKE, store, "anne", "t1", 0)


def test_a_new_code_for_the_same_session_takes_the_place_of_the_old_one(
    checks: FitChecking, store: Store, code: str
) -> None:
    again = ask_fit_check_code(INTAKE, store, "anne", "t1", 1)
    third = ask_fit_check_code(INTAKE, store, "anne", "t1", 3)
    assert checks.open(code) is None
    assert checks.open(again) == FitCheckView("t1", "Asha Demir", 1)
    assert checks.open(third) == FitCheckView("t1", "Asha Demir", 3)
    with store.reading() as session:
        assert len(fit_checks_of(session, "anne", "test")) == 2


def test_somebody_who_types_one_wrong_code_after_another_is_stopped(checks: FitChecking, code: str) -> None:
    for _ in range(10):
        assert checks.open("0000-0000-0000-0000", asker="browser") is None
    assert checks.open(code, asker="browser") is None
    assert checks.open(code, asker="another browser") is not None


def test_answers_are_kept_and_nothing_but_answers(checks: FitChecking, store: Store, code: str) -> None:
    checks.answer(code, {"heard": "yes", "goals": "mostly", "way": "wild", "extra": "x", "note": "  All good.  "})
    checks.answer(code, {"shared": "skip"})
    with store.reading() as session:
        (kept,) = fit_checks_of(session, "anne", "test")
    assert kept.answers == {"heard": "yes", "goals": "mostly", "shared": "skip", "note": "All good."}
    view = checks.open(code)
    assert view is not None
    assert view.answered
    assert look(store, "anne").state == "closed"
    with pytest.raises(NoFitCheckError):
        checks.answer("0000-0000-0000-0000", {})


def test_words_of_danger_go_to_a_person_at_once(checks: FitChecking, store: Store, code: str) -> None:
    checks.answer(code, {"heard": "no", "note": DANGER})
    enquiry = look(store, "anne")
    assert (enquiry.needs_person, enquiry.state) == (True, "new")
    assert "suicide" in enquiry.private["why"]
    assert enquiry.due_at is not None
    assert ("risk_raised", None) in kinds(store, "anne")


def test_a_change_keeps_place_and_story_and_reaches_staff_with_reasons_and_a_new_slate(
    checks: FitChecking, store: Store, code: str
) -> None:
    receipt = checks.ask_change(code, ["judged", "pushed", "nonsense"], "Somebody gentler")
    enquiry = look(store, "anne")
    assert receipt.reference == enquiry.reference
    assert (enquiry.state, enquiry.source, enquiry.wants, enquiry.therapist_id) == (
        "new",
        "change",
        "choose_for_me",
        None,
    )
    assert enquiry.private["hopes"] == "to sleep"
    asked = enquiry.private["change_asked"]
    assert (asked["therapist_id"], asked["reasons"]) == ("t1", ["pushed", "judged"])
    with store.reading() as session:
        event = events_of(session, "anne", "test")[-1]
        (slate_id,) = slates_of(session, "anne")
        slate = snapshot_of(session, slate_id, "test").slate
    assert (event.kind, event.code, event.words) == ("change_asked", "pushed;judged", "Somebody gentler")
    assert "t1" not in {found.therapist_id for found in slate.recommendations}
    assert slate.recommendations
    assert slate.emphasis == (("way", "more"),)
    now = client(store)
    assert now.about == "My own story"
    assert now.exclude_therapists == ("t1",)
    assert now.challenge == pytest.approx(-0.4)
    # The place is theirs until they start elsewhere.
    assert [place.therapist_id for place in held(store, "anne")] == ["t1"]


def test_asking_twice_is_one_request_with_one_promise(checks: FitChecking, store: Store, code: str) -> None:
    first = checks.ask_change(code, ["practical"], "", {"max_fee": 120, "formats": ["phone"], "availability": ["x"]})
    again = checks.ask_change(code, ["practical"], "Mornings")
    assert first == again
    assert (client(store).max_fee, client(store).formats, client(store).availability) == (120.0, ("phone",), ())
    assert look(store, "anne").private["change_asked"]["note"] == "Mornings"


def test_danger_in_a_change_withholds_the_list(checks: FitChecking, store: Store, code: str) -> None:
    checks.ask_change(code, ["other"], DANGER)
    enquiry = look(store, "anne")
    assert enquiry.needs_person
    with store.reading() as session:
        assert slates_of(session, "anne") == []


def test_a_change_asked_for_after_danger_waits_for_the_call(checks: FitChecking, store: Store, code: str) -> None:
    told = checks.answer(code, {"heard": "no", "note": DANGER})
    urgent = look(store, "anne").due_at
    receipt = checks.ask_change(code, ["judged"], "gentler")
    assert look(store, "anne").needs_person
    assert look(store, "anne").due_at == urgent
    assert told == receipt
    with store.reading() as session:
        assert slates_of(session, "anne") == []


def test_danger_in_a_change_is_answered_like_any_danger(checks: FitChecking, store: Store, code: str) -> None:
    receipt = checks.ask_change(code, ["other"], DANGER)
    assert receipt.answer_by == answer_by(SETTINGS, look(store, "anne").due_at, urgent=True)


def test_a_talk_is_asked_for_without_a_change(checks: FitChecking, store: Store, code: str) -> None:
    receipt = checks.ask_talk(code)
    enquiry = look(store, "anne")
    assert (enquiry.state, enquiry.wants, enquiry.source) == ("new", "call_me", "web")
    assert (receipt.reference, receipt.answer_by) == (enquiry.reference, enquiry.due_at)
    assert kinds(store, "anne")[-1] == ("talk_asked", None)
    assert checks.ask_talk(code) == receipt
    assert [kind for kind, _ in kinds(store, "anne")].count("talk_asked") == 1
    assert client(store).exclude_therapists == ()


def test_staff_see_the_slate_weighed_by_what_felt_wrong(checks: FitChecking, store: Store, code: str) -> None:
    checks.ask_change(code, ["not_expected"], "")
    case = open_case(INTAKE, store, ranking(store), "anne")
    assert case.slate is not None
    assert case.slate.emphasis == (("way", "more"),)
    plain = ranking(store).recommender.recommend(client(store), 3)[0]
    assert [r.benefit for r in case.slate.recommendations] != [r.benefit for r in plain.recommendations]


def test_a_client_without_an_enquiry_gets_one(tmp_path: Path) -> None:
    made = new_store(tmp_path)
    with made.writing() as session:
        add_client(session, Client("imported", (("depression", 1),)), "test")
    matching = LiveMatching(made, SETTINGS)
    checks = FitChecking(lambda: made, SETTINGS, lambda: matching)
    told = checks.ask_change(ask_fit_check_code(INTAKE, made, "imported", "t2", 3), ["not_expected"], "")
    assert (look(made, "imported").reference, look(made, "imported").source) == (told.reference, "change")


def test_a_fit_checks_code_opens_nothing_else(store: Store, code: str) -> None:
    with store.reading() as session:
        assert open_code(session, code, PURPOSE) is not None
        assert open_code(session, code, "return") is None


@pytest.mark.parametrize(
    ("answers", "alliance"),
    [
        ({"heard": "yes", "goals": "no", "way": "mostly"}, (10, 0, 20 / 3)),
        ({"heard": "skip", "shared": "yes"}, (None, None, None)),
    ],
)
def test_three_items_give_a_rough_alliance_and_the_others_none(
    answers: dict[str, str], alliance: tuple[float | None, ...]
) -> None:
    found = alliance_of(answers)
    assert tuple(found.get(f"alliance_{part}") for part in ("bond", "goal", "task")) == alliance


def test_pages_and_service_speak_of_the_same_items_levels_and_reasons() -> None:
    assert tuple(wording_fit.QUESTIONS) == ITEMS
    assert set(wording_fit.LEVELS) == set(LEVELS)
    for words in (wording_fit.REASONS, wording_fit.WORDS, wording_fit.CHANGE_EFFECTS):
        assert tuple(words) == REASONS


STYLE = st.none() | st.floats(-1, 1)


@given(
    st.sets(st.sampled_from(REASONS)),
    st.fixed_dictionaries(dict.fromkeys(STYLES, STYLE)),
    st.fixed_dictionaries(dict.fromkeys(STYLES, STYLE)),
)
def test_reasons_move_styles_gently_within_the_scale_and_nothing_else(
    reasons: set[str], wished: dict[str, float | None], theirs: dict[str, float | None]
) -> None:
    who = Client("c", (("grief", 2),), must_have=("languages",), languages=("arabic",), **wished)
    after = next_wishes(who, Therapist("t1", "Asha", ("grief",), ("phone",), 1, **theirs), reasons)
    assert after.exclude_therapists == ("t1",)
    for field in fields(Client):
        before, now = getattr(who, field.name), getattr(after, field.name)
        if field.name in ("challenge", "emotional_intensity") and reasons & {"pushed", "judged"}:
            if field.name == "challenge" or "pushed" in reasons:
                assert -1 <= now <= -0.4
                assert before is None or now <= before
        elif field.name != "exclude_therapists":
            assert now == before
    assert set(next_emphasis(reasons).values()) <= {"more"}
    assert ("way" in next_emphasis(reasons)) == bool(reasons & {"pushed", "judged", "not_expected"})
