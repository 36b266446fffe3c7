"""What holds across the client's pages: matching is asked for once, leaving nothing behind, and kind failure."""

import logging
from dataclasses import replace

import pytest
from fakes import FakeMatching, fake_services
from walking import OWNER, answers, click, html_of, opened, title, to, words_of

from matcher.domain.recommendation import Slate
from matcher.ui import wiring
from matcher.ui import wording as w
from matcher.ui import wording_matches as wm
from matcher.ui import wording_questions as wq
from matcher.ui import wording_start as ws


@pytest.fixture(autouse=True)
def services():
    return wiring.install(fake_services())


def test_when_nobody_fits_the_smallest_change_and_a_person_are_offered(services):
    app = to("matches", max_fee=20)
    assert title(app) == wm.NOBODY_TITLE
    assert "If you could pay $180" in words_of(app)
    assert services.settings.clinic_phone in words_of(app)
    assert title(click(app)) == wq.COST_TITLE


class WithholdingMatching(FakeMatching):
    def match(self, client, top=3, **options):
        return Slate(client.client_id, withheld="A person should look first")


def test_a_slate_the_service_withholds_is_help_and_not_a_list(services):
    withholding = WithholdingMatching()
    wiring.install(replace(services, matching=lambda: withholding))
    app = to("matches")
    assert title(app) == ws.HELP_TITLE
    assert not any("<article" in html for html in html_of(app))
    # Nothing was raised here, so nothing is said to have been passed on.
    assert ws.HELP_HONEST_TITLE not in words_of(app)
    assert not services.enquiries.called("raise_risk")


def test_a_browser_without_a_cookie_still_gets_through():
    app = click(opened(owner=None))
    app.checkbox(key="ask:before:consent_matching").check().run()
    click(click(app))
    app.text_area(key="ask:about").set_value("I worry").run()
    click(app)
    click(app, "back")
    assert app.text_area(key="ask:about").value == "I worry"


def test_deleting_answers_deletes_them_everywhere():
    app = to("matches", about="I worry")
    click(app, "delete")
    assert title(app) == ws.START_TITLE
    assert app.success[0].value == w.DELETED
    assert answers() == {}
    assert title(click(app)) == ws.BEFORE_TITLE


class BrokenMatching(FakeMatching):
    def match(self, client, top=3, **options):
        raise RuntimeError(f"secret {client.about}")


def test_when_something_breaks_the_client_is_told_kindly_and_no_answer_is_logged(services, caplog):
    broken = BrokenMatching()
    wiring.install(replace(services, matching=lambda: broken))
    with caplog.at_level(logging.DEBUG):
        app = to("matches", about="my private words")
    assert title(app) == w.TROUBLE_TITLE
    assert "RuntimeError" in caplog.text
    assert "my private words" not in caplog.text
    assert answers()["about"] == "my private words"
    assert OWNER not in caplog.text
