"""Fresh stores on both databases, and a small clinic with words that must never be found outside of them."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pandas as pd
import pytest
from sqlalchemy import make_url, text

from matcher.clinic import Clinic, canonical_clients, canonical_episodes, canonical_therapists
from matcher.domain.client import Client
from matcher.domain.recommendation import Slate
from matcher.store import decisions, places, rows, slates
from matcher.store.clinics import import_clinic
from matcher.store.engine import make_engine
from matcher.store.keys import Keyring, new_keyring
from matcher.store.store import Store, open_store

CANARY = "QQcanary7"
RING = new_keyring()
#: The quick run tries everything on the database a clinic starts with, CI on the server as well.
DATABASES = ("sqlite", pytest.param("postgresql", marks=pytest.mark.slow))


def small_clinic(clients: int = 3, capacity: int = 2) -> Clinic:
    """Return a clinic of two therapists whose clients' private cells all hold the canary."""
    therapists = pd.DataFrame(
        {
            "therapist_id": ["t1", "t2"],
            "name": ["Asha Demir", "Ben Okafor"],
            "concerns": ["depression;sleep", "depression"],
            "formats": ["telehealth", "telehealth;phone"],
            "capacity": [capacity, 0],
            "fee": [180.5, None],
        }
    )
    people = pd.DataFrame(
        {
            "client_id": [f"c{i}" for i in range(clients)],
            "enquired_at": pd.to_datetime(["2026-03-01T10:00:00.123456"] * clients),
            "age": [30.0 + i % 40 for i in range(clients)],
            "gender": [f"{CANARY} person".lower()] * clients,
            "concerns": ["depression:2;sleep:1"] * clients,
            "about": [f"{CANARY} I cannot sleep {i}" for i in range(clients)],
        }
    )
    courses = pd.DataFrame(
        {
            "episode_id": [f"e{i}" for i in range(clients)],
            "client_id": [f"c{i}" for i in range(clients)],
            "therapist_id": ["t1"] * clients,
            "started_on": ["2026-04-01"] * clients,
            "sessions": [5.0] * clients,
        }
    )
    return Clinic(canonical_therapists(therapists), canonical_clients(people), canonical_episodes(courses))


def fill(store: Store, clients: int = 3) -> None:
    """Put a row into every table, the canary wherever a client could have written it."""
    clinic = small_clinic(clients)
    import_clinic(store, clinic)
    with store.writing() as session:
        made_with = slates.MadeWith(slates.keep_catalogue(session, clinic.therapists))
        slate_id = slates.save_slate(session, Slate("c0"), clinic.clients.iloc[:1], made_with, "intake")
        decisions.record_choice(session, slate_id, None, "client", "c0", f"{CANARY} not yet")
        decisions.record_override(session, slate_id, "t1", f"{CANARY} she asked", "lead")
        check = decisions.ask_fit_check(session, "c0", "t1", 3, "matcher")
        decisions.answer_fit_check(session, check, {"words": CANARY}, 1, "c0")
        places.take_place(session, "t1", "c0", "intake")
        contact = rows.Contact(f"{CANARY} Rao", f"{CANARY}@example.org", f"0491 {CANARY}")
        rows.add_client(session, Client("n", (("sleep", 1),)), "intake", contact)


def renamed(clinic: Clinic, **names: str) -> Clinic:
    """Return the clinic with the first therapist's cells changed."""
    therapists = clinic.therapists.copy()
    for column, value in names.items():
        therapists.loc[0, column] = value
    return replace(clinic, therapists=therapists)


def assert_same_clinic(left: Clinic, right: Clinic) -> None:
    """Fail unless both clinics' frames are equal to the last bit."""
    for name in ("therapists", "clients", "episodes"):
        pd.testing.assert_frame_equal(getattr(left, name), getattr(right, name), check_exact=True)


@pytest.fixture(params=DATABASES)
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Return the URL of a database of each kind: empty, or made ready by copying one where the test wants a store."""
    ready = "store" in request.fixturenames
    if request.param == "sqlite":
        file = tmp_path / "clinic" / "store.sqlite"
        if ready:
            file.parent.mkdir(mode=0o700)
            shutil.copy(request.getfixturevalue("ready_sqlite"), file)
        yield f"sqlite:///{file}"
    else:
        server_url = request.getfixturevalue("postgres_url")
        yield from fresh_postgres(server_url, request.getfixturevalue("ready_postgres") if ready else "template1")


@pytest.fixture(scope="session")
def ready_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the file of an empty store, migrated."""
    file = tmp_path_factory.mktemp("ready") / "store.sqlite"
    open_store(f"sqlite:///{file}", RING).close()
    return file


@pytest.fixture(scope="session")
def ready_postgres(postgres_url: str) -> Iterator[str]:
    """Return the name of an empty store's database, migrated."""
    for url in fresh_postgres(postgres_url):
        open_store(url, RING).close()
        yield str(make_url(url).database)


def fresh_postgres(server_url: str, template: str = "template1") -> Iterator[str]:
    """Make a database of its own on the server, and remove it afterwards."""
    name = f"store_{uuid4().hex}"
    engine = make_engine(server_url).execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
    yield make_url(server_url).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture
def ring() -> Keyring:
    """Return the keys of the test's store."""
    return RING


@pytest.fixture
def store(store_url: str, ring: Keyring) -> Iterator[Store]:
    """Return an empty store on each database."""
    opened = open_store(store_url, ring)
    yield opened
    opened.close()
