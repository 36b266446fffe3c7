"""Hypothesis strategies for whole clinics, made up at random but within the contract, for every room's tests."""

import math
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import pandas as pd
from hypothesis import strategies as st

from matcher.clinic import Clinic, canonical_clients, canonical_episodes, canonical_therapists
from matcher.clinic.schema import MUST_HAVE
from matcher.domain.vocabulary import (
    AGE_GROUPS,
    AVAILABILITY,
    CONCERNS,
    ENDINGS,
    FORMATS,
    FUNDING,
    GENDERS,
    IDENTITIES,
    MATCHED_BY,
    MEASURES,
    MODALITIES,
    PROFESSIONS,
    STYLES,
)

Row = dict[str, Any]
LANGUAGES = ("english", "mandarin", "arabic", "auslan", "haitian creole")
# Characters that trip up a table: separators, quotes, formula signs, line ends, other scripts.
TEXT = st.text(st.sampled_from("ab é,;\"'=+-@\n\r\t|1.ß中🙂\u2028"), max_size=12)
IDS = st.text(st.sampled_from("abzAZ019-_.é'=@+"), min_size=1, max_size=6)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return the strategy with a blank in it."""
    return st.none() | strategy


def numbers(low: float, high: float) -> st.SearchStrategy[float]:
    """Return numbers of every precision between two bounds."""
    return st.floats(low, high) | st.integers(math.ceil(low), math.floor(high)).map(float)


def codes(known: Sequence[str], least: int = 0) -> st.SearchStrategy[str | None]:
    """Return ``;``-separated codes, each once."""
    some = st.lists(st.sampled_from(list(known)), min_size=max(least, 1), max_size=4, unique=True).map(";".join)
    return some if least else maybe(some)


def places() -> st.SearchStrategy[Row]:
    """Return a latitude and a longitude, or neither."""
    here = st.fixed_dictionaries({"latitude": numbers(-90, 90), "longitude": numbers(-180, 180)})
    return here | st.just({"latitude": None, "longitude": None})


def styles() -> dict[str, st.SearchStrategy[Any]]:
    """Return the four style columns."""
    return {name: maybe(numbers(-1, 1)) for name in STYLES}


def scored(*columns: str) -> st.SearchStrategy[Row]:
    """Return a measure with scores in its range, or none of them."""
    some = st.sampled_from(list(MEASURES.values())).flatmap(
        lambda m: st.fixed_dictionaries(
            {"measure": st.just(m.code), **{c: maybe(numbers(m.minimum, m.maximum)) for c in columns}}
        )
    )
    return some | st.just(dict.fromkeys(("measure", *columns)))


DAYS = st.dates(date(1990, 1, 1), date(2040, 12, 31))
MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2040, 12, 31))
PAIRS = st.dictionaries(st.sampled_from(list(CONCERNS)), st.sampled_from([1, 2, 3]), min_size=1, max_size=4)
WEIGHTS = st.dictionaries(st.sampled_from(MUST_HAVE), numbers(0, 3), min_size=1, max_size=3)


def _pairs(pairs: dict[str, float]) -> str:
    return ";".join(f"{code}:{weight!r}" for code, weight in pairs.items())


def _row(fixed: dict[str, st.SearchStrategy[Any]], *parts: st.SearchStrategy[Row]) -> st.SearchStrategy[Row]:
    return st.tuples(st.fixed_dictionaries(fixed), *parts).map(
        lambda dicts: {k: v for d in dicts for k, v in d.items()}
    )


def therapist_rows() -> st.SearchStrategy[Row]:
    """Return one therapist as a row of the contract, without an id."""
    return _row(
        {
            "name": TEXT.filter(lambda text: text.strip()),
            "gender": maybe(st.sampled_from(list(GENDERS))),
            "profession": maybe(st.sampled_from(list(PROFESSIONS))),
            "years_experience": maybe(numbers(0, 60)),
            "concerns": codes(list(CONCERNS), least=1),
            "modalities": codes(list(MODALITIES)),
            "languages": codes(LANGUAGES),
            "age_groups": codes(list(AGE_GROUPS)),
            "formats": codes(list(FORMATS), least=1),
            "fee": maybe(numbers(0, 500)),
            "funding": codes([*FUNDING, "our_own_fund"]),
            "availability": codes(AVAILABILITY),
            "capacity": st.integers(0, 30),
            "openings_confirmed_on": maybe(DAYS),
            "next_opening": maybe(DAYS),
            "identities": codes([*IDENTITIES, "deaf"]),
            "bio": maybe(TEXT),
            **styles(),
        },
        places(),
    )


def client_rows(therapist_ids: Sequence[str] = ()) -> st.SearchStrategy[Row]:
    """Return one client as a row of the contract, without an id."""
    return _row(
        {
            "enquired_at": maybe(MOMENTS),
            "age": maybe(numbers(0, 120)),
            "gender": maybe(st.sampled_from([*GENDERS, "genderfluid", "two spirit"])),
            "concerns": PAIRS.map(_pairs),
            "about": maybe(TEXT),
            "therapist_gender": codes(list(GENDERS)),
            "modalities": codes(list(MODALITIES)),
            "identities": codes(list(IDENTITIES)),
            "languages": codes(LANGUAGES),
            "formats": codes(list(FORMATS)),
            "max_fee": maybe(numbers(0, 500)),
            "funding": codes(list(FUNDING)),
            "availability": codes(AVAILABILITY),
            "max_distance_km": maybe(numbers(0, 500)),
            "next_opening_by": maybe(DAYS),
            "must_have": codes(MUST_HAVE),
            "exclude_therapists": codes(therapist_ids) if therapist_ids else st.none(),
            "risk_raised": maybe(st.booleans()),
            "importance": maybe(WEIGHTS.map(_pairs)),
            **styles(),
        },
        places(),
        scored("score"),
    )


def episode_rows(client_ids: Sequence[str], therapist_ids: Sequence[str]) -> st.SearchStrategy[Row]:
    """Return one episode as a row of the contract, without an id."""
    return _row(
        {
            "client_id": st.sampled_from(list(client_ids)),
            "therapist_id": st.sampled_from(list(therapist_ids)),
            "sessions": maybe(st.integers(0, 60).map(float)),
            "ending": maybe(st.sampled_from(ENDINGS)),
            "alliance_goal": maybe(numbers(0, 10)),
            "alliance_task": maybe(numbers(0, 10)),
            "alliance_bond": maybe(numbers(0, 10)),
            "matched_by": maybe(st.sampled_from(MATCHED_BY)),
        },
        st.tuples(DAYS, maybe(DAYS)).map(
            lambda days: {"started_on": min(filter(None, days)), "ended_on": max(days) if days[1] else None}
        ),
        scored("score_start", "score_end"),
    )


@st.composite
def clinics(draw: st.DrawFn, therapists: int = 4, clients: int = 4, episodes: int = 5) -> Clinic:
    """Draw a whole clinic in canonical form, with at most so many rows a table."""
    therapist_ids = draw(st.lists(IDS, min_size=1, max_size=therapists, unique=True))
    client_ids = draw(st.lists(IDS, min_size=1, max_size=clients, unique=True))
    episode_ids = draw(st.lists(IDS, max_size=episodes, unique=True))
    staff = [draw(therapist_rows()) | {"therapist_id": name} for name in therapist_ids]
    people = [draw(client_rows(therapist_ids)) | {"client_id": name} for name in client_ids]
    courses = [draw(episode_rows(client_ids, therapist_ids)) | {"episode_id": name} for name in episode_ids]
    return Clinic(
        canonical_therapists(pd.DataFrame(staff, dtype=object)),
        canonical_clients(pd.DataFrame(people, dtype=object)),
        canonical_episodes(frame_of(courses)),
    )


def frame_of(episodes: Sequence[Row]) -> pd.DataFrame:
    """Return episodes as a frame that has the required columns even where there are none."""
    required = ["episode_id", "client_id", "therapist_id", "started_on"]
    return pd.DataFrame(episodes, dtype=object) if episodes else pd.DataFrame(columns=required, dtype=object)
