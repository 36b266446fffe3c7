"""Coming in and going out: passwords, and whose a session is. Nobody is signed in yet, so nothing asks for a role.

Failed tries are counted for the name, for the address, and apart from both for a browser that has signed in to the
account before: somebody who tries a colleague's name over and over shuts out strangers for a while, never the
colleague's own browser, and a one-time link always works.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network
from typing import Final

from matcher.config import Settings
from matcher.services.access import Person
from matcher.services.passwords import Passwords, check_new, usual_passwords
from matcher.store import accounts, sessions
from matcher.store.accounts import Account, clean_name
from matcher.store.attempts import Limit, begin_try, end_try, who
from matcher.store.audit import record
from matcher.store.devices import device_number, is_known, remembered
from matcher.store.errors import StoreError
from matcher.store.sessions import SignedIn
from matcher.store.store import Store, StoreSession

_QUARTER: Final = timedelta(minutes=15)
NAME_LIMITS: Final = (Limit(10, _QUARTER), Limit(100, timedelta(days=1)))
#: A clinic's people often share one address.
ADDRESS_LIMITS: Final = (Limit(30, _QUARTER),)
DEVICE_LIMITS: Final = (Limit(10, _QUARTER),)
_LONGEST_NAME: Final = 100


class WrongPasswordError(StoreError):
    """The name and password do not go together; nobody is told which of the two was wrong."""


@dataclass(frozen=True, slots=True)
class Door:
    """The way in: the store, how long a session lasts unused and in all, and how passwords are checked."""

    store: Store
    idle: timedelta
    lasting: timedelta
    passwords: Passwords


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody who has come in: the two cookies' values, and who they are."""

    token: str
    device: str
    person: Person


@dataclass(frozen=True, slots=True)
class Visitor:
    """What a browser brings along: its address, what it remembers of earlier sign-ins, and a session to end."""

    address: str
    device: str | None = None
    session_hash: str | None = None


def door_of(store: Store, settings: Settings, passwords: Passwords | None = None) -> Door:
    """Return the way in to a store as the settings have it."""
    idle = timedelta(minutes=settings.session_idle_minutes)
    return Door(store, idle, timedelta(hours=settings.session_hours), passwords or usual_passwords())


def sign_in(door: Door, name: str, password: str, visitor: Visitor, now: datetime | None = None) -> Entry:
    """Sign somebody in with a password.

    Unknown names, disabled accounts and accounts without a password take the same path and the same time.

    Raises
    ------
    WrongPasswordError
        If this is no name and its password.
    TooManyTriesError
        If there were too many failed tries; the password was not looked at.
    """
    name = clean_name(name)[:_LONGEST_NAME]
    with door.store.writing() as session:
        tried = begin_try(session, _limits(session, name, visitor), now)
        found = accounts.account_named(session, name)
        kept = None if found is None else accounts.password_of(session, found.account_id)
    # Outside of the transaction: it takes a tenth of a second, in which others may write.
    checked = door.passwords.check(kept, password)
    with door.store.writing() as session:
        account = _still(session, found, kept) if checked.right else None
        if account is not None:
            end_try(session, tried)
            if checked.renewed is not None:
                account = accounts.keep_rehashed(session, account, checked.renewed)
            return let_in(door, session, account, visitor, "password", now)
        record(session, "nobody", "failed to sign in to", "account", "" if found is None else found.account_id)
    raise WrongPasswordError("this is not a name and its password.")


def let_in(
    door: Door, session: StoreSession, account: Account, visitor: Visitor, how: str, now: datetime | None = None
) -> Entry:
    """Open a new session for an account, ending the one the browser came with."""
    if visitor.session_hash is not None:
        sessions.revoke_session(session, visitor.session_hash, now)
    token = sessions.open_session(session, account.account_id, door.lasting, now)
    record(session, account.account_id, "signed in to", "account", account.account_id, how=how)
    device = remembered(session, visitor.device, account.name)
    return Entry(token, device, Person(account.account_id, account.display_name, account.role))


def session_of(door: Door, session_hash: str, now: datetime | None = None) -> SignedIn | None:
    """Return a live session, noting that it is used, or None where it has ended."""
    with door.store.reading() as session:
        found = sessions.signed_in(session, session_hash, door.idle, now)
    if found is not None and sessions.is_due(found, door.idle, now):
        with door.store.writing() as session:
            sessions.note_use(session, session_hash, now)
    return found


def person_of(door: Door, session_hash: str, now: datetime | None = None) -> Person | None:
    """Return whose a live session is, with the role the account has now, or None where it has ended."""
    found = session_of(door, session_hash, now)
    return None if found is None else Person(found.account_id, found.display_name, found.role)


def sign_out(door: Door, session_hash: str) -> None:
    """End one session."""
    with door.store.writing() as session:
        account_id = sessions.revoke_session(session, session_hash)
        if account_id is not None:
            record(session, account_id, "signed out of", "account", account_id)


def change_password(door: Door, person: Person, current: str, new: str, visitor: Visitor) -> Entry:
    """Change the password of whoever is signed in, sign them out everywhere, and in again here.

    Raises
    ------
    PasswordRefusedError
        If the new one may not be set.
    WrongPasswordError, TooManyTriesError
        As `sign_in`, for the current one: an unlocked screen must not be enough to take an account over.
    """
    with door.store.reading() as session:
        account = accounts.account_of(session, person.account_id)
    check_new(new, account.name, account.display_name)
    entry = sign_in(door, account.name, current, visitor)
    hashed = door.passwords.hash(new)
    with door.store.writing() as session:
        account = accounts.account_of(session, person.account_id)
        account = accounts.keep_password(session, account, hashed, person.account_id)
        sessions.revoke_sessions(session, account.account_id)
        return let_in(door, session, account, replace(visitor, device=entry.device), "changed password")


def own_sessions(door: Door, person: Person) -> list[SignedIn]:
    """Return the live sessions of whoever is signed in, the newest first."""
    with door.store.reading() as session:
        return sessions.sessions_of(session, person.account_id, door.idle)


def sign_out_everywhere(door: Door, person: Person) -> int:
    """End all sessions of whoever is signed in and return how many were open."""
    with door.store.writing() as session:
        record(session, person.account_id, "signed out everywhere", "account", person.account_id)
        return sessions.revoke_sessions(session, person.account_id)


def neighbourhood(address: str) -> str:
    """Return what counts as one address: an IPv4 address, or the /64 an IPv6 subscriber chooses from at will."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(ip_network(f"{address}/64", strict=False)) if parsed.version == 6 else address


def _limits(session: StoreSession, name: str, visitor: Visitor) -> Mapping[str, Sequence[Limit]]:
    if visitor.device is not None and is_known(session, visitor.device, name):
        return {who(session, "device", f"{device_number(visitor.device)} {name}"): DEVICE_LIMITS}
    address = who(session, "address", neighbourhood(visitor.address))
    return {who(session, "name", name): NAME_LIMITS, address: ADDRESS_LIMITS}


def _still(session: StoreSession, found: Account | None, kept: str | None) -> Account | None:
    """Return the account as it is now, unless it was disabled or its password changed while we looked."""
    if found is None or accounts.password_of(session, found.account_id) != kept:
        return None
    account = accounts.account_of(session, found.account_id)
    return account if account.disabled_at is None else None
