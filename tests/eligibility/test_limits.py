"""Who may not be suggested to whom: against the contract's words, written out again one pair at a time."""

import math
import re
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from made import client, clients, clinic, therapist
from strategies import clinics

from matcher.clinic import Clinic, clients_from, therapists_from
from matcher.clinic.encoding import encode_clients, encode_therapists
from matcher.clinic.pairs import Pairs
from matcher.domain.client import Client
from matcher.domain.therapist import Therapist
from matcher.domain.vocabulary import AGE_GROUPS, STYLES
from matcher.eligibility.limits import BIT, LIMITS, broken_limits, names_of, unknown_limits
from matcher.eligibility.reasons import limit_reason


def grid(made: Clinic) -> Pairs:
    therapists = encode_therapists(made.therapists)
    return Pairs(encode_clients(made.clients, therapists), therapists)


def barred(who: dict[str, Any], them: dict[str, Any]) -> tuple[str, ...]:
    """Return the limits that exclude one hand-made therapist for one hand-made client."""
    return names_of(int(broken_limits(grid(clinic(them, people=(who,))))[0, 0]))


def set_state(wanted: tuple[str, ...], held: tuple[str, ...], *, every: bool = False) -> str:
    """Return kept, broken or unknown for a wish for codes."""
    if not wanted:
        return "not asked"
    if not held:
        return "unknown"
    shared = set(wanted) & set(held)
    return "kept" if (shared == set(wanted) if every else shared) else "broken"


def most_state(limit: Any, value: Any) -> str:
    """Return kept, broken or unknown for an upper limit."""
    if limit is None:
        return "not asked"
    if value is None:
        return "unknown"
    return "kept" if value <= limit else "broken"


def haversine(a: Client, b: Therapist) -> float | None:
    if a.latitude is None or b.latitude is None or a.longitude is None or b.longitude is None:
        return None
    lat1, lon1, lat2, lon2 = (math.radians(x) for x in (a.latitude, a.longitude, b.latitude, b.longitude))
    h = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * 6371 * math.asin(min(1, math.sqrt(h)))


def expected(who: Client, them: Therapist) -> set[str]:
    """Return the limits that exclude the therapist, straight from the contract, section 1."""
    ages = them.age_groups or ("adult",)
    low_high = [AGE_GROUPS[code] for code in ages]
    states = {
        "languages": set_state(who.languages, them.languages or ("english",)),
        "formats": set_state(who.formats, them.formats),
        "max_fee": most_state(who.max_fee, them.fee),
        "funding": set_state(who.funding, them.funding),
        "concerns": set_state(tuple(code for code, _ in who.concerns), them.concerns, every=True),
        "therapist_gender": set_state(who.therapist_gender, (them.gender,) if them.gender else ()),
        "modalities": set_state(who.modalities, them.modalities),
        "identities": set_state(who.identities, them.identities, every=True),
        "availability": set_state(who.availability, them.availability),
        "max_distance_km": most_state(who.max_distance_km, haversine(who, them)),
        "next_opening_by": most_state(who.next_opening_by, them.next_opening),
    }
    for name in STYLES:
        ours, theirs = getattr(who, name), getattr(them, name)
        gap = None if ours is None or theirs is None else abs(ours - theirs)
        states[name] = "not asked" if ours is None else most_state(0.5, gap)
    out = {name for name in ("languages", "formats", "max_fee", "funding") if states[name] == "broken"}
    out |= {name for name in who.must_have if states[name] in ("broken", "unknown")}
    if them.capacity < 1:
        out.add("capacity")
    if them.therapist_id in who.exclude_therapists:
        out.add("exclude_therapists")
    if who.age is not None and not any(low <= int(who.age) <= high for low, high in low_high):
        out.add("age")
    return out


def close_call(who: Client, them: Therapist) -> set[str]:
    """Return the limits a pair meets to within single precision, where either answer is right."""
    found = set()
    if (
        who.max_fee is not None
        and them.fee is not None
        and math.isclose(who.max_fee, them.fee, rel_tol=1e-6, abs_tol=1e-30)
    ):
        found.add("max_fee")
    distance = haversine(who, them)
    if who.max_distance_km is not None and distance is not None and abs(distance - who.max_distance_km) < 0.01:
        found.add("max_distance_km")
    for name in STYLES:
        ours, theirs = getattr(who, name), getattr(them, name)
        if ours is not None and theirs is not None and abs(abs(ours - theirs) - 0.5) < 1e-5:
            found.add(name)
    return found


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(clinics(therapists=3, clients=3, episodes=0))
def test_the_limits_are_the_contracts(made: Clinic) -> None:
    mask = broken_limits(grid(made))
    for i, who in enumerate(clients_from(made.clients)):
        for j, them in enumerate(therapists_from(made.therapists)):
            found = set(names_of(int(mask[i, j])))
            assert found ^ expected(who, them) <= close_call(who, them)


@pytest.mark.slow
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(clinics(therapists=3, clients=3, episodes=0))
def test_pairs_side_by_side_and_as_a_grid_agree_and_every_exclusion_has_a_sentence(made: Clinic) -> None:
    pairs = grid(made)
    n, m = pairs.shape
    i, j = np.repeat(np.arange(n), m), np.tile(np.arange(m), n)
    aligned = Pairs(pairs.clients.take(i), pairs.therapists.take(j), grid=False)
    mask = broken_limits(pairs)
    np.testing.assert_array_equal(broken_limits(aligned), mask.ravel())
    np.testing.assert_array_equal(unknown_limits(aligned), unknown_limits(pairs).ravel())
    for row, column in zip(*np.nonzero(mask), strict=True):
        for limit in names_of(int(mask[row, column])):
            sentence = limit_reason(limit, pairs.clients, int(row), pairs.therapists, int(column))
            assert sentence.endswith(".")
            assert not re.search(r"\bnan\b", sentence)


