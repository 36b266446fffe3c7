"""A clinic's canonical frames as rows of the store, and back: equal to the last bit, private columns sealed."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Row, Select, Table, select
from sqlalchemy.orm import Session

from matcher.clinic.cells import day
from matcher.clinic.schema import CLIENTS, EPISODES, THERAPISTS, Column
from matcher.clinic.schema import Table as FolderTable
from matcher.store.columns import Money
from matcher.store.sealing import Sealer
from matcher.store.store import sealer_of
from matcher.store.tables import PRIVATE, clients, episodes, therapists

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Kept:
    """One table of a clinic folder and where the store keeps it; ``private`` columns lie sealed in one value."""

    folder: FolderTable
    table: Table
    private: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name of the id column."""
        return self.folder.key

    @property
    def noun(self) -> str:
        """What one row is, for the audit log."""
        return self.key.removesuffix("_id")


THERAPISTS_KEPT = Kept(THERAPISTS, therapists)
CLIENTS_KEPT = Kept(CLIENTS, clients, PRIVATE)
EPISODES_KEPT = Kept(EPISODES, episodes)
#: Somebody who raised a danger may have named no concern yet; no clinic folder has a client without one.
NO_CONCERN = ""
MATCHABLE = clients.c.concerns != NO_CONCERN
# Parents first: an episode needs its client.
KEPT: tuple[Kept, ...] = (THERAPISTS_KEPT, CLIENTS_KEPT, EPISODES_KEPT)


def rows_of(kept: Kept, frame: pd.DataFrame, sealer: Sealer) -> Iterator[Values]:
    """Yield a canonical frame's rows as the store keeps them, without position and version."""
    names = [column.name for column in kept.folder.columns]
    columns = [_plain(kept, column, frame[column.name]) for column in kept.folder.columns]
    for values in zip(*columns, strict=True):
        row = dict(zip(names, values, strict=True))
        if kept.private:
            row["private"] = _sealed(kept, row, sealer)
        yield row


def frame_of(
    session: Session, kept: Kept, ids: Sequence[str] | None = None, where: ColumnElement[bool] | None = None
) -> pd.DataFrame:
    """Return the store's rows as a canonical frame in the folder's order: all, those with some ids, or those where."""
    query = select(kept.table).order_by(kept.table.c.position, kept.table.c[kept.key])
    if ids is not None:
        query = query.where(kept.table.c[kept.key].in_(ids))
    if where is not None:
        query = query.where(where)
    return _frame(session, kept, query)


def _frame(session: Session, kept: Kept, query: Select[Any]) -> pd.DataFrame:
    rows: Sequence[Row[Any]] = session.execute(query).all()
    stored = dict(zip(kept.table.c.keys(), zip(*rows, strict=True), strict=True)) if rows else {}
    if rows and kept.private:
        stored |= _opened(kept, stored, sealer_of(session))
    return pd.DataFrame(
        {column.name: _canonical(column, stored.get(column.name, ())) for column in kept.folder.columns}
    )


def _plain(kept: Kept, column: Column, values: "pd.Series[Any]") -> list[Any]:
    blanks = values.isna().tolist()
    convert = _converter(kept, column)
    cells = values.tolist()
    if convert is None:
        return [None if blank else cell for cell, blank in zip(cells, blanks, strict=True)]
    return [None if blank else convert(cell) for cell, blank in zip(cells, blanks, strict=True)]


def _converter(kept: Kept, column: Column) -> Callable[[Any], Any] | None:
    if column.dtype == "datetime64[us]":
        return _date if column.read is day else _moment
    if column.name in kept.private:
        return None
    kind = kept.table.c[column.name].type
    if isinstance(kind, Money):
        return _money
    return int if kind.python_type is int else None


def _date(value: pd.Timestamp) -> date:
    return value.date()


def _moment(value: pd.Timestamp) -> datetime:
    return value.to_pydatetime().replace(tzinfo=UTC)


def _money(value: float) -> Decimal:
    return Decimal(repr(value))


def _sealed(kept: Kept, row: Values, sealer: Sealer) -> bytes | None:
    """Take the private values out of a row and return them sealed, None where there are none."""
    private = {name: value for name in kept.private if (value := row.pop(name)) is not None}
    return sealer.seal_json(private, kept.table.name, "private", row[kept.key]) if private else None


def _opened(kept: Kept, stored: dict[str, tuple[Any, ...]], sealer: Sealer) -> dict[str, tuple[Any, ...]]:
    opened = [
        {} if sealed is None else sealer.open_json(sealed, kept.table.name, "private", name)
        for sealed, name in zip(stored["private"], stored[kept.key], strict=True)
    ]
    return {name: tuple(values.get(name) for values in opened) for name in kept.private}


def _canonical(column: Column, values: Sequence[Any]) -> "pd.Series[Any]":
    if column.dtype == "datetime64[us]" and column.read is not day:
        values = [None if value is None else value.replace(tzinfo=None) for value in values]
    elif column.dtype == "float64":
        values = [None if value is None else float(value) for value in values]
    return pd.Series(list(values), dtype=column.dtype)
