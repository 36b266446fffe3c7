"""Made-up clients: what an intake would hold, and apart from it their true severity."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.schema import CLIENTS
from matcher.domain.vocabulary import AVAILABILITY, CONCERNS, MEASURES
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
    streams,
    text_column,
)
from matcher.simulation.wishes import wishes
from matcher.simulation.words import about
from matcher.simulation.world import World

Floats = NDArray[np.float64]
_CODES = tuple(CONCERNS)


@dataclass(frozen=True, eq=False)
class DrawnClients:
    """Clients as a clinic would see them, and the severity (n,) in SD that it would not."""

    frame: pd.DataFrame
    severity: Floats


def simulate_clients(n: int, seed: int, world: World | None = None) -> pd.DataFrame:
    """Return n made-up clients as a canonical clients frame, in the order in which they enquired."""
    return draw_clients(n, seed, world or World()).frame


def draw_clients(n: int, seed: int, world: World) -> DrawnClients:
    """Draw clients over the clinic's history, with their true severity."""
    rng = streams(seed, "clients", "wishes")
    draw = rng["clients"]
    severity = world.severity_mean + world.severity_sd * draw.standard_normal(n)
    age = _ages(draw, n)
    concerns, levels = _concerns(draw, severity, age)
    risk = _risk(draw, concerns)
    measure, score = _scores(draw, severity, concerns[:, 0], world)
    enquired = _enquiries(draw, n, world)
    columns: dict[str, object] = {
        "client_id": text_column(ids("c", n)),
        "enquired_at": date_column(enquired, unit="m"),
        "age": blank_numbers(draw, age, 0.02),
        "gender": text_column(blank(draw, choose(draw, people.CLIENT_GENDERS, n), 0.05)),
        "concerns": text_column(_cells(concerns, levels)),
        "about": text_column(_about(draw, concerns, risk, age < 12)),
        "measure": text_column(measure),
        "score": score,
        "risk_raised": _risk_column(draw, risk),
    }
    columns |= _limits(draw, enquired) | wishes(rng["wishes"], columns["gender"], world)
    columns |= {name: text_column([None] * n) for name in ("exclude_therapists", "importance")}
    return DrawnClients(pd.DataFrame(columns)[[column.name for column in CLIENTS.columns]], severity)


def _concerns(rng: Rng, severity: Floats, age: Floats) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """Return concerns as positions (n, 4), the main one first, -1 for none, and their severities 1 to 3."""
    n = len(severity)
    barred = np.outer(age < 18, np.isin(_CODES, people.NOT_YOUNG)) | np.outer(
        age > 50, np.isin(_CODES, people.NOT_OVER_50)
    )
    main = np.log([people.MAIN_CONCERN[code] for code in _CODES]) + rng.gumbel(size=(n, len(_CODES)))
    main[barred] = -np.inf
    first = main.argmax(axis=1)
    rates = np.array([people.SECOND_CONCERN.get(code, 0.3) for code in _CODES])
    other = np.log(rates) + rng.gumbel(size=(n, len(_CODES)))
    other[barred] = -np.inf
    other[np.arange(n), first] = -np.inf
    chosen = np.column_stack((first, np.argsort(-other, axis=1)[:, :3]))
    count = rng.choice(4, n, p=people.CONCERN_COUNTS) + 1
    chosen[np.arange(4) >= count[:, None]] = -1
    felt = severity[:, None] + rng.normal(0, 0.7, (n, 4)) - np.array([0.0, 0.6, 0.8, 1.0])
    return chosen, np.where(chosen < 0, 0, 1 + (felt > -0.8) + (felt > 0.7))


def _cells(concerns: NDArray[np.intp], levels: NDArray[np.int64]) -> list[str]:
    return [
        ";".join(f"{_CODES[code]}:{level}" for code, level in zip(row, weights, strict=True) if code >= 0)
        for row, weights in zip(concerns.tolist(), levels.tolist(), strict=True)
    ]


def _risk(rng: Rng, concerns: NDArray[np.intp]) -> NDArray[np.bool_]:
    grave = np.isin(concerns, [_CODES.index("self_harm"), _CODES.index("domestic_violence")]).any(axis=1)
    return np.asarray(grave | (rng.random(len(concerns)) < 0.02))


