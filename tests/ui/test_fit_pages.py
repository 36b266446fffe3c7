"""The fit check's pages: by code, five questions, what felt wrong, and a change without shame."""

from dataclasses import replace

import pytest
from fakes import FakeFitChecks, fake_services
from walking import OWNER, answers, click, opened, title, words_of

from matcher.domain.enquiry import FitCheckView
from matcher.ui import wiring
from matcher.ui import wording_fit as w
from matcher.ui.catalogue import LANGUAGES, in_language
from matcher.ui.wording import LATE, TROUBLE_TITLE
from matcher.ui.wording_start import HELP_TITLE

PHONE = "(02) 5550 0142"


@pytest.fixture
def services():
    return wiring.install(fake_services())


def fit(**kept):
    wiring.services().drafts.save(OWNER, {"fit": {"code": "OPEN", **kept}})
    app = opened()
    page = next(key for key, info in app._registered_pages.items() if info.get("url_pathname") == "fit")
    app._page_hash = page
    app.run()
    assert not app.exception
    return app


def tick(app, name):
    app.checkbox(key=f"ask:fit:{name}").check().run()


def test_a_wrong_code_opens_nothing_and_says_what_to_do(services):
    app = fit(code="")
    assert title(app) == w.CODE_TITLE
    next(box for box in app.text_input).set_value("nope").run()
    click(app)
    assert w.CODE_WRONG.format(phone=PHONE) in words_of(app)
    next(box for box in app.text_input).set_value(" OPEN ").run()
    click(app)
    assert title(app) == w.FIT_TITLE
    assert answers()["fit"]["code"] == "OPEN"


def test_five_short_questions_none_of_them_answered_beforehand_and_all_skippable(services):
    app = fit()
    assert [radio.value for radio in app.radio] == [None] * 5
    assert "You have met Asha Demir three times." in words_of(app)
    click(app)
    assert title(app) == w.DONE_TITLE
    ((name, code, given),) = services.fit_checks.calls
    assert (name, code) == ("answer", "OPEN")
    assert set(given) == {*w.QUESTIONS, "note"}


@pytest.mark.parametrize(
    ("level", "said"),
    [("yes", w.DONE_GOOD), ("little", w.DONE_MIXED), ("no", w.DONE_HARD), ("skip", w.DONE_SKIPPED)],
)
def test_the_answer_is_met_as_it_was_given(services, level, said):
    app = fit()
    app.radio(key="ask:fit:heard").set_value(level).run()
    click(app)
    assert said in words_of(app)
    # Said where it is so, and nowhere else.
    assert (w.DONE_READ in words_of(app)) == (level in ("no", "little"))
    click(app, "finished")
    assert app.success[0].value == w.FINISHED


def test_whoever_would_not_go_on_is_not_told_that_this_is_common(services):
    app = fit()
    for item in w.QUESTIONS:
        app.radio(key=f"ask:fit:{item}").set_value("no" if item == "going_on" else "yes").run()
    click(app)
    assert w.DONE_HARD in words_of(app)
    assert w.DONE_MIXED not in words_of(app)


def test_words_alone_are_not_met_as_if_nothing_was_said(services):
    app = fit()
    app.text_area(key="ask:fit:note").set_value("He talked over me the whole hour.").run()
    click(app)
    assert w.DONE_READ in words_of(app)
    assert w.DONE_SKIPPED not in words_of(app)


def test_who_answered_before_may_still_say_that_something_is_wrong(services):
    seen = FakeFitChecks(view=FitCheckView("t1", "Asha Demir", 5, answered=True))
    wiring.install(replace(services, fit_checks=seen))
    app = fit()
    assert w.DONE_ANSWERED in words_of(app)
    click(app, "wrong")
    assert title(app) == w.WRONG_TITLE


