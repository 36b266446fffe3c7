"""A canonical frame as a CSV file: the same frame always gives the same bytes."""

import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd

from matcher.clinic.cells import guard, moment, shortest
from matcher.clinic.schema import Column, Table

_BLOCK = 20_000


def write_table(path: Path, table: Table, frame: pd.DataFrame) -> None:
    """Write one table with all the contract's columns; a half-written file never takes the old one's place."""
    part = path.with_suffix(".part")
    with part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column.name for column in table.columns])
        for start in range(0, len(frame), _BLOCK):
            rows = frame.iloc[start : start + _BLOCK]
            writer.writerows(zip(*(_texts(column, rows[column.name]) for column in table.columns), strict=True))
    part.replace(path)


def _texts(column: Column, values: "pd.Series[Any]") -> Iterator[str]:
    show = _shower(column)
    return ("" if blank else show(value) for value, blank in zip(values.tolist(), values.isna().tolist(), strict=True))


def _shower(column: Column) -> Callable[[Any], str]:
    if column.dtype == "datetime64[us]":
        return _moment if column.read is moment else _day
    shown: dict[str, Callable[[Any], str]] = {"float64": shortest, "int64": str, "boolean": _truth, "str": guard}
    return shown[column.dtype]


def _moment(value: pd.Timestamp) -> str:
    return value.isoformat()


def _day(value: pd.Timestamp) -> str:
    return value.date().isoformat()


def _truth(value: bool) -> str:
    return "true" if value else "false"
