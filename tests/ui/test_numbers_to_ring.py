"""The clinic's number is rung when it is touched, wherever a sentence of a page names it."""

import pytest
from fakes import FakeEnquiries, FakeMatching, fake_services
from walking import AGREED, ENOUGH, OWNER, at, click, opened, title, to

from matcher.domain.recommendation import Slate
from matcher.ui import wiring
from matcher.ui import wording_fit as wf
from matcher.ui import wording_start as ws
from matcher.ui.components import rung

LINK = "[(02) 5550 0142](tel:0255500142)"


@pytest.fixture
def services():
    return wiring.install(fake_services())


def drawn(app):
    """Return the page's sentences as Markdown, before anything is made of it."""
    return " ".join(block.value for block in (*app.markdown, *app.success))


@pytest.mark.parametrize(("path", "answers"), [("", {}), ("before", AGREED), ("return", {}), ("matches", ENOUGH)])
def test_a_page_that_names_the_number_lets_it_be_rung(services, path, answers):
    drafts = services.drafts
    drafts.save(OWNER, dict(answers), drafts.load(OWNER))
    words = drawn(at(opened(), path))
    assert LINK in words
    assert words.count("(02) 5550 0142") == words.count(LINK)


def test_where_nobody_fits_and_where_no_request_is_seen(services):
    assert LINK in drawn(to("matches", max_fee=20))
    assert LINK in drawn(at(opened("1" * 64), "sent"))


def test_where_no_code_can_be_made(services):
    assert LINK in drawn(at(opened(owner=None), "later"))


def test_where_nobody_could_be_told_of_danger(services, monkeypatch):
    def fail(*_):
        raise OSError

    monkeypatch.setattr(FakeEnquiries, "raise_risk", fail)
    app = click(to("safety", safety="yes"))
    assert title(app) == ws.HELP_TITLE
    assert LINK in drawn(app)


def test_where_a_page_breaks(services, monkeypatch):
    def fail(*_args, **_options) -> Slate:
        raise OSError

    monkeypatch.setattr(FakeMatching, "match", fail)
    assert LINK in drawn(to("matches"))


def test_danger_in_a_fit_check_says_when_each_line_is_open(services):
    drafts = services.drafts
    drafts.save(OWNER, {"language": "en", "fit": {"code": "OPEN", "at": "danger"}}, drafts.load(OWNER))
    app = at(opened(), "fit")
    assert title(app) == wf.DANGER_TITLE
    said = " ".join(element.proto.body for element in app.get("html"))
    assert f"anyone in crisis, {ws.HELP_ALWAYS}" in said
    assert 'href="tel:131114"' in said


@pytest.mark.parametrize(("path", "answers"), [("before", {}), ("concerns", AGREED), ("fit", {})])
def test_where_something_is_missing_the_number_is_rung_at_the_field(services, path, answers):
    drafts = services.drafts
    drafts.save(OWNER, dict(answers), drafts.load(OWNER))
    app = at(opened(), path)
    if path == "fit":
        app.text_input[0].set_value("ABCD").run()
    click(app)
    (problem,) = (element.proto.body for element in app.get("html") if 'class="problem"' in element.proto.body)
    assert '<a href="tel:0255500142">(02) 5550 0142</a>' in problem


def test_a_number_abroad_keeps_its_plus():
    assert rung("Call +64 9 555 0142 now.", "+64 9 555 0142") == "Call [+64 9 555 0142](tel:+6495550142) now."
