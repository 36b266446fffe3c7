"""One-time links: to make the first owner's account, to take up an invitation, to set a new password.

A link carries 256 random bits behind the # of an address, which no server and no log ever sees; the row holds their
hash. Making a new link for somebody withdraws their earlier ones. The first owner's is made out of the key file and the
day, so that every process started on one store says the same link, and a second start takes nobody's away.
"""

import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from matcher.store.account_tables import links
from matcher.store.engine import insert_or
from matcher.store.hashes import keyed_hash, secret_hash

Purpose = Literal["owner", "invite", "reset"]
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Link:
    """What a link is for; ``account_id`` is None where it makes the first owner's account."""

    link_hash: str
    purpose: Purpose
    account_id: str | None
    expires_at: datetime


def make_link(session: Session, purpose: Purpose, account_id: str | None, lasting: timedelta) -> str:
    """Make a link, withdraw what it replaces, and return its token: the only time it can be shown."""
    now = datetime.now(UTC)
    withdraw_links(session, account_id)
    token = secrets.token_urlsafe(32)
    row = {"link_hash": secret_hash("link", token), "purpose": purpose, "account_id": account_id, "made_at": now}
    session.execute(insert(links), row | {"expires_at": now + lasting})
    return token


def owner_link(session: Session, lasting: timedelta, now: datetime | None = None) -> str:
    """Return the token of the day's link for the first owner: the same whoever asks, until somebody has used it.

    It lasts from when it was first asked for. One statement, so that processes that start at once all succeed.
    """
    now = now or datetime.now(UTC)
    keyed = keyed_hash(session, "owner link", now.astimezone(UTC).date().isoformat())
    token = urlsafe_b64encode(bytes.fromhex(keyed)).decode().rstrip("=")
    row = {"link_hash": secret_hash("link", token), "purpose": "owner", "account_id": None, "made_at": now}
    session.execute(insert_or(session, links).values(row | {"expires_at": now + lasting}).on_conflict_do_nothing())
    return token


def open_link(session: Session, token: str, now: datetime | None = None) -> Link | None:
    """Return what a link is for, or None where it is unknown, used, withdrawn or expired."""
    if not _TOKEN.fullmatch(token):
        return None
    live = links.c.used_at.is_(None) & (links.c.expires_at > (now or datetime.now(UTC)))
    row = session.execute(select(links).where(links.c.link_hash == secret_hash("link", token), live)).one_or_none()
    return None if row is None else Link(row.link_hash, row.purpose, row.account_id, row.expires_at)


def use_link(session: Session, link: Link, now: datetime | None = None) -> bool:
    """Use a link up and return whether it was still good: of two at the same moment one is told yes."""
    now = now or datetime.now(UTC)
    good = (links.c.link_hash == link.link_hash) & links.c.used_at.is_(None) & (links.c.expires_at > now)
    change = update(links).where(good).values(used_at=now)
    return session.execute(change.returning(links.c.link_hash)).one_or_none() is not None


def withdraw_links(session: Session, account_id: str | None) -> None:
    """Remove an account's unused links, or with None those that would make a first owner."""
    whose = links.c.account_id.is_(None) if account_id is None else links.c.account_id == account_id
    session.execute(delete(links).where(whose, links.c.used_at.is_(None)))


def purge_links(session: Session, now: datetime | None = None) -> int:
    """Remove expired links and return how many."""
    old = delete(links).where(links.c.expires_at <= (now or datetime.now(UTC))).returning(links.c.link_hash)
    return len(session.execute(old).all())
