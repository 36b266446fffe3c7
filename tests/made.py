"""Hand-made clinics for tests: rows with plain defaults, so that a test names only what it is about."""

from typing import Any

import pandas as pd

from matcher.clinic import Clinic, canonical_clients, canonical_episodes, canonical_therapists

Row = dict[str, Any]


def therapist(therapist_id: str, **columns: Any) -> Row:
    """Return a therapist whom every plain client could see."""
    usual = {
        "name": therapist_id,
        "concerns": "depression;ocd;trauma",
        "formats": "in_person;telehealth",
        "capacity": 3,
    }
    return {"therapist_id": therapist_id, **usual, **columns}


def client(client_id: str = "c", **columns: Any) -> Row:
    """Return a client who wishes for nothing."""
    return {"client_id": client_id, "concerns": "depression:2", **columns}


def clients(*rows: Row) -> pd.DataFrame:
    """Return canonical clients."""
    return canonical_clients(pd.DataFrame(rows, columns=_columns(rows, ("client_id", "concerns")), dtype=object))


def clinic(*therapists: Row, people: tuple[Row, ...] = (), episodes: tuple[Row, ...] = ()) -> Clinic:
    """Return a clinic of therapists, with clients and episodes if any."""
    courses = pd.DataFrame(
        episodes,
        columns=_columns(episodes, ("episode_id", "client_id", "therapist_id", "started_on")),
        dtype=object,
    )
    staff = pd.DataFrame(
        therapists,
        columns=_columns(therapists, ("therapist_id", "name", "concerns", "formats", "capacity")),
        dtype=object,
    )
    return Clinic(canonical_therapists(staff), clients(*people), canonical_episodes(courses))


def _columns(rows: tuple[Row, ...], required: tuple[str, ...]) -> list[str]:
    return list(dict.fromkeys([*required, *(name for row in rows for name in row)]))
