"""Columns of ``;``-separated codes as bits, so that the codes two people share are found in bulk."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]
Bits = NDArray[np.uint64]


@dataclass(frozen=True, eq=False)
class CodeColumn:
    """One set of codes a row: ``bits`` (n, words) with bit c of a row set where it holds ``codes[c]``.

    ``stated_sizes`` counts a cell's codes, those outside the vocabulary too.
    """

    codes: tuple[str, ...]
    bits: Bits
    known: Bools
    stated_sizes: Floats

    @classmethod
    def from_cells(cls, cells: pd.Series, codes: tuple[str, ...]) -> "CodeColumn":
        """Read ``;``-separated cells; codes outside the vocabulary set no bit but make the cell known."""
        levels, uniques = pd.factorize(cells, use_na_sentinel=True)
        words = max(1, -(-len(codes) // 64))
        position = {code: i for i, code in enumerate(codes)}
        table = np.zeros((len(uniques) + 1, words), dtype=np.uint64)
        for row, cell in enumerate(uniques):
            for code in str(cell).split(";"):
                i = position.get(code)
                if i is not None:
                    table[row, i // 64] |= np.uint64(1 << (i % 64))
        sizes = np.array([len(split_cell(cell)) for cell in uniques] + [0], dtype=np.float32)
        return cls(codes, table[levels], sizes[levels] > 0, sizes[levels])

    def take(self, rows: NDArray[np.intp]) -> "CodeColumn":
        """Return the column of the given rows."""
        return CodeColumn(self.codes, self.bits[rows], self.known[rows], self.stated_sizes[rows])

    def dense(self) -> Floats:
        """Return the column as a float32 matrix (n, codes) of zeros and ones."""
        positions = np.arange(len(self.codes))
        words = self.bits[:, positions // 64] >> (positions % 64).astype(np.uint64)
        return (words & np.uint64(1)).astype(np.float32)

    def names(self, row: int) -> tuple[str, ...]:
        """Return the codes of one row."""
        return tuple(c for i, c in enumerate(self.codes) if self.bits[row, i // 64] >> np.uint64(i % 64) & np.uint64(1))


def split_cell(cell: object) -> tuple[str, ...]:
    """Return the codes of one ``;``-separated cell, nothing for a blank."""
    return tuple(part for part in cell.split(";") if part) if isinstance(cell, str) else ()


def vocabulary_of(cells: pd.Series) -> tuple[str, ...]:
    """Return the codes that occur in ``;``-separated cells, in alphabetical order."""
    return tuple(sorted({code for cell in cells.dropna().unique() for code in split_cell(cell)}))
