"""A clinic folder as a whole: read, cross-checked, reported on, and written again unchanged."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from matcher.clinic.checks import Check
from matcher.clinic.frames import canonical
from matcher.clinic.problems import ClinicError, Problem
from matcher.clinic.report import write_report as write_rejected
from matcher.clinic.schema import CLIENTS, EPISODES, THERAPISTS, Table
from matcher.clinic.table import TableRead, nothing_read, read_table
from matcher.clinic.writing import write_table

_TABLES = (THERAPISTS, CLIENTS, EPISODES)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Clinic:
    """A clinic's three tables in canonical form, with what its folder had wrong.

    ``rejected`` holds, by table name, the rows set aside as they stood.
    """

    therapists: pd.DataFrame
    clients: pd.DataFrame
    episodes: pd.DataFrame
    problems: tuple[Problem, ...] = ()
    rejected: dict[str, pd.DataFrame] = field(default_factory=dict)

    def __repr__(self) -> str:
        # Sizes only: a clinic that turns up in a log must not carry what its clients said.
        sizes = ", ".join(f"{table.name}={len(getattr(self, table.name))}" for table in _TABLES)
        return f"Clinic({sizes}, problems={len(self.problems)})"


def read_clinic(folder: Path | str, *, report: Path | str | None = None, write_report: bool = True) -> Clinic:
    """Read and check a clinic folder.

    ``therapists.csv`` must be there; a folder without ``clients.csv`` or ``episodes.csv`` has none yet. An episode
    of an unknown client is set aside, since nothing is known that a model could learn from; one of a therapist who is
    no longer listed is loaded with a notice, since clients' usual outcomes can still be learned from it.

    Parameters
    ----------
    folder
        Holds the three CSV files.
    report
        Where ``rejected_*.csv`` and ``problems.csv`` go; the folder itself by default.
    write_report
        Whether to write them when rows were set aside.

    Raises
    ------
    ClinicError
        If a file is unusable as a whole; nothing is loaded.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise ClinicError(f"{folder} is not a folder: expected one that holds {', '.join(t.file for t in _TABLES)}.")
    if not (folder / THERAPISTS.file).exists():
        raise ClinicError(f"{folder} has no {THERAPISTS.file}: add it, with {', '.join(THERAPISTS.required)}.")
    therapists = read_table(folder / THERAPISTS.file, THERAPISTS)
    clients = _read_or_nothing(folder, CLIENTS)
    episodes = _read_or_nothing(folder, EPISODES, _of_known_clients(clients))
    read = (therapists, clients, episodes)
    problems = [problem for part in read for problem in part.problems]
    problems += _unknown_therapists(therapists.frame, clients.frame["exclude_therapists"], CLIENTS.file)
    problems += _unknown_therapists(therapists.frame, episodes.frame["therapist_id"], EPISODES.file)
    rejected = {part.table.name: part.rejected for part in read}
    if write_report:
        problems += write_rejected(Path(report) if report is not None else folder, rejected, problems)
    return Clinic(therapists.frame, clients.frame, episodes.frame, tuple(problems), rejected)


def read_clients(path: Path | str) -> tuple[pd.DataFrame, tuple[Problem, ...], pd.DataFrame]:
    """Read one file of clients, such as a mended ``rejected_clients.csv``: usable rows, problems, rows set aside.

    Raises
    ------
    ClinicError
        If the file is unusable as a whole.
    """
    read = read_table(Path(path), CLIENTS)
    return read.frame, read.problems, read.rejected


def write_clinic(clinic: Clinic, folder: Path | str) -> None:
    """Write a clinic as a folder that reads back as equal frames, and is then written again byte for byte.

    A text cell that a spreadsheet could run as a formula gets an apostrophe in front, which reading takes off.

    Raises
    ------
    ClinicError
        If a frame is not what the contract allows; that file is left as it was.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    for table, frame in zip(_TABLES, (clinic.therapists, clinic.clients, clinic.episodes), strict=True):
        write_table(folder / table.file, table, canonical(frame, table))


def _read_or_nothing(folder: Path, table: Table, also: Check | None = None) -> TableRead:
    path = folder / table.file
    return read_table(path, table, also) if path.exists() else nothing_read(table)


def _of_known_clients(clients: TableRead) -> Check:
    known = set(clients.frame["client_id"])
    expected = f"the id of a client loaded from {CLIENTS.file}"

    def check(frame: pd.DataFrame) -> Iterator[tuple[Any, str, str, bool]]:
        yield frame["client_id"].notna() & ~frame["client_id"].isin(known), "client_id", expected, False

    return check


def _unknown_therapists(therapists: pd.DataFrame, cells: pd.Series, file: str) -> Iterator[Problem]:
    known = set(therapists["therapist_id"])
    named = dict.fromkeys(name for cell in cells.dropna().unique() for name in cell.split(";"))
    for name in named:
        if name not in known:
            message = f"names a therapist who is not in {THERAPISTS.file}; loaded all the same"
            yield Problem(file, 0, str(cells.name), name, message, "notice")
