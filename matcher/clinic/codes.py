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
        return cls.from_parts(*parts_of(cells), codes)

    @classmethod
    def from_parts(cls, levels: NDArray[np.intp], parts: "Parts", codes: tuple[str, ...]) -> "CodeColumn":
        """Make the column of cells that were read before; see `from_cells` and `parts_of`."""
        words = max(1, -(-len(codes) // 64))
        position = {code: i for i, code in enumerate(codes)}
        place = np.array([position.get(name, -1) for name in parts.names], dtype=np.intp)[parts.which]
        here = place >= 0
        bit = np.uint64(1) << (place[here] % 64).astype(np.uint64)
        table = np.zeros((parts.cells + 1, words), dtype=np.uint64)
        np.bitwise_or.at(table, (parts.owner[here], place[here] // 64), bit)
        sizes = np.bincount(parts.owner, minlength=parts.cells + 1).astype(np.float32)
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


@dataclass(frozen=True, eq=False)
class Parts:
    """The codes of some ``;``-separated cells, end to end: part i (m,) is ``names[which[i]]`` of cell ``owner[i]``.

    Each distinct code is there once to be read, however many cells hold it.
    """

    cells: int
    owner: NDArray[np.intp]
    which: NDArray[np.intp]
    names: tuple[str, ...]

    @property
    def vocabulary(self) -> tuple[str, ...]:
        """The codes in alphabetical order."""
        return tuple(sorted(name for name in self.names if name))


def parts_of(cells: pd.Series) -> tuple[NDArray[np.intp], Parts]:
    """Return each row's distinct cell (n,), -1 where blank, and the distinct cells' codes without blank ones."""
    levels, uniques = pd.factorize(cells, use_na_sentinel=True)
    texts = [cell if isinstance(cell, str) else "" for cell in uniques.tolist()]
    flat = np.array(";".join(texts).split(";") if texts else [], dtype=object)
    owner = np.repeat(np.arange(len(texts)), [text.count(";") + 1 for text in texts])
    which, names = pd.factorize(flat)
    stated = flat != ""
    return levels, Parts(len(texts), owner[stated], which[stated], tuple(names.tolist()))


def split_cell(cell: object) -> tuple[str, ...]:
    """Return the codes of one ``;``-separated cell, nothing for a blank."""
    return tuple(part for part in cell.split(";") if part) if isinstance(cell, str) else ()


def vocabulary_of(cells: pd.Series) -> tuple[str, ...]:
    """Return the codes that occur in ``;``-separated cells, in alphabetical order."""
    return parts_of(cells)[1].vocabulary
