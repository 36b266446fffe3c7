"""What happens when something is raised: help at once, the staff told once, and a way to be called."""

import logging
from dataclasses import replace

import pytest
from fakes import RECEIPT, FakeEnquiries, fake_services
from walking import ENOUGH, OWNER, answers, at, choose, click, html_of, opened, title, to, words_of

from matcher.ui import wiring
from matcher.ui import wording_questions as wq
from matcher.ui import wording_start as ws
from matcher.ui.journey import STEPS


@pytest.fixture(autouse=True)
def services():
    return wiring.install(fake_services())


@pytest.mark.parametrize(
    ("step", "given", "why", "back_to"),
    [
        ("words", {"about": "I want to end it all"}, ("suicide",), "words"),
        ("safety", {"safety": "yes"}, ("safety_answer",), "safety"),
        ("concerns", {"concerns": ["sleep", "self_harm"]}, ("self_harm",), "concerns"),
        ("hopes", {"hopes": "To end it all"}, ("suicide",), "hopes"),
        ("last", {"avoid_words": "I will end it all"}, ("suicide",), "last"),
        ("words", {"about": "end it all", "safety": "yes", "concerns": []}, ("suicide", "safety_answer"), "words"),
    ],
)
def test_anything_raised_shows_help_at_once_tells_the_staff_and_never_lists(services, step, given, why, back_to):
    app = click(to(step, **given))
    words = words_of(app)
    assert title(app) == ws.HELP_TITLE
    assert all(number in words for number in ("000", "13 11 14", "1300 659 467"))
    assert "Nobody watches this form live" in words
    assert "2:30 pm on Tuesday 24 November 2026" in words
    assert RECEIPT.reference in words
    assert not services.matching().asked
    [(client, told, kept)] = services.enquiries.called("raise_risk")
    assert (client.risk_raised, told) == (True, why)
    assert kept["person_first"] is True
    assert title(click(app, "back")) == STEPS[back_to]


def test_danger_written_and_left_by_the_browsers_back_brings_help_at_once_and_once(services):
    app = to("words")
    app.text_area(key="ask:about").set_value("I want to end it all").run()
    assert title(app) == STEPS["words"]
    assert title(at(app, "who")) == ws.HELP_TITLE
    assert len(services.enquiries.called("raise_risk")) == 1
    # Told once, they may go back as far as they like.
    click(app, "back")
    assert title(at(app, "who")) == STEPS["who"]
    assert len(services.enquiries.called("raise_risk")) == 1


def test_the_same_thing_is_told_once_even_after_a_reload_and_something_new_again(services):
    app = click(to("safety", safety="yes"))
    app.run()
    again = opened()
    click(click(again))
    assert title(again) == ws.HELP_TITLE
    assert len(services.enquiries.called("raise_risk")) == 1
    assert RECEIPT.reference in words_of(again)
    click(click(again, "back"), "back")
    again.text_area(key="ask:about").set_value("I want to end it all").run()
    assert title(click(again)) == ws.HELP_TITLE
    assert [told for _, told, _ in services.enquiries.called("raise_risk")][1:] == [("suicide", "safety_answer")]


def test_taking_an_answer_back_does_not_bring_the_list_a_person_does(services):
    app = click(to("safety", safety="yes"))
    click(app, "back")
    choose(app, "safety", "no")
    assert title(click(app)) == ws.HELP_TITLE
    assert RECEIPT.reference in words_of(app)
    assert ws.HELP_MISTAKEN in words_of(app)
    # No rule read anything here.
    assert ws.HELP_MISTAKEN_RULE not in words_of(app)
    assert not services.matching().asked


@pytest.mark.parametrize(
    ("given", "misread"),
    [({"about": "I want to end it all"}, True), ({"safety": "yes"}, False), ({"concerns": ["self_harm"]}, False)],
)
def test_only_whose_words_a_rule_read_are_asked_whether_it_was_wrong(given, misread):
    app = click(to("words", **given))
    if title(app) != ws.HELP_TITLE:
        app = click(click(app))
    words = words_of(app)
    assert title(app) == ws.HELP_TITLE
    assert all((said in words) is misread for said in (ws.HELP_MISTAKEN_TITLE, ws.HELP_MISTAKEN_RULE, ws.HELP_MISTAKEN))


