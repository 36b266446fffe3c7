"""Clients and therapists as values and as rows of a canonical frame, both ways."""

from collections.abc import Callable, Iterable
from dataclasses import fields
from threading import local
from typing import Any

import pandas as pd

from matcher.clinic.cells import day, moment
from matcher.clinic.frames import canonical_clients, canonical_therapists
from matcher.clinic.schema import CLIENTS, THERAPISTS, Column, Table
from matcher.domain.client import Client
from matcher.domain.therapist import Therapist

Row = dict[str, Any]
#: The client whose row was made last and that row: one page asks for the same four times. Each page is drawn by a
#: thread of its own, and what was kept goes with it.
_last = local()


def client_frame(clients: Iterable[Client]) -> pd.DataFrame:
    """Return a canonical frame with one row a client.

    Raises
    ------
    ClinicError
        If a client holds a value outside the vocabulary or out of range.
    """
    given = tuple(clients)
    if len(given) != 1:
        return _clients(given)
    if getattr(_last, "made", None) is None or _last.made[0] != given[0]:
        _last.made = given[0], _clients(given)
    # pandas copies what is written to, so nobody changes the row another is given.
    row: pd.DataFrame = _last.made[1].copy(deep=False)
    return row


def therapist_frame(therapists: Iterable[Therapist]) -> pd.DataFrame:
    """Return a canonical frame with one row a therapist; raises as `client_frame`."""
    return canonical_therapists(_frame(therapists, THERAPISTS, {}))


def clients_from(frame: pd.DataFrame) -> list[Client]:
    """Return the clients of a canonical frame, in its order."""
    return [Client(**row) for row in _values(frame, CLIENTS, Client, {"concerns": _concerns})]


def therapists_from(frame: pd.DataFrame) -> list[Therapist]:
    """Return the therapists of a canonical frame, in its order."""
    return [Therapist(**row) for row in _values(frame, THERAPISTS, Therapist, {})]


def _clients(clients: Iterable[Client]) -> pd.DataFrame:
    return canonical_clients(_frame(clients, CLIENTS, {"concerns": _severities}))


def _frame(items: Iterable[Any], table: Table, special: dict[str, Callable[[Any], Any]]) -> pd.DataFrame:
    items = list(items)
    names = [column.name for column in table.columns]
    data = {name: [special.get(name, _same)(getattr(item, name, None)) for item in items] for name in names}
    return pd.DataFrame(data, dtype=object, columns=names)


def _same(value: Any) -> Any:
    return value


def _severities(concerns: tuple[tuple[str, int], ...]) -> list[str]:
    return [f"{code}:{severity}" for code, severity in concerns]


def _concerns(cell: str) -> tuple[tuple[str, int], ...]:
    pairs = (part.split(":") for part in cell.split(";") if part)
    return tuple((code, int(severity)) for code, severity in pairs)


def _values(frame: pd.DataFrame, table: Table, kind: type, special: dict[str, Callable[[Any], Any]]) -> Iterable[Row]:
    """Yield one row's fields at a time as the values the dataclass holds."""
    listed = {field.name: field.default == () for field in fields(kind)}
    columns = [column for column in table.columns if column.name in listed]
    data = []
    for column in columns:
        many = listed[column.name] or column.name in ("concerns", "formats")
        read = special.get(column.name) or _reader(column, many)
        blank = () if many else None
        values, blanks = frame[column.name].tolist(), frame[column.name].isna().tolist()
        data.append([blank if is_blank else read(value) for value, is_blank in zip(values, blanks, strict=True)])
    names = [column.name for column in columns]
    return (dict(zip(names, row, strict=True)) for row in zip(*data, strict=True))


def _reader(column: Column, many: bool) -> Callable[[Any], Any]:
    if many:
        return _split
    if column.read is day:
        return pd.Timestamp.date
    if column.read is moment:
        return pd.Timestamp.to_pydatetime
    return _same


def _split(cell: str) -> tuple[str, ...]:
    return tuple(cell.split(";"))
