"""A client's own rights on every database: everything in one file, everything erased, nothing forgotten."""

import csv
import io
import json
import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from stores import CANARY, RING, fill

from matcher.domain.draft import Draft
from matcher.services.access import NotAllowedError, Person
from matcher.services.privacy import AT_THE_MACHINE, erase_client, export_client
from matcher.store import audit, places
from matcher.store.codes import make_code
from matcher.store.drafts import drafts_of, load_draft, save_draft
from matcher.store.enquiries import add_enquiry, add_event
from matcher.store.enquiry_tables import kept_outcomes
from matcher.store.errors import NotFoundError
from matcher.store.notices import add_notice
from matcher.store.rows import Contact, keep_contact
from matcher.store.schema import metadata
from matcher.store.store import Store
from matcher.store.tables import clients, episodes, therapists

LEAD = Person("lead1", "Lee", "lead")


@pytest.fixture
def filled(store: Store) -> Store:
    """Put something of client c0 into every table a client can be in."""
    fill(store)
    now = datetime.now(UTC)
    with store.writing() as session:
        hope = {"hopes": f"{CANARY} hope"}
        add_enquiry(session, "c0", "web", "client", private=hope, consent_research_at=now, wants="call_me")
        keep_contact(session, "c0", Contact(phone=f"0491 {CANARY}"), "client")
        add_event(session, "c0", "called", "lead1", "reached", f"{CANARY} spoke")
        make_code(session, "fit_check", client_id="c0", expires_at=now + timedelta(days=1))
        add_notice(session, "raised", "c0", "intake")
        save_draft(session, "a" * 64, {"client_id": "c0", "about": f"{CANARY} draft"}, Draft())
        save_draft(session, "b" * 64, {"client_id": "c1", "about": "another's"}, Draft())
    return store


def of_a_client() -> list[str]:
    return [table.name for table in metadata.sorted_tables if "client_id" in table.c]


def opened(content: bytes) -> tuple[dict, dict[str, list[dict[str, str]]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert file.testzip() is None
        everything = json.loads(file.read("everything.json"))
        sheets = {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(file.read(name).decode())))
            for name in file.namelist()
            if name.endswith(".csv")
        }
    return everything, sheets


def test_the_test_fills_every_table_that_names_a_client(filled: Store) -> None:
    with filled.reading() as session:
        for name in of_a_client():
            table = metadata.tables[name]
            assert session.scalar(select(func.count()).where(table.c.client_id == "c0")), name


def test_everything_held_is_in_the_file_and_readable(filled: Store) -> None:
    everything, sheets = opened(export_client(LEAD, filled, "c0"))
    assert {*of_a_client(), "choices", "overrides", "notices", "drafts"} <= set(everything)
    assert everything["clients"][0]["about"] == f"{CANARY} I cannot sleep 0"
    assert everything["contacts"][0]["phone"] == f"0491 {CANARY}"
    assert everything["enquiries"][0]["hopes"] == f"{CANARY} hope"
    assert everything["enquiry_events"][0]["words"] == f"{CANARY} spoke"
    assert everything["choices"][0]["words"] == f"{CANARY} not yet"
    assert everything["fit_checks"][0]["words"] == CANARY
    assert everything["drafts"] == [{"answers": {"client_id": "c0", "about": f"{CANARY} draft"}}]
    assert everything["slates"][0]["answers"]["about"] == f"{CANARY} I cannot sleep 0"
    assert {"at", "who", "did", "what"} == set(everything["who_did_and_saw_what"][0])
    assert {name: len(rows) for name, rows in sheets.items()} == {name: len(rows) for name, rows in everything.items()}
    assert "another's" not in str(everything)
    with filled.reading() as session:
        assert [e.actor for e in audit.read_entries(session, subject_id="c0") if e.action == "exported"] == ["lead1"]


