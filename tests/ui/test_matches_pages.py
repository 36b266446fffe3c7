"""The people a client is shown, side by side, in the order that matters to them, and what is said when nobody fits."""

import re
from dataclasses import replace
from datetime import date, datetime
from typing import ClassVar

import pytest
from fakes import THERAPISTS, FakeMatching, fake_services, recommendation
from walking import click, html_of, title, to, words_of

from matcher.domain.recommendation import Slate
from matcher.domain.steering import Move, TradeOff, Waiting
from matcher.ui import wiring
from matcher.ui import wording_matches as w
from matcher.ui.client_compare import comparison
from matcher.ui.client_matters import offer_words
from matcher.ui.client_nobody import wait_words
from matcher.ui.practical import Asking, first_opening
from matcher.ui.wording_start import HELP_TITLE

DAY = date(2026, 11, 23)


@pytest.fixture
def services():
    return wiring.install(fake_services())


@pytest.fixture
def matches(services):
    return to("matches")


def names(app):
    return re.findall("<h2[^>]*>(.*?)</h2>", " ".join(html_of(app)))


def level(app, group, value):
    app.radio(key=f"ask:matters:{group}").set_value(value).run()
    assert not app.exception


def test_three_people_and_more_on_request_each_with_a_way_to_ask_for_them(matches):
    assert names(matches) == ["Asha Demir", "Ben Okafor", "Clara Nguyen"]
    assert [b.label for b in matches.button if b.key.startswith("choose-")][:1] == ["Ask for Asha Demir"]
    click(matches, "more")
    assert len(names(matches)) == 6


def test_what_matters_most_reorders_at_once_and_says_why(services, matches):
    level(matches, "soon", "more")
    assert names(matches)[:2] == ["Ben Okafor", "Asha Demir"]
    said = words_of(matches)
    assert 'role="status"' in said
    assert "Ben Okafor moved up from 2 to 1: better on “Soon and near”." in said
    assert "Asha Demir moved down from 1 to 2: others do better on “Soon and near”." in said
    assert services.matching().options[-1] == {"emphasis": {"soon": "more"}}
    level(matches, "soon", "now")
    assert names(matches)[:2] == ["Asha Demir", "Ben Okafor"]
    assert 'role="status"' not in words_of(matches)


class Leaves(FakeMatching):
    """Whose emphasis on soon brings the fourth in and sends the third away."""

    def match(self, client, top=3, **options):
        slate = super().match(client, top, **options)
        if not options.get("emphasis"):
            return slate
        return replace(slate, recommendations=(*slate.recommendations[:2], recommendation(3, "t4")))


def test_who_left_the_first_ones_is_named(services):
    matching = Leaves()
    wiring.install(replace(services, matching=lambda: matching))
    app = to("matches")
    assert "nobody is left out" not in words_of(app)
    level(app, "soon", "more")
    said = words_of(app)
    assert "Therapist Number 4 is new here" in said
    assert w.MOVED_OUT.format(name="Clara Nguyen") in said
    assert w.MOVED_OUT.format(name="Asha Demir") not in said


def test_when_weighing_changes_nothing_that_is_said(matches):
    level(matches, "help", "less")
    assert w.MOVED_SAME in words_of(matches)


def test_what_matters_most_survives_a_reload(services, matches):
    level(matches, "soon", "more")
    again = to("matches", emphasis=services.drafts.load("0" * 64).answers["emphasis"])
    assert names(again)[:2] == ["Ben Okafor", "Asha Demir"]


class NothingToWeigh(FakeMatching):
    learns = False

    def groups(self, slate):
        return ()


def with_matching(services, matching):
    return wiring.install(replace(services, matching=lambda: matching))


def test_where_no_group_tells_people_apart_none_is_offered(services):
    with_matching(services, NothingToWeigh(learns=False))
    app = to("matches")
    assert not [radio for radio in app.radio if "matters" in radio.key]
    assert w.MATTERS_NONE in words_of(app)
    assert w.PAST_MATCHES_NOT_YET in words_of(app)
    assert w.PAST_MATCHES not in words_of(app)
    assert not app.toggle


def test_one_person_alone_has_nothing_to_weigh_and_nothing_is_said_of_it(services):
    class OnlyOne(NothingToWeigh):
        def match(self, client, top=3, **options):
            return super().match(client, 1, **options)

    with_matching(services, OnlyOne())
    assert w.MATTERS_NONE not in words_of(to("matches"))


