"""What a card says of practical things: who fits everything, the cost after a rebate, the first opening."""

from dataclasses import replace
from datetime import date

import pytest
from fakes import THERAPISTS, FakeMatching, fake_services
from walking import click, to, words_of

from matcher.domain.recommendation import Recommendation, WishReceipt
from matcher.ui import wiring
from matcher.ui import wording_matches as w
from matcher.ui.card import card, fits_everything
from matcher.ui.practical import Asking, first_opening, rebate_note, with_every_wish

DAY = date(2026, 11, 23)


@pytest.fixture
def services():
    return wiring.install(fake_services())


def found(cautions=(), receipt=()):
    return Recommendation("t1", 1, 0, 0, 0, 0, 0, 0, None, cautions=cautions, receipt=receipt)


def test_only_who_honours_every_stated_wish_is_said_to_fit_everything():
    yes, unknown = WishReceipt("languages", "Arabic", "honoured"), WishReceipt("past_focus", "Now", "unknown")
    assert fits_everything(found(receipt=(yes,)))
    assert not fits_everything(found(receipt=(yes, unknown)))
    assert not fits_everything(found())
    # A wish that was left to staff has its line as well.
    left = Asking(DAY, left_to_staff=("muslim",))
    for theirs, status in (((), "unknown"), (("lgbtqia",), "not_honoured"), (("muslim",), "honoured")):
        told = with_every_wish(found(receipt=(yes,)), replace(THERAPISTS[0], identities=theirs), left)
        assert [line.status for line in told.receipt] == ["honoured", status]
        assert fits_everything(told) is (status == "honoured")
    assert w.FITS_EVERYTHING in card(THERAPISTS[0], found(receipt=(yes,)), Asking(DAY))


def test_the_cost_after_rebate_is_one_line_and_unknown_is_a_question():
    medicare = replace(THERAPISTS[0], funding=("medicare", "bulk_bill"))
    by = Asking(DAY, ("medicare", "bulk_bill"), medicare=True)
    html = card(medicare, found(), by)
    assert "<li>About $81.05 after the Medicare rebate</li>" in html
    assert "Treatment Plan" not in html
    assert w.BULK_BILLING in html
    assert "Medicare rebate" not in card(medicare, found(), Asking(DAY))
    unknown = card(replace(medicare, funding=()), found(), by)
    assert w.AFTER_REBATE_UNKNOWN in unknown
    assert w.QUESTIONS["rebate"] in unknown
    assert w.AFTER_REBATE_NONE in card(replace(medicare, profession="counsellor"), found(), by)


def test_what_the_rebate_needs_and_its_day_are_said_once_for_all_where_one_is_told():
    medicare, by = replace(THERAPISTS[0], funding=("medicare",)), Asking(DAY, medicare=True)
    said = rebate_note([medicare, medicare, THERAPISTS[0]], by)
    assert "Mental Health Treatment Plan" in said
    assert "1 July 2025" in said
    assert rebate_note([THERAPISTS[0]], by) == rebate_note([medicare], Asking(DAY)) == ""


@pytest.mark.parametrize("plan", ["yes", "asking", "unsure", "no"])
def test_a_plan_is_enough_to_be_told_of_the_rebate(services, monkeypatch, plan):
    paid = [replace(one, funding=("medicare",)) for one in THERAPISTS]
    monkeypatch.setattr(FakeMatching, "therapist", lambda self, wanted: paid[int(wanted[1:]) - 1])
    told = "after the Medicare rebate"
    app = to("matches", care_plan=plan)
    note = [one.value for one in app.caption if "Treatment Plan" in one.value]
    assert (told in words_of(app), len(note)) == (plan != "no", int(plan != "no"))
    assert (told in words_of(click(app, "compare"))) == (plan != "no")


@pytest.mark.parametrize(
    ("opening", "confirmed", "said"),
    [
        (date(2026, 12, 2), date(2026, 11, 20), "A place is free from 2 December 2026, confirmed 20 November 2026"),
        (
            date(2026, 12, 2),
            date(2026, 9, 1),
            "A place may be free from 2 December 2026, last confirmed 1 September 2026",
        ),
        (date(2026, 12, 2), None, "A place may be free from 2 December 2026, not confirmed lately"),
        (date(2026, 11, 1), date(2026, 10, 24), "A place is free now, confirmed 24 October 2026"),
        (date(2026, 11, 23), date(2026, 10, 23), "A place may be free now, last confirmed 23 October 2026"),
        (date(2026, 11, 23), None, "A place may be free now, not confirmed lately"),
        (None, date(2026, 11, 20), w.OPENING_UNKNOWN),
    ],
)
def test_an_opening_is_as_sure_as_its_confirmation_and_a_day_gone_by_is_now(opening, confirmed, said):
    one = replace(THERAPISTS[0], next_opening=opening, openings_confirmed_on=confirmed)
    assert first_opening(one, Asking(DAY)) == said
    assert said in card(one, found(), Asking(DAY))
