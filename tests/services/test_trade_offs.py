"""Trade-offs and waits: what is said is exactly what the limits give."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import HealthCheck, given, settings
from made import clinic, therapist
from strategies import clinics

from matcher.clinic import Clinic
from matcher.clinic.encoding import encode_therapists
from matcher.clinic.rows import client_frame, clients_from
from matcher.domain.client import Client
from matcher.domain.steering import TradeOff, Waiting
from matcher.ranking.recommender import Recommender
from matcher.services.trade_offs import trade_offs, waiting

TODAY = date(2026, 11, 23)
MONDAYS = Client("c", (("depression", 2),), availability=("mon_evening",), must_have=("availability",), max_fee=150.0)


def offers(made: Clinic, who: Client, most: int = 2) -> tuple[TradeOff, ...]:
    return trade_offs(who, encode_therapists(made.therapists), TODAY, most)


def test_a_limit_given_up_says_how_many_more_and_how_much_sooner() -> None:
    fits = therapist("fits", availability="mon_evening", fee=100, next_opening="2026-12-23")
    sooner = [therapist(f"s{i}", availability="tue_evening", fee=100, next_opening="2026-12-02") for i in range(4)]
    dear = therapist("dear", availability="mon_evening", fee=200, next_opening="2026-12-30")
    both = therapist("both", availability="tue_evening", fee=200, next_opening="2026-11-24")
    made = clinic(fits, *sooner, dear, both)
    assert offers(made, MONDAYS) == (TradeOff("availability", 4, 21), TradeOff("max_fee", 1, 0))
    assert offers(made, MONDAYS, most=1) == (TradeOff("availability", 4, 21),)


def test_nothing_is_offered_where_it_changes_nothing_or_where_nobody_fits_as_it_is() -> None:
    assert offers(clinic(therapist("a", availability="mon_evening", fee=100)), MONDAYS) == ()
    assert offers(clinic(therapist("a", availability="tue_evening", fee=100)), MONDAYS) == ()


def test_an_opening_that_has_come_already_is_no_sooner_than_today_and_an_unknown_one_is_not_counted() -> None:
    fits = therapist("fits", availability="mon_evening", fee=100, next_opening="2026-11-20")
    longer = therapist("longer", availability="tue_evening", fee=100, next_opening="2026-01-01")
    unknown = therapist("unknown", availability="tue_evening", fee=100)
    assert offers(clinic(fits, longer, unknown), MONDAYS) == (TradeOff("availability", 2, 0),)


_GIVEN_UP = {
    "languages": {"languages": ()},
    "formats": {"formats": ()},
    "max_fee": {"max_fee": None},
    "funding": {"funding": ()},
}


@pytest.mark.slow
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(clinics(therapists=8, clients=3, episodes=0))
def test_the_number_is_that_of_the_same_client_without_the_limit(made: Clinic) -> None:
    recommender = Recommender().fit(made)

    def eligible(who: Client) -> int:
        return recommender.recommend(client_frame([who]), 0, safety_checked=True)[0].eligible

    for who in clients_from(made.clients):
        for offer in offers(made, who, most=20):
            without = replace(
                who,
                must_have=tuple(name for name in who.must_have if name != offer.limit),
                **_GIVEN_UP.get(offer.limit, {}),
            )
            assert eligible(without) == eligible(who) + offer.more
            assert offer.more > 0


def test_the_wait_is_the_first_day_somebody_who_fits_has_named() -> None:
    full = therapist("full", capacity=0, next_opening="2026-12-20", openings_confirmed_on="2026-11-12")
    later = therapist("later", capacity=0, next_opening="2027-01-20")
    stale = therapist("stale", capacity=0, next_opening="2026-10-01")
    other = therapist("other", capacity=0, concerns="ocd", age_groups="child", next_opening="2026-11-30")
    made = clinic(full, later, stale, other)
    table = encode_therapists(made.therapists)
    who = Client("c", (("depression", 2),), age=30, enquired_at=datetime(2026, 11, 23))
    assert waiting(who, table, TODAY) == Waiting(3, date(2026, 12, 20), date(2026, 11, 12))
    soon = replace(who, next_opening_by=date(2026, 11, 30), must_have=("next_opening_by",))
    assert waiting(soon, table, TODAY) == Waiting(3, date(2026, 12, 20), date(2026, 11, 12))


def test_where_nobody_named_a_day_nothing_is_promised() -> None:
    stale = therapist("stale", capacity=0, next_opening="2026-10-01")
    table = encode_therapists(clinic(stale, therapist("blank", capacity=0)).therapists)
    assert waiting(Client("c", (("depression", 2),)), table, TODAY) == Waiting(2)
    assert waiting(Client("c", (("depression", 2),), age=9.0), table, TODAY) == Waiting(0)
