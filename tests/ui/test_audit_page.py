"""The audit log's page: what is on it, for whom, and what a broken chain looks like."""

from pathlib import Path

import pytest
from sqlalchemy import text
from staff_app import open_app, words
from staffed import INTAKE, OWNER, enquire, new_store

from matcher.services.access import Person
from matcher.services.audit_log import check_chain
from matcher.store.rows import Contact
from matcher.store.store import Store
from matcher.ui import wording_accounts as wa

WORDS = "QQcanary7"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = new_store(tmp_path)
    enquire(store, "c1", contact=Contact(f"{WORDS} Rao"), needs_person=True, about=f"{WORDS} worry")
    return store


@pytest.mark.parametrize("role", ["owner", "administrator"])
def test_the_log_is_read_one_subject_at_a_time_or_whole(store: Store, role: str) -> None:
    page = open_app(store, Person("a", "Ada", role), "audit-log")  # type: ignore[arg-type]
    assert not page.exception
    said = words(page)
    assert "<td>added</td><td>client</td><td>c1</td>" in said
    assert "<td>imported</td>" in said
    assert WORDS not in said
    assert "needs_person" not in said
    page = page.text_input[0].set_value("c1").run()
    assert "<td>imported</td>" not in words(page)
    page = page.text_input[0].set_value("nobody").run()
    assert wa.AUDIT_NOTHING in words(page)


def test_a_whole_chain_and_a_broken_one_are_said(store: Store) -> None:
    page = open_app(store, OWNER, "audit-log").button(key="check-chain").click().run()
    assert page.success
    assert page.code[0].value == check_chain(OWNER, store).head
    with store.engine.begin() as connection:
        for name in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).scalars().all():
            connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text("UPDATE audit SET actor = 'nobody' WHERE seq = 2"))
    page = page.button(key="check-chain").click().run()
    assert "entry 2 was altered" in page.error[0].value


def test_the_page_is_not_there_for_intake(store: Store) -> None:
    with pytest.raises(ValueError, match="audit-log"):
        open_app(store, INTAKE).switch_page("audit-log")
