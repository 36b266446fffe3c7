"""Clinic frames as typed arrays: sets of codes as bits, numbers as float32, so that pairs are compared in bulk."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.arrays import DENSE, ClientTable, TherapistTable, unit_vectors
from matcher.clinic.codes import Bits, Bools, CodeColumn, Floats, parts_of, split_cell, vocabulary_of
from matcher.domain.vocabulary import (
    AGE_GROUPS,
    AVAILABILITY,
    CONCERNS,
    FORMATS,
    GENDERS,
    MEASURES,
    MODALITIES,
    STYLES,
)

__all__ = [
    "CLIENT_SETS",
    "DENSE",
    "Bits",
    "Bools",
    "ClientTable",
    "Floats",
    "TherapistTable",
    "days_of",
    "encode_clients",
    "encode_therapists",
    "rows_of",
    "start_severity",
    "unit_vectors",
]

_CLOSED: dict[str, tuple[str, ...]] = {
    "gender": tuple(GENDERS),
    "concerns": tuple(CONCERNS),
    "modalities": tuple(MODALITIES),
    "age_groups": tuple(AGE_GROUPS),
    "formats": tuple(FORMATS),
    "availability": AVAILABILITY,
}
_OPEN = ("languages", "identities", "funding")
_THERAPIST_DEFAULTS = {"languages": "english", "age_groups": "adult"}
_THERAPIST_NUMBERS = ("years_experience", "latitude", "longitude", "fee", "capacity", *STYLES)
_CLIENT_NUMBERS = ("age", "latitude", "longitude", "max_fee", "max_distance_km", *STYLES)
# The therapist's column each client's wish is held against, where the names differ.
CLIENT_SETS: dict[str, str] = {
    "therapist_gender": "gender",
    "modalities": "modalities",
    "identities": "identities",
    "languages": "languages",
    "formats": "formats",
    "funding": "funding",
    "availability": "availability",
}
# A measure's usual intake score, and the spread of it with the sign that makes worse positive.
_USUAL: dict[object, tuple[float, float]] = {
    code: (measure.intake_mean, measure.intake_sd * (1 if measure.higher_is_worse else -1))
    for code, measure in MEASURES.items()
}


def encode_therapists(frame: pd.DataFrame) -> TherapistTable:
    """Encode a canonical therapists frame; blank languages mean English and blank age groups adults (the contract)."""
    cells = {name: frame[name].fillna(_THERAPIST_DEFAULTS.get(name, np.nan)) for name in (*_CLOSED, *_OPEN)}
    codes = _CLOSED | {name: vocabulary_of(cells[name]) for name in _OPEN}
    return TherapistTable(
        tuple(frame["therapist_id"].to_numpy(object)),
        {name: CodeColumn.from_cells(cells[name], codes[name]) for name in cells},
        {name: _floats(frame[name]) for name in _THERAPIST_NUMBERS},
        {name: days_of(frame[name]) for name in ("openings_confirmed_on", "next_opening")},
        np.arange(len(frame)),
    )


def encode_clients(frame: pd.DataFrame, therapists: TherapistTable) -> ClientTable:
    """Encode a canonical clients frame against the vocabularies of a clinic's whole therapists table.

    Codes that no therapist of the clinic has follow theirs, so that they count as stated and can be named.
    """
    sets = {name: _client_set(frame[name], therapists.sets[column].codes) for name, column in CLIENT_SETS.items()}
    return ClientTable(
        ids=tuple(frame["client_id"].to_numpy(object)),
        sets=sets,
        numbers={name: _floats(frame[name]) for name in _CLIENT_NUMBERS},
        days={name: days_of(frame[name]) for name in ("enquired_at", "next_opening_by")},
        severity=_severities(frame["concerns"]),
        age_group=_age_bits(_floats(frame["age"])),
        must=_must_haves(frame["must_have"]),
        importance=_importances(frame.get("importance")),
        excluded=_excluded(frame["exclude_therapists"], therapists.position),
        start=start_severity(frame),
    )


def start_severity(frame: pd.DataFrame) -> Floats:
    """Return how unwell each client was at intake, in SD of the measure's usual intake score, worse = positive.

    NaN where there is no score; the usual means and SDs are ``data/reference/measures.csv``.
    """
    usual = [_USUAL.get(measure, (np.nan, np.nan)) for measure in frame["measure"].tolist()]
    mean, sd = np.array(usual, dtype=np.float64).reshape(-1, 2).T
    column = "score" if "score" in frame else "score_start"
    return ((frame[column].to_numpy(np.float64) - mean) / sd).astype(np.float32)


def days_of(dates: pd.Series) -> Floats:
    """Return dates as days since 1970, NaN where blank."""
    values = dates.to_numpy(dtype="datetime64[D]")
    days = values.astype(np.float64)
    days[np.isnat(values)] = np.nan
    return days.astype(np.float32)


def _client_set(cells: pd.Series, codes: tuple[str, ...]) -> CodeColumn:
    levels, parts = parts_of(cells)
    known = set(codes)
    new = (code for code in parts.vocabulary if code not in known)
    return CodeColumn.from_parts(levels, parts, (*codes, *new))


def _floats(values: pd.Series) -> Floats:
    return values.to_numpy(dtype=np.float32, na_value=np.nan)


def _severities(cells: pd.Series) -> Floats:
    position = {code: i for i, code in enumerate(CONCERNS)}
    levels, parts = parts_of(cells)
    read = [next(iter(_pairs(name, default=2.0)), ("", 0.0)) for name in parts.names]
    place = np.array([position.get(code, -1) for code, _ in read], dtype=np.intp)[parts.which]
    weight = np.array([weight for _, weight in read], dtype=np.float32)[parts.which]
    here = place >= 0
    table = np.zeros((parts.cells + 1, len(position)), dtype=np.float32)
    table[parts.owner[here], place[here]] = weight[here]
    return table[levels]


def _pairs(cell: object, default: float) -> Iterable[tuple[str, float]]:
    for part in split_cell(cell):
        code, _, weight = part.partition(":")
        yield code, float(weight) if weight else default


def _age_bits(age: Floats) -> Bits:
    bits = np.zeros((len(age), 1), dtype=np.uint64)
    for i, (low, high) in enumerate(AGE_GROUPS.values()):
        bits[(np.floor(age) >= low) & (np.floor(age) <= high)] = np.uint64(1 << i)
    return bits


def _must_haves(cells: pd.Series) -> dict[str, Bools]:
    levels, parts = parts_of(cells)
    names = parts.vocabulary
    column = CodeColumn.from_parts(levels, parts, names)
    dense = column.dense().astype(bool)
    return {name: dense[:, i] for i, name in enumerate(names)}


def _importances(cells: pd.Series | None) -> dict[str, Floats]:
    if cells is None or cells.isna().all():
        return {}
    levels, uniques = pd.factorize(cells, use_na_sentinel=True)
    parsed = [*(dict(_pairs(cell, default=1.0)) for cell in uniques), {}]
    names = sorted({name for row in parsed for name in row})
    return {name: np.array([row.get(name, 1.0) for row in parsed], dtype=np.float32)[levels] for name in names}


def _excluded(cells: pd.Series, position: Mapping[str, int]) -> tuple[tuple[int, ...], ...]:
    levels, uniques = pd.factorize(cells, use_na_sentinel=True)
    rows = [*(tuple(position[i] for i in split_cell(cell) if i in position) for cell in uniques), ()]
    return tuple(rows[level] for level in levels.tolist())


def rows_of(position: Mapping[str, int], ids: Sequence[str]) -> NDArray[np.intp]:
    """Return the row of each id, -1 where it is not known."""
    return np.array([position.get(i, -1) for i in ids], dtype=np.intp)