def test_what_was_taken_back_and_is_said_again_is_told_again(services):
    app = click(to("safety", safety="yes"))
    click(app, "back")
    choose(app, "safety", "no")
    assert title(click(app)) == ws.HELP_TITLE
    click(app, "back")
    choose(app, "safety", "yes")
    assert title(click(app)) == ws.HELP_TITLE
    assert [told for _, told, _ in services.enquiries.called("raise_risk")] == [("safety_answer",)] * 2


def test_other_words_of_the_same_danger_are_told_again(services):
    app = click(to("words", about="I want to end it all"))
    click(app, "back")
    app.text_area(key="ask:about").set_value("I will end it all tonight").run()
    assert title(click(app)) == ws.HELP_TITLE
    assert [told for _, told, _ in services.enquiries.called("raise_risk")] == [("suicide",)] * 2


def test_deleting_is_the_way_to_start_again(services):
    app = click(to("safety", safety="yes", client_id="c7"))
    assert title(click(app, "delete")) == ws.START_TITLE
    assert services.enquiries.called("withdraw") == [("c7",)]
    assert title(click(app)) == ws.BEFORE_TITLE


def test_somebody_who_leaves_a_number_is_called(services):
    app = click(to("safety", safety="yes", client_id="c7"))
    app.text_input(key="call:name").set_value("Sam")
    app.text_input(key="call:phone").set_value("02 5550 0199")
    app.radio(key="call:safe").set_value("yes")
    app.text_area(key="call:note").set_value("After 4 pm")
    app.button(key="ask").click().run()
    [(client_id, contact)] = services.enquiries.called("add_contact")
    assert (client_id, contact.name, contact.phone, contact.note) == ("c7", "Sam", "02 5550 0199", "After 4 pm")
    assert contact.safe == ("phone", "voicemail")
    assert app.success[0].value.startswith("Thank you.")
    assert not app.text_input
    assert answers()["call_asked"] is True


@pytest.mark.parametrize("safe", [None, "no"])
def test_no_message_is_left_unless_they_say_it_is_safe(services, safe):
    app = click(to("safety", safety="yes"))
    app.text_input(key="call:phone").set_value("0400 000 000")
    app.radio(key="call:safe").set_value(safe)
    app.button(key="ask").click().run()
    [(_, contact)] = services.enquiries.called("add_contact")
    assert contact.safe == ("phone",)


@pytest.mark.parametrize("phone", ["", "call me", "12345", "1" * 16])
def test_a_number_nobody_could_ring_is_named_on_top_and_at_the_field(services, phone):
    app = click(to("safety", safety="yes"))
    app.text_input(key="call:phone").set_value(phone)
    app.button(key="ask").click().run()
    assert not services.enquiries.called("add_contact")
    assert sum(ws.HELP_PHONE_NEEDED in html for html in html_of(app)) == 2


class BrokenEnquiries(FakeEnquiries):
    def raise_risk(self, client, why, answers):
        raise RuntimeError(f"secret {answers['about']}")


def test_when_the_staff_cannot_be_told_the_numbers_stay_and_it_is_said_plainly(services, caplog):
    wiring.install(replace(services, enquiries=BrokenEnquiries(services.drafts)))
    with caplog.at_level(logging.DEBUG):
        app = click(to("words", about="my private words: end it all"))
    words = words_of(app)
    assert title(app) == ws.HELP_TITLE
    assert "13 11 14" in words
    assert "nobody has been told" in words
    assert not any(button.key == "ask" for button in app.button)
    assert "RuntimeError" in caplog.text
    assert "my private words" not in caplog.text
    assert title(click(app, "back")) == wq.WORDS_TITLE


def test_nobody_reaches_the_list_by_its_address_once_something_was_raised(services):
    services.drafts.save(OWNER, {**ENOUGH, "safety": "yes", "step": "last"})
    assert title(click(click(opened()))) == ws.HELP_TITLE
    assert not services.matching().asked


@pytest.mark.parametrize("field", ["name", "pronouns", "note"])
def test_danger_in_any_field_of_a_request_brings_help_before_it_is_sent(services, field):
    details = {"phone": "0491 570 006", "safe": ["phone"], field: "I will end it all"}
    app = click(to("matches", contact=details), "choose-1")
    assert title(click(app)) == ws.HELP_TITLE
    assert not services.enquiries.called("send")
    assert len(services.enquiries.called("raise_risk")) == 1
