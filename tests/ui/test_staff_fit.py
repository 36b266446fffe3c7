"""What clients say in fit checks, as staff find and read it: in the queue, beside the enquiry, until somebody has."""

from pathlib import Path

import pytest
from staff_app import open_app, words
from staffed import INTAKE, SETTINGS, enquire, look, new_store

from matcher.services.fit_checks import FitChecking, ask_fit_check_code
from matcher.services.live import LiveMatching
from matcher.services.notices import SUBJECTS
from matcher.store.store import Store
from matcher.ui import wording_fit
from matcher.ui import wording_staff_fit as w

NOT_AT_ALL = {**dict.fromkeys(wording_fit.QUESTIONS, "no"), "note": "<b>It</b> is not for me."}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = new_store(tmp_path)
    enquire(made, "a", state="closed", closed_reason="started", therapist_id="t1")
    matching = LiveMatching(made, SETTINGS)
    checks = FitChecking(lambda: made, SETTINGS, lambda: matching)
    code = ask_fit_check_code(INTAKE, made, "a", "t1", 3)
    checks.answer(code, NOT_AT_ALL)
    checks.ask_talk(code, ["judged"])
    return made


def test_staff_are_told_find_it_and_read_every_answer_the_note_and_what_felt_wrong(store: Store) -> None:
    reference = look(store, "a").reference
    app = open_app(store)
    assert SUBJECTS["fit"] in words(app)
    app.button_group[0].set_value("fit_told").run()
    button = next(b for b in app.button if b.label == reference)
    app = button.click().run()
    assert not app.exception
    said = words(app)
    assert w.FIT_TITLE in said
    assert "With Asha Demir, after session 3" in said
    assert said.count("<dd>Not at all</dd>") == 5
    assert "I want to go on with Asha Demir." in said
    assert wording_fit.REASONS["judged"] in said
    assert "&lt;b&gt;It&lt;/b&gt; is not for me." in said
    next(b for b in app.button if b.label == w.FIT_READ).click().run()
    assert not app.exception
    assert w.FIT_IS_READ in words(app)
    # What they said stays to be seen; that it is to be read does not.
    assert w.FIT_TITLE in words(app)
    assert w.FIT_READ not in [b.label for b in app.button]
    assert w.FIT_FILTER not in words(open_app(store))


def test_an_enquiry_without_answers_says_nothing_of_them(store: Store) -> None:
    enquire(store, "b")
    ask_fit_check_code(INTAKE, store, "b", "t2", 1)
    app = open_app(store)
    app = next(b for b in app.button if b.label == look(store, "b").reference).click().run()
    assert not app.exception
    assert w.FIT_TITLE not in words(app)
