"""Exports of practice software taken in: their columns mapped to ours once, looked at, then loaded as a folder is."""

from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final

import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.clinic.frames import canonical_clients, canonical_episodes, canonical_therapists
from matcher.clinic.problems import ClinicError
from matcher.clinic.schema import THERAPISTS
from matcher.services.access import Person, needs
from matcher.store.clinics import TableCounts, import_clinic
from matcher.store.errors import StaleVersionError
from matcher.store.staff_rows import therapist_rows
from matcher.store.store import Store, StoreSession
from matcher.store.therapist_desk import column_maps_kept, keep_column_map, therapist_stamp

COLUMNS: Final[tuple[str, ...]] = tuple(column.name for column in THERAPISTS.columns)
#: Names practice software gives its columns, in plain letters, and ours.
_KNOWN: Final[dict[str, str]] = {
    "id": "therapist_id",
    "practitionerid": "therapist_id",
    "practitioner": "name",
    "fullname": "name",
    "title": "profession",
    "price": "fee",
    "sessionfee": "fee",
    "about": "bio",
    "description": "bio",
    "openings": "capacity",
    "spots": "capacity",
    "services": "concerns",
    "specialties": "concerns",
}
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """What a file would become: therapists in our columns, or why it cannot be taken."""

    therapists: pd.DataFrame
    problem: str = ""


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


def guess(columns: list[str]) -> dict[str, str]:
    """Return which of our columns each of theirs most likely is: the same name, or one practice software uses."""
    ours: dict[str, str] = {_plain(name): name for name in COLUMNS}
    found: dict[str, str] = {}
    for column in columns:
        name = ours.get(_plain(column)) or _KNOWN.get(_plain(column))
        if name is not None and name not in found.values():
            found[column] = name
    return found


def preview(frame: pd.DataFrame, mapping: Mapping[str, str]) -> Preview:
    """Return the therapists a file would become under a mapping of their columns to ours."""
    mapped = frame[[column for column in mapping if column in frame]].rename(columns=dict(mapping))
    try:
        return Preview(canonical_therapists(mapped))
    except ClinicError as error:
        return Preview(mapped.head(_SHOWN), str(error))


@needs("edit_therapists")
def take_in(person: Person, store: Store, frame: pd.DataFrame, mapping: Mapping[str, str], name: str) -> TableCounts:
    """Load therapists from an export, all of them or none, remember the mapping by its name, and return the counts.

    A column that is not mapped keeps what the store has for therapists it knows.

    Raises
    ------
    ClinicError
        If a row cannot be used; the message says which.
    StaleVersionError
        If somebody changed a therapist at this moment.
    """
    looked = preview(frame, mapping)
    if looked.problem:
        raise ClinicError(looked.problem)
    with store.reading() as session:
        # The stamp first: what is changed in between is then refused, never written over.
        seen, before = therapist_stamp(session), therapist_rows(session)
    therapists = _filled(before, looked.therapists, set(mapping.values()))
    nobody = pd.DataFrame(columns=["client_id", "concerns"], dtype=object)
    nothing = pd.DataFrame(columns=["episode_id", "client_id", "therapist_id", "started_on"], dtype=object)
    clinic = Clinic(therapists, canonical_clients(nobody), canonical_episodes(nothing))

    def unchanged(session: StoreSession) -> None:
        if therapist_stamp(session) != seen:
            raise StaleVersionError("somebody changed a therapist at this moment: load the file again.")

    counts = import_clinic(store, clinic, actor=person.account_id, check=unchanged)
    if name.strip():
        with store.writing() as session:
            keep_column_map(session, name.strip(), mapping, person.account_id)
    return counts.therapists


@needs("edit_therapists")
def remembered_maps(person: Person, store: Store) -> dict[str, dict[str, str]]:
    """Return the remembered mappings by name, the newest first."""
    del person
    with store.reading() as session:
        return column_maps_kept(session)


def _filled(before: pd.DataFrame, new: pd.DataFrame, mapped: set[str]) -> pd.DataFrame:
    kept = before.set_index("therapist_id", drop=False).reindex(new["therapist_id"]).reset_index(drop=True)
    columns = {name: new[name] if name in mapped else kept[name].where(kept["name"].notna(), new[name]) for name in new}
    return canonical_therapists(pd.DataFrame(columns))


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
