"""A clinic too large for one file, as parts: whole clients with all of their episodes, read where they are needed.

Three sources. A folder of files, ``therapists`` (one file) and ``clients`` and ``episodes`` (a folder each, or one
file), as CSV or Parquet: a file is a part, and rows are brought together by client on the cluster. A store: ranges of
clients, each read with its episodes; workers open the store with their own settings, so that no key travels.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from dask import dataframe as dd
from dask import delayed

from matcher.clinic.frames import canonical
from matcher.clinic.ids import refuse_reused_ids
from matcher.clinic.problems import ClinicError
from matcher.clinic.schema import CLIENTS, EPISODES, THERAPISTS, Table
from matcher.clinic.table import empty_frame, read_table

#: What clients wrote is of no use to sums, so it is not kept on a worker.
_LEFT_OUT = ("about",)
_KINDS = (".parquet", ".csv")


@dataclass(frozen=True, slots=True)
class Part:
    """Some clients with all of their episodes, in canonical form."""

    clients: pd.DataFrame
    episodes: pd.DataFrame


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
    if path.suffix == ".csv":
        read = read_table(path, table)
        if len(read.rejected):
            first = next(problem for problem in read.problems if problem.kind != "notice")
            raise ClinicError(
                f"{path.name}: {len(read.rejected)} rows cannot be used; the first is line {first.line}, column "
                f"{first.column}: expected {first.expected}. Mend the file, then run it again."
            )
        frame = read.frame
    else:
        frame = _canonical(_parquet(path), table, path)
    return frame if words else _blanked(frame)


def client_parts(listed: PartedFolder) -> list[Any]:
    """Return a folder's clients as lazy parts, a file each, with what they wrote: delayed canonical frames."""
    return [delayed(_read_clients, pure=False)(path) for path in listed.clients]


def aligned_parts(listed: PartedFolder, parts: int | None = None) -> list[Any]:
    """Return lazy parts of a folder, one a pair of partitions that hold the same clients: delayed `Part` objects."""
    count = parts or max(len(listed.clients), len(listed.episodes), 1)
    clients = _frame(listed.clients, CLIENTS).shuffle("client_id", npartitions=count)
    episodes = _frame(listed.episodes, EPISODES).shuffle("client_id", npartitions=count)
    pairs = zip(clients.to_delayed(), episodes.to_delayed(), strict=True)
    return [delayed(_checked_part, pure=False)(ours, theirs) for ours, theirs in pairs]


def _checked_part(clients: pd.DataFrame, episodes: pd.DataFrame) -> Part:
    return Part(_each_once(clients, CLIENTS), _each_once(episodes, EPISODES))


def _each_once(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    """Look at ids once more, now over all files: rows said twice are kept once, one id for two rows is refused."""
    # Rows moved between workers come back with another type of text.
    frame = frame.reset_index(drop=True).astype(empty_frame(table).dtypes.to_dict())
    refuse_reused_ids(table.name, table.key, frame, np.arange(1, len(frame) + 1), frame.iloc[:0])
    return frame.drop_duplicates(table.key, ignore_index=True)


def _read_clients(path: Path) -> pd.DataFrame:
    return read_part(path, CLIENTS, words=True)


def _read_named(path: Path, name: str) -> pd.DataFrame:
    return read_part(path, next(table for table in (CLIENTS, EPISODES) if table.name == name))


def _frame(paths: tuple[Path, ...], table: Table) -> Any:
    meta = _blanked(empty_frame(table))
    if not paths:
        return dd.from_pandas(meta, npartitions=1)
    # By name: a table holds functions, which a cluster cannot tell apart.
    return dd.from_map(_read_named, paths, name=table.name, meta=meta)


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


def _blanked(frame: pd.DataFrame) -> pd.DataFrame:
    cells = {name: pd.Series(pd.NA, index=frame.index, dtype="str") for name in _LEFT_OUT if name in frame}
    return frame.assign(**cells)
