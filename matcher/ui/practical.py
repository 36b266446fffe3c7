"""The practical side of a therapist, as a client reads it: how to meet, the cost, and the first opening."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from matcher.domain.client import Client
from matcher.domain.costs import AfterRebate, after_rebate, may_use_medicare
from matcher.domain.recommendation import Recommendation
from matcher.domain.therapist import CONFIRM_DAYS, Therapist
from matcher.domain.vocabulary import FORMATS
from matcher.eligibility.words import community_receipt, joined, money
from matcher.intake.parsing import left_to_staff
from matcher.ui import wording_matches as w
from matcher.ui.catalogue import plain_day
from matcher.ui.journey import Journey
from matcher.ui.language import say


@dataclass(frozen=True, slots=True)
class Asking:
    """What a client's own side has to do with it: their ways of paying, if Medicare may pay back, and the day it is.

    ``left_to_staff`` are communities they wished for that the matching leaves to staff.
    """

    today: date
    funding: tuple[str, ...] = ()
    medicare: bool = False
    left_to_staff: tuple[str, ...] = ()


def asking(journey: Journey, client: Client) -> Asking:
    """Return a client's own side, on the day it is in the clinic."""
    medicare = may_use_medicare(client.funding, journey.answers.get("care_plan"))
    return Asking(journey.clinics_day(), client.funding, medicare, left_to_staff(journey.answers))


def with_every_wish(found: Recommendation, therapist: Therapist, by: Asking) -> Recommendation:
    """Return a recommendation whose receipt has a line for wishes left to staff as well, which moved nobody."""
    return replace(
        found, receipt=(*found.receipt, *(community_receipt(code, therapist.identities) for code in by.left_to_staff))
    )


def meets(formats: Iterable[str]) -> str:
    """Return how a therapist meets people, as words yet to be said."""
    return joined([FORMATS.get(code, code.replace("_", " ")) for code in formats], "or")


def rebated(therapist: Therapist, by: Asking) -> AfterRebate | None:
    """Return the cost after Medicare's rebate; None for a client whom it has nothing to do with."""
    return after_rebate(therapist) if by.medicare else None


def costs(therapist: Therapist, by: Asking) -> tuple[str, ...]:
    """Return what a session costs, before and, for who may use Medicare, after the rebate."""
    fee = say(w.FEE_UNKNOWN)
    if therapist.fee is not None:
        fee = say(w.FEE, fee=money(therapist.fee)) if therapist.fee else say(w.FEE_NOTHING)
    told = rebated(therapist, by)
    free = "bulk_bill" in by.funding and "bulk_bill" in therapist.funding
    return (fee, *(() if told is None else (_after(told),)), *((say(w.BULK_BILLING),) if free else ()))


def rebate_note(therapists: Iterable[Therapist], by: Asking) -> str:
    """Return, once for all of them, what the rebate needs and the day of its amounts; empty where none is told."""
    told = [found.in_force_from for one in therapists if (found := rebated(one, by)) is not None]
    since = max((day for day in told if day is not None), default=None)
    return "" if since is None else say(w.REBATE_NOTE, since=plain_day(since))


def first_opening(therapist: Therapist, by: Asking) -> str:
    """Return a first opening and when it was confirmed; one not confirmed lately is only said to be possible."""
    opening, confirmed = therapist.next_opening, therapist.openings_confirmed_on
    if opening is None:
        return say(w.OPENING_UNKNOWN)
    now = opening <= by.today
    day = {} if now else {"date": plain_day(opening)}
    if confirmed is None:
        return say(w.OPENING_NOW_UNCONFIRMED if now else w.OPENING_UNCONFIRMED, **day)
    if (by.today - confirmed).days > CONFIRM_DAYS:
        return say(w.OPENING_NOW_STALE if now else w.OPENING_STALE, **day, confirmed=plain_day(confirmed))
    return say(w.OPENING_NOW_CONFIRMED if now else w.OPENING_CONFIRMED, **day, confirmed=plain_day(confirmed))


def _after(told: AfterRebate) -> str:
    if told.standing == "none":
        return say(w.AFTER_REBATE_NONE)
    return say(w.AFTER_REBATE_UNKNOWN) if told.gap is None else say(w.AFTER_REBATE, gap=money(float(told.gap)))