WISHES = {
    "therapist_gender": ("woman", "gender", "woman", "man"),
    "modalities": ("emdr", "modalities", "cbt;emdr", "cbt"),
    "identities": ("lgbtqia", "identities", "christian;lgbtqia", "christian"),
    "availability": ("mon_morning", "availability", "mon_morning;fri_evening", "fri_evening"),
    "directiveness": (0.5, "directiveness", 0.2, -0.5),
    "next_opening_by": ("2026-12-01", "next_opening", "2026-12-01", "2026-12-02"),
}


@pytest.mark.parametrize("wish", WISHES)
def test_a_wish_excludes_nobody_and_a_must_have_only_the_honoured(wish: str) -> None:
    asked, column, fits, fails = WISHES[wish]
    for value in (fits, fails, None):
        assert barred(client(**{wish: asked}), therapist("t", **{column: value})) == ()
    must = client(**{wish: asked, "must_have": wish})
    assert barred(must, therapist("t", **{column: fits})) == ()
    assert barred(must, therapist("t", **{column: fails})) == (wish,)
    assert barred(must, therapist("t", **{column: None})) == (wish,)


@pytest.mark.parametrize(
    ("wish", "asked", "column", "fits", "fails"),
    [
        ("max_fee", 180, "fee", 180, 180.5),
        ("funding", "medicare", "funding", "medicare;dva", "dva"),
        ("languages", "arabic", "languages", "english;arabic", "english"),
        ("formats", "phone", "formats", "in_person;phone", "in_person"),
    ],
)
def test_limits_that_always_hold(wish: str, asked: Any, column: str, fits: Any, fails: Any) -> None:
    assert barred(client(**{wish: asked}), therapist("t", **{column: fits})) == ()
    assert barred(client(**{wish: asked}), therapist("t", **{column: fails})) == (wish,)
    assert barred(client(), therapist("t", **{column: fails})) == ()


def test_a_blank_fee_or_funding_breaks_no_limit_but_satisfies_no_must_have() -> None:
    blank = therapist("t")
    assert barred(client(max_fee=100, funding="dva"), blank) == ()
    assert set(barred(client(max_fee=100, funding="dva", must_have="max_fee;funding"), blank)) == {"max_fee", "funding"}


def test_blank_languages_mean_english_and_blank_age_groups_adults() -> None:
    blank = therapist("t")
    assert barred(client(languages="english", must_have="languages"), blank) == ()
    assert barred(client(languages="greek"), blank) == ("languages",)
    assert barred(client(languages="klingon"), therapist("t", languages="greek")) == ("languages",)
    ages = {5: ("age",), 17.9: ("age",), 18: (), 64.9: (), 65: ("age",), None: ()}
    assert {age: barred(client(age=age), blank) for age in ages} == ages
    assert barred(client(), therapist("t", languages="greek")) == ()


def test_capacity_and_exclusions() -> None:
    assert barred(client(), therapist("t", capacity=0)) == ("capacity",)
    assert barred(client(exclude_therapists="x;t"), therapist("t")) == ("exclude_therapists",)
    assert barred(client(exclude_therapists="x"), therapist("t")) == ()


@pytest.mark.parametrize("north", [0.001, 0.01, 0.02, 0.1, 1.0])
def test_short_distances_are_told_apart(north: float) -> None:
    here = {"latitude": -37.8, "longitude": 144.9}
    there = therapist("t", latitude=-37.8 + north, longitude=144.9)
    away = 6371 * math.radians(north)
    near, far = away * 0.98, away * 1.02
    assert barred(client(**here, max_distance_km=far, must_have="max_distance_km"), there) == ()
    assert barred(client(**here, max_distance_km=near, must_have="max_distance_km"), there) == ("max_distance_km",)
    pairs = grid(clinic(there, people=(client(**here),)))
    assert pairs.distance_km()[0, 0] == pytest.approx(away, rel=2e-3)


def test_a_must_have_of_every_concern_asks_for_all_of_them() -> None:
    both = client(concerns="depression:3;sleep:1", must_have="concerns")
    assert barred(both, therapist("t", concerns="depression;sleep")) == ()
    assert barred(both, therapist("t", concerns="depression")) == ("concerns",)


def test_must_haves_on_blank_wishes_ask_for_nothing() -> None:
    everything = ";".join(
        limit.name for limit in LIMITS if limit.name not in ("capacity", "exclude_therapists", "age", "concerns")
    )
    assert barred(client(must_have=everything), therapist("t")) == ()


def test_bits_are_distinct_and_named_in_order() -> None:
    assert len(set(BIT.values())) == len(LIMITS)
    assert names_of(sum(BIT.values())) == tuple(limit.name for limit in LIMITS)


def test_empty_tables() -> None:
    assert broken_limits(grid(clinic(people=(client(),)))).shape == (1, 0)
    assert broken_limits(grid(clinic(therapist("t")))).shape == (0, 1)
    assert clients().empty
