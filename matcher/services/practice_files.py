"""Exports of practice software: their columns and words mapped to ours once, and looked at before anything changes.

Therapists are taken in here; clients and their courses of therapy in `matcher.services.client_files`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, tzinfo
from functools import partial
from io import BytesIO
from typing import Final

import numpy as np
import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.clinic.frames import canonical, canonical_clients, canonical_episodes, canonical_therapists
from matcher.clinic.ids import refuse_reused_ids
from matcher.clinic.problems import ClinicError
from matcher.clinic.schema import CLIENTS, EPISODES, THERAPISTS, Table
from matcher.services.access import Person, needs
from matcher.services.practice_cells import LISTS, DateDoubt, with_dates, with_words
from matcher.services.practice_columns import TABLES
from matcher.store.clinics import TableCounts, merge_clinic
from matcher.store.column_maps import ColumnMap, column_maps_kept, keep_column_map
from matcher.store.errors import StaleVersionError
from matcher.store.staff_rows import caseloads, therapist_rows
from matcher.store.store import Store, StoreSession
from matcher.store.therapist_desk import therapist_stamp

_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """What a file would become: rows in our columns, those ``aside`` and why, or why it cannot be taken at all.

    ``doubts`` are its columns of dates that could be read in two ways.
    """

    rows: pd.DataFrame
    problem: str = ""
    aside: tuple[str, ...] = ()
    kept: tuple[int, ...] = ()
    doubts: tuple[DateDoubt, ...] = ()


def read_export(content: bytes) -> pd.DataFrame:
    """Return the rows of an exported CSV file, every cell as text.

    Raises
    ------
    ClinicError
        If it is not UTF-8 CSV with a header.
    """
    try:
        frame = pd.read_csv(BytesIO(content), dtype=str, encoding="utf-8-sig", skipinitialspace=True)
    except (ValueError, pd.errors.ParserError) as error:
        raise ClinicError(f"The file cannot be read as UTF-8 CSV ({type(error).__name__}).") from None
    return frame.dropna(how="all").reset_index(drop=True)


def preview(
    frame: pd.DataFrame, wanted: Mapping[str, str] | ColumnMap, kind: str = "therapists", zone: tzinfo = UTC
) -> Preview:
    """Return what a file would become under a map of its columns and words.

    Therapists come all or not at all; of clients and courses the rows that cannot be used are set aside. ``zone`` is
    that of enquiries' times which name none.
    """
    mapped, doubts = with_dates(renamed(frame, wanted), zone)
    return replace(_read(mapped, kind), doubts=doubts)


def _read(mapped: pd.DataFrame, kind: str) -> Preview:
    table = TABLES[kind]
    try:
        return Preview(canonical(mapped, table), kept=tuple(range(len(mapped))))
    except ClinicError as error:
        if kind == "therapists" or not error.problems:
            return Preview(mapped.head(_SHOWN), str(error))
        problems = error.problems
    bad = sorted({problem.line - 1 for problem in problems})
    left = mapped.drop(index=bad)
    try:
        rows = canonical(left.reset_index(drop=True), table)
        lines = np.asarray(left.index, dtype=np.int64) + 1
        refuse_reused_ids(table.name, table.key, rows, lines, mapped.loc[bad].fillna("").rename(index=lambda i: i + 1))
    except ClinicError as error:
        return Preview(mapped.head(_SHOWN), str(error))
    aside = tuple(f"Row {p.line}, column {p.column}: expected {p.expected}." for p in problems)
    return Preview(rows, aside=aside, kept=tuple(left.index))


def renamed(frame: pd.DataFrame, wanted: Mapping[str, str] | ColumnMap) -> pd.DataFrame:
    """Return a file under our column names and with our words, nothing of it checked yet."""
    known = wanted if isinstance(wanted, ColumnMap) else ColumnMap(wanted)
    mapped = frame[[column for column in known.columns if column in frame]].rename(columns=dict(known.columns))
    for column in map(str, mapped):
        words = known.words.get(column, {})
        if words or column in LISTS:
            mapped[column] = mapped[column].map(partial(with_words, column=column, words=words), na_action="ignore")
    return mapped


@needs("edit_therapists")
def take_in(
    person: Person, store: Store, frame: pd.DataFrame, wanted: Mapping[str, str] | ColumnMap, name: str
) -> TableCounts:
    """Load therapists from an export, all of them or none, remember the map by its name, and return the counts.

    A column that is not mapped keeps what the store has for therapists it knows. The practice's software knows nothing
    of a place held by an offer, so those are taken off its number of open places.

    Raises
    ------
    ClinicError
        If a row cannot be used; the message says which.
    StaleVersionError
        If somebody changed a therapist at this moment, or the map since it was read.
    StoreError
        If the map is new, and another is remembered by its name.
    """
    looked = preview(frame, wanted)
    if looked.problem:
        raise ClinicError(looked.problem)
    known = wanted if isinstance(wanted, ColumnMap) else ColumnMap(wanted)
    with store.reading() as session:
        # The stamp first: what is changed in between is then refused, never written over.
        seen, before, loads = therapist_stamp(session), therapist_rows(session), caseloads(session)
    mapped = set(known.columns.values())
    therapists = _filled(before, looked.rows, mapped)
    if "capacity" in mapped:
        held = therapists["therapist_id"].map({therapist: load.held for therapist, load in loads.items()}).fillna(0)
        therapists["capacity"] = (therapists["capacity"] - held).clip(lower=0).astype(therapists["capacity"].dtype)

    def unchanged(session: StoreSession) -> None:
        if therapist_stamp(session) != seen:
            raise StaleVersionError("somebody changed a therapist at this moment: load the file again.")

    with store.writing() as session:
        made = nothing_but(therapists=therapists)
        counts = merge_clinic(session, made, actor=person.account_id, check=unchanged)
        if name.strip():
            keep_column_map(session, "therapists", name.strip(), known, person.account_id)
    return counts.therapists


@needs("edit_therapists")
def remembered(person: Person, store: Store, kind: str) -> dict[str, ColumnMap]:
    """Return the remembered maps of one kind of file by name, the newest first."""
    del person
    with store.reading() as session:
        return column_maps_kept(session, kind)


@needs("edit_therapists")
def remembered_maps(person: Person, store: Store) -> dict[str, dict[str, str]]:
    """Return which column of a file of therapists is which of ours, by the name it is remembered by."""
    return {name: dict(kept.columns) for name, kept in remembered(person, store, "therapists").items()}


def nothing_but(
    *, therapists: pd.DataFrame | None = None, clients: pd.DataFrame | None = None, episodes: pd.DataFrame | None = None
) -> Clinic:
    """Return a clinic of the tables given, the others empty."""
    return Clinic(
        canonical_therapists(_blank(THERAPISTS)) if therapists is None else therapists,
        canonical_clients(_blank(CLIENTS)) if clients is None else clients,
        canonical_episodes(_blank(EPISODES)) if episodes is None else episodes,
    )


def _blank(table: Table) -> pd.DataFrame:
    return pd.DataFrame(columns=list(table.required), dtype=object)


def _filled(before: pd.DataFrame, new: pd.DataFrame, mapped: set[str]) -> pd.DataFrame:
    kept = before.set_index("therapist_id", drop=False).reindex(new["therapist_id"]).reset_index(drop=True)
    columns = {name: new[name] if name in mapped else kept[name].where(kept["name"].notna(), new[name]) for name in new}
    return canonical_therapists(pd.DataFrame(columns))