def _risk_column(rng: Rng, risk: NDArray[np.bool_]) -> pd.Series:
    asked = risk | (rng.random(len(risk)) < 0.6)
    return pd.Series(either(asked, risk, None), dtype="boolean")


def _about(rng: Rng, concerns: NDArray[np.intp], risk: Bools, child: Bools) -> NDArray[np.object_]:
    named = [[_CODES[code] for code in row[:2] if code >= 0] for row in concerns.tolist()]
    texts = np.array(about(rng, named, risk.tolist(), child.tolist()), dtype=object)
    return either(risk, texts, blank(rng, texts, 0.15))


def _scores(rng: Rng, severity: Floats, main: NDArray[np.intp], world: World) -> tuple[NDArray[np.object_], Floats]:
    """Return the intake measure, and its score as the measure would show the severity (rounded, within range)."""
    usual = [people.MEASURE_OF_DOMAIN.get(concern.domain, people.OTHER_MEASURE) for concern in CONCERNS.values()]
    measure = np.array(usual, dtype=object)[main]
    scale = {code: MEASURES[code] for code in np.unique(measure)}
    score = np.zeros(len(main))
    for code, m in scale.items():
        here = measure == code
        score[here] = np.clip(np.round(m.intake_mean + m.intake_sd * severity[here]), m.minimum, m.maximum)
    known = rng.random(len(main)) < world.start_completeness
    return either(known, measure, None), np.where(known, score, np.nan)


def _ages(rng: Rng, n: int) -> Floats:
    rates, lows, highs = (np.array(column) for column in zip(*people.AGE_BANDS, strict=True))
    band = rng.choice(len(rates), n, p=rates / rates.sum())
    # Adults lean young: the smaller of two draws.
    share = np.minimum(rng.random(n), rng.random(n))
    return np.asarray(np.floor(lows[band] + share * (highs[band] - lows[band])))


def _enquiries(rng: Rng, n: int, world: World) -> Floats:
    """Return enquiry moments in days since 1970, in order, spread over the history in office hours and evenings."""
    days = np.sort(rng.random(n)) * world.years * 365
    return np.floor(day_number(world.today) - world.years * 365 + days) + rng.uniform(8, 22, n) / 24


def _limits(rng: Rng, enquired: Floats) -> dict[str, object]:
    n = len(enquired)
    other = choose(rng, people.LANGUAGES, n)
    speaks = rng.random(n) < people.CLIENT_ANOTHER_LANGUAGE
    only = rng.random(n) < people.CLIENT_ONLY_OTHER
    language = np.where(
        speaks, np.where(only, other, other + ";english"), blank(rng, np.full(n, "english", object), 0.4)
    )
    formats = choose(rng, {"in_person": 25, "telehealth": 12, "in_person;telehealth": 28, "none": 35}, n)
    funding = choose(rng, people.CLIENT_FUNDING, n)
    spots = np.array(people.PLACES)[rng.integers(len(people.PLACES), size=n)] + rng.normal(0, 0.03, (n, 2))
    placed = rng.random(n) < 0.75
    far = rng.choice([10.0, 15.0, 20.0, 30.0], n)
    times = rng.random((n, 21)) < np.tile([0.25, 0.3, 0.35], 7)
    return {
        "languages": text_column(language),
        "formats": text_column(either(formats == "none", None, formats)),
        "funding": text_column(blank(rng, funding, 0.45)),
        "max_fee": np.where(rng.random(n) < 0.25, rng.choice([120.0, 180.0, 220.0, 250.0, 290.0], n), np.nan),
        "latitude": np.where(placed, spots[:, 0].round(3), np.nan),
        "longitude": np.where(placed, spots[:, 1].round(3), np.nan),
        "max_distance_km": np.where(placed & (rng.random(n) < 0.5), far, np.nan),
        "availability": text_column(blank(rng, join_codes(times, AVAILABILITY), 0.55)),
        "next_opening_by": date_column(np.where(rng.random(n) < 0.06, enquired + rng.integers(14, 57, n), np.nan)),
    }
