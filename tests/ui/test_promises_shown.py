"""What a client who comes back is promised: as it stands now, and nothing where somebody has done it already."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fakes import RECEIPT, fake_services
from walking import answers, at, click, title, to, words_of

from matcher.ui import wiring, wording
from matcher.ui import wording_matches as w
from matcher.ui import wording_start as ws

LATER = replace(RECEIPT, answer_by=datetime(2026, 12, 1, 23, 0, tzinfo=UTC))
OLD, NEW = "Tuesday 24 November 2026", "10 am on Wednesday 2 December 2026"
RAISED = {
    "safety": "yes",
    "raised": {
        "why": ["safety_answer"],
        "words": [],
        "reference": "KOALA-4821",
        "answer_by": "2026-11-24T03:30:00+00:00",
    },
    "person_first": True,
}
SENT = {
    "request": {"wants": "choose_for_me", "therapist_id": None},
    "receipt": {"reference": "KOALA-4821", "answer_by": "2026-11-24T03:30:00+00:00"},
    "contact": {"phone": "0491 570 006", "safe": ["text"]},
}


@pytest.fixture(autouse=True)
def services():
    made = wiring.install(fake_services())
    made.enquiries.told = LATER
    return made


def test_somebody_who_still_waits_for_a_call_is_told_by_when_now(services):
    app = click(to("safety", **RAISED, call_asked=True))
    assert title(app) == ws.HELP_TITLE
    words = words_of(app)
    assert words.count(NEW) == 2
    assert OLD not in words
    assert not services.enquiries.called("raise_risk")


def test_somebody_the_clinic_has_dealt_with_is_promised_nothing_and_may_ask_again(services):
    services.enquiries.urgent = False
    app = click(to("safety", **RAISED, call_asked=True))
    words = words_of(app)
    assert ws.HELP_SEEN in words
    assert NEW not in words
    assert OLD not in words
    app.text_input(key="call:phone").set_value("0491 570 006")
    app.button(key="ask").click().run()
    assert len(services.enquiries.called("add_contact")) == 1
    assert words_of(app).count(NEW) == 2
    assert answers()["raised"]["answer_by"] == LATER.answer_by.isoformat()


def test_somebody_whose_enquiry_is_gone_is_told_of_again(services):
    services.enquiries.state = None
    click(to("safety", **RAISED))
    assert len(services.enquiries.called("raise_risk")) == 1


@pytest.mark.parametrize("state", ["new", "contacted", "waiting"])
def test_a_request_that_waits_says_by_when_somebody_answers_now(services, state):
    services.enquiries.state = state
    words = words_of(click(to("matches", **SENT), "sent"))
    assert NEW in words
    assert OLD not in words
    assert w.SENT_CHOOSE in words


@pytest.mark.parametrize("state", ["offered", "booked", "closed"])
def test_a_request_that_was_answered_promises_no_answer(services, state):
    services.enquiries.state = state
    words = words_of(click(to("matches", **SENT), "sent"))
    assert w.STATES[state] in words
    assert w.SENT_NOT_LIVE in words
    assert not any(said in words for said in (NEW, OLD, w.SENT_CHOOSE))


@pytest.mark.parametrize("state", ["new", "contacted", "waiting"])
def test_a_promise_not_kept_is_said_and_not_made_anew(services, state):
    services.enquiries.state, services.enquiries.told = state, replace(LATER, late=True)
    app = click(to("matches", **SENT), "sent")
    late = wording.LATE.format(phone="(02) 5550 0142")
    assert late in words_of(app)
    assert NEW not in words_of(app)
    click(app, "summary")
    assert late in words_of(app)
    assert NEW not in words_of(app)


def test_who_waits_in_danger_for_too_long_is_told_so(services):
    services.enquiries.told = replace(LATER, late=True)
    app = click(to("safety", **RAISED, call_asked=True))
    words = words_of(app)
    assert not app.success
    assert words.count(wording.LATE.format(phone="(02) 5550 0142")) == 2
    assert NEW not in words
    assert "KOALA-4821" in words


def test_who_is_on_the_waiting_list_is_told_when_we_look_again_and_promised_no_answer(services):
    services.enquiries.state, services.enquiries.urgent = "waiting", False
    app = click(to("matches", **SENT), "sent")
    sent = words_of(app)
    for words in (sent, words_of(click(app, "summary"))):
        assert w.SENT_LOOK_AGAIN.format(when=NEW) in words
        assert "A person answers by" not in words
        # What they asked for first is no longer what happens next.
        assert w.SENT_CHOOSE not in words
    assert w.SENT_WAITING in sent


def test_the_reference_is_to_be_written_down(services):
    assert w.SENT_WRITE_DOWN in words_of(click(to("matches", **SENT), "sent"))


@pytest.mark.parametrize("page", ["sent", "request"])
def test_a_therapist_the_clinic_no_longer_has_breaks_no_page(services, page):
    asked = {"wants": "therapist", "therapist_id": "gone"}
    app = click(to("matches", **{**SENT, "request": asked}), "sent")
    if page == "request":
        click(app, "change")
    assert w.WHOM_YOU_CHOSE in words_of(app)


def test_the_summary_of_who_sent_nothing_asks_no_store(services, monkeypatch):
    def fail(*_):
        raise AssertionError

    monkeypatch.setattr(type(services.enquiries), "standing", fail)
    app = to("matches")
    assert title(at(app, "summary")) == w.SUMMARY_TITLE


def test_a_browser_without_a_request_is_not_told_that_none_was_sent(services):
    app = to("matches")
    assert title(at(app, "sent")) == w.SENT_NONE_TITLE
    assert "If you sent one earlier, call (02) 5550 0142" in words_of(app)


def test_a_request_the_clinic_no_longer_holds_is_not_said_to_be_there(services):
    services.enquiries.state = None
    app = click(to("matches", **SENT), "sent")
    assert title(app) == w.SENT_GONE_TITLE
    assert "KOALA-4821" not in words_of(app)
