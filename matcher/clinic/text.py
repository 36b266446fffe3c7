"""CSV files as blocks of cells with their physical lines, in bounded memory; what makes a file unreadable is named."""

import codecs
import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from matcher.clinic.cells import nearest
from matcher.clinic.problems import ClinicError
from matcher.clinic.schema import Table

BLOCK_ROWS = 20_000
_CHUNK = 1 << 20
_SAVE = "save it as CSV UTF-8 (comma delimited) and load it again"
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(slots=True)
class Block:
    """Rows of equal width and the lines they start on; ``ragged`` holds (line, cells, what was expected)."""

    lines: list[int] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    ragged: list[tuple[int, list[str], str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.rows) + len(self.ragged)


@dataclass(frozen=True, slots=True)
class Header:
    """The header as written and as understood (lower case, blanks and line ends off), and its line."""

    line: int
    written: tuple[str, ...]
    names: tuple[str, ...]


class _Lines:
    """The file's physical lines; remembers those of the current row so that a bad row can be kept as it stands."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines
        self.row: list[str] = []

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        self.row.append(line)
        return line


def check_text(path: Path) -> None:
    """Read the file once to see that it is UTF-8 text.

    Raises
    ------
    ClinicError
        If it cannot be opened, is empty, or holds UTF-16, NUL bytes or anything but UTF-8; names the line and the byte.
    """
    try:
        with path.open("rb") as file:
            _check_bytes(path.name, file)
    except OSError as error:
        raise ClinicError(f"{path.name} cannot be opened: {error.strerror}.") from None


def _check_bytes(name: str, file: BinaryIO) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, start = 1, True
    while chunk := file.read(_CHUNK):
        if start and chunk.startswith(_UTF16):
            raise ClinicError(f"{name} is written in UTF-16, not UTF-8: {_SAVE}.")
        if (at := chunk.find(b"\0")) >= 0:
            where = line + chunk.count(b"\n", 0, at)
            raise ClinicError(f"{name}, line {where}: a NUL byte, so this is not plain UTF-8 text: {_SAVE}.")
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            where = line + chunk.count(b"\n", 0, max(error.start - pending, 0))
            raise ClinicError(f"{name}, line {where}: {_not_utf8(error.object[error.start])}: {_SAVE}.") from None
        line, start = line + chunk.count(b"\n"), False
    if decoder.getstate()[0]:
        raise ClinicError(f"{name}, line {line}: the file breaks off in the middle of a character: {_SAVE}.")
    if start:
        raise ClinicError(f"{name} is empty: expected a header line with the column names.")


def _not_utf8(byte: int) -> str:
    guess = bytes([byte]).decode("cp1252", errors="ignore")
    return f"byte 0x{byte:02x} is not UTF-8" + (f" (in Windows-1252 it would be {guess})" if guess else "")


class CsvFile:
    """An open CSV file: its header, then its rows in blocks.

    Parameters
    ----------
    path
        The file, already seen by `check_text`.
    table
        The table it should hold; its required columns must be in the header.
    """

    def __init__(self, path: Path, table: Table) -> None:
        self._name = path.name
        self._file = path.open(encoding="utf-8-sig", newline="")
        self._lines = _Lines(self._file)
        self._reader = csv.reader(self._lines, strict=True)
        try:
            self.header = self._read_header(table)
        except ClinicError:
            self._file.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _read_header(self, table: Table) -> Header:
        written: list[str] = []
        line = 1
        try:
            while not any(cell.strip() for cell in written):
                line = self._reader.line_num + 1
                written = next(self._reader)
        except StopIteration:
            raise ClinicError(f"{self._name} is empty: expected a header line with the column names.") from None
        except csv.Error:
            raise ClinicError(f"{self._name}, line {line}: a quotation mark in the header is not closed.") from None
        names = tuple(cell.strip().lower() for cell in written)
        _check_header(self._name, line, names, table)
        return Header(line, tuple(written), names)

    def blocks(self, size: int = BLOCK_ROWS) -> Iterator[Block]:
        """Yield the rows, at most ``size`` at a time; blank lines are passed over."""
        block, width = Block(), len(self.header.names)
        lines, reader = self._lines, self._reader
        while True:
            line = reader.line_num + 1
            lines.row.clear()
            try:
                cells = next(reader)
            except StopIteration:
                break
            except csv.Error as error:
                block.ragged.append((line, *self._salvage(line, error)))
                continue
            if len(cells) == width:
                block.lines.append(line)
                block.rows.append(cells)
            elif cells:
                _keep_ragged(block, line, cells, width, reader.line_num)
            if len(block) >= size:
                yield block
                block = Block()
        if len(block):
            yield block

    def _salvage(self, line: int, error: csv.Error) -> tuple[list[str], str]:
        if "unexpected end" in str(error) or "field limit" in str(error):
            raise ClinicError(
                f"{self._name}, line {line}: a quotation mark opens a cell on or after this line and is never "
                "closed, so the rest of the file cannot be told apart: close it, or write it twice if it is text."
            ) from None
        cells = next(csv.reader(self._lines.row, strict=False), [""])
        return cells, 'quotation marks inside a quoted cell to be written twice, as in "she said ""no"""'


def _keep_ragged(block: Block, line: int, cells: list[str], width: int, last: int) -> None:
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        block.lines.append(line)
        block.rows.append(cells[:width])
        return
    expected = f"{width} cells, as in the header"
    if last > line:
        expected += f" (the row runs on to line {last}: perhaps a quotation mark is left open)"
    elif len(cells) > width:
        expected += " (a cell with a comma in it needs quotation marks around it)"
    block.ragged.append((line, cells, expected))


def _check_header(name: str, line: int, names: tuple[str, ...], table: Table) -> None:
    missing = [column for column in table.required if column not in names]
    for mark, word in ((";", "semicolons"), ("\t", "tabs"), ("|", "vertical bars")):
        if missing and table.key in {part.strip(' "') for cell in names for part in cell.split(mark)} - set(names):
            raise ClinicError(f"{name}, line {line}: the columns are separated by {word}, not commas: {_SAVE}.")
    if missing:
        raise ClinicError(
            f"{name}, line {line}: required column{'s' * (len(missing) > 1)} missing: "
            + ", ".join(column + nearest(column, [n for n in names if n]) for column in missing)
            + ". Add to the header, or rename the column that holds it."
        )
    doubled = sorted({column for column in names if column and names.count(column) > 1})
    if doubled:
        raise ClinicError(f"{name}, line {line}: column {', '.join(doubled)} occurs twice: keep one of them.")
