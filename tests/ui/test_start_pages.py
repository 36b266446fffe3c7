"""The pages before the first question, and those for stopping and coming back."""

from datetime import date

import pytest
from fakes import fake_services
from walking import AGREED, OWNER, answers, at, choose, click, html_of, opened, title, to, words_of

from matcher.config import Settings
from matcher.ui import wiring
from matcher.ui import wording as w
from matcher.ui import wording_fit as wf
from matcher.ui import wording_matches as wm
from matcher.ui import wording_questions as wq
from matcher.ui import wording_start as ws
from matcher.ui.journey import Journey


@pytest.fixture
def services():
    return wiring.install(fake_services())


@pytest.fixture
def app(services):
    return opened()


def test_the_first_page_says_what_this_is_and_that_a_person_can_help(app, services):
    words = words_of(app)
    assert title(app) == ws.START_TITLE
    assert services.settings.clinic_phone in words
    assert "Nobody watches this form live" in words
    assert "Your browser's history stays" in words
    assert app.info[0].value == ws.DEMO


def test_a_clinic_of_its_own_is_no_demonstration():
    wiring.install(fake_services(Settings(clinic_name="Gum Tree")))
    assert not opened().info


def test_the_notice_comes_before_the_first_answer_and_nothing_is_ticked(app, services):
    click(app)
    assert title(app) == ws.BEFORE_TITLE
    assert [box.value for box in app.checkbox] == [False]
    words = words_of(app)
    assert services.settings.clinic_name in words
    assert "delete your answers after two hours" in words


def test_matching_needs_consent_and_research_does_not(app):
    click(click(app))
    assert title(app) == ws.BEFORE_TITLE
    problem = html_of(app)[0]
    assert w.PROBLEM in problem
    assert "Tick the box" in problem
    assert sum("Tick the box" in html for html in html_of(app)) == 2
    app.checkbox(key="ask:before:consent_matching").check().run()
    click(app)
    assert title(app) == wq.WHO_TITLE
    assert answers()["consent_matching"] is True
    assert "consent_research" not in answers()


def test_research_is_asked_by_itself_with_a_request_and_either_can_be_taken_back(app):
    click(app)
    assert [box.key for box in app.checkbox] == ["ask:before:consent_matching"]
    app = click(to("matches"), "choose-1")
    assert title(app) == wm.REQUEST_TITLE
    assert app.checkbox(key="ask:request:consent_research").value is False
    app.checkbox(key="ask:request:consent_research").check().run()
    assert answers()["consent_research"] is True
    at(app, "before")
    assert [box.value for box in app.checkbox] == [True, True]
    for name in ("consent_research", "consent_matching"):
        app.checkbox(key=f"ask:before:{name}").uncheck().run()
        assert name not in answers()


def test_no_question_is_asked_of_somebody_who_has_not_agreed(services):
    services.drafts.save(OWNER, {"concerns": ["sleep"], "step": "style"})
    assert title(click(opened())) == ws.BEFORE_TITLE


def test_going_on_leads_to_where_one_stopped(services):
    app = to("meeting")
    assert title(app) == wq.MEETING_TITLE
    again = opened()
    assert again.button(key="continue").label == ws.START_GO_ON
    assert title(click(again)) == wq.MEETING_TITLE
    assert title(click(opened(), "what-happens")) == ws.BEFORE_TITLE


@pytest.mark.parametrize(
    ("given", "words", "on"),
    [
        ({"for_whom": "couple"}, ws.CALL_COUPLE, wq.WORDS_TITLE),
        ({"for_whom": "me", "age_range": "under_12"}, ws.CALL_YOUNG, wq.WORDS_TITLE),
        ({"for_whom": "adult", "agreed": "no"}, ws.CALL_ADULT, None),
        ({"for_whom": "adult"}, ws.CALL_ADULT, None),
    ],
)
def test_who_is_better_helped_by_phone_is_told_so_with_a_way_on(services, given, words, on):
    app = click(to("who", **given))
    assert title(app) == ws.CALL_TITLE
    assert words in words_of(app)
    assert services.settings.clinic_phone in words_of(app)
    if on is None:
        assert not any(button.key == "continue" for button in app.button)
        assert title(click(app, "back")) == wq.WHO_TITLE
    else:
        assert title(click(app)) == on


