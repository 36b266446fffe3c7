"""Small vectorised draws that the made-up clinic is put together from."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Rng = np.random.Generator
Bools = NDArray[np.bool_]


def streams(seed: int, *names: str) -> dict[str, Rng]:
    """Return an independent generator a name, so that one part's size does not change another part's draws."""
    children = np.random.SeedSequence(seed).spawn(len(names))
    return {name: np.random.default_rng(child) for name, child in zip(names, children, strict=True)}


def choose(rng: Rng, weights: Mapping[str, float], n: int) -> NDArray[np.object_]:
    """Return n codes drawn with the given weights."""
    shares = np.array(list(weights.values()), dtype=np.float64)
    return np.array(list(weights), dtype=object)[rng.choice(len(shares), n, p=shares / shares.sum())]


def members(rng: Rng, rates: Mapping[str, float], n: int) -> Bools:
    """Return for n rows which codes each holds, (n, codes), each code with its own rate."""
    return rng.random((n, len(rates))) < np.array(list(rates.values()))


def join_codes(held: Bools, codes: Sequence[str]) -> NDArray[np.object_]:
    """Return a ``;``-separated cell a row of the codes held, None where there are none.

    Rows that hold the same codes are joined once.
    """
    packed, back = np.unique(np.packbits(held, axis=1), axis=0, return_inverse=True)
    rows = np.unpackbits(packed, axis=1, count=held.shape[1]).astype(bool)
    cells = [";".join(code for code, has in zip(codes, row, strict=True) if has) or None for row in rows]
    return np.array(cells, dtype=object)[back.reshape(-1)]


def either(condition: Bools, yes: object, no: object) -> NDArray[np.object_]:
    """Return ``yes`` where the condition holds and ``no`` elsewhere, as objects, so that None stays None."""
    both = np.broadcast_arrays(np.asarray(yes, dtype=object), np.asarray(no, dtype=object), condition)
    return np.asarray(np.where(condition, both[0], both[1]), dtype=object)


def blank(rng: Rng, values: NDArray[np.object_], share: float) -> NDArray[np.object_]:
    """Return the values with the given share put to None, as a clinic's file would lack them."""
    return either(rng.random(len(values)) < share, None, values)


def blank_numbers(rng: Rng, values: NDArray[np.floating], share: float) -> NDArray[np.float64]:
    """Return the numbers with the given share put to NaN."""
    return np.where(rng.random(len(values)) < share, np.nan, values)


def ids(prefix: str, n: int) -> list[str]:
    """Return n ids with a prefix and as many digits as the last needs, five at least."""
    width = max(5, len(str(n)))
    return [f"{prefix}{i:0{width}d}" for i in range(1, n + 1)]


def text_column(values: Iterable[object]) -> pd.Series:
    """Return values as a pandas ``str`` column, None as missing."""
    return pd.Series(list(values), dtype="str")


def date_column(days: NDArray[np.floating], unit: str = "D") -> pd.Series:
    """Return days since 1970 as dates (or, with unit ``m``, moments to the minute), NaN as missing."""
    scale = 1 if unit == "D" else 1440
    whole = np.where(np.isnan(days), 0, np.floor(days * scale)).astype(np.int64)
    moments = whole.astype(f"datetime64[{unit}]").astype("datetime64[us]")
    moments[np.isnan(days)] = np.datetime64("NaT")
    return pd.Series(moments)


def day_number(day: object) -> float:
    """Return a date as days since 1970."""
    return float(np.datetime64(str(day), "D").astype(np.int64))
