"""From cells to typed columns, and the checks that need more than one column of a row."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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


def read_column(column: Column, cells: Cells) -> tuple[Any, list[Finding]]:
    """Return one column's values as an array of its dtype, and the rows whose cell cannot be used.

    Each distinct cell is read once. A row that cannot be used holds a blank.
    """
    if column.distinct:
        codes, distinct = np.arange(len(cells)), cells
    else:
        codes, distinct = pd.factorize(cells)
    values: list[Value | None] = []
    bad: dict[int, str] = {}
    worth: dict[int, str] = {}
    blank = _BLANKS.get(column.dtype)
    for i, raw in enumerate(distinct):
        cell = (unguard(raw) if raw[:1] == "'" else raw).strip()
        value = blank
        if cell:
            try:
                value = column.read(cell)
            except CellError as error:
                bad[i] = str(error)
            else:
                if note := _worth_knowing(column, value):
                    worth[i] = note
        elif column.required:
            bad[i] = _REQUIRED
        values.append(value)
    findings = [Finding(row, column.name, bad[codes[row]]) for row in _rows_with(codes, bad)]
    findings += [Finding(row, column.name, worth[codes[row]], True) for row in _rows_with(codes, worth)]
    return _array(values, column.dtype).take(codes), findings


def _rows_with(codes: NDArray[np.intp], wanted: Mapping[int, str]) -> list[int]:
    return np.flatnonzero(np.isin(codes, list(wanted))).tolist() if wanted else []


def _array(values: list[Any], dtype: Any) -> Any:
    return pd.array(values, dtype=dtype) if dtype in ("str", "boolean") else np.array(values, dtype=dtype)


def _worth_knowing(column: Column, value: Value) -> str | None:
    """Return what a reader of the report should know about a cell that was loaded."""
    if not isinstance(value, str):
        return None
    if column.read is text:
        return "starts like a spreadsheet formula; kept as text" if value[0] in "=@" and is_formula(value) else None
    if column.name == "gender" and value not in GENDERS:
        return f"is not one of {', '.join(GENDERS)}; kept as it stands"
    known = {"funding": FUNDING, "identities": IDENTITIES}.get(column.name)
    for code in value.split(";") if known else ():
        if known and code not in known and (hint := nearest(code, known)):
            return f"{code} is not a usual code; kept as the clinic's own{hint}"
    return None


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
    latitude, longitude = frame["latitude"].isna(), frame["longitude"].isna()
    yield latitude & ~longitude, "latitude", "a latitude beside the longitude, or both blank", False
    yield longitude & ~latitude, "longitude", "a longitude beside the latitude, or both blank", False


def _scores(*columns: str) -> Check:
    def check(frame: pd.DataFrame) -> Iterator[tuple[Any, str, str, bool]]:
        measure = frame["measure"]
        for column in columns:
            score = frame[column]
            yield score.notna() & measure.isna(), "measure", f"the measure the {column} belongs to", False
            if not score.notna().any():
                continue
            for code, known in MEASURES.items():
                outside = (measure == code) & ((score < known.minimum) | (score > known.maximum))
                expected = f"a {code} score from {known.minimum:g} to {known.maximum:g}"
                yield outside, column, expected, False

    return check


def _must_have(frame: pd.DataFrame) -> Iterator[tuple[Any, str, str, bool]]:
    cells = frame["must_have"]
    for name in {name for cell in cells.dropna().unique() for name in cell.split(";")}:
        named = cells.str.contains(rf"(?:^|;){name}(?:;|$)", na=False)
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
