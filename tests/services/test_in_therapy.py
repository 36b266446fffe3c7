"""Whoever has a therapist: no list places them again, and their place is given back only where somebody says so."""

from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from staffed import CLINIC, INTAKE, NOW, SETTINGS, enquire, held, look, new_store, open_places, ranking

from matcher.clinic import canonical_episodes
from matcher.clinic.rows import client_frame
from matcher.domain.client import Client
from matcher.services import fit_enquiry
from matcher.services.list_placing import waiting_people
from matcher.services.offers import Offer, book, close, offer
from matcher.services.practice_files import nothing_but
from matcher.services.triage import queue
from matcher.store import places
from matcher.store.clinics import import_clinic
from matcher.store.enquiries import change_enquiry
from matcher.store.errors import StoreError
from matcher.store.queue import Wanted, off_the_list
from matcher.store.store import Store

CHANGE = fit_enquiry.Change("t2", 3, ("pushed",), "")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store in which ``a`` works with t2."""
    store = new_store(tmp_path)
    enquire(store, "a", state="closed", closed_reason="started", therapist_id="t2")
    with store.writing() as session:
        places.take_place(session, "t2", "a", "x")
    return store


def asks(store: Store, what: str) -> None:
    with store.writing() as session:
        if what == "talk":
            fit_enquiry.ask_talk(session, "a", "t2", SETTINGS)
        elif what == "change":
            fit_enquiry.ask(session, "a", CHANGE, SETTINGS)
        else:
            fit_enquiry.raise_hand(session, "a", (), "?", SETTINGS, unread=False)


def listed(store: Store) -> tuple[set[str], dict[str, list[str]]]:
    found = waiting_people(INTAKE, store, ranking(store))
    return set(found.lines), {why: [line.client_id for line in lines] for why, lines in found.left_out.items() if lines}


def next_step(store: Store) -> str:
    (line,) = (line for line in queue(INTAKE, store, Wanted(), NOW).lines if line.listed.client_id == "a")
    return line.next_step


@pytest.mark.parametrize("what", ["talk", "note"])
def test_what_a_happy_client_says_in_a_fit_check_places_them_with_nobody_else(store: Store, what: str) -> None:
    enquire(store, "b")
    asks(store, what)
    assert listed(store) == ({"b"}, {"in_therapy": ["a"]})
    with store.reading() as session:
        assert off_the_list(session) == {"a"}
    assert next_step(store) == ("Call them" if what == "talk" else "They have a therapist: ask what they need")
    with store.writing() as session:
        change_enquiry(session, "a", look(store, "a").version, "x", state="contacted", wants=None)
    assert next_step(store) == "Close it if they go on as before"


def test_who_asked_for_a_change_is_placed_and_after_it_is_made_no_more(store: Store) -> None:
    asks(store, "change")
    assert listed(store) == ({"a"}, {})
    offer(INTAKE, store, ranking(store), "a", look(store, "a").version, Offer("t3", reason="other"), NOW)
    # While it is under way it stays what they asked for.
    asks(store, "talk")
    assert listed(store) == ({"a"}, {})
    offer(INTAKE, store, ranking(store), "a", look(store, "a").version, Offer("t3", reason="other"), NOW)
    book(INTAKE, store, "a", look(store, "a").version, NOW + timedelta(days=7), NOW)
    asks(store, "talk")
    assert listed(store) == (set(), {"in_therapy": ["a"]})


def test_a_course_that_goes_on_is_a_therapist_as_well(store: Store) -> None:
    rows = [("e1", "c", "t2", None), ("e2", "d", "t2", "planned")]
    courses = pd.DataFrame(rows, columns=["episode_id", "client_id", "therapist_id", "ending"]).assign(
        started_on="2026-05-01"
    )
    courses["ending"] = courses["ending"].fillna("ongoing")
    people = client_frame([Client(name, (("depression", 2),)) for name in "cd"])
    import_clinic(store, nothing_but(clients=people))
    import_clinic(store, nothing_but(episodes=canonical_episodes(courses)))
    with store.reading() as session:
        assert off_the_list(session) == {"a", "c"}
    checks = ("c", "d")
    with store.writing() as session:
        for client_id in checks:
            fit_enquiry.ask_talk(session, client_id, "t2", SETTINGS)
    assert listed(store) == ({"d"}, {"in_therapy": ["c"]})
    close(INTAKE, store, "c", look(store, "c").version, "started", "")
    with pytest.raises(StoreError, match="offer and book"):
        close(INTAKE, store, "d", look(store, "d").version, "started", "")


def test_closing_leaves_the_place_they_go_on_using_and_frees_it_where_staff_say_so(store: Store) -> None:
    before = open_places(store, "t2")
    asks(store, "change")
    offer(INTAKE, store, ranking(store), "a", look(store, "a").version, Offer("t3", reason="other"), NOW)
    close(INTAKE, store, "a", look(store, "a").version, "declined", "They stay where they are")
    assert [place.therapist_id for place in held(store, "a")] == ["t2"]
    given = CLINIC.therapists.set_index("therapist_id")["capacity"]
    assert (open_places(store, "t2"), open_places(store, "t3")) == (before, given["t3"])
    asks(store, "talk")
    close(INTAKE, store, "a", look(store, "a").version, "withdrew", "", places_free=True)
    assert (held(store, "a"), open_places(store, "t2")) == ([], before + 1)


def test_nobody_started_with_a_therapist_whose_place_they_do_not_have(store: Store) -> None:
    enquire(store, "b", state="contacted", therapist_id="t1")
    with pytest.raises(StoreError, match="offer and book"):
        close(INTAKE, store, "b", 1, "started", "")
    assert (look(store, "b").state, open_places(store, "t1")) == ("contacted", 1)
    asks(store, "talk")
    close(INTAKE, store, "a", look(store, "a").version, "started", "")
    assert look(store, "a").closed_reason == "started"
