"""How often somebody has tried: kept in the store, so that every process counts the same tries.

A try is written down before its secret is looked at, as one that failed, and mended if it worked: however many are
made at once, no more than the limit get to look. A try refused for coming too soon is not written down, so a lockout
always ends by itself, and nobody is kept out for ever by somebody else's trying.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.orm import Session

from matcher.store.account_tables import attempts
from matcher.store.errors import StoreError
from matcher.store.hashes import keyed_hash

#: Attempts older than this are of no use to any limit.
KEPT = timedelta(days=1)


class TooManyTriesError(StoreError):
    """There were too many failed tries; ``seconds`` is how long to wait."""

    def __init__(self, seconds: int) -> None:
        super().__init__("there were too many tries: wait, then try again.")
        self.seconds = seconds


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``tries`` failed ones ``within`` a time."""

    tries: int
    within: timedelta


def who(session: Session, kind: str, value: str) -> str:
    """Return what the table calls a name, an address or a device; it cannot be read back."""
    return keyed_hash(session, f"attempts {kind}", value)


def begin_try(session: Session, limits: Mapping[str, Sequence[Limit]], now: datetime | None = None) -> tuple[str, ...]:
    """Write down a try under each of the hashes it counts for, and return its ids for `end_try`.

    Raises
    ------
    TooManyTriesError
        If any of them has had too many failed tries; nothing is written down then.
    """
    now = now or datetime.now(UTC)
    # In one order everywhere, so that two tries never wait for one another.
    for name in sorted(limits):
        _alone(session, name)
    wait = max((_wait(session, name, limit, now) for name in limits for limit in limits[name]), default=0)
    if wait:
        raise TooManyTriesError(wait)
    rows = [{"attempt_id": uuid4().hex, "who": name, "at": now, "worked": False} for name in sorted(limits)]
    if rows:
        session.execute(insert(attempts), rows)
    return tuple(str(row["attempt_id"]) for row in rows)


def end_try(session: Session, ids: Sequence[str]) -> None:
    """Mend a try that worked: it no longer counts."""
    session.execute(update(attempts).where(attempts.c.attempt_id.in_(ids)).values(worked=True))


def purge_attempts(session: Session, now: datetime | None = None) -> int:
    """Remove attempts no limit looks at any more and return how many."""
    old = attempts.c.at < (now or datetime.now(UTC)) - KEPT
    return len(session.execute(delete(attempts).where(old).returning(attempts.c.attempt_id)).all())


def _wait(session: Session, name: str, limit: Limit, now: datetime) -> int:
    """Return the seconds until a limit lets another try through, 0 for now."""
    mine = (attempts.c.who == name) & ~attempts.c.worked & (attempts.c.at > now - limit.within)
    if (session.scalar(select(func.count()).select_from(attempts).where(mine)) or 0) < limit.tries:
        return 0
    newest = select(attempts.c.at).where(mine).order_by(attempts.c.at.desc())
    # As soon as this one is forgotten there is room again.
    full = session.scalars(newest.limit(1).offset(limit.tries - 1)).one()
    return max(1, int((full + limit.within - now).total_seconds()) + 1)


def _alone(session: Session, name: str) -> None:
    """Keep others who try under the same hash waiting until this is written; on SQLite a writer is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"), {"name": name})