def test_a_reference_will_do_and_an_unknown_client_is_said(filled: Store) -> None:
    with filled.writing() as session:
        reference = session.scalar(select(metadata.tables["enquiries"].c.reference))
    assert opened(export_client(LEAD, filled, str(reference)))[0]["clients"][0]["client_id"] == "c0"
    with pytest.raises(NotFoundError):
        export_client(LEAD, filled, "nobody")
    with pytest.raises(NotFoundError):
        erase_client(LEAD, filled, "nobody", "asked")


@pytest.mark.parametrize("role", ["owner", "administrator"])
def test_who_may_not_see_a_client_may_not_take_them_away(filled: Store, role: str) -> None:
    with pytest.raises(NotAllowedError):
        export_client(Person("x", "X", role), filled, "c0")  # type: ignore[arg-type]


def test_what_is_erased_is_nowhere_and_measurements_stay_without_a_name(filled: Store) -> None:
    with filled.reading() as session:
        others = {
            name: session.scalar(select(func.count()).where(metadata.tables[name].c.client_id != "c0"))
            for name in of_a_client()
        }
    assert erase_client(AT_THE_MACHINE, filled, "c0", "law").outcomes_kept == 1
    with filled.reading() as session:
        for table in metadata.sorted_tables:
            if table.name == "audit":
                continue
            for row in session.execute(select(table)):
                assert "c0" not in row, table.name
        for name, count in others.items():
            assert session.scalar(select(func.count()).select_from(metadata.tables[name])) == count, name
        kept = session.execute(select(kept_outcomes)).one()
        assert (kept.therapist_id, kept.sessions, kept.main_concern) == ("t1", 5, "depression")
        assert (kept.started_month.day, kept.age_group) == (1, "adult")
        assert session.scalar(select(func.count()).select_from(metadata.tables["choices"])) == 0
        # An empty draft stays for a day, so that an open tab brings nothing back.
        assert list(drafts_of(session, "c0")) == []
        left = [
            load_draft(session, owner).answers for owner in session.scalars(select(metadata.tables["drafts"].c.owner))
        ]
        assert sorted(map(bool, left)) == [False, True]
        last = audit.read_entries(session, most=1)[0]
        assert (last.action, last.subject_id, last.detail) == ("erased", "c0", {"outcomes_kept": 1, "reason": "law"})
        assert audit.verify(session, RING.audit).intact


def test_without_agreement_nothing_stays(store: Store) -> None:
    fill(store)
    assert erase_client(LEAD, store, "c0", "asked").outcomes_kept == 0
    with store.reading() as session:
        assert session.execute(select(kept_outcomes)).all() == []
        assert session.scalar(select(func.count()).where(episodes.c.client_id == "c0")) == 0
        assert session.scalar(select(func.count()).where(clients.c.client_id == "c0")) == 0


def open_places(store: Store) -> int:
    with store.reading() as session:
        return session.scalar(select(therapists.c.capacity).where(therapists.c.therapist_id == "t1"))


@pytest.mark.parametrize("held_days", [2, None])
def test_a_place_held_or_booked_is_open_again(store: Store, held_days: int | None) -> None:
    fill(store)
    until = None if held_days is None else datetime.now(UTC) + timedelta(days=held_days)
    before = open_places(store)
    with store.writing() as session:
        places.take_place(session, "t1", "c1", "staff", held_until=until)
    erased = erase_client(LEAD, store, "c1", "asked")
    assert (erased.opened, erased.to_check) == (("t1",), ())
    assert open_places(store) == before


def test_a_number_the_therapist_gave_since_is_left_to_a_person(store: Store) -> None:
    fill(store)
    with store.writing() as session:
        places.take_place(session, "t1", "c1", "staff")
        session.execute(therapists.update().values(openings_confirmed_on=datetime.now(UTC).date() + timedelta(days=1)))
    before = open_places(store)
    erased = erase_client(LEAD, store, "c1", "asked")
    assert (erased.opened, erased.to_check) == ((), ("t1",))
    assert open_places(store) == before
