"""From cells to typed columns, and the checks that need more than one column of a row."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.cells import Value, is_formula, nearest, text, unguard
from matcher.clinic.problems import CellError
from matcher.clinic.schema import Column, Dtype, Table
from matcher.domain.vocabulary import FUNDING, GENDERS, IDENTITIES, MEASURES

Cells = NDArray[np.object_]
Bools = NDArray[np.bool_]
_REQUIRED = "something: the column is required"
_BLANKS: dict[Dtype, Value | None] = {"float64": float("nan"), "int64": 0}


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to say about one row of a block; ``row`` counts from 0. A notice does not set the row aside."""

    row: int
    column: str
    expected: str
    notice: bool = False


def read_column(column: Column, cells: Cells, guarded: bool = False) -> tuple[Any, list[Finding]]:
    """Return one column's values as an array of its dtype, and the rows whose cell cannot be used.

    Each distinct cell is read once. A row that cannot be used holds a blank. Cells of a file may be ``guarded`` against
    running as formulas; values already in memory never are.
    """
    repeats = len(cells) > 1 and not column.distinct
    codes, distinct = pd.factorize(cells) if repeats else (np.arange(len(cells)), cells)
    values: list[Value | None] = []
    bad: dict[int, str] = {}
    worth: dict[int, str] = {}
    blank = _BLANKS.get(column.dtype)
    noter = _noter(column)
    for i, raw in enumerate(distinct):
        cell = (unguard(raw) if guarded and raw[:1] == "'" else raw).strip()
        value = blank
        if cell:
            try:
                value = column.read(cell)
            except CellError as error:
                bad[i] = str(error)
            else:
                if noter is not None and (note := noter(value)):
                    worth[i] = note
        elif column.required:
            bad[i] = _REQUIRED
        values.append(value)
    findings = [Finding(row, column.name, bad[codes[row]]) for row in _rows_with(codes, bad)]
    findings += [Finding(row, column.name, worth[codes[row]], True) for row in _rows_with(codes, worth)]
    typed = _array(values, column.dtype)
    return typed.take(codes) if repeats else typed, findings


def _rows_with(codes: NDArray[np.intp], wanted: Mapping[int, str]) -> list[int]:
    return np.flatnonzero(np.isin(codes, list(wanted))).tolist() if wanted else []


def _array(values: list[Any], dtype: Any) -> Any:
    return pd.array(values, dtype=dtype) if dtype in ("str", "boolean") else np.array(values, dtype=dtype)


def _noter(column: Column) -> Callable[[Any], str] | None:
    """Return what finds, in a loaded cell, something a reader of the report should know; it says nothing as ``""``."""
    if column.read is text:
        return _formula_note
    if column.name == "gender":
        return _gender_note
    known = {"funding": FUNDING, "identities": IDENTITIES}.get(column.name)
    return partial(_own_code_note, known) if known else None


def _formula_note(value: str) -> str:
    return "starts like a spreadsheet formula; kept as text" if value[0] in "=@" and is_formula(value) else ""


def _gender_note(value: str) -> str:
    return "" if value in GENDERS else f"is not one of {', '.join(GENDERS)}; kept as it stands"


def _own_code_note(known: Mapping[str, str], value: str) -> str:
    near = {code: nearest(code, known) for code in value.split(";") if code not in known}
    return "; ".join(
        f"{code} is not a usual code, kept as the clinic's own{hint}" for code, hint in near.items() if hint
    )


Check = Callable[[pd.DataFrame], Iterator[tuple[Any, str, str, bool]]]


def check_rows(table: Table, frame: pd.DataFrame, found: list[Finding], also: Check | None = None) -> list[Finding]:
    """Return what is wrong, or worth knowing, between the columns of each row of a typed frame.

    A cell among ``found`` is blank only because it could not be used, so nothing more is said of it.
    """
    told = {(finding.row, finding.column) for finding in found if not finding.notice}
    return [
        Finding(row, column, expected, notice)
        for check in (*_CHECKS[table.name], *((also,) if also else ()))
        for rows, column, expected, notice in check(frame)
        for row in np.flatnonzero(rows).tolist()
        if (row, column) not in told
    ]


def _place(frame: pd.DataFrame) -> Iterator[tuple[Any, str, str, bool]]:
    latitude, longitude = (np.isnan(frame[name].to_numpy()) for name in ("latitude", "longitude"))
    yield latitude & ~longitude, "latitude", "a latitude beside the longitude, or both blank", False
    yield longitude & ~latitude, "longitude", "a longitude beside the latitude, or both blank", False


def _scores(*columns: str) -> Check:
    def check(frame: pd.DataFrame) -> Iterator[tuple[Any, str, str, bool]]:
        which, names = pd.factorize(frame["measure"])
        known = [MEASURES[name] for name in names]
        # The last place serves rows without a measure (-1).
        low = np.array([measure.minimum for measure in known] + [np.nan])[which]
        high = np.array([measure.maximum for measure in known] + [np.nan])[which]
        for column in columns:
            score = frame[column].to_numpy()
            yield ~np.isnan(score) & (which < 0), "measure", f"the measure the {column} belongs to", False
            outside = (score < low) | (score > high)
            for i in np.unique(which[outside]):
                expected = f"a {known[i].code} score from {known[i].minimum:g} to {known[i].maximum:g}"
                yield outside & (which == i), column, expected, False

    return check


def _must_have(frame: pd.DataFrame) -> Iterator[tuple[Any, str, str, bool]]:
    which, distinct = pd.factorize(frame["must_have"])
    naming: dict[str, list[int]] = {}
    for i, cell in enumerate(distinct):
        for name in cell.split(";"):
            naming.setdefault(name, []).append(i)
    for name, cells in naming.items():
        named = np.isin(which, cells)
        expected = f"names {name}, which is blank for this client, so it asks for nothing"
        yield named & frame[name].isna(), "must_have", expected, True
        if name == "max_distance_km":
            expected = "names max_distance_km, but the client's latitude and longitude are blank"
            yield named & frame[name].notna() & frame["latitude"].isna(), "must_have", expected, True


def _dates(frame: pd.DataFrame) -> Iterator[tuple[Any, str, str, bool]]:
    yield frame["ended_on"] < frame["started_on"], "ended_on", "a date not before started_on", False


_CHECKS: dict[str, tuple[Check, ...]] = {
    "therapists": (_place,),
    "clients": (_place, _scores("score"), _must_have),
    "episodes": (_dates, _scores("score_start", "score_end")),
}


def blank_cells(rows: int) -> Cells:
    """Return a column of blanks, for a column the file does not have."""
    return np.full(rows, "", dtype=object)