def test_a_child_alone_is_given_a_line_to_talk_to(services):
    app = click(to("who", age_range="under_12"))
    assert "1800 55 1800" in words_of(app)


@pytest.mark.parametrize(
    "given",
    [
        {},
        {"for_whom": "skip", "age_range": "skip"},
        {"for_whom": "child", "age_range": "under_12"},
        {"for_whom": "adult", "agreed": "yes"},
        {"for_whom": "me", "age_range": "12_17"},
        {"for_whom": "helped", "age_range": "under_12"},
    ],
)
def test_everybody_else_goes_on(services, given):
    assert title(click(to("who", **given))) == wq.WORDS_TITLE


def test_whoever_fills_it_in_for_another_is_asked_about_that_other(services):
    app = to("who", for_whom="child")
    assert wq.WHO_CHILD in words_of(app)
    assert app.radio(key="ask:age_range").label == wq.WHO_AGE_OF_THEM
    choose(app, "for_whom", "adult")
    assert app.radio(key="ask:agreed").value is None
    choose(app, "for_whom", "me")
    choose(app, "age_range", "12_17")
    assert wq.WHO_YOUNG in words_of(app)


def test_a_consent_taken_back_after_sending_reaches_the_clinic_at_once(services):
    receipt = {"reference": "KOALA-4821", "answer_by": "2026-11-24T03:30:00+00:00"}
    app = click(to("matches", receipt=receipt, consent_research=True), "sent")
    click(app, "consent")
    assert title(app) == ws.BEFORE_TITLE
    app.checkbox(key="ask:before:consent_research").uncheck().run()
    ((_, told),) = services.enquiries.called("consent")
    assert "consent_research" not in told
    assert told["consent_matching"] is True
    assert app.success[0].value == ws.CONSENT_KEPT
    assert len(services.enquiries.called("consent")) == 1
    assert title(click(app)) == wm.SENT_TITLE


def test_a_consent_taken_back_where_danger_was_raised_reaches_the_clinic_at_once(services):
    app = at(click(to("safety", safety="yes")), "before")
    assert services.enquiries.called("raise_risk")
    app.checkbox(key="ask:before:consent_matching").uncheck().run()
    ((_, told),) = services.enquiries.called("consent")
    assert "consent_matching" not in told
    assert app.success[0].value == ws.CONSENT_KEPT


def test_a_code_is_shown_once_and_leads_another_browser_to_the_same_step(services):
    app = click(to("meeting", about="I worry"), "later")
    assert title(app) == ws.LATER_TITLE
    assert "CODE-0000" not in words_of(app)
    click(app, "show")
    assert "CODE-0000" in words_of(app)
    assert "CODE-0000" not in words_of(app.run())
    assert title(click(app, "back")) == wq.MEETING_TITLE
    other = click(opened("1" * 64), "code")
    other.text_input(key="ask:return_code").set_value(" CODE-0000 ").run()
    click(other)
    assert title(other) == ws.START_TITLE
    assert other.success[0].value == ws.RETURNED
    assert title(click(other)) == wq.MEETING_TITLE
    assert title(click(click(other, "later"), "back")) == wq.MEETING_TITLE


def test_days_are_those_of_the_clinics_calendar(services):
    # Nine in the evening of the first by the clock of the world is eight in the morning of the second in Sydney.
    click(to("meeting", started_at="2026-11-01T21:00:00", concerns=["sleep"]), "later")
    assert Journey(services, answers(), {}).today() == date(2026, 11, 2)


@pytest.mark.parametrize("sent", [{}, {"receipt": {"reference": "K", "answer_by": "2026-11-20T00:00:00+00:00"}}])
def test_days_are_counted_from_the_return_unless_something_was_sent(services, sent):
    click(click(to("meeting", started_at="2026-11-01T09:00:00", **sent), "later"), "show")
    other = click(opened("1" * 64), "code")
    other.text_input(key="ask:return_code").set_value("CODE-0000").run()
    click(other)
    began = services.drafts.load("1" * 64).answers["started_at"]
    assert (began == "2026-11-01T09:00:00") is bool(sent)


