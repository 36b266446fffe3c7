"""Ids over all parts: what one machine refuses in one file is refused here, named by file and line.

No machine holds all ids: rows with one id are brought together by Dask's own shuffle, as many at a time as a part has.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import pandas as pd
from dask import dataframe as dd
from dask import delayed

from matcher.clinic.ids import NAMED_IDS, reused_ids
from matcher.clinic.schema import CLIENTS, Table
from matcher.clinic.table import empty_frame
from matcher.distributed.files import read_lines, read_part, table_named

#: Some ids that stand for different rows, and how many there are in all.
_Met = tuple[list[str], int]
_PLACE = "place in the files"
_ROW, _FILE = "row", "file"


def said_once(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Return rows, those that say the same throughout kept once."""
    return frame.drop_duplicates(ignore_index=True) if frame[table.key].duplicated().any() else frame


def refuse_in_part(frame: pd.DataFrame, table: Table, paths: tuple[Path, ...]) -> None:
    """Refuse an id that stands for two rows of one part.

    Raises
    ------
    ClinicError
        Naming the ids and their places in the files ``paths``.
    """
    _refuse([_met(frame, table.key)], table.name, paths)


def met_once(ids: list[Any], table: Table, paths: tuple[Path, ...]) -> Any:
    """Return a delayed check that no id comes twice in all of some parts (delayed frames of ids, of rows said once).

    It raises as `refuse_in_part` does. No row may come in two parts, so that ids alone tell.
    """
    frame = dd.from_delayed(ids, meta=empty_frame(table)[[table.key]], verify_meta=False)
    together = frame.shuffle(table.key, npartitions=len(ids)).to_delayed()
    met = [delayed(_met, pure=False)(some, table.key) for some in together]
    return delayed(_refuse, pure=False)(met, table.name, paths)


def said_again(paths: tuple[Path, ...]) -> Any:
    """Return, delayed, the ids of clients whose row an earlier file of ``paths`` has too, a set a file.

    It raises as `refuse_in_part` does. Ids and hashes of rows travel, so that words stay where they are and no file is
    kept: a file is read once for this, and again for what it is wanted for.
    """
    keys = [delayed(_row_keys, pure=False)(path, file) for file, path in enumerate(paths)]
    types = {CLIENTS.key: "str", _ROW: "uint64", _FILE: "int64"}
    meta = pd.DataFrame({name: pd.Series(dtype=type_) for name, type_ in types.items()})
    frame = dd.from_delayed(keys, meta=meta, verify_meta=False)
    together = frame.shuffle(CLIENTS.key, npartitions=len(paths)).to_delayed()
    met = [delayed(_met, pure=False)(delayed(_rows_once)(some), CLIENTS.key) for some in together]
    later = [delayed(_later, pure=False)(some) for some in together]
    return delayed(_said_again, pure=False)(met, later, paths)


def _row_keys(path: Path, file: int) -> pd.DataFrame:
    clients = read_part(path, CLIENTS, words=True)
    rows = pd.util.hash_pandas_object(clients, index=False)
    # A row said twice in one file is kept there, once.
    return pd.DataFrame({CLIENTS.key: clients[CLIENTS.key], _ROW: rows, _FILE: file}).drop_duplicates()


def _rows_once(keys: pd.DataFrame) -> pd.DataFrame:
    return keys[[CLIENTS.key, _ROW]].drop_duplicates()


def _later(keys: pd.DataFrame) -> pd.DataFrame:
    inside = keys.sort_values(_FILE)
    return inside.loc[inside[CLIENTS.key].duplicated(), [CLIENTS.key, _FILE]]


def _said_again(met: Collection[_Met], later: list[pd.DataFrame], paths: tuple[Path, ...]) -> list[set[str]]:
    _refuse(met, CLIENTS.name, paths)
    again = pd.concat(later)
    return [set(again.loc[again[_FILE] == file, CLIENTS.key]) for file in range(len(paths))]


def _met(ids: pd.DataFrame, key: str) -> _Met:
    again = ids.loc[ids[key].duplicated(), key].drop_duplicates()
    return again.iloc[:NAMED_IDS].tolist(), len(again)


def _refuse(found: Collection[_Met], name: str, paths: tuple[Path, ...]) -> None:
    count = sum(met for _, met in found)
    if not count:
        return
    table = table_named(name)
    named = [who for some, _ in found for who in some][:NAMED_IDS]
    # One file at a time, for these few ids.
    rows = pd.concat([_rows(path, table, named) for path in paths], ignore_index=True)
    once = rows[~rows.drop(columns=_PLACE).duplicated()]
    raise reused_ids(name, table.key, once.groupby(table.key, sort=False)[_PLACE], count)


def _rows(path: Path, table: Table, ids: list[str]) -> pd.DataFrame:
    frame, lines = read_lines(path, table)
    here = frame[table.key].isin(ids).to_numpy()
    return frame[here].assign(**{_PLACE: [f"{line} of {path.name}" for line in lines[here].tolist()]})
