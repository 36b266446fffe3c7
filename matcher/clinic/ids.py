"""Ids over a whole file: a row said twice is kept once, an id for two different rows is refused."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.problems import ClinicError

#: So many ids are named in a refusal, and the others counted.
NAMED_IDS = 5


def repeated_rows(frame: pd.DataFrame, key: str) -> list[tuple[int, int]]:
    """Return (row, first row) of every row that is the same throughout as an earlier one."""
    again = frame[frame[key].duplicated(keep=False).to_numpy()]
    first = {name: row for row, name in zip(again.index[::-1], again[key][::-1], strict=True)}
    return [(row, first[again.loc[row, key]]) for row in again.index[again.duplicated().to_numpy()]]


def refuse_reused_ids(
    file: str, key: str, frame: pd.DataFrame, lines: NDArray[np.int64], set_aside: pd.DataFrame
) -> None:
    """Refuse a file in which one id stands for two different rows, also where one of them was set aside.

    Parameters
    ----------
    frame
        The usable rows, in the order of ``lines``.
    set_aside
        The rows set aside, as they stood, indexed by line; only ``key`` need be a column.

    Raises
    ------
    ClinicError
        Naming each id and its lines.
    """
    if set_aside.empty and not frame[key].duplicated().any():
        return
    once = ~frame.duplicated().to_numpy() if frame[key].duplicated().any() else np.ones(len(frame), dtype=bool)
    good = pd.DataFrame({"id": frame[key][once], "line": lines[once]})
    raw = set_aside[~set_aside.duplicated().to_numpy()]
    bad = pd.DataFrame({"id": raw[key].str.strip().to_numpy(), "line": raw.index.to_numpy()})
    seen = pd.concat([good, bad[bad["id"] != ""]], ignore_index=True) if len(bad) else good
    clashes = seen[seen["id"].duplicated(keep=False).to_numpy()].sort_values("line")
    if clashes.empty:
        return
    named = list(clashes.groupby("id", sort=False)["line"])
    raise reused_ids(file, key, named[:NAMED_IDS], len(named))


def reused_ids(file: str, key: str, named: Iterable[tuple[object, Iterable[object]]], count: int) -> ClinicError:
    """Return the refusal of ``count`` ids that stand for different rows, the first of them named with their lines."""
    said = [f"{name} on lines {', '.join(map(str, lines))}" for name, lines in named]
    tail = f"; and {count - len(said)} more" if count > len(said) else ""
    return ClinicError(
        f"{file}, column {key}: the same id stands for different rows ({'; '.join(said)}{tail}). "
        "Give each its own id, or keep one row."
    )