def test_a_new_device_speaks_the_language_of_the_enquiry_until_another_is_chosen(services):
    wiring.install(replace(services, fit_checks=FakeFitChecks(view=FitCheckView("t1", "Asha Demir", 1, language="zh"))))
    chinese = LANGUAGES["zh"]
    app = fit()
    assert title(app) == in_language(chinese, w.FIT_TITLE)
    assert answers()["language"] == "zh"
    click(app, "language-en-AU")
    assert title(app) == w.FIT_TITLE
    click(app)
    assert title(app) == w.DONE_TITLE


def test_after_many_sessions_the_number_is_said(services):
    wiring.install(replace(services, fit_checks=FakeFitChecks(view=FitCheckView("t1", "Asha Demir", 5))))
    assert "5 times" in words_of(fit())


def test_words_of_danger_bring_numbers_to_call_before_anything_else(services):
    app = fit()
    app.text_area(key="ask:fit:note").set_value("I want to end it all").run()
    click(app)
    assert title(app) == w.DANGER_TITLE
    assert "13 11 14" in words_of(app)
    assert PHONE in words_of(app)
    assert "KOALA-4821" in words_of(app)
    click(app, "on")
    assert title(app) == w.DONE_TITLE


def broken(*_args, **_more):
    raise RuntimeError("no store")


@pytest.mark.parametrize(("at", "box", "back"), [("", "note", w.FIT_TITLE), ("change", "change", w.CHANGE_TITLE)])
def test_numbers_to_call_are_shown_even_where_nobody_could_be_told(services, monkeypatch, at, box, back):
    monkeypatch.setattr(FakeFitChecks, "answer", broken)
    monkeypatch.setattr(FakeFitChecks, "ask_change", broken)
    app = fit(at=at, reasons=["other"])
    app.text_area(key=f"ask:fit:{box}").set_value("I want to end it all").run()
    click(app)
    said = words_of(app)
    assert title(app) == w.DANGER_TITLE
    assert "13 11 14" in said
    assert "nobody has been told what you wrote" in said
    assert PHONE in said
    assert w.DANGER_TOLD not in said
    # What was not sent can be sent again, and then somebody is told.
    monkeypatch.undo()
    click(app, "on")
    assert title(app) == back
    click(app)
    assert w.DANGER_TOLD in words_of(app)


def test_what_breaks_without_any_danger_is_said_and_what_was_given_is_kept(services, monkeypatch):
    monkeypatch.setattr(FakeFitChecks, "answer", broken)
    app = fit()
    app.text_area(key="ask:fit:note").set_value("We start late").run()
    click(app)
    assert title(app) != w.DONE_TITLE
    assert app.title[-1].value == TROUBLE_TITLE
    assert services.drafts.load(OWNER).answers["fit"]["answers"]["note"] == "We start late"


@pytest.mark.parametrize(("at", "heading"), [("talk", w.TALK_DONE_TITLE), ("sent", w.CHANGE_DONE_TITLE)])
def test_a_promise_that_was_not_kept_is_said_and_the_clinic_can_be_rung(services, at, heading):
    receipt = {"reference": "KOALA-4821", "answer_by": "2026-11-24T03:30:00+00:00", "late": True}
    app = fit(at=at, receipt=receipt, reasons=["other"])
    said = words_of(app)
    assert title(app) == heading
    assert LATE.format(phone=PHONE) in said
    assert "KOALA-4821" in said
    assert "24 November" not in said


def test_each_page_of_the_fit_check_has_a_title_of_its_own():
    titles = [value for name, value in vars(w).items() if name.endswith("_TITLE")]
    assert len(set(titles)) == len(titles)
    assert HELP_TITLE not in titles


def test_where_somebody_was_hurt_the_number_can_be_touched_and_says_its_hours(services):
    said = words_of(fit(at="wrong"))
    assert '<a href="tel:0255500142">(02) 5550 0142</a> (' in said
    assert "nobody gets into trouble" not in said


def test_a_reason_is_needed_and_named(services):
    app = fit(at="wrong")
    click(app)
    assert words_of(app).count(w.WRONG_NONE) == 2
    click(app, "back")
    assert title(app) == w.DONE_TITLE


