"""Who is signed in: one row a session, which ends when it is revoked, unused, too old, or its account is disabled.

A browser carries a 256-bit token in a cookie; the row holds its SHA-256.
"""

import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Row, Select, delete, insert, select, update
from sqlalchemy.orm import Session

from matcher.domain.roles import Role
from matcher.store.account_tables import accounts, sessions
from matcher.store.accounts import display_name
from matcher.store.hashes import secret_hash

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
#: How much of the idle time passes before use is written down: not every click is worth a write.
_NOTED: Final = 20


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A live session and whose it is."""

    session_hash: str
    account_id: str
    display_name: str
    role: Role
    made_at: datetime
    seen_at: datetime
    expires_at: datetime


def session_hash(token: str | None) -> str | None:
    """Return the hash a cookie's session is kept under, or None where it cannot be one of ours."""
    return secret_hash("session", token) if token is not None and _TOKEN.fullmatch(token) else None


def open_session(session: Session, account_id: str, lasting: timedelta, now: datetime | None = None) -> str:
    """Sign an account in for at most ``lasting`` and return the new session's token, for the cookie alone."""
    now = now or datetime.now(UTC)
    token = secrets.token_urlsafe(32)
    row = {"session_hash": session_hash(token), "account_id": account_id, "made_at": now, "seen_at": now}
    session.execute(insert(sessions), row | {"expires_at": now + lasting})
    return token


def signed_in(session: Session, kept: str, idle: timedelta, now: datetime | None = None) -> SignedIn | None:
    """Return the live session of a hash, or None where it has ended in any way."""
    now = now or datetime.now(UTC)
    query = _query().where(sessions.c.session_hash == kept, *_live(idle, now))
    row = session.execute(query).one_or_none()
    return None if row is None else _read(session, row)


def is_due(found: SignedIn, idle: timedelta, now: datetime | None = None) -> bool:
    """Return whether a session's use is worth writing down again with `note_use`."""
    return (now or datetime.now(UTC)) - found.seen_at > idle / _NOTED


def note_use(session: Session, kept: str, now: datetime | None = None) -> None:
    """Write down that a session was used, which starts its idle time again."""
    change = update(sessions).where(sessions.c.session_hash == kept, sessions.c.revoked_at.is_(None))
    session.execute(change.values(seen_at=now or datetime.now(UTC)))


def revoke_session(session: Session, kept: str, now: datetime | None = None) -> str | None:
    """End one session and return whose it was, or None where none was live."""
    change = update(sessions).where(sessions.c.session_hash == kept, sessions.c.revoked_at.is_(None))
    ended = change.values(revoked_at=now or datetime.now(UTC)).returning(sessions.c.account_id)
    return cast("str | None", session.scalar(ended))


def revoke_sessions(session: Session, account_id: str, now: datetime | None = None) -> int:
    """End every session of an account and return how many were open."""
    change = update(sessions).where(sessions.c.account_id == account_id, sessions.c.revoked_at.is_(None))
    ended = change.values(revoked_at=now or datetime.now(UTC)).returning(sessions.c.session_hash)
    return len(session.execute(ended).all())


def sessions_of(session: Session, account_id: str, idle: timedelta, now: datetime | None = None) -> list[SignedIn]:
    """Return an account's live sessions, the newest first."""
    live = _live(idle, now or datetime.now(UTC))
    query = _query().where(sessions.c.account_id == account_id, *live).order_by(sessions.c.made_at.desc())
    return [_read(session, row) for row in session.execute(query)]


def purge_sessions(session: Session, now: datetime | None = None) -> int:
    """Remove sessions past their last moment and return how many."""
    old = delete(sessions).where(sessions.c.expires_at <= (now or datetime.now(UTC))).returning(sessions.c.session_hash)
    return len(session.execute(old).all())


def _live(idle: timedelta, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        sessions.c.revoked_at.is_(None),
        sessions.c.expires_at > now,
        sessions.c.seen_at > now - idle,
        accounts.c.disabled_at.is_(None),
    )


def _query() -> Select[Any]:
    columns = sessions.c.session_hash, sessions.c.made_at, sessions.c.seen_at, sessions.c.expires_at
    joined = sessions.join(accounts, accounts.c.account_id == sessions.c.account_id)
    return select(*columns, accounts.c.account_id, accounts.c.role, accounts.c.private).select_from(joined)


def _read(session: Session, row: Row[Any]) -> SignedIn:
    name = display_name(session, row)
    return SignedIn(
        row.session_hash,
        row.account_id,
        name,
        row.role,
        made_at=row.made_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
    )