def test_past_matches_are_named_in_one_sentence_and_can_be_switched_off(services, matches):
    assert [one.value for one in matches.markdown].count(w.PAST_MATCHES) == 1
    assert w.PAST_MATCHES not in [one.value for box in matches.expander for one in box.markdown]
    matches.toggle(key="ask:past_matches").set_value(False).run()
    assert w.PAST_MATCHES_OFF in words_of(matches)
    assert w.PAST_MATCHES not in words_of(matches)
    assert services.matching().options[-1] == {"past_matches": False}
    matches.toggle(key="ask:past_matches").set_value(True).run()
    assert w.PAST_MATCHES in words_of(matches)


def test_wishes_left_to_staff_are_told_to_whoever_picks_the_first_three(services):
    wishes = {"affirming": ["lgbtqia"], "affirming_weight": "must", "faith": ["muslim"], "faith_weight": "nice"}
    to("matches", **wishes)
    assert services.matching().options[-1] == {"left_to_staff": ("muslim",)}


class Days(FakeMatching):
    """Keeps the day each trade-off and each wait was counted from."""

    days: ClassVar[list[date]] = []

    def trade_offs(self, client, today=None):
        self.days.append(today)
        return super().trade_offs(client, today)

    def waiting(self, client, today=None):
        self.days.append(today)
        return super().waiting(client, today)


@pytest.mark.parametrize("fee", [150, 40])
def test_what_a_day_changes_is_counted_from_today_and_not_from_when_they_began(services, fee):
    wiring.install(replace(services, matching=lambda: matching))
    matching = Days()
    before = datetime.now(services.settings.zone).date()
    to("matches", started_at="2026-11-01T09:00:00", times=["weekend"], max_fee=fee)
    after = datetime.now(services.settings.zone).date()
    assert matching.days
    assert all(before <= day <= after for day in matching.days)
    matching.days.clear()


def test_reruns_match_and_keep_the_slate_once(services, matches):
    asked, shown = len(services.matching().asked), len(services.enquiries.called("show"))
    matches.run()
    assert (len(services.matching().asked), len(services.enquiries.called("show"))) == (asked, shown)
    level(matches, "soon", "more")
    assert len(services.enquiries.called("show")) == shown + 1
    kept = services.enquiries.called("show")[-1][1]
    assert kept.emphasis == (("soon", "more"),)


def test_bending_a_little_is_offered_only_where_it_changes_something(services):
    assert w.TRADE_OFFS not in words_of(to("matches"))
    app = to("matches", times=["weekday_evening"], times_weight="must")
    assert "If the times you chose were not a must: 4 more, first opening 3 weeks sooner." in words_of(app)


@pytest.mark.parametrize(
    ("offer", "said"),
    [
        (TradeOff("max_fee", 1, 0), "one more person."),
        (TradeOff("max_fee", 2, 0), "2 more."),
        (TradeOff("max_fee", 1, 1), "one more person, first opening a day sooner."),
        (TradeOff("max_fee", 2, 1), "2 more, first opening a day sooner."),
        (TradeOff("max_fee", 1, 6), "one more person, first opening 6 days sooner."),
        (TradeOff("max_fee", 3, 5), "3 more, first opening 5 days sooner."),
        (TradeOff("max_fee", 1, 13), "one more person, first opening a week sooner."),
        (TradeOff("max_fee", 4, 7), "4 more, first opening a week sooner."),
        (TradeOff("max_fee", 1, 21), "one more person, first opening 3 weeks sooner."),
        (TradeOff("max_fee", 4, 27), "4 more, first opening 3 weeks sooner."),
    ],
)
def test_a_trade_off_is_one_plain_sentence(offer, said):
    assert offer_words(offer) == f"{w.TRADE_LIMITS['max_fee']}: {said}"


def test_every_limit_that_may_be_offered_has_words():
    from matcher.eligibility.limits import LIMITS

    assert {limit.name for limit in LIMITS} - set(w.TRADE_LIMITS) == {
        "capacity",
        "exclude_therapists",
        "age",
        "concerns",
    }


def test_side_by_side_is_a_table_with_headers_and_every_wish(services, matches):
    click(matches, "compare")
    assert title(matches) == w.COMPARE_TITLE
    (table,) = html_of(matches)
    assert table.count('role="columnheader"') == 4
    assert "A woman (must have)" in table
    assert ">In person or by video</td>" in table
    today = Asking(datetime.now(services.settings.zone).date())
    assert all(first_opening(one, today) in table for one in THERAPISTS[:3])
    assert table.count(f'<b class="unknown">{w.UNKNOWN}</b>') == 3
    click(matches, "choose-2")
    assert title(matches) == w.REQUEST_TITLE
    assert "You are asking for Ben Okafor." in words_of(matches)


def test_side_by_side_goes_back_to_the_people(matches):
    click(click(matches, "compare"), "back")
    assert title(matches) == w.MATCHES_TITLE


