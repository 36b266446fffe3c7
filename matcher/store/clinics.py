"""A whole clinic into the store and out of it: all of it or nothing, changed rows updated, every change audited."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Executable, bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from matcher.clinic.folder import Clinic
from matcher.store.audit import record
from matcher.store.errors import StoreError
from matcher.store.frames import (
    CLIENTS_KEPT,
    EPISODES_KEPT,
    KEPT,
    MATCHABLE,
    THERAPISTS_KEPT,
    Kept,
    Values,
    frame_of,
    rows_of,
)
from matcher.store.store import Store, sealer_of
from matcher.store.tables import places, slates, store_info

Progress = Callable[[int, int], object]
_BLOCK = 2_000
_DEMO = "holds_demo"


@dataclass(frozen=True, slots=True)
class TableCounts:
    """What an import did to one table."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """What an import did to the store."""

    therapists: TableCounts
    clients: TableCounts
    episodes: TableCounts


def load_clinic(store: Store) -> Clinic:
    """Return the store's clinic in canonical form, all of one moment, without those who have named no concern yet."""
    with store.reading() as session:
        therapists, episodes = frame_of(session, THERAPISTS_KEPT), frame_of(session, EPISODES_KEPT)
        clients = frame_of(session, CLIENTS_KEPT, where=MATCHABLE)
    return Clinic(therapists, clients, episodes)


def import_clinic(
    store: Store,
    clinic: Clinic,
    progress: Progress | None = None,
    *,
    actor: str = "command line",
    demo: bool = False,
) -> ImportCounts:
    """Take a clinic in: new ids are added, known ids updated where they differ, all in one transaction.

    A made-up demo clinic that the store still holds makes way for a real one.

    Parameters
    ----------
    progress
        Called with rows done and rows altogether.
    demo
        Whether this is the demo clinic, so that a real one may take its place.

    Raises
    ------
    StoreError
        If an episode names a client that neither the clinic nor the store has; nothing is loaded.
    """
    with store.writing() as session:
        return merge_clinic(session, clinic, progress, actor=actor, demo=demo)


def merge_clinic(
    session: Session,
    clinic: Clinic,
    progress: Progress | None = None,
    *,
    actor: str,
    demo: bool = False,
    check: Callable[[Session], object] | None = None,
) -> ImportCounts:
    """Take a clinic in as part of what somebody else writes; see `import_clinic`.

    Parameters
    ----------
    check
        Called once nobody else can write any more; what it raises stops the import, and nothing is loaded.
    """
    frames = (clinic.therapists, clinic.clients, clinic.episodes)
    report = _Steps(progress, sum(len(frame) for frame in frames)).report
    keep_writers_out(session)
    if check is not None:
        check(session)
    if not demo and holds_demo(session):
        _remove_demo(session, actor)
    _refuse_unknown_clients(session, clinic)
    merged = [_merge(session, kept, frame, report, actor) for kept, frame in zip(KEPT, frames, strict=True)]
    if demo:
        session.execute(insert(store_info).values(key=_DEMO, value="yes"))
    detail = {kept.table.name: [c.added, c.changed, c.unchanged] for kept, c in zip(KEPT, merged, strict=True)}
    record(session, actor, "imported", "clinic", "", added_changed_unchanged=detail)
    return ImportCounts(*merged)


def holds_clinic(store: Store) -> bool:
    """Return whether the store has any therapist."""
    with store.reading() as session:
        return session.execute(select(KEPT[0].table.c.position).limit(1)).first() is not None


def holds_demo(session: Session) -> bool:
    """Return whether what the store has is the made-up demo clinic."""
    return session.scalar(select(store_info.c.value).where(store_info.c.key == _DEMO)) is not None


class _Steps:
    """Adds up the rows done in each table."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self._progress = progress
        self._total = total
        self._done = 0

    def report(self, rows: int) -> None:
        """Say that so many more rows are done."""
        self._done += rows
        if self._progress is not None:
            self._progress(self._done, self._total)


def keep_writers_out(session: Session) -> None:
    """Keep others from writing until this is done: what is compared must still be so when it is written.

    Readers go on, but for those who lock what they read to write it next: each would wait for the other. On SQLite a
    writer is alone anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        names = ", ".join(kept.table.name for kept in KEPT)
        session.connection().exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")