def test_the_code_of_a_fit_check_opens_it_on_this_page_too(app, services):
    click(app, "code")
    app.text_input(key="ask:return_code").set_value("OPEN").run()
    assert title(click(app)) == wf.FIT_TITLE


@pytest.mark.parametrize(
    ("typed", "words"), [("", ws.RETURN_BLANK), ("  ", ws.RETURN_BLANK), ("KOALA", ws.RETURN_WRONG)]
)
def test_a_code_that_opens_nothing_is_said_on_top_and_at_the_field(app, typed, words):
    click(app, "code")
    app.text_input(key="ask:return_code").set_value(typed).run()
    click(app)
    assert title(app) == ws.RETURN_TITLE
    assert sum(words in html for html in html_of(app)) == 2
    assert title(click(app, "back")) == ws.START_TITLE


def test_a_browser_that_keeps_no_cookie_is_told_that_no_code_can_be_made(services):
    app = click(opened(owner=None))
    app.checkbox(key="ask:before:consent_matching").check().run()
    click(click(app), "later")
    assert "cannot make a code" in words_of(app)
    assert not any(button.key == "show" for button in app.button)
    app = click(opened(owner=None), "code")
    app.text_input(key="ask:return_code").set_value("CODE-0000").run()
    assert ws.RETURN_WRONG in " ".join(html_of(click(app)))


def test_deleting_takes_back_what_the_clinic_was_told_too(services):
    app = click(to("words", client_id="c1"), "later")
    click(app, "delete")
    assert title(app) == ws.START_TITLE
    assert app.success[0].value == w.DELETED
    assert answers() == {}
    assert services.enquiries.called("withdraw") == [("c1",)]
    assert AGREED.keys().isdisjoint(answers())


def test_what_was_sent_is_not_said_to_be_deleted(services):
    services.enquiries.calls.append(("send",))
    app = click(to("words", client_id="c1"), "later")
    click(app, "delete")
    assert app.success[0].value == w.DELETED_HERE
    assert answers() == {}


SENT = {
    "request": {"wants": "choose_for_me", "therapist_id": None},
    "receipt": {"reference": "KOALA-4821", "answer_by": "2026-11-24T03:30:00+00:00"},
}


def test_whoever_takes_their_agreement_back_goes_on_without_a_problem_and_is_promised_no_offer(services):
    app = click(click(to("matches", **SENT), "sent"), "consent")
    app.checkbox(key="ask:before:consent_matching").uncheck().run()
    ((_, told),) = services.enquiries.called("consent")
    assert "consent_matching" not in told
    click(app)
    assert title(app) == wm.SENT_TITLE
    words = words_of(app)
    assert wm.SENT_TOOK_BACK in words
    assert wm.SENT_CHOOSE not in words
    assert w.PROBLEM not in words
    assert not any(button.key == "change" for button in app.button)
    for state, looks in (("waiting", False), ("offered", None)):
        services.enquiries.state = state
        words = words_of(app.run())
        assert wm.SENT_TOOK_BACK in words
        assert "We look again by" not in words
        assert ("A person answers by" in words) is (looks is False)


def test_nothing_is_sent_without_agreement(services):
    app = click(click(to("matches", **SENT), "sent"), "change")
    assert title(app) == wm.REQUEST_TITLE
    kept = {key: value for key, value in answers().items() if key != "consent_matching"}
    services.drafts.save(OWNER, kept)
    again = opened()
    again._page_hash = next(key for key, info in again._registered_pages.items() if info["url_pathname"] == "request")
    again.run()
    assert title(again) == ws.BEFORE_TITLE
    assert not services.enquiries.called("send")


def test_the_clinics_number_is_rung_by_touch_where_a_call_is_the_better_way():
    html = " ".join(html_of(click(to("who", for_whom="couple"))))
    assert '<a href="tel:0255500142">(02) 5550 0142</a>' in html
    assert '<a href="tel:0255500142">' in " ".join(html_of(click(to("safety", safety="yes"))))
