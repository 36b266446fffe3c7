"""Pages after the questions opened at their own address: danger first, then agreement, then what is still needed."""

from dataclasses import replace

import pytest
from fakes import THERAPISTS, FakeMatching, fake_services
from walking import AGREED, ENOUGH, OWNER, at, click, opened, title, words_of

from matcher.domain.recommendation import Slate
from matcher.domain.steering import Waiting
from matcher.ui import wiring
from matcher.ui import wording_fit as wf
from matcher.ui import wording_matches as w
from matcher.ui import wording_questions as wq
from matcher.ui import wording_start as ws

CHOSEN = {"request": {"wants": "choose_for_me", "therapist_id": None}}
PEOPLE = pytest.mark.parametrize("path", ["matches", "compare", "request"])


@pytest.fixture
def services():
    return wiring.install(fake_services())


def straight_to(path, **answers):
    """Open the app with these answers kept, then one page by its address."""
    drafts = wiring.services().drafts
    drafts.save(OWNER, {**CHOSEN, **answers}, drafts.load(OWNER))
    return at(opened(), path)


@PEOPLE
@pytest.mark.parametrize("danger", [{"safety": "yes"}, {"about": "I want to end it all"}, {"concerns": ["self_harm"]}])
def test_danger_leads_to_help_from_wherever_people_are_shown_or_asked_for(services, path, danger):
    app = straight_to(path, **{**ENOUGH, **danger})
    assert title(app) == ws.HELP_TITLE
    assert not services.enquiries.called("send")
    assert len(services.enquiries.called("raise_risk")) == 1


@PEOPLE
def test_nobody_is_shown_or_asked_for_before_it_was_agreed_to(services, path):
    app = straight_to(path, concerns=["sleep"])
    assert title(app) == ws.BEFORE_TITLE
    assert not services.enquiries.called("show")


@PEOPLE
def test_what_matching_needs_is_asked_for_kindly_and_leads_to_its_question(services, path):
    app = straight_to(path, **AGREED)
    assert title(app) == w.NOT_READY_TITLE
    assert app.button(key="continue").label == w.NOT_READY_GO
    assert title(click(at(app, "matches"))) == wq.CONCERNS_TITLE


def test_a_request_without_anything_asked_for_leads_to_the_people(services):
    assert title(straight_to("request", **ENOUGH, request=None)) == w.MATCHES_TITLE


@pytest.mark.parametrize("path", ["matches", "compare"])
def test_a_list_the_service_withholds_is_help(services, path):
    class Withholds(FakeMatching):
        def match(self, client, top=3, **options):
            return Slate(client.client_id, withheld="risk")

    wiring.install(replace(services, matching=Withholds))
    assert title(straight_to(path, **ENOUGH)) == ws.HELP_TITLE


class Nobody(FakeMatching):
    """A clinic where nobody fits, nothing could be bent, and nobody could be waited for."""

    def match(self, client, top=3, **options):
        return Slate(client.client_id)

    def waiting(self, client, today=None):
        return Waiting(0, None, None)


def test_side_by_side_with_nobody_says_so_and_leads_back(services):
    wiring.install(replace(services, matching=Nobody))
    app = straight_to("compare", **ENOUGH)
    assert w.COMPARE_NONE in words_of(app)
    assert title(click(app, "back")) == w.NOBODY_TITLE


def test_where_nobody_could_ever_fit_no_wait_is_offered_and_a_call_is(services):
    wiring.install(replace(services, matching=Nobody))
    app = straight_to("matches", **ENOUGH)
    words = words_of(app)
    assert w.NOBODY_NONE in words
    assert w.WAIT_NOBODY in words
    assert [button.key for button in app.button if button.key == "wait"] == []
    click(app, "call-me")
    assert title(app) == w.REQUEST_TITLE
    assert w.REQUEST_WANTS["call_me"] in words_of(app)


def test_who_waits_for_a_place_asks_for_that(services):
    app = click(straight_to("matches", **ENOUGH, max_fee=20), "wait")
    assert title(app) == w.REQUEST_TITLE
    assert w.REQUEST_WANTS["wait"] in words_of(app)


def test_asking_from_side_by_side_asks_for_the_one_that_was_touched(services):
    app = click(straight_to("compare", **ENOUGH), "choose-2")
    assert title(app) == w.REQUEST_TITLE
    assert "Ben Okafor" in words_of(app)


def test_who_sees_no_request_here_can_go_and_look_at_the_people(services):
    app = straight_to("sent", **ENOUGH)
    assert title(app) == w.SENT_NONE_TITLE
    assert title(click(app)) == w.MATCHES_TITLE


def test_a_summary_of_nothing_offers_no_printing_or_saving(services):
    app = straight_to("summary", request=None)
    assert title(app) == w.SUMMARY_TITLE
    assert 'class="print"' not in words_of(app)


def test_the_phone_page_tells_nobody_that_they_have_to_call(services):
    app = straight_to("by-phone", **AGREED, for_whom="me")
    words = words_of(app)
    assert not any(said in words for said in (ws.CALL_COUPLE, ws.CALL_ADULT, ws.CALL_YOUNG))
    assert [button.key for button in app.button if button.key == "continue"] == []
    assert title(click(app, "back")) == wq.WHO_TITLE


@pytest.mark.parametrize("kept", ["", "OPEN", ["OPEN"], None])
def test_a_fit_check_kept_in_no_known_way_asks_for_the_code_again(services, kept):
    assert title(straight_to("fit", fit=kept)) == wf.CODE_TITLE


class EnglishOnly(FakeMatching):
    """A clinic whose people speak English, and say little of themselves."""

    def therapists(self):
        return tuple(replace(one, languages=("english",), bio=None, profession=None) for one in THERAPISTS)

    def therapist(self, therapist_id):
        return next(one for one in self.therapists() if one.therapist_id == therapist_id)


def test_no_language_is_asked_for_where_only_english_is_spoken(services):
    wiring.install(replace(services, matching=EnglishOnly))
    app = straight_to("comfort", **ENOUGH)
    assert title(app) == wq.COMFORT_TITLE
    assert [box.key for box in app.checkbox if box.key.startswith("ask:languages:")] == []
    assert [box.key for box in app.checkbox if box.key.startswith("ask:therapist_gender:")]


def test_what_a_therapist_has_not_said_leaves_no_gap_on_the_card(services):
    wiring.install(replace(services, matching=EnglishOnly))
    cards = words_of(straight_to("matches", **ENOUGH))
    assert ">Asha Demir</h2>" in cards
    assert '<p lang="en' not in cards
    assert "<li></li>" not in cards
