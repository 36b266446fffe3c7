"""The audit log as owners and administrators read it: everything about one id, by ids alone."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from staffed import OWNER, enquire, look, new_store

from matcher.services.access import NotAllowedError, Person
from matcher.services.audit_log import check_chain, newest
from matcher.services.privacy import AT_THE_MACHINE, export_client
from matcher.store import accounts
from matcher.store.contact_search import names_of
from matcher.store.rows import Contact
from matcher.store.store import Store

WORDS = "QQcanary7"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = new_store(tmp_path)
    enquire(store, "c1", contact=Contact(f"{WORDS} Rao"), needs_person=True, about=f"{WORDS} worry")
    enquire(store, "c2", contact=Contact(f"{WORDS} Lind"))
    with store.writing() as session:
        mira = accounts.add_account(session, "mira", f"{WORDS} Person", "intake", "command line")
        names_of(session, ["c1", "c2"], mira.account_id)
    return store


def test_everything_about_one_client_lists_too_and_nothing_of_the_others(store: Store) -> None:
    for subject in ("c1", look(store, "c1").reference):
        lines = newest(OWNER, store, subject)
        assert {(line.who, line.did) for line in lines} >= {("mira", "saw names"), ("test", "added"), ("test", "saw")}
    assert {line.subject_id for line in newest(OWNER, store, "c2")} == {"c2", ""}
    assert [(line.who, line.did) for line in newest(OWNER, store, "MIRA")] == [
        ("mira", "saw names"),
        ("command line", "added"),
    ]
    assert newest(OWNER, store, "c%") == []
    assert len(newest(OWNER, store, most=2)) == 2


def test_no_word_and_no_danger_of_a_client_is_in_it(store: Store) -> None:
    said = repr(newest(Person("x", "X", "administrator"), store))
    assert WORDS not in said
    assert "needs_person" not in said


def test_the_clients_own_file_says_who_saw_them_in_a_list(store: Store) -> None:
    with zipfile.ZipFile(io.BytesIO(export_client(AT_THE_MACHINE, store, "c1"))) as file:
        seen = json.loads(file.read("everything.json"))["who_did_and_saw_what"]
    assert any(entry["did"] == "saw names" for entry in seen)
    assert "c2" not in json.dumps(seen)


@pytest.mark.parametrize("role", ["intake", "lead"])
def test_those_whom_it_is_about_do_not_read_it(store: Store, role: str) -> None:
    for service in (newest, check_chain):
        with pytest.raises(NotAllowedError):
            service(Person("x", "X", role), store)  # type: ignore[arg-type]
