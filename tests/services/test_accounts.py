"""Managing accounts by role: who may do what to whom, and that nothing is done to an account nobody saw as it is."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from doors import door_to, everybody, join
from stores import RING

from matcher.services import account_rules, accounts
from matcher.services.access import Person
from matcher.services.signing_in import Door
from matcher.store.accounts import Account, AccountError
from matcher.store.errors import StaleVersionError
from matcher.store.store import open_store

DOINGS: dict[str, Callable[[Person, Door, Account], Any]] = {
    "role": lambda person, door, seen: accounts.change_role(person, door.store, seen, "lead"),
    "reset": lambda person, door, seen: accounts.reset(person, door.store, seen),
    "disable": lambda person, door, seen: accounts.disable(person, door.store, seen),
    "enable": lambda person, door, seen: accounts.enable(person, door.store, seen),
}


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite", RING)
    yield door_to(store)
    store.close()


def seen(door: Door, person: Person) -> Account:
    return next(one for one in account_rules.all_accounts(door.store) if one.account_id == person.account_id)


@pytest.mark.parametrize("doing", DOINGS)
def test_nothing_is_done_to_an_account_that_somebody_else_changed_since_it_was_shown(door: Door, doing: str) -> None:
    people = everybody(door)
    before = seen(door, people["intake"])
    account_rules.change_role(door.store, before.account_id, "administrator", "test")
    with pytest.raises(StaleVersionError):
        DOINGS[doing](people["owner"], door, before)
    now = seen(door, people["intake"])
    assert (now.role, now.disabled_at, now.has_password) == ("administrator", None, True)
    DOINGS[doing](people["owner"], door, now)


@pytest.mark.parametrize("doing", DOINGS)
def test_only_an_owner_changes_an_owner(door: Door, doing: str) -> None:
    people = everybody(door)
    second = join(door, "second", "owner").person
    with pytest.raises(AccountError, match="only an owner"):
        DOINGS[doing](people["administrator"], door, seen(door, second))
    DOINGS[doing](people["owner"], door, seen(door, second))
    with pytest.raises(AccountError, match="only an owner"):
        accounts.sign_out_everywhere(people["administrator"], door.store, people["owner"].account_id)


@pytest.mark.parametrize("doing", ["role", "disable"])
def test_nobody_changes_their_own_role_or_shuts_themselves_out(door: Door, doing: str) -> None:
    people = everybody(door)
    for person in (people["owner"], people["administrator"]):
        with pytest.raises(AccountError, match="your own account"):
            DOINGS[doing](person, door, seen(door, person))


def test_an_administrator_makes_nobody_an_owner(door: Door) -> None:
    people = everybody(door)
    ada = people["administrator"]
    for make in (
        lambda: accounts.invite(ada, door.store, "new", "New", "owner"),
        lambda: accounts.change_role(ada, door.store, seen(door, people["intake"]), "owner"),
    ):
        with pytest.raises(AccountError, match="only an owner can make"):
            make()
    assert "owner" not in accounts.roles_to_give(ada)
