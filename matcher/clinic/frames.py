"""Frames made by hand or by plain ``pandas.read_csv``, brought into the form the rest of the package relies on."""

from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from matcher.clinic.cells import Number, day, moment, shortest
from matcher.clinic.checks import Cells, Finding, blank_cells, check_rows, read_column
from matcher.clinic.ids import refuse_reused_ids
from matcher.clinic.problems import ClinicError, Problem
from matcher.clinic.schema import CLIENTS, EPISODES, THERAPISTS, Column, Table

_SHOWN = 10


def canonical_clients(frame: pd.DataFrame) -> pd.DataFrame:
    """Return clients in canonical form; rows keep their order and number.

    Missing optional columns are blank, unknown ones are left out.

    Raises
    ------
    ClinicError
        If a required column is missing, a value is unusable, or an id stands for two different clients. The message
        names rows and columns, never what a client answered.
    """
    return canonical(frame, CLIENTS)


def canonical_therapists(frame: pd.DataFrame) -> pd.DataFrame:
    """Return therapists in canonical form; see `canonical_clients`."""
    return canonical(frame, THERAPISTS)


def canonical_episodes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return episodes in canonical form; see `canonical_clients`."""
    return canonical(frame, EPISODES)


def canonical(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return the frame as the table's canonical form; see `canonical_clients`."""
    _check_columns(frame, table)
    findings: list[Finding] = []
    typed: dict[str, Any] = {}
    for column in table.columns:
        values = frame.get(column.name)
        typed[column.name], found = _convert(column, values, len(frame))
        findings += found
    result = pd.DataFrame(typed, index=pd.RangeIndex(len(frame)))
    findings += check_rows(table, result, findings)
    _raise_if_bad(table, findings)
    refuse_reused_ids(table.name, table.key, result, np.arange(1, len(result) + 1), result.iloc[:0])
    return result


def _check_columns(frame: pd.DataFrame, table: Table) -> None:
    missing = [name for name in table.required if name not in frame]
    if missing:
        raise ClinicError(f"{table.name}: required column{'s' * (len(missing) > 1)} missing: {', '.join(missing)}.")
    doubled = frame.columns[frame.columns.duplicated()].intersection([column.name for column in table.columns])
    if len(doubled):
        raise ClinicError(f"{table.name}: column {', '.join(doubled)} occurs twice: keep one of them.")


def _raise_if_bad(table: Table, findings: list[Finding]) -> None:
    bad = [finding for finding in findings if not finding.notice]
    if not bad:
        return
    bad.sort(key=lambda finding: finding.row)
    problems = [Problem(table.name, finding.row + 1, finding.column, "", finding.expected) for finding in bad]
    said = "; ".join(f"row {p.line}, column {p.column}: expected {p.expected}" for p in problems[:_SHOWN])
    more = f"; and {len(bad) - _SHOWN} more" if len(bad) > _SHOWN else ""
    raise ClinicError(f"{table.name} cannot be used: {said}{more}.", problems)


def _convert(column: Column, values: "pd.Series[Any] | None", rows: int) -> tuple[Any, list[Finding]]:
    if values is None:
        return read_column(column, blank_cells(rows))
    if isinstance(column.read, Number) and _is_number(values):
        return _numbers(column, column.read, values)
    if column.read in (day, moment) and isinstance(values.dtype, np.dtype) and values.dtype.kind == "M":
        return _moments(column, values)
    if column.dtype == "boolean" and pd.api.types.is_bool_dtype(values):
        return values.astype("boolean").array, []
    if values.dtype == column.dtype == "str" and not column.required and values.isna().all():
        return values.array, []
    return read_column(column, _cells(values))


def _is_number(values: "pd.Series[Any]") -> bool:
    return pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values)


def _numbers(column: Column, reader: Number, values: "pd.Series[Any]") -> tuple[Any, list[Finding]]:
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0
    blank = np.isnan(numbers)
    bad = ~blank & ~((numbers >= reader.low) & (numbers <= reader.high))
    if reader.whole:
        bad |= ~blank & (numbers != np.floor(numbers))
    if column.required:
        bad |= blank
    findings = [Finding(row, column.name, reader.expected) for row in np.flatnonzero(bad).tolist()]
    if column.dtype == "int64":
        return np.where(bad | blank, 0, numbers).astype(np.int64), findings
    return numbers, findings


def _moments(column: Column, values: "pd.Series[Any]") -> tuple[Any, list[Finding]]:
    moments = values.to_numpy(dtype="datetime64[us]")
    if column.read is day:
        moments = moments.astype("datetime64[D]").astype("datetime64[us]")
    years = moments.astype("datetime64[Y]").astype(np.int64) + 1970
    bad = ~np.isnat(moments) & ((years < 1900) | (years > 2100))
    if column.required:
        bad |= np.isnat(moments)
    return moments, [Finding(row, column.name, "a date between 1900 and 2100") for row in np.flatnonzero(bad).tolist()]


def _cells(values: "pd.Series[Any]") -> Cells:
    if values.dtype == "str":
        return np.asarray(values.fillna("").to_numpy(dtype=object))
    return np.array([_cell(value) for value in values.tolist()] or [], dtype=object)


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return ";".join(_cell(part) for part in value)
    return "" if value is None or pd.isna(value) else _shown(value)


def _shown(value: Any) -> str:
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (float, np.floating)):
        return shortest(float(value))
    return value.isoformat() if isinstance(value, (date, datetime)) else str(value)