def test_of_times_or_cost_alone_nothing_is_said_of_hard_therapy(services):
    app = fit(at="next", reasons=["practical"])
    said = words_of(app)
    assert title(app) == w.WORDS_TITLE
    assert w.WORDS["practical"] in said
    assert w.NEXT_TITLE in said
    assert not any(words in said for words in (w.GROWTH, w.MISFIT, w.GROWTH_YOURS))
    assert [app.button(key=key).label for key in ("raise", "staff", "continue")]
    assert title(fit(at="next", reasons=["practical", "judged"])) == w.GROWTH_TITLE


@pytest.mark.parametrize("reason", [reason for reason in w.REASONS if reason != "practical"])
def test_hard_is_told_from_wrong_with_words_to_say_it_and_three_ways_on(services, reason):
    app = fit(at="wrong")
    tick(app, reason)
    click(app)
    said = words_of(app)
    assert title(app) == w.GROWTH_TITLE
    assert all(words in said for words in (w.GROWTH, w.MISFIT, w.GROWTH_YOURS, w.WORDS[reason]))
    click(app, "raise")
    assert app.success[0].value == w.NEXT_RAISE_DONE
    click(app, "staff")
    assert "KOALA-4821" in words_of(app)
    assert PHONE in words_of(app)
    assert services.fit_checks.calls == [("keep_reasons", "OPEN", (reason,)), ("ask_talk", "OPEN", (reason,))]
    assert title(app) == w.TALK_DONE_TITLE
    click(app, "back")
    assert title(app) == w.GROWTH_TITLE
    click(app, "back")
    assert app.checkbox(key=f"ask:fit:{reason}").value


def test_a_change_keeps_place_and_story_and_is_sent_with_its_reasons(services):
    app = click(fit(at="next", reasons=["judged", "practical"]))
    said = words_of(app)
    assert title(app) == w.CHANGE_TITLE
    assert "You need not tell your story again" in said
    assert "Your place with Asha Demir stays yours" in said
    assert w.CHANGE_EFFECTS["judged"] in said
    app.number_input(key="ask:fit:fee").set_value(120).run()
    app.checkbox(key="ask:fit:formats:phone").check().run()
    app.checkbox(key="ask:fit:times:weekend").check().run()
    app.text_area(key="ask:fit:change").set_value("Gentler").run()
    click(app)
    assert title(app) == w.CHANGE_DONE_TITLE
    assert "KOALA-4821" in words_of(app)
    ((name, code, reasons, note, limits),) = services.fit_checks.calls
    assert (name, code, reasons, note) == ("ask_change", "OPEN", ("judged", "practical"), "Gentler")
    assert (limits["max_fee"], limits["formats"]) == (120, ["phone"])
    assert set(limits["availability"]) == {f"{day}_{part}" for day in ("sat", "sun") for part in PARTS}


PARTS = ("morning", "afternoon", "evening")


def test_practical_limits_are_asked_only_where_they_were_the_reason_and_back_keeps_all(services):
    app = fit(at="change", reasons=["other"])
    assert not app.number_input
    click(app, "back")
    assert title(app) == w.GROWTH_TITLE


def test_danger_in_what_should_be_different_brings_numbers_first(services):
    app = fit(at="change", reasons=["other"])
    app.text_area(key="ask:fit:change").set_value("I want to end it all").run()
    click(app)
    assert title(app) == w.DANGER_TITLE
    click(app, "on")
    assert title(app) == w.CHANGE_DONE_TITLE
    # No list was made for who needs a person first: what is promised is true of them too.
    assert w.CHANGE_DONE_WHAT in words_of(app)


def test_whom_to_call_is_named_in_the_language_they_read(services):
    app = fit(at="danger")
    assert "<strong>Emergency</strong>" in words_of(app)
    wiring.services().drafts.save(OWNER, {"fit": {"code": "OPEN", "at": "danger"}, "language": "zh"})
    app = opened()
    app._page_hash = next(key for key, info in app._registered_pages.items() if info.get("url_pathname") == "fit")
    said = words_of(app.run())
    assert in_language(LANGUAGES["zh"], "Emergency") in said
    assert "<strong>Emergency</strong>" not in said
