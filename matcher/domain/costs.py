"""What a session costs a client after Medicare's rebate, as far as that is known: amounts with their date, no promise.

Only under a Mental Health Treatment Plan, only by certain professions, only where the therapist offers it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from matcher.domain.reference import reference_rows
from matcher.domain.therapist import Therapist

MEDICARE: Final = "medicare"
_PLANS: Final = ("yes", "asking", "unsure")
Standing = Literal["known", "none", "unknown"]


@dataclass(frozen=True, slots=True)
class Rebate:
    """What Medicare pays back for one session with a profession, in dollars, from a day on."""

    profession: str
    amount: Decimal
    in_force_from: date
    certainty: str


@dataclass(frozen=True, slots=True)
class AfterRebate:
    """A session's cost after the rebate; ``gap`` and ``rebate`` are None unless the standing is ``known``."""

    standing: Standing
    gap: Decimal | None = None
    rebate: Decimal | None = None
    in_force_from: date | None = None


@dataclass(frozen=True, slots=True)
class OtherService:
    """Help outside the clinic; ``number`` is empty where there is no one number to call."""

    country: str
    service: str
    number: str
    purpose: str
    cost: str
    certainty: str


REBATES: Final[dict[str, Rebate]] = {
    row["profession"]: Rebate(
        row["profession"], Decimal(row["rebate"]), date.fromisoformat(row["in_force_from"]), row["certainty"]
    )
    for row in reference_rows("medicare_rebates")
}
OTHER_SERVICES: Final[tuple[OtherService, ...]] = tuple(
    OtherService(row["country"], row["service"], row["number"], row["for"], row["cost"], row["certainty"])
    for row in reference_rows("other_services")
)


def may_use_medicare(funding: Sequence[str], care_plan: object = None) -> bool:
    """Tell whether a rebate may matter to a client: they would use Medicare, or have, may get or may have a plan.

    ``care_plan`` is the answer about a Mental Health Treatment Plan, as a code.
    """
    return MEDICARE in funding or care_plan in _PLANS


def after_rebate(therapist: Therapist) -> AfterRebate:
    """Return the cost after rebate for a client who would use Medicare.

    Unknown where the fee, the profession, its rebate, or whether the therapist takes Medicare is not known.
    """
    rebate = REBATES.get(therapist.profession or "")
    if rebate is None or MEDICARE not in therapist.funding:
        return AfterRebate("unknown")
    if rebate.amount == 0:
        return AfterRebate("none")
    if therapist.fee is None:
        return AfterRebate("unknown")
    fee = Decimal(str(therapist.fee))
    return AfterRebate("known", max(fee - rebate.amount, Decimal(0)), min(rebate.amount, fee), rebate.in_force_from)
