"""Columns of practice software's exports and ours: which is likely which, and which of their words are none of ours."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

import pandas as pd

from matcher.clinic.problems import CellError
from matcher.clinic.schema import CLIENTS, EPISODES, THERAPISTS, Table
from matcher.domain.vocabulary import (
    AGE_GROUPS,
    AVAILABILITY,
    CONCERNS,
    ENDINGS,
    FORMATS,
    GENDERS,
    MATCHED_BY,
    MEASURES,
    MODALITIES,
    PROFESSIONS,
    SEVERITIES,
)
from matcher.services.practice_cells import parts_of

CONTACT: Final = ("contact_name", "contact_email", "contact_phone")
#: Somebody on a waiting list may have named no concern yet: they are listed all the same, and not matched.
_WAITING: Final = replace(
    CLIENTS, columns=tuple(replace(c, required=False) if c.name == "concerns" else c for c in CLIENTS.columns)
)
TABLES: Final[dict[str, Table]] = {"therapists": THERAPISTS, "clients": _WAITING, "episodes": EPISODES}
#: Names practice software gives its columns, in plain letters, and ours.
_KNOWN: Final[dict[str, dict[str, str]]] = {
    "therapists": {
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
    },
    "clients": {
        "id": "client_id",
        "patientid": "client_id",
        "name": "contact_name",
        "fullname": "contact_name",
        "patient": "contact_name",
        "email": "contact_email",
        "phone": "contact_phone",
        "mobile": "contact_phone",
        "notes": "about",
        "reason": "about",
        "presentingissue": "about",
        "sex": "gender",
        "createdat": "enquired_at",
        "addedon": "enquired_at",
        "risk": "risk_raised",
    },
    "episodes": {
        "id": "episode_id",
        "caseid": "episode_id",
        "patientid": "client_id",
        "practitionerid": "therapist_id",
        "startdate": "started_on",
        "firstappointment": "started_on",
        "enddate": "ended_on",
        "lastappointment": "ended_on",
        "appointments": "sessions",
        "outcome": "ending",
    },
}
_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "gender": tuple(GENDERS),
    "therapist_gender": tuple(GENDERS),
    "profession": tuple(PROFESSIONS),
    "concerns": tuple(CONCERNS),
    "modalities": tuple(MODALITIES),
    "age_groups": tuple(AGE_GROUPS),
    "formats": tuple(FORMATS),
    "availability": tuple(AVAILABILITY),
    "ending": tuple(ENDINGS),
    "measure": tuple(MEASURES),
    "matched_by": tuple(MATCHED_BY),
}


def columns_of(kind: str) -> tuple[str, ...]:
    """Return our columns for one kind of file: ``therapists``, ``clients`` or ``episodes``."""
    ours = tuple(column.name for column in TABLES[kind].columns)
    return (*ours, *CONTACT) if kind == "clients" else ours


def guess(columns: list[str], kind: str = "therapists") -> dict[str, str]:
    """Return which of our columns each of theirs most likely is: the same name, or one practice software uses."""
    ours: dict[str, str] = {_plain(name): name for name in columns_of(kind)}
    found: dict[str, str] = {}
    for column in columns:
        name = _KNOWN[kind].get(_plain(column)) or ours.get(_plain(column))
        if name is not None and name not in found.values():
            found[column] = name
    return found


def meanings(kind: str, column: str) -> tuple[str, ...]:
    """Return the words one of our columns may hold, nothing where it is no closed list; concerns bear a severity."""
    if (kind, column) == ("clients", "gender"):
        return ()
    words = _WORDS.get(column, ())
    return tuple(f"{w}:{s}" for w in words for s in SEVERITIES) if (kind, column) == ("clients", "concerns") else words


def strange_words(frame: pd.DataFrame, mapping: Mapping[str, str], kind: str) -> dict[str, list[str]]:
    """Return, by our column, the words of theirs that are none of ours, for somebody to say what each means."""
    readers = {column.name: column.read for column in TABLES[kind].columns}
    found = {}
    for theirs, ours in mapping.items():
        if theirs in frame and meanings(kind, ours):
            parts = {part for cell in frame[theirs].dropna().unique() for part in parts_of(cell, ours)} - {""}
            if strange := sorted(part for part in parts if not _reads(readers[ours], part)):
                found[ours] = strange
    return found


def _reads(read: Callable[[str], object], part: str) -> bool:
    try:
        read(part)
    except CellError:
        return False
    return True


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
