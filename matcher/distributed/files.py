"""A clinic's folder of many files: therapists in one, clients and episodes in one each or a folder of CSV or Parquet.

Files are listed where the command is given, and read where they are needed.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.frames import canonical
from matcher.clinic.problems import ClinicError
from matcher.clinic.schema import CLIENTS, EPISODES, THERAPISTS, Table
from matcher.clinic.table import read_table

#: What clients wrote is of no use to sums, so it is not kept on a worker.
_LEFT_OUT = ("about",)
_KINDS = (".parquet", ".csv")


@dataclass(frozen=True, slots=True)
class PartedFolder:
    """A clinic's folder of files, listed and not read."""

    therapists: Path
    clients: tuple[Path, ...]
    episodes: tuple[Path, ...]


def list_folder(folder: Path) -> PartedFolder:
    """Return the files of a clinic in parts.

    Raises
    ------
    ClinicError
        If it is not a folder, has no therapists or no clients, or mixes kinds of files under one name.
    """
    if not folder.is_dir():
        raise ClinicError(f"{folder} is not a folder: expected one with therapists, clients and episodes in it.")
    # Workers were started in folders of their own.
    folder = folder.absolute()
    therapists = _files(folder, THERAPISTS)
    if len(therapists) != 1:
        raise ClinicError(f"{folder} needs therapists in one file, therapists.csv or therapists.parquet.")
    clients = _files(folder, CLIENTS)
    if not clients:
        raise ClinicError(f"{folder} has no clients: add clients.csv, or a folder clients/ of CSV or Parquet files.")
    return PartedFolder(therapists[0], clients, _files(folder, EPISODES))


def read_part(path: Path, table: Table, *, words: bool = False) -> pd.DataFrame:
    """Read one file of a table in canonical form, without what clients wrote unless ``words`` asks for it.

    Raises
    ------
    ClinicError
        If the file cannot be read or holds a row that cannot be used; the message names the file. A part is not half
        used: `matcher.read_clinic` sets bad rows aside, and mended files can be given again.
    """
    frame, _ = read_lines(path, table)
    return frame if words else blanked(frame)


def read_lines(path: Path, table: Table) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Return one file's rows as `read_part` does, words and all, and their lines (CSV) or row numbers (Parquet)."""
    if path.suffix == ".csv":
        read = read_table(path, table)
        if len(read.rejected):
            first = next(problem for problem in read.problems if problem.kind != "notice")
            raise ClinicError(
                f"{path.name}: {len(read.rejected)} rows cannot be used; the first is line {first.line}, column "
                f"{first.column}: expected {first.expected}. Mend the file, then run it again."
            )
        return read.frame, read.lines
    frame = _canonical(_parquet(path), table, path)
    return frame, np.arange(1, len(frame) + 1)


def table_named(name: str) -> Table:
    """Return clients' or episodes' table; by name, since a table holds functions, which a cluster cannot tell apart."""
    return next(table for table in (CLIENTS, EPISODES) if table.name == name)


def blanked(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the rows without what clients wrote."""
    cells = {name: pd.Series(pd.NA, index=frame.index, dtype="str") for name in _LEFT_OUT if name in frame}
    return frame.assign(**cells)


def _files(folder: Path, table: Table) -> tuple[Path, ...]:
    inside = folder / table.name
    if inside.is_dir():
        found = sorted(path for path in inside.iterdir() if path.suffix in _KINDS)
    else:
        found = [folder / f"{table.name}{kind}" for kind in _KINDS if (folder / f"{table.name}{kind}").is_file()]
    if len({path.suffix for path in found}) > 1:
        raise ClinicError(f"{table.name} come as CSV and as Parquet: keep one of them in {folder}.")
    return tuple(found)


def _parquet(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise ClinicError(f"{path.name} cannot be read as Parquet ({type(error).__name__}).") from None


def _canonical(frame: pd.DataFrame, table: Table, path: Path) -> pd.DataFrame:
    try:
        return canonical(frame, table)
    except ClinicError as error:
        raise ClinicError(f"{path.name}: {error}") from None
