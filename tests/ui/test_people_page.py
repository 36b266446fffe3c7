"""The page of people: what an owner does there happens, and nothing to an account changed since it was drawn."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from doors import door_to, everybody
from staff_app import open_app, words
from staffed import new_store

from matcher.services import account_rules
from matcher.services.signing_in import Door
from matcher.ui import wording_accounts as wa


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    store = new_store(tmp_path)
    yield door_to(store)
    store.close()


def role_of(door: Door, account_id: str) -> tuple[str, bool]:
    found = next(one for one in account_rules.all_accounts(door.store) if one.account_id == account_id)
    return found.role, found.disabled_at is None


def test_what_somebody_else_changed_meanwhile_is_said_and_stays(door: Door) -> None:
    people = everybody(door)
    ben = people["intake"].account_id
    page = open_app(door.store, people["owner"], "people")
    page.selectbox(key=f"role-of-{ben}").set_value("lead")
    account_rules.change_role(door.store, ben, "administrator", "somebody else")
    page = page.button(key=f"role-{ben}").click().run()
    assert not page.exception
    assert "meanwhile" in words(page)
    assert role_of(door, ben) == ("administrator", True)
    page = page.button(key=f"disable-{ben}").click().run()
    assert wa.DONE_DISABLED.format(name="The\\-Intake") in words(page)
    assert role_of(door, ben) == ("administrator", False)
    page = page.button(key=f"enable-{ben}").click().run()
    assert role_of(door, ben) == ("administrator", True)
    page = page.button(key=f"reset-{ben}").click().run()
    assert "/auth/link#" in page.code[0].value
