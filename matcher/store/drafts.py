"""Unfinished answers: sealed, under the fingerprint of a browser's cookie, and gone when their time is up.

A draft is kept for two hours after it last changed, or for fourteen days once its owner asked for a code to come back
with. The code is kept as its hash alone, and moves the draft to the browser it is typed in: one draft, one owner.
Nobody who works at the clinic sees a draft, so the audit log names none.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Executable, LargeBinary, Row, bindparam, case, delete, select, update
from sqlalchemy.orm import Session

from matcher.domain.draft import Draft
from matcher.domain.merging import merged
from matcher.store.codes import code_hash, new_code
from matcher.store.columns import UtcDateTime
from matcher.store.engine import insert_into
from matcher.store.enquiry_tables import drafts
from matcher.store.errors import NotFoundError
from matcher.store.store import sealer_of

KEPT: Final = timedelta(hours=2)
KEPT_WITH_CODE: Final = timedelta(days=14)
KEPT_EMPTY: Final = timedelta(days=1)
_PURPOSE: Final = "return"


def load_draft(session: Session, owner: str, now: datetime | None = None) -> Draft:
    """Return an owner's answers, empty where there are none or they have expired."""
    live = drafts.c.owner == owner, drafts.c.expires_at > (now or datetime.now(UTC))
    row = session.execute(select(drafts).where(*live)).one_or_none()
    return Draft() if row is None else Draft(_opened(session, row), row.version)


def save_draft(
    session: Session, owner: str, answers: dict[str, Any], read: Draft, now: datetime | None = None
) -> Draft:
    """Keep an owner's answers, changed from what was ``read``, and return the draft as it is kept now.

    Where another tab of the browser saved meanwhile, what either changed is kept, and of one answer changed by both
    the later one. What a code promised is neither shortened nor drawn out. One statement, unless there is to merge.
    """
    now = now or datetime.now(UTC)
    private = _sealed(session, owner, answers)
    # Counted from anywhere, so that a draft begun after another was forgotten is never taken for that one.
    given = {"as_private": private, "as_now": now, "as_until": now + KEPT, "as_version": secrets.randbits(30)}
    keep = _keep(session.get_bind().dialect.name)
    version = session.scalar(keep, given | {"as_owner": owner, "as_read": read.version})
    if version is not None:
        return Draft(answers, version)
    # The attempt has locked the row: nobody comes in between.
    kept = load_draft(session, owner, now)
    return save_draft(session, owner, merged(kept.answers, read.answers, answers), kept, now)


def delete_draft(session: Session, owner: str, now: datetime | None = None) -> None:
    """Forget an owner's answers, and the code that led to them.

    An empty draft of another version stays for a day: a tab left open then finds that its answers are gone, where it
    would bring them all back with the next one.
    """
    now = now or datetime.now(UTC)
    empty = {"private": _sealed(session, owner, {}), "code_hash": None, "version": drafts.c.version + 1}
    session.execute(
        update(drafts).where(drafts.c.owner == owner).values(empty | {"saved_at": now, "expires_at": now + KEPT_EMPTY})
    )


def make_return_code(session: Session, owner: str, now: datetime | None = None) -> str:
    """Return a code that leads back to an owner's answers for fourteen days: the only time it can be shown.

    A code made before leads nowhere from then on.

    Raises
    ------
    NotFoundError
        If nothing is kept for this owner.
    """
    now = now or datetime.now(UTC)
    code = new_code()
    change = (
        update(drafts)
        .where(drafts.c.owner == owner, drafts.c.expires_at > now)
        .values(code_hash=code_hash(code, _PURPOSE), expires_at=now + KEPT_WITH_CODE)
        .returning(drafts.c.owner)
    )
    if session.execute(change).one_or_none() is None:
        raise NotFoundError("there are no answers to come back to.")
    return code


def take_up_draft(session: Session, code: str, owner: str, now: datetime | None = None) -> bool:
    """Move the answers a code leads to to another owner, who loses their own; return whether it led to any.

    Nobody is slowed down here: the code has 80 random bits, and whoever guesses would change cookies as they like.
    """
    kept = code_hash(code, _PURPOSE)
    if kept is None:
        return False
    live = drafts.c.code_hash == kept, drafts.c.expires_at > (now or datetime.now(UTC))
    row = session.execute(select(drafts).where(*live).with_for_update()).one_or_none()
    if row is None:
        return False
    if row.owner != owner:
        # A sealed value opens only in its own row, so it is sealed again for the new one.
        sealed = _sealed(session, owner, _opened(session, row))
        session.execute(delete(drafts).where(drafts.c.owner == owner))
        session.execute(update(drafts).where(drafts.c.owner == row.owner).values(owner=owner, private=sealed))
    return True


def drafts_of(session: Session, client_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the owner and the answers of every draft of one client: only opening all of them can tell."""
    for row in session.execute(select(drafts)).all():
        answers = _opened(session, row)
        if answers.get("client_id") == client_id:
            yield row.owner, answers


def purge_drafts(session: Session, now: datetime | None = None) -> int:
    """Remove the drafts that have run out and return how many."""
    old = delete(drafts).where(drafts.c.expires_at <= (now or datetime.now(UTC))).returning(drafts.c.owner)
    return len(session.execute(old).all())


@cache
def _keep(dialect: str) -> Executable:
    """Return the statement of `save_draft`: every answer runs it, and putting it together takes longer than that."""
    private, now = bindparam("as_private", type_=LargeBinary()), bindparam("as_now", type_=UtcDateTime())
    until = bindparam("as_until", type_=UtcDateTime())
    row = {"owner": bindparam("as_owner"), "private": private, "saved_at": now, "expires_at": until}
    keep = insert_into(drafts, dialect).values(row | {"version": bindparam("as_version")})
    promised = drafts.c.code_hash.is_not(None) & (drafts.c.expires_at > now)
    change = {
        "private": keep.excluded.private,
        "saved_at": keep.excluded.saved_at,
        "expires_at": case((promised, drafts.c.expires_at), else_=until),
        # The code of a draft that had run out went with it.
        "code_hash": case((promised, drafts.c.code_hash), else_=None),
        "version": drafts.c.version + 1,
    }
    as_read = (drafts.c.version == bindparam("as_read")) | (drafts.c.expires_at <= now)
    return keep.on_conflict_do_update(index_elements=["owner"], set_=change, where=as_read).returning(drafts.c.version)


def _sealed(session: Session, owner: str, answers: Mapping[str, Any]) -> bytes:
    # Plain ASCII, so that whatever a browser sends survives, half a character too.
    return sealer_of(session).seal(json.dumps(answers).encode("ascii"), "drafts", "private", owner)


def _opened(session: Session, row: Row[Any]) -> dict[str, Any]:
    return sealer_of(session).open_json(row.private, "drafts", "private", row.owner)
