"""One file of the folder: read in blocks, bad rows set aside, ids checked over the whole file."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.cells import nearest, unguard
from matcher.clinic.checks import Check, Finding, blank_cells, check_rows, read_column
from matcher.clinic.ids import refuse_reused_ids, repeated_rows
from matcher.clinic.problems import Problem
from matcher.clinic.rejected import raw_rows, rejected_frame, whole_rows
from matcher.clinic.schema import Table
from matcher.clinic.text import Block, CsvFile, Header, check_text


@dataclass(frozen=True, slots=True)
class TableRead:
    """A file's usable rows in canonical form, its problems, and the rows set aside as they stood.

    ``lines`` are the physical lines of ``frame``'s rows. ``rejected`` is indexed by line; cells beyond the header
    stand in columns of their own, and a cell that is missing altogether is NaN.
    """

    table: Table
    frame: pd.DataFrame
    lines: NDArray[np.int64]
    problems: tuple[Problem, ...]
    rejected: pd.DataFrame


@dataclass(slots=True)
class _Gathered:
    """What the blocks of one file have given so far; equal notices are counted instead of repeated."""

    file: str
    frames: list[pd.DataFrame] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    rejected: list[pd.DataFrame] = field(default_factory=list)
    unnamed: bool = False

    def notice(self, line: int, column: str, value: str, message: str) -> None:
        """Note a finding, or count it where the same was found before."""
        self.notices.setdefault((column, value, message), [line, 0])[1] += 1

    def all_problems(self) -> tuple[Problem, ...]:
        """Return the problems and notices, in the order of the file."""
        notices = [
            Problem(self.file, line, column, value, message + (f" ({count} rows)" if count > 1 else ""), "notice")
            for (column, value, message), (line, count) in self.notices.items()
        ]
        return tuple(sorted([*notices, *self.problems], key=lambda problem: problem.line))


def read_table(path: Path, table: Table, also: Check | None = None) -> TableRead:
    """Read one file of a clinic folder; ``also`` is a further check of its rows, such as against another file.

    Raises
    ------
    ClinicError
        If the file cannot be read as a whole, lacks a required column, has a column twice, or uses an id for two
        different rows.
    """
    check_text(path)
    file = CsvFile(path, table)
    gathered = _Gathered(path.name)
    try:
        _note_columns(gathered, file.header, table)
        for block in file.blocks():
            _take_block(gathered, block, file.header, table, also)
    finally:
        file.close()
    frame = pd.concat(gathered.frames, ignore_index=True) if gathered.frames else empty_frame(table)
    lines = np.array(gathered.lines, dtype=np.int64)
    rejected = rejected_frame(gathered.rejected, file.header)
    if gathered.unnamed:
        gathered.notice(file.header.line, "", "", "a column without a name; kept out")
    if frame.empty and rejected.empty:
        gathered.notice(file.header.line, "", "", "a header and no rows")
    refuse_reused_ids(path.name, table.key, frame, lines, whole_rows(rejected, file.header))
    keep = _note_repeats(gathered, table.key, frame, lines)
    frame, lines = frame[keep].reset_index(drop=True), lines[keep]
    return TableRead(table, frame, lines, gathered.all_problems(), rejected)


def empty_frame(table: Table) -> pd.DataFrame:
    """Return a frame of no rows in canonical form."""
    return pd.DataFrame({column.name: pd.Series([], dtype=column.dtype) for column in table.columns})


def nothing_read(table: Table) -> TableRead:
    """Return what reading gives where the folder does not have the file."""
    nothing = pd.DataFrame().rename_axis("line")
    return TableRead(table, empty_frame(table), np.array([], dtype=np.int64), (), nothing)


def _note_columns(gathered: _Gathered, header: Header, table: Table) -> None:
    known = [column.name for column in table.columns]
    for written, name in zip(header.written, header.names, strict=True):
        if name and name not in known:
            hint = nearest(name, [n for n in known if n not in header.names])
            gathered.notice(header.line, written.strip(), "", f"not a column of {table.file}; kept out{hint}")


def _take_block(gathered: _Gathered, block: Block, header: Header, table: Table, also: Check | None) -> None:
    columns: dict[str, tuple[str, ...]] = {}
    for name, values in zip(header.names, zip(*block.rows, strict=True), strict=False):
        columns[name] = values
        if not name and any(cell.strip() for cell in values):
            gathered.unnamed = True
    frame, findings = _typed(block, columns, table)
    findings += check_rows(table, frame, findings, also)
    keep = np.ones(len(block.rows), dtype=bool)
    keep[[finding.row for finding in findings if not finding.notice]] = False
    for finding in findings:
        cells = columns.get(finding.column)
        value = unguard(cells[finding.row]).strip() if cells else ""
        line = block.lines[finding.row]
        if not finding.notice:
            gathered.problems.append(Problem(gathered.file, line, finding.column, value, finding.expected))
        elif keep[finding.row]:
            gathered.notice(line, finding.column, value, finding.expected)
    gathered.frames.append(frame[keep])
    gathered.lines.extend(np.array(block.lines, dtype=np.int64)[keep].tolist())
    aside = [(block.lines[i], block.rows[i]) for i in np.flatnonzero(~keep).tolist()]
    for line, row, expected in block.ragged:
        gathered.problems.append(Problem(gathered.file, line, "", f"{len(row)} cells", expected))
        aside.append((line, row))
    if aside:
        gathered.rejected.append(raw_rows(aside))


def _typed(block: Block, columns: dict[str, tuple[str, ...]], table: Table) -> tuple[pd.DataFrame, list[Finding]]:
    findings: list[Finding] = []
    typed = {}
    for column in table.columns:
        cells = columns.get(column.name)
        raw = blank_cells(len(block.rows)) if cells is None else np.array(cells, dtype=object)
        typed[column.name], found = read_column(column, raw, guarded=True)
        findings += found
    return pd.DataFrame(typed), findings


def _note_repeats(gathered: _Gathered, key: str, frame: pd.DataFrame, lines: NDArray[np.int64]) -> NDArray[np.bool_]:
    keep = np.ones(len(frame), dtype=bool)
    for row, first in repeated_rows(frame, key):
        keep[row] = False
        message = f"the same row as line {lines[first]}; loaded once"
        gathered.notice(int(lines[row]), key, str(frame[key].iloc[row]), message)
    return keep
