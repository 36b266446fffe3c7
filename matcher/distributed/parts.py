"""A clinic too large for one file, as parts: whole clients with all of their episodes, read where they are needed.

Two sources. A folder of files (`matcher.distributed.files`): a file is a part, and rows are brought together by client
on the cluster. A store (`matcher.distributed.stored`): ranges of clients, each read with its episodes; workers open
the store with their own settings, so that no key travels.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
from dask import dataframe as dd
from dask import delayed

from matcher.clinic.problems import ClinicError
from matcher.clinic.schema import CLIENTS, EPISODES, Table
from matcher.clinic.table import empty_frame
from matcher.distributed.files import PartedFolder, blanked, read_part, table_named
from matcher.distributed.reused import met_once, refuse_in_part, said_again, said_once


@dataclass(frozen=True, slots=True)
class Part:
    """Some clients with all of their episodes, in canonical form."""

    clients: pd.DataFrame
    episodes: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Parts:
    """A clinic's parts, delayed `Part` objects, and what has to hold across them, delayed checks that raise."""

    rows: list[Any]
    checks: list[Any]


def client_parts(listed: PartedFolder) -> list[Any]:
    """Return a folder's clients as lazy parts, a file each, with what they wrote: delayed canonical frames.

    Reading one raises a ClinicError if any two files have an id for two clients; a row said again is in the first.
    """
    if len(listed.clients) == 1:
        return [delayed(_read_clients, pure=False)(path, [set()], 0) for path in listed.clients]
    again = said_again(listed.clients)
    return [delayed(_read_clients, pure=False)(path, again, file) for file, path in enumerate(listed.clients)]


def aligned_parts(listed: PartedFolder, parts: int | None = None) -> Parts:
    """Return a folder's parts, one a pair of partitions that hold the same clients, and the check of episodes' ids.

    Clients with one id meet in a part, so that the part itself refuses them; episodes with one id may lie anywhere.
    """
    count = parts or max(len(listed.clients), len(listed.episodes), 1)
    clients = _frame(listed.clients, CLIENTS).shuffle(CLIENTS.key, npartitions=count)
    episodes = _frame(listed.episodes, EPISODES).shuffle(CLIENTS.key, npartitions=count)
    pairs = zip(clients.to_delayed(), episodes.to_delayed(), strict=True)
    rows = [delayed(_checked_part, pure=False)(ours, theirs, listed) for ours, theirs in pairs]
    ids = [delayed(_episode_ids, pure=False)(part) for part in rows]
    return Parts(rows, [met_once(ids, EPISODES, listed.episodes)] if listed.episodes else [])


def _checked_part(clients: pd.DataFrame, episodes: pd.DataFrame, listed: PartedFolder) -> Part:
    ours, theirs = said_once(_typed(clients, CLIENTS), CLIENTS), said_once(_typed(episodes, EPISODES), EPISODES)
    refuse_in_part(ours, CLIENTS, listed.clients)
    _refuse_strangers(theirs, ours)
    return Part(ours, theirs)


def _refuse_strangers(episodes: pd.DataFrame, clients: pd.DataFrame) -> None:
    """Refuse episodes of clients whom no file names, since a part is not half used."""
    strangers = episodes[~episodes[CLIENTS.key].isin(clients[CLIENTS.key])]
    if len(strangers):
        first = strangers.iloc[0]
        raise ClinicError(
            f"episodes, column {CLIENTS.key}: {first[EPISODES.key]} is of {first[CLIENTS.key]}, whom no file of "
            "clients has (others may be too): add the client, or take the episode out, then run it again."
        )


def _typed(frame: pd.DataFrame, table: Table) -> pd.DataFrame:
    # Rows moved between workers come back with another type of text.
    return frame.reset_index(drop=True).astype(empty_frame(table).dtypes.to_dict())


def _episode_ids(part: Part) -> pd.DataFrame:
    return part.episodes[[EPISODES.key]]


def _read_clients(path: Path, again: list[set[str]], file: int) -> pd.DataFrame:
    clients = said_once(read_part(path, CLIENTS, words=True), CLIENTS)
    return clients[~clients[CLIENTS.key].isin(again[file])].reset_index(drop=True)


def _read_named(path: Path, name: str) -> pd.DataFrame:
    return read_part(path, table_named(name))


def _frame(paths: tuple[Path, ...], table: Table) -> Any:
    meta = blanked(empty_frame(table))
    if not paths:
        return dd.from_pandas(meta, npartitions=1)
    return dd.from_map(_read_named, paths, name=table.name, meta=meta)
