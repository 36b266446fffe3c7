"""Made-up therapists as a clinic would list them; only ``strength`` knows how well they do."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.schema import THERAPISTS
from matcher.domain.vocabulary import AVAILABILITY, CONCERNS, MODALITIES, STYLES
from matcher.simulation import people
from matcher.simulation.draws import (
    Bools,
    Rng,
    blank,
    blank_numbers,
    choose,
    date_column,
    day_number,
    either,
    ids,
    join_codes,
    members,
    streams,
    text_column,
)
from matcher.simulation.world import World

_DOMAINS = tuple(dict.fromkeys(concern.domain for concern in CONCERNS.values()))
_DOMAIN_OF = np.array([_DOMAINS.index(concern.domain) for concern in CONCERNS.values()])


def simulate_therapists(
    n: int, seed: int, world: World | None = None, strength: NDArray[np.float64] | None = None
) -> pd.DataFrame:
    """Return n made-up therapists as a canonical therapists frame.

    ``strength`` (n, 8) is their true standardised strength by domain, which their self-declared scope hardly follows
    (``World.self_rated_r``); without it, scope is drawn alone. 100,000 therapists take seconds.
    """
    world = world or World()
    rng = streams(seed, "therapists")["therapists"]
    profession = choose(rng, people.PROFESSIONS, n)
    years = _years(rng, profession)
    fee, funding = _prices(rng, profession)
    columns: dict[str, object] = {
        "therapist_id": text_column(ids("t", n)),
        "name": text_column(_names(rng, n)),
        "gender": text_column(blank(rng, choose(rng, people.THERAPIST_GENDERS, n), 0.04)),
        "profession": text_column(profession),
        "years_experience": blank_numbers(rng, years, 0.05),
        "concerns": text_column(join_codes(_scope(rng, n, world, strength), tuple(CONCERNS))),
        "modalities": text_column(blank(rng, _modalities(rng, n), 0.05)),
        "languages": text_column(_languages(rng, n)),
        "age_groups": text_column(_age_groups(rng, n)),
        "formats": text_column(_formats(rng, n)),
        "fee": blank_numbers(rng, fee, 0.03),
        "funding": text_column(blank(rng, funding, 0.04)),
        "availability": text_column(blank(rng, join_codes(_times(rng, n), AVAILABILITY), 0.10)),
        "capacity": rng.choice(8, n, p=[0.22, 0.2, 0.18, 0.14, 0.1, 0.08, 0.05, 0.03]).astype(np.int64),
        "identities": text_column(
            join_codes(members(rng, people.IDENTITY_TRAINING, n), tuple(people.IDENTITY_TRAINING))
        ),
    }
    columns |= _places(rng, n) | _openings(rng, n, world) | _styles(rng, n)
    columns["bio"] = text_column(_bio(str(p), y) for p, y in zip(profession, years, strict=True))
    return pd.DataFrame(columns)[[column.name for column in THERAPISTS.columns]]


def _names(rng: Rng, n: int) -> list[str]:
    first = np.array(people.FIRST_NAMES, dtype=object)[rng.integers(len(people.FIRST_NAMES), size=n)]
    last = np.array(people.LAST_NAMES, dtype=object)[rng.integers(len(people.LAST_NAMES), size=n)]
    return [f"{a} {b}" for a, b in zip(first, last, strict=True)]


def _years(rng: Rng, profession: NDArray[np.object_]) -> NDArray[np.float64]:
    years = np.minimum(np.round(rng.gamma(2.2, 5.0, len(profession))), 45)
    return np.where(profession == "provisional_psychologist", np.minimum(years, 2), years)


def _scope(rng: Rng, n: int, world: World, strength: NDArray[np.float64] | None) -> Bools:
    """Return which concerns each therapist lists, by a leaning to domains that barely tracks true strength."""
    strength = np.zeros((n, len(_DOMAINS))) if strength is None else strength
    leaning = world.self_rated_r * strength + np.sqrt(1 - world.self_rated_r**2) * rng.standard_normal(
        (n, len(_DOMAINS))
    )
    commonness = np.log([people.MAIN_CONCERN[code] for code in CONCERNS])
    wish = commonness * 0.5 + 1.2 * leaning[:, _DOMAIN_OF] + rng.gumbel(size=(n, len(CONCERNS)))
    count = rng.integers(6, 15, size=n)
    return np.asarray(wish.argsort(axis=1).argsort(axis=1) >= (len(CONCERNS) - count)[:, None])


def _modalities(rng: Rng, n: int) -> NDArray[np.object_]:
    rates = {code: people.MODALITY_TRAINING[code] for code in MODALITIES}
    return join_codes(members(rng, rates, n), tuple(rates))


def _languages(rng: Rng, n: int) -> NDArray[np.object_]:
    other = choose(rng, people.LANGUAGES, n)
    speaks = rng.random(n) < people.THERAPIST_ANOTHER_LANGUAGE
    return either(speaks, "english;" + other, either(rng.random(n) < 0.5, None, "english"))


def _age_groups(rng: Rng, n: int) -> NDArray[np.object_]:
    held = members(rng, {"child": 0.14, "adolescent": 0.35, "adult": 0.95, "older_adult": 0.6}, n)
    return join_codes(held, ("child", "adolescent", "adult", "older_adult"))


def _formats(rng: Rng, n: int) -> NDArray[np.object_]:
    held = members(rng, {"in_person": 0.8, "telehealth": 0.75, "phone": 0.25}, n)
    held[~held.any(axis=1), 1] = True
    return join_codes(held, ("in_person", "telehealth", "phone"))


def _prices(rng: Rng, profession: NDArray[np.object_]) -> tuple[NDArray[np.float64], NDArray[np.object_]]:
    n = len(profession)
    usual = np.array([people.FEES[code] for code in profession])
    fee = np.clip(np.round((usual + rng.normal(0, 25, n)) / 5) * 5, 60, 320)
    rebated = np.isin(profession, people.REBATED)
    bulk = rebated & (rng.random(n) < 0.08)
    rates = {"private_health": 0.5, "ndis": 0.35, "workcover": 0.3, "dva": 0.25}
    held = np.column_stack((rebated, bulk, members(rng, rates, n), np.ones(n, dtype=bool)))
    return np.where(bulk, 0.0, fee), join_codes(held, ("medicare", "bulk_bill", *rates, "self_pay"))


def _times(rng: Rng, n: int) -> Bools:
    days = rng.random((n, 7)) < np.array([0.6, 0.65, 0.65, 0.6, 0.5, 0.2, 0.03])
    parts = rng.random((n, 7, 3)) < np.array([0.7, 0.75, 0.35])
    return (days[:, :, None] & parts).reshape(n, 21)


def _places(rng: Rng, n: int) -> dict[str, object]:
    spots = np.array(people.PLACES)[rng.integers(len(people.PLACES), size=n)] + rng.normal(0, 0.01, (n, 2))
    known = rng.random(n) > 0.05
    return {
        "latitude": np.where(known, spots[:, 0].round(3), np.nan),
        "longitude": np.where(known, spots[:, 1].round(3), np.nan),
    }


def _openings(rng: Rng, n: int, world: World) -> dict[str, object]:
    today = day_number(world.today)
    return {
        "openings_confirmed_on": date_column(blank_numbers(rng, today - rng.integers(0, 60, n), 0.15)),
        "next_opening": date_column(blank_numbers(rng, today + rng.integers(1, 70, n), 0.2)),
    }


def _styles(rng: Rng, n: int) -> dict[str, object]:
    answered = rng.random(n) > 0.15
    return {name: np.where(answered, np.clip(rng.normal(0, 0.45, n), -1, 1).round(1) + 0.0, np.nan) for name in STYLES}


def _bio(profession: str, years: float) -> str:
    noun = profession.replace("_", " ")
    return f"A made-up {noun} with {years:.0f} years in practice. This profile was drawn by a simulation."
