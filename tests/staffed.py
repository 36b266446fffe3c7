"""A small clinic in a store of its own, enquiries in it, and the people who work on them."""

import shutil
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from made import clinic, therapist
from stores import RING

from matcher.config import Settings
from matcher.domain.client import Client
from matcher.ranking.recommender import Recommender
from matcher.services.access import Person
from matcher.services.staff_ranking import Ranking, ranking_now
from matcher.store import enquiries, notices, places, rows
from matcher.store.clinics import import_clinic
from matcher.store.keeping import put_client
from matcher.store.store import Store, open_store

NOW = datetime(2026, 11, 23, 3, tzinfo=UTC)
TODAY = date(2026, 11, 23)
INTAKE = Person("a1", "mira", "intake")
OTHER = Person("a2", "jo", "lead")
OWNER = Person("a3", "olu", "owner")
CLINIC = clinic(
    therapist("t1", name="Asha Demir", capacity=1, formats="in_person", openings_confirmed_on="2026-11-20"),
    therapist("t2", name="Ben Okafor", capacity=2, modalities="cbt"),
    therapist("t3", name="Clara Nguyen", capacity=2, formats="telehealth", fee=200),
    therapist("t4", name="Dev Rao", capacity=1, concerns="grief"),
    therapist("t5", name="Eli Stone", capacity=1, concerns="sleep"),
    therapist("t6", name="Fay Wong", capacity=1, concerns="anger"),
    therapist("t7", name="Gus Petrov", capacity=0),
)
SETTINGS = Settings()


def new_store(folder: Path) -> Store:
    """Return a store with the clinic in it and nobody enquiring."""
    shutil.copy(Path(_made_once().name) / "store.sqlite", folder / "store.sqlite")
    return open_store(f"sqlite:///{folder}/store.sqlite", RING)


@cache
def _made_once() -> TemporaryDirectory[str]:
    # Most of what a new store takes is making its tables and importing: copied, it is there at once.
    made = TemporaryDirectory()
    store = open_store(f"sqlite:///{made.name}/store.sqlite", RING)
    import_clinic(store, CLINIC)
    store.close()
    return made


def enquire(store: Store, client_id: str, *, contact: rows.Contact | None = None, **columns: Any) -> None:
    """Keep an enquiry; columns of the enquiry and of the client's answers may be given together."""
    known = set(enquiries.enquiries.c.keys()) | {"private"}
    theirs = {name: columns.pop(name) for name in list(columns) if name not in known}
    source = columns.pop("source", "web")
    client = replace(Client(client_id, (("depression", 2),), enquired_at=datetime(2026, 11, 20)), **theirs)
    with store.writing() as session:
        put_client(session, client, "test")
        if contact is not None:
            rows.keep_contact(session, client_id, contact, "test")
        enquiries.add_enquiry(session, client_id, source, "test", **columns)


def look(store: Store, client_id: str) -> enquiries.Enquiry:
    with store.reading() as session:
        return enquiries.enquiry_of(session, client_id, "test")


def kinds(store: Store, client_id: str) -> list[tuple[str, str | None]]:
    with store.reading() as session:
        return [(event.kind, event.code) for event in enquiries.events_of(session, client_id, "test")]


def told(store: Store) -> list[str]:
    """Return the kinds of notices nobody has seen yet."""
    with store.reading() as session:
        return [notice.kind for notice in notices.unseen(session, ("intake",))]


def held(store: Store, client_id: str) -> list[places.Place]:
    with store.reading() as session:
        return places.places_of(session, client_id)


def open_places(store: Store, therapist_id: str) -> int:
    with store.reading() as session:
        return rows.therapist_of(session, therapist_id).value.capacity


def ranking(store: Store, today: date = TODAY) -> Ranking:
    return ranking_now(store, LEARNED, today)


LEARNED = Recommender().fit(CLINIC)
