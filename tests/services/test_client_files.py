"""Files of waiting clients and of courses of therapy: mapped, looked at, taken in, and nobody in danger missed."""

from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from staffed import INTAKE, NOW, OWNER, SETTINGS, enquire, kinds, look, new_store

from matcher.clinic import ClinicError
from matcher.domain.client import Client
from matcher.services.access import NotAllowedError, Person
from matcher.services.client_files import look_at, take_in_clients, take_in_episodes
from matcher.services.practice_columns import columns_of, guess, strange_words
from matcher.services.practice_files import preview, read_export, remembered
from matcher.services.safety_lane import why_raised
from matcher.services.triage import queue
from matcher.store import enquiry_tables
from matcher.store.audit import read_entries
from matcher.store.clinics import TableCounts, load_clinic
from matcher.store.column_maps import ColumnMap
from matcher.store.errors import NotFoundError
from matcher.store.queue import Wanted
from matcher.store.rows import add_client, client_of, contact_of
from matcher.store.store import Store
from matcher.store.tables import clients, contacts

WAITING = b"""\
Patient ID,Full Name,Mobile,Sex,Concerns,Formats,Notes,Risk,Added on,Room
p1,Ada Rao,0491 570 156,Female,Low mood,Zoom,I cannot sleep,no,2026-11-02,4
p2,Bo Lind,,Male,,,I want to kill myself,,2026-11-03,2
p3,Cy Moreno,,,Low mood,Zoom,,yes,2026-11-04,
p4,Dee Okoye,,,Grumpy,Zoom,,,2026-11-05,
p5,Eve Tran,,,Grumpy,Zoom,I want to end my life,,2026-11-06,
"""
WORDS = {"concerns": {"Low mood": "depression:2"}, "formats": {"Zoom": "telehealth"}}
COURSES = b"""\
Case ID,Patient ID,Practitioner ID,Start date,Appointments,Outcome
c1,known,t1,2026-01-05,6,Finished
c2,nobody,t1,2026-01-05,6,Finished
c3,known,t99,2026-01-05,6,Finished
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def waiting(content: bytes = WAITING) -> tuple[pd.DataFrame, ColumnMap]:
    frame = read_export(content)
    return frame, ColumnMap(guess(list(frame.columns), "clients"), WORDS)


def test_columns_and_strange_words_of_a_waiting_list_are_found() -> None:
    frame, wanted = waiting()
    assert set(wanted.columns.values()) == {
        "client_id", "contact_name", "contact_phone", "gender", "concerns", "formats", "about", "risk_raised",
        "enquired_at",
    }  # fmt: skip
    assert strange_words(frame, wanted.columns, "clients") == {"concerns": ["Grumpy", "Low mood"], "formats": ["Zoom"]}


def test_a_look_says_who_is_in_danger_what_is_set_aside_and_why_and_changes_nothing(store: Store) -> None:
    looked = look_at(INTAKE, store, *waiting(), "clients", UTC)
    assert looked.preview.rows["client_id"].tolist() == ["p1", "p2", "p3"]
    assert looked.raised == 2
    assert [line.split(":")[0] for line in looked.preview.aside] == ["Row 4, column concerns", "Row 5, column concerns"]
    assert not any("Grumpy" in line for line in looked.preview.aside)
    # A row that cannot be taken in is no reason to miss whom it is about.
    assert looked.call_now == (5,)
    assert load_clinic(store).clients.empty


def test_a_waiting_list_becomes_enquiries_with_danger_in_the_safety_lane(store: Store) -> None:
    frame, wanted = waiting()
    assert take_in_clients(INTAKE, store, SETTINGS, frame, wanted, "Ours") == TableCounts(3, 0, 0)
    calm, unspoken, marked = (look(store, name) for name in ("p1", "p2", "p3"))
    assert (calm.source, calm.needs_person, calm.received_at.date().isoformat()) == ("import", False, "2026-11-02")
    assert unspoken.needs_person
    assert marked.needs_person
    assert ("risk_raised", None) in kinds(store, "p2")
    with store.reading() as session:
        assert contact_of(session, "p1", "test").value.name == "Ada Rao"
        assert contact_of(session, "p1", "test").value.phone == "0491 570 156"
        client = client_of(session, "p2", "test").value
    assert client.concerns == ()
    assert why_raised(client, unspoken)
    lane = queue(INTAKE, store, Wanted(), NOW).lines
    assert {line.listed.client_id for line in lane if line.listed.needs_person} == {"p2", "p3"}
    assert remembered(INTAKE, store, "clients")["Ours"] == replace(wanted, version=1)
    assert remembered(INTAKE, store, "therapists") == {}


def test_taken_in_again_nothing_is_lost_lowered_or_raised_twice(store: Store) -> None:
    take_in_clients(INTAKE, store, SETTINGS, *waiting(), "")
    version = look(store, "p2").version
    frame, wanted = waiting(WAITING.replace(b"I cannot sleep", b"").replace(b"yes", b"no"))
    assert take_in_clients(INTAKE, store, SETTINGS, frame, wanted, "") == TableCounts(0, 0, 3)
    assert look(store, "p2").version == version
    assert look(store, "p3").needs_person
    with store.reading() as session:
        assert client_of(session, "p1", "test").value.about == "I cannot sleep"
    worse = waiting(WAITING.replace(b"I cannot sleep", b"I want to die"))
    take_in_clients(INTAKE, store, SETTINGS, *worse, "")
    assert look(store, "p1").needs_person


@pytest.mark.parametrize("stop_at", [0, 100, 250])
def test_a_list_stopped_halfway_leaves_nothing_and_says_how_far_it_is(store: Store, stop_at: int) -> None:
    ids = [f"n{number}" for number in range(250)]
    frame = pd.DataFrame(
        {"client_id": ids, "about": "I sleep badly", "name": "Ada", "phone": "0491 570 156"}, dtype=str
    )
    wanted = ColumnMap({name: name for name in frame})
    told = []

    def stop(done: int, whole: int) -> None:
        told.append((done, whole))
        if done == stop_at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        take_in_clients(INTAKE, store, SETTINGS, frame, wanted, "Ours", stop)
    assert told[-1] == (stop_at, 250)
    with store.reading() as session:
        for table in (clients, contacts, enquiry_tables.enquiries, enquiry_tables.enquiry_events):
            assert session.execute(table.select()).all() == []
        assert INTAKE.account_id not in [entry.actor for entry in read_entries(session)]
    assert remembered(INTAKE, store, "clients") == {}
    said: list[int] = []
    counts = take_in_clients(INTAKE, store, SETTINGS, frame, wanted, "Ours", lambda done, _: said.append(done))
    assert (counts.added, said) == (250, [0, 100, 200, 250])


def test_courses_of_people_nobody_knows_are_set_aside(store: Store) -> None:
    enquire(store, "known")
    frame = read_export(COURSES)
    wanted = ColumnMap(guess(list(frame.columns), "episodes"), {"ending": {"Finished": "planned"}})
    looked = look_at(INTAKE, store, frame, wanted, "episodes", UTC)
    assert [line.partition(":")[0] for line in looked.preview.aside] == [
        "Row 2, column client_id", "Row 3, column therapist_id",
    ]  # fmt: skip
    assert take_in_episodes(INTAKE, store, frame, wanted, "Ours") == TableCounts(1, 0, 0)
    episode = load_clinic(store).episodes.iloc[0]
    assert (episode["ending"], episode["sessions"]) == ("planned", 6)


def test_who_is_in_therapy_already_makes_no_enquiry_unless_in_danger(store: Store) -> None:
    with store.writing() as session:
        for name in ("p1", "p2"):
            add_client(session, Client(name, (("sleep", 1),)), "test")
    frame = read_export(COURSES.replace(b"known", b"p1") + b"c4,p2,t1,2026-01-05,6,Finished\n")
    ended = ColumnMap(guess(list(frame.columns), "episodes"), {"ending": {"Finished": "planned"}})
    assert take_in_episodes(INTAKE, store, frame, ended, "").added == 2
    take_in_clients(INTAKE, store, SETTINGS, *waiting(), "")
    with pytest.raises(NotFoundError):
        look(store, "p1")
    assert look(store, "p2").needs_person


def test_a_file_that_cannot_be_used_changes_nothing(store: Store) -> None:
    frame, wanted = waiting(WAITING.replace(b"p3,", b"p1,"))
    with pytest.raises(ClinicError, match="same id"):
        take_in_clients(INTAKE, store, SETTINGS, frame, wanted, "x")
    frame, wanted = waiting(WAITING.replace(b"Patient ID", b"Nothing"))
    with pytest.raises(ClinicError, match="client_id"):
        take_in_clients(INTAKE, store, SETTINGS, frame, wanted, "x")
    assert load_clinic(store).clients.empty
    assert remembered(INTAKE, store, "clients") == {}


@pytest.mark.parametrize("person", [OWNER, Person("a9", "ada", "administrator")])
def test_only_the_front_desk_loads_clients(store: Store, person: Person) -> None:
    with pytest.raises(NotAllowedError):
        take_in_clients(person, store, SETTINGS, *waiting(), "x")


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=12)


@given(
    st.sampled_from(["therapists", "clients", "episodes"]).flatmap(
        lambda kind: st.tuples(
            st.just(kind),
            st.lists(st.sampled_from(columns_of(kind)), min_size=1, max_size=6, unique=True).flatmap(
                lambda names: st.lists(st.fixed_dictionaries(dict.fromkeys(names, CELLS)), max_size=5)
            ),
        )
    )
)
def test_whatever_a_file_holds_a_look_says_what_it_would_become(made: tuple[str, list[dict[str, str]]]) -> None:
    kind, rows = made
    frame = pd.DataFrame(rows, dtype=str)
    found = preview(frame, {name: name for name in frame}, kind)
    assert found.problem or len(found.rows) == len(found.kept)
    assert found.problem or len(found.kept) + len({line.split(",")[0] for line in found.aside}) == len(frame)
