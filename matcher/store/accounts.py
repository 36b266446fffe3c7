"""Accounts of people who work at the clinic: a name to sign in with, a role, and how they prove who they are.

The name others see is sealed. A change names the version it was made from, as for any row of the store.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import Row, func, insert, or_, select
from sqlalchemy.orm import Session

from matcher.domain.roles import ROLES, Role
from matcher.store.account_tables import accounts
from matcher.store.audit import record
from matcher.store.errors import NotFoundError, StoreError
from matcher.store.hashes import keyed_hash
from matcher.store.rows import change_row
from matcher.store.store import sealer_of

_NAME = re.compile(r"\S{2,100}")
LONGEST_DISPLAY_NAME: Final = 100


class AccountError(StoreError):
    """An account that cannot be made or changed so; the message says why."""


@dataclass(frozen=True, slots=True)
class Account:
    """One person's account; ``version`` goes back with a change."""

    account_id: str
    name: str
    display_name: str
    role: Role
    has_password: bool
    has_openid: bool
    made_at: datetime
    disabled_at: datetime | None
    version: int


def clean_name(name: str) -> str:
    """Return the form in which a sign-in name is kept and compared: one case, one spelling of each letter."""
    return _writable(unicodedata.normalize("NFKC", name)).strip().casefold()


def add_account(session: Session, name: str, shown: str, role: Role, actor: str) -> Account:
    """Make an account nobody can sign in to yet and return it.

    Raises
    ------
    AccountError
        If the name cannot be used or is taken, or the role is unknown.
    """
    name = clean_name(name)
    if not _NAME.fullmatch(name):
        raise AccountError("a sign-in name has 2 to 100 letters and no spaces.")
    if role not in ROLES:
        raise AccountError(f"this is no role; expected one of {', '.join(ROLES)}.")
    if account_named(session, name) is not None:
        raise AccountError("somebody else already signs in with this name.")
    account_id = uuid4().hex
    row = {"account_id": account_id, "name": name, "role": role, "made_at": datetime.now(UTC)}
    session.execute(insert(accounts), row | {"private": _sealed(session, account_id, shown or name)})
    record(session, actor, "added", "account", account_id, role=role)
    return account_of(session, account_id)


def account_of(session: Session, account_id: str) -> Account:
    """Return one account.

    Raises
    ------
    NotFoundError
        If there is none with this id.
    """
    row = session.execute(select(accounts).where(accounts.c.account_id == account_id)).one_or_none()
    if row is None:
        raise NotFoundError("there is no such account.")
    return _read(session, row)


def account_named(session: Session, name: str) -> Account | None:
    """Return the account of a sign-in name, or None."""
    row = session.execute(select(accounts).where(accounts.c.name == clean_name(name))).one_or_none()
    return None if row is None else _read(session, row)


def account_with_openid(session: Session, issuer: str, subject: str) -> Account | None:
    """Return the account linked to a subject of an OpenID Connect provider, or None."""
    kept = keyed_hash(session, "openid", issuer, subject)
    row = session.execute(select(accounts).where(accounts.c.openid == kept)).one_or_none()
    return None if row is None else _read(session, row)


def list_accounts(session: Session) -> list[Account]:
    """Return every account, by name."""
    return [_read(session, row) for row in session.execute(select(accounts).order_by(accounts.c.name))]


def any_account(session: Session) -> bool:
    """Return whether the store has an account at all."""
    return bool(session.scalar(select(func.count()).select_from(accounts)))


def password_of(session: Session, account_id: str) -> str | None:
    """Return the argon2id hash of an account's password, None where it has none."""
    kept: str | None = session.scalar(select(accounts.c.password).where(accounts.c.account_id == account_id))
    return kept


def keep_password(session: Session, account: Account, hashed: str, actor: str) -> Account:
    """Keep a new password's hash; raises as `change_role`."""
    return _change(session, account, actor, "set the password of", password=hashed)


def forget_password(session: Session, account: Account, actor: str) -> Account:
    """Forget an account's password: nobody signs in with it any more. Raises as `change_role`."""
    return _change(session, account, actor, "reset the password of", password=None)


def keep_rehashed(session: Session, account: Account, hashed: str) -> Account:
    """Keep the same password hashed with newer parameters; raises as `change_role`."""
    return _change(session, account, account.account_id, "renewed the hash of", password=hashed)


def keep_openid(session: Session, account: Account, issuer: str, subject: str) -> Account:
    """Link an account to a subject of an OpenID Connect provider; raises as `change_role`."""
    return _change(
        session, account, account.account_id, "linked", openid=keyed_hash(session, "openid", issuer, subject)
    )


def change_display_name(session: Session, account: Account, shown: str, actor: str) -> Account:
    """Change the name others see; raises as `change_role`."""
    return _change(session, account, actor, "renamed", private=_sealed(session, account.account_id, shown))


def change_role(session: Session, account: Account, role: Role, actor: str) -> Account:
    """Give an account another role and return it as it is then.

    Raises
    ------
    StaleVersionError
        If the account was changed since it was read.
    """
    return _change(session, account, actor, f"made {role}", role=role)


def disable(session: Session, account: Account, actor: str) -> Account:
    """Keep an account from signing in; its sessions end with it. Raises as `change_role`."""
    return _change(session, account, actor, "disabled", disabled_at=datetime.now(UTC))


def enable(session: Session, account: Account, actor: str) -> Account:
    """Let an account sign in again; raises as `change_role`."""
    return _change(session, account, actor, "enabled", disabled_at=None)


def ready_accounts(session: Session, roles: Collection[str]) -> set[str]:
    """Return the ids of the accounts of some roles that could sign in now, and hold them until this is written.

    Two people who take one another's role at the same moment then wait for each other.
    """
    ready = accounts.c.disabled_at.is_(None) & or_(accounts.c.password.is_not(None), accounts.c.openid.is_not(None))
    query = select(accounts.c.account_id).where(ready, accounts.c.role.in_(sorted(roles)))
    return set(session.scalars(query.order_by(accounts.c.account_id).with_for_update()))


def display_name(session: Session, row: Row[Any]) -> str:
    """Return the name others see, opened from a row with ``account_id`` and ``private``."""
    opened = sealer_of(session).open_json(row.private, "accounts", "private", row.account_id)
    return str(opened["display_name"])


def _change(session: Session, account: Account, actor: str, action: str, **values: Any) -> Account:
    change_row(session, accounts, account.account_id, account.version, values)
    record(session, actor, action, "account", account.account_id)
    return account_of(session, account.account_id)


def _sealed(session: Session, account_id: str, shown: str) -> bytes:
    shown = " ".join(_writable(shown).split())[:LONGEST_DISPLAY_NAME]
    return sealer_of(session).seal_json({"display_name": shown}, "accounts", "private", account_id)


def _writable(text: str) -> str:
    """Return a text without what a database or a terminal cannot take: control characters and halves of letters."""
    return "".join(letter for letter in text if letter.isspace() or unicodedata.category(letter)[0] != "C")


def _read(session: Session, row: Row[Any]) -> Account:
    return Account(
        account_id=row.account_id,
        name=row.name,
        display_name=display_name(session, row),
        role=row.role,
        has_password=row.password is not None,
        has_openid=row.openid is not None,
        made_at=row.made_at,
        disabled_at=row.disabled_at,
        version=row.version,
    )
