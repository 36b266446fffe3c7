"""A therapist's own outcomes: for leads and owners by role, for the therapist by code, and nobody else's in them."""

from pathlib import Path

import pytest
from stores import CANARY, RING, small_clinic

from matcher.clinic.problems import ClinicError
from matcher.reports.html import html
from matcher.services.access import NotAllowedError, Person
from matcher.services.own_outcomes import new_code, report_by_code, report_of, therapists
from matcher.store.attempts import TooManyTriesError
from matcher.store.clinics import import_clinic
from matcher.store.schema import metadata
from matcher.store.store import Store, open_store
from matcher.ui import wording_owner as wo

OWNER, LEAD, INTAKE = (Person(role[0] * 32, role.capitalize(), role) for role in ("owner", "lead", "intake"))
ADMINISTRATOR = Person("z" * 32, "Admin", "administrator")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path}/store.sqlite", RING)
    import_clinic(opened, small_clinic(12))
    yield opened
    opened.close()


def noted(store: Store, action: str) -> list[tuple[str, str]]:
    audit = metadata.tables["audit"]
    with store.reading() as session:
        rows = session.execute(audit.select().where(audit.c.action == action)).all()
    return [(row.actor, row.subject_id) for row in rows]


@pytest.mark.parametrize("person", [INTAKE, ADMINISTRATOR])
def test_other_roles_see_nobodys(store: Store, person: Person) -> None:
    for ask in (
        lambda: therapists(person, store),
        lambda: report_of(person, store, "t1"),
        lambda: new_code(person, store, "t1"),
    ):
        with pytest.raises(NotAllowedError):
            ask()
    assert noted(store, "saw report") == []


@pytest.mark.parametrize("person", [OWNER, LEAD])
def test_leads_and_owners_see_one_therapist_at_a_time_and_it_is_noted(store: Store, person: Person) -> None:
    assert list(therapists(person, store).values()) == ["Asha Demir", "Ben Okafor"]
    report = report_of(person, store, "t1")
    assert report.title == "My own outcomes: Asha Demir"
    assert noted(store, "saw report") == [(person.account_id, "t1")]
    with pytest.raises(ClinicError, match="no such therapist"):
        report_of(person, store, "t9")


def test_the_report_holds_no_words_of_clients_and_no_colleague(store: Store) -> None:
    page = html(report_of(LEAD, store, "t1"))
    assert CANARY.lower() not in page.lower()
    assert "Ben Okafor" not in page


def test_a_code_opens_the_own_report_alone_and_a_new_one_ends_the_old(store: Store) -> None:
    first = new_code(LEAD, store, "t1")
    mine = report_by_code(store, first, "someone")
    assert mine is not None
    assert mine.title == "My own outcomes: Asha Demir"
    assert noted(store, "saw report") == [("therapist t1", "t1")]
    second = new_code(LEAD, store, "t1")
    assert report_by_code(store, first, "someone") is None
    assert report_by_code(store, second, "someone") is not None
    other = new_code(OWNER, store, "t2")
    theirs = report_by_code(store, other, "someone")
    assert theirs is not None
    assert theirs.title == "My own outcomes: Ben Okafor"
    audit = metadata.tables["audit"]
    with store.reading() as session:
        said = str(session.execute(audit.select()).all())
    assert not any(code in said for code in (first, second, other)), "a code is nowhere but with its therapist"


def guess(store: Store, times: int) -> None:
    for _ in range(times):
        assert report_by_code(store, "AAAA-AAAA-AAAA-AAAA", "guesser") is None


def test_a_therapist_is_told_who_else_sees_the_report() -> None:
    assert "Only you" not in wo.OWN_LEAD
    assert "owner and its leads can see this report" in wo.OWN_LEAD


def test_guessing_codes_is_stopped(store: Store) -> None:
    with pytest.raises(TooManyTriesError):
        guess(store, 100)
