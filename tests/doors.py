"""A way in to a store whose passwords cost next to nothing to check, and people with each role."""

from datetime import timedelta

from argon2 import PasswordHasher

from matcher.domain.roles import ROLES, Role
from matcher.services import account_rules, one_time_links
from matcher.services.access import Person
from matcher.services.passwords import passwords_at
from matcher.services.signing_in import Door, Entry, Visitor
from matcher.store.store import Store

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PASSWORDS = passwords_at(CHEAP)
PASSWORD = "tall river candle seven"
HERE = Visitor("198.51.100.7")


def door_to(store: Store, idle: timedelta = timedelta(minutes=30), lasting: timedelta = timedelta(hours=12)) -> Door:
    """Return a way in with cheap passwords."""
    return Door(store, idle, lasting, PASSWORDS)


def join(door: Door, name: str, role: Role, visitor: Visitor = HERE) -> Entry:
    """Invite somebody and let them take the invitation up."""
    link = account_rules.invite(door.store, name, name.title(), role, "test")
    return one_time_links.take_up_link(door, link.token, PASSWORD, visitor)


def everybody(door: Door) -> dict[Role, Person]:
    """Return one person of each role."""
    return {role: join(door, f"the-{role}", role).person for role in ROLES}
