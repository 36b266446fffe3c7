"""Rows set aside, kept as they stood: under the file's own header, by line, even with cells missing or too many."""

from collections.abc import Iterator

import pandas as pd

from matcher.clinic.cells import unguard
from matcher.clinic.text import Header

_EXTRA = "(beyond the header) "


def raw_rows(rows: list[tuple[int, list[str]]]) -> pd.DataFrame:
    """Return (line, cells) pairs as strings, one column a place, NaN where a row is shorter than the longest."""
    width = max(len(cells) for _, cells in rows)
    padded = [[*map(unguard, cells), *([None] * (width - len(cells)))] for _, cells in rows]
    return pd.DataFrame(padded, index=[line for line, _ in rows], dtype="str")


def rejected_frame(parts: list[pd.DataFrame], header: Header) -> pd.DataFrame:
    """Return the rows of all blocks in the order of the file, under its header as written."""
    names = list(header.written)
    if not parts:
        return pd.DataFrame(columns=names, dtype="str").rename_axis("line")
    rejected = pd.concat(parts).sort_index()
    rejected = rejected.reindex(columns=range(max(len(names), rejected.shape[1])))
    extra = [f"{_EXTRA}{i}" for i in range(1, rejected.shape[1] - len(names) + 1)]
    return rejected.set_axis([*names, *extra], axis=1).rename_axis("line")


def whole_rows(rejected: pd.DataFrame, header: Header) -> pd.DataFrame:
    """Return the rows set aside that have as many cells as the header, under the header's plain names."""
    width = len(header.names)
    whole = rejected[rejected.iloc[:, :width].notna().all(axis=1) & rejected.iloc[:, width:].isna().all(axis=1)]
    return whole.iloc[:, :width].set_axis(list(header.names), axis=1)


def header_of(rejected: pd.DataFrame) -> list[str]:
    """Return the file's header as written."""
    return [name for name in rejected.columns if not name.startswith(_EXTRA)]


def cells_of(rejected: pd.DataFrame) -> Iterator[list[str]]:
    """Yield each row's cells as they stood, as many as there were."""
    for row in rejected.itertuples(index=False, name=None):
        yield [cell for cell in row if isinstance(cell, str)]
