"""What a session costs after the rebate: only where every part of the sum is known."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from matcher.domain.costs import OTHER_SERVICES, REBATES, AfterRebate, after_rebate, may_use_medicare
from matcher.domain.therapist import Therapist
from matcher.domain.vocabulary import CRISIS_LINES, PROFESSIONS

ASHA = Therapist("t", "Asha", ("grief",), ("phone",), 1, profession="psychologist", fee=180.0, funding=("medicare",))
PAID = REBATES["psychologist"].amount


def test_the_gap_is_the_fee_less_the_professions_rebate_with_its_date() -> None:
    assert after_rebate(ASHA) == AfterRebate("known", Decimal(180) - PAID, PAID, date(2025, 7, 1))
    clinical = replace(ASHA, profession="clinical_psychologist")
    assert after_rebate(clinical) != after_rebate(ASHA)


def test_a_rebate_is_never_more_than_the_fee() -> None:
    told = after_rebate(replace(ASHA, fee=60.0))
    assert (told.gap, told.rebate) == (Decimal(0), Decimal(60))


@pytest.mark.parametrize(
    "unknown", [{"fee": None}, {"profession": None}, {"profession": "psychiatrist"}, {"funding": ()}]
)
def test_what_is_not_known_is_said_to_be_unknown(unknown: dict[str, object]) -> None:
    assert after_rebate(replace(ASHA, **unknown)) == AfterRebate("unknown")


def test_a_profession_without_a_rebate_has_none() -> None:
    assert after_rebate(replace(ASHA, profession="counsellor")) == AfterRebate("none")


@pytest.mark.parametrize("plan", ["yes", "asking", "unsure"])
def test_a_rebate_matters_to_who_has_may_get_or_may_have_a_plan(plan: str) -> None:
    assert may_use_medicare((), plan)


@pytest.mark.parametrize("plan", [None, "no", "skip", ["yes"]])
def test_otherwise_a_rebate_matters_only_to_who_would_use_medicare(plan: object) -> None:
    assert may_use_medicare(("medicare",), plan)
    assert not may_use_medicare(("self_pay",), plan)
    assert not may_use_medicare((), plan)


def test_the_tables_speak_the_clinics_words_and_cover_every_country_with_crisis_lines() -> None:
    assert set(REBATES) <= set(PROFESSIONS)
    assert {line.country for line in CRISIS_LINES} == {service.country for service in OTHER_SERVICES}
