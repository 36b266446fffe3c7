"""Codes for people without an account: to come back, to answer a fit check, to look at one's own profile.

A code has 80 random bits, is read aloud and typed without doubt (no I, L, O or U; small letters, spaces and the usual
mix-ups are understood), opens one thing for one purpose, and expires. The store keeps its hash alone.
"""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from matcher.store.account_tables import codes
from matcher.store.attempts import Limit, begin_try, end_try, who
from matcher.store.hashes import secret_hash

#: Crockford's base 32: five bits a letter.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LETTERS = 16
_GROUP = 4
_TYPED = frozenset(ALPHABET + ALPHABET.lower())
_MEANT = str.maketrans(
    dict.fromkeys("- \t\u2010\u2011\u2012\u2013\u2014\u00a0") | dict.fromkeys("IiLl", "1") | dict.fromkeys("Oo", "0")
)
#: Nobody mistypes so often; at this rate 80 bits outlast any expiry.
TRIES = (Limit(10, timedelta(minutes=15)), Limit(50, timedelta(days=1)))


@dataclass(frozen=True, slots=True)
class Code:
    """What a code opens."""

    code_hash: str
    purpose: str
    client_id: str | None
    therapist_id: str | None
    subject_id: str | None
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None


def new_code() -> str:
    """Return a fresh code as it is shown: four groups of four."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LETTERS))
    return "-".join(letters[at : at + _GROUP] for at in range(0, LETTERS, _GROUP))


def code_hash(code: str, purpose: str) -> str | None:
    """Return the hash a typed code is kept under for a purpose, or None where it cannot be a code."""
    meant = code.strip().translate(_MEANT)
    if len(meant) != LETTERS or not set(meant) <= _TYPED:
        return None
    return secret_hash(f"code {purpose}", meant.upper())


def make_code(
    session: Session,
    purpose: str,
    *,
    expires_at: datetime,
    client_id: str | None = None,
    therapist_id: str | None = None,
    subject_id: str | None = None,
) -> str:
    """Make a code and return it: the only time it can be shown.

    Parameters
    ----------
    session
        A writing session.
    purpose
        One of `account_tables.CODE_PURPOSES`; the code opens nothing else.
    expires_at
        From this moment on it opens nothing.
    client_id, therapist_id, subject_id
        What it opens, as far as the purpose needs it; the code goes when the client or therapist goes.
    """
    code = new_code()
    session.execute(
        insert(codes),
        {
            "code_hash": code_hash(code, purpose),
            "purpose": purpose,
            "client_id": client_id,
            "therapist_id": therapist_id,
            "subject_id": subject_id,
            "made_at": datetime.now(UTC),
            "expires_at": expires_at,
        },
    )
    return code


def open_code(
    session: Session, code: str, purpose: str, *, asker: str | None = None, now: datetime | None = None
) -> Code | None:
    """Return what a typed code opens, or None where it is unknown, expired, withdrawn, or for another purpose.

    A code already used is returned with its ``used_at``: whether that matters is the purpose's own business.

    Parameters
    ----------
    session
        A writing session when ``asker`` is given, since a failed try is written down; else any.
    asker
        Whoever types it, a network address or the fingerprint of a draft cookie; always give it where a person types.

    Raises
    ------
    TooManyTriesError
        If the asker has typed too many wrong ones.
    """
    now = now or datetime.now(UTC)
    tried = () if asker is None else begin_try(session, {who(session, f"code {purpose}", asker): TRIES}, now)
    kept = code_hash(code, purpose)
    found = codes.c.code_hash == kept, codes.c.purpose == purpose, codes.c.expires_at > now
    row = None if kept is None else session.execute(select(codes).where(*found)).one_or_none()
    if row is None:
        return None
    if tried:
        end_try(session, tried)
    return Code(**row._mapping)


def use_code(session: Session, code: Code, now: datetime | None = None) -> bool:
    """Use a code up and return whether it was still unused: of two at the same moment one is told yes."""
    unused = (codes.c.code_hash == code.code_hash) & codes.c.used_at.is_(None)
    change = update(codes).where(unused).values(used_at=now or datetime.now(UTC))
    return session.execute(change.returning(codes.c.code_hash)).one_or_none() is not None


def withdraw_codes(
    session: Session,
    purpose: str,
    *,
    client_id: str | None = None,
    therapist_id: str | None = None,
    subject_id: str | None = None,
) -> int:
    """Remove the codes of a purpose for a client, therapist or subject, before a new one or for good; return how many.

    Raises
    ------
    ValueError
        If it is not said whose.
    """
    given = {"client_id": client_id, "therapist_id": therapist_id, "subject_id": subject_id}
    whose = [codes.c[name] == value for name, value in given.items() if value is not None]
    if not whose:
        raise ValueError("say whose codes are withdrawn")
    gone = delete(codes).where(codes.c.purpose == purpose, *whose).returning(codes.c.code_hash)
    return len(session.execute(gone).all())


def purge_codes(session: Session, now: datetime | None = None) -> int:
    """Remove expired codes and return how many."""
    old = delete(codes).where(codes.c.expires_at <= (now or datetime.now(UTC))).returning(codes.c.code_hash)
    return len(session.execute(old).all())