def test_a_table_holds_what_a_stranger_wrote_as_text_only():
    hostile = replace(THERAPISTS[0], name="<img src=x onerror=alert(1)>")
    table = comparison([(hostile, replace(recommendation(1, "t1"), cautions=("<script>",)))], Asking(DAY))
    assert "<img" not in table
    assert "<script>" not in table


def test_side_by_side_says_where_a_wish_is_not_known_of_somebody():
    known, unknown = recommendation(1, "t1"), replace(recommendation(2, "t3"), receipt=(), cautions=())
    table = comparison([(THERAPISTS[0], known), (THERAPISTS[2], unknown)], Asking(DAY))
    row = table[table.index("Speaks Arabic") :]
    assert row.index(w.NOT_HONOURED) < row.index(w.NOT_SAID) < row.index("</tr>")
    assert table.count(f"</span>{w.NOTHING_SAID}</td>") == 1


@pytest.mark.parametrize(("fit", "said"), [(1, w.MATCHES_LEAD_ONE), (2, w.MATCHES_LEAD_ALL.format(shown="two"))])
def test_few_who_fit_are_said_to_be_all_there_are(services, fit, said):
    class Few(FakeMatching):
        def match(self, client, top=3, **options):
            slate = super().match(client, top, **options)
            return replace(slate, recommendations=slate.recommendations[:fit], eligible=fit)

    wiring.install(replace(services, matching=Few))
    app = to("matches")
    assert said in words_of(app)
    # They may still not list what was told: no more than the limits is claimed of anybody.
    assert "your limits" in said
    assert [button.key for button in app.button if button.key == "more"] == []


def test_nobody_fits_is_answered_with_changes_a_wait_and_other_places(services):
    app = to("matches", max_fee=20)
    said = words_of(app)
    assert title(app) == w.NOBODY_TITLE
    assert "If you could pay $180" in said
    assert "2 people fit what you asked for but have no open place now." in said
    assert "expects a place on 11 January 2027. They said so on 20 November 2026." in said
    assert "1800 595 212" in said
    assert w.ELSEWHERE_TITLE in said
    click(app, "wait")
    assert title(app) == w.REQUEST_TITLE
    assert w.REQUEST_WANTS["wait"] in words_of(app)


@pytest.mark.parametrize(
    ("wait", "said"),
    [
        (Waiting(0), (w.WAIT_NOBODY,)),
        (Waiting(1), (w.WAIT_ONE, w.WAIT_UNKNOWN)),
        (Waiting(3), ("3 people fit what you asked for but have no open place now.", w.WAIT_UNKNOWN)),
        (
            Waiting(1, date(2027, 1, 11)),
            (w.WAIT_ONE, w.WAIT_FIRST_UNCONFIRMED.format(date="11 January 2027")),
        ),
    ],
)
def test_a_wait_is_never_guessed(wait, said):
    assert wait_words(wait) == said


def test_none_of_these_and_a_person_are_always_there(services, matches):
    assert w.NONE_OF_THESE in words_of(matches)
    assert services.settings.clinic_phone in words_of(matches)
    click(matches, "call-me")
    assert w.REQUEST_WANTS["call_me"] in words_of(matches)
    click(matches, "other")
    click(matches, "choose-for-me")
    assert w.REQUEST_WANTS["choose_for_me"] in words_of(matches)


class PlainMoves(FakeMatching):
    def moves(self, before, after):
        return (Move("t1", None, 1, None), Move("t2", 3, 2, None), Move("t3", 1, 3, None), Move("t4", None, 4, "soon"))


def test_a_move_no_group_explains_is_said_without_a_reason(services):
    with_matching(services, PlainMoves())
    app = to("matches")
    level(app, "soon", "more")
    said = words_of(app)
    for words in (
        "Asha Demir is new here.",
        "Ben Okafor moved up from 3 to 2.",
        "Clara Nguyen moved down from 1 to 3.",
    ):
        assert words in said
    assert "Therapist Number 4 is new here: better on “Soon and near”." in said


class Withholding(FakeMatching):
    def match(self, client, top=3, **options):
        return Slate(client.client_id, withheld="A person should look first")


def test_a_slate_the_service_withholds_is_help_and_never_kept(services):
    with_matching(services, Withholding())
    app = to("matches")
    assert title(app) == HELP_TITLE
    assert not any("<article" in html for html in html_of(app))
    assert not services.enquiries.called("show")


def test_the_people_stay_on_the_page_when_their_slate_cannot_be_kept(services, caplog):
    def broken(client, slate, answers):
        raise RuntimeError(f"secret {client.about}")

    services.enquiries.show = broken
    app = to("matches", about="my private words")
    assert len(names(app)) == 3
    assert title(app) == w.MATCHES_TITLE
    assert "RuntimeError" in caplog.text
    assert "my private words" not in caplog.text