def _remove_demo(session: Session, actor: str) -> None:
    for table in (places, slates, *(kept.table for kept in reversed(KEPT))):
        session.execute(delete(table))
    session.execute(delete(store_info).where(store_info.c.key == _DEMO))
    record(session, actor, "removed", "demo clinic", "")


def _refuse_unknown_clients(session: Session, clinic: Clinic) -> None:
    named = pd.Index(clinic.episodes["client_id"].unique())
    unknown = named.difference(pd.Index(clinic.clients["client_id"]))
    if len(unknown):
        unknown = unknown.difference(pd.Index(session.scalars(select(CLIENTS_KEPT.table.c.client_id)).all()))
    if len(unknown):
        raise StoreError(
            f"episodes name {len(unknown)} clients that are not known, such as {unknown[0]!r}: load them too."
        )


def _merge(
    session: Session, kept: Kept, frame: pd.DataFrame, report: Callable[[int], object], actor: str
) -> TableCounts:
    new = frame.drop_duplicates(kept.key, ignore_index=True)
    old = frame_of(session, kept)
    row_of = pd.Index(old[kept.key]).get_indexer(pd.Index(new[kept.key]))
    known = row_of >= 0
    differs = _differences(new[known], old.iloc[row_of[known]])
    changed = np.zeros(len(new), dtype=bool)
    changed[known] = differs.to_numpy().any(axis=1)
    report(int((known & ~changed).sum()))
    _write(session, insert(kept.table), _added(session, kept, new[~known]), report)
    _write(session, _update(kept), _changed(session, kept, new[changed]), report)
    for row_id, columns in _columns_changed(new[known][kept.key], differs):
        record(session, actor, "changed", kept.noun, row_id, columns=columns)
    return TableCounts(int((~known).sum()), int(changed.sum()), int((known & ~changed).sum()))


def _differences(new: pd.DataFrame, old: pd.DataFrame) -> pd.DataFrame:
    """Return, by row and column, whether two frames with the same ids in the same order differ; blanks are equal."""
    unequal: dict[str, NDArray[np.bool_]] = {}
    for name in new.columns:
        ours, theirs = new[name].array, old[name].array
        blank, was_blank = np.asarray(ours.isna()), np.asarray(theirs.isna())
        same = np.asarray(pd.Series(ours == theirs).fillna(False), dtype=bool)
        unequal[name] = ~((blank & was_blank) | (same & ~blank & ~was_blank))
    return pd.DataFrame(unequal)


def _columns_changed(ids: "pd.Series[str]", differs: pd.DataFrame) -> Iterator[tuple[str, list[str]]]:
    names = differs.columns.to_numpy()
    cells = differs.to_numpy()
    for row in np.flatnonzero(cells.any(axis=1)).tolist():
        yield str(ids.iloc[row]), names[cells[row]].tolist()


def _added(session: Session, kept: Kept, frame: pd.DataFrame) -> Iterator[Values]:
    last = session.scalar(select(func.max(kept.table.c.position)))
    start = 0 if last is None else last + 1
    for position, row in enumerate(rows_of(kept, frame, sealer_of(session)), start):
        yield row | {"position": position}


def _update(kept: Kept) -> Executable:
    table = kept.table
    names = [column.name for column in table.c if column.name not in (kept.key, "position", "version")]
    values: Values = {name: bindparam(f"new_{name}") for name in names}
    return (
        update(table).where(table.c[kept.key] == bindparam("row_id")).values(values | {"version": table.c.version + 1})
    )


def _changed(session: Session, kept: Kept, frame: pd.DataFrame) -> Iterator[Values]:
    for row in rows_of(kept, frame, sealer_of(session)):
        row_id = row.pop(kept.key)
        yield {f"new_{name}": value for name, value in row.items()} | {"row_id": row_id}


def _write(session: Session, statement: Executable, rows: Iterable[Values], report: Callable[[int], object]) -> None:
    rows = iter(rows)
    while block := list(islice(rows, _BLOCK)):
        session.execute(statement, block)
        report(len(block))
