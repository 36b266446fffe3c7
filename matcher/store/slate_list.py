"""The slates kept, as a list to pick one from: when, by which model, how many shown; nothing of what was answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from matcher.store.tables import slate_rows, slates


@dataclass(frozen=True, slots=True)
class KeptSlate:
    """One slate kept: who made it, when, with which model, and how many were shown of how many eligible."""

    slate_id: str
    made_at: datetime
    model_hash: str
    software: str
    shown: int
    eligible: int
    withheld: bool


#: How many are listed at once.
MOST = 500


def kept_slates(
    session: Session,
    most: int = MOST,
    *,
    since: datetime | None = None,
    before: datetime | None = None,
    number: str = "",
    client_id: str | None = None,
) -> list[KeptSlate]:
    """Return the slates kept, the newest first, of all there are or of those looked for.

    Parameters
    ----------
    since, before
        Moments between which they were made.
    number, client_id
        How a slate's id begins, or whose it is: where both are given, either will do.
    """
    shown = select(func.count()).where(slate_rows.c.slate_id == slates.c.slate_id).scalar_subquery()
    columns = (slates.c.slate_id, slates.c.made_at, slates.c.model_hash, slates.c.software)
    query = select(*columns, shown, slates.c.eligible, slates.c.withheld)
    if since is not None:
        query = query.where(slates.c.made_at >= since)
    if before is not None:
        query = query.where(slates.c.made_at < before)
    either = [slates.c.slate_id.startswith(number, autoescape=True)] if number else []
    either += [] if client_id is None else [slates.c.client_id == client_id]
    if either:
        query = query.where(or_(*either))
    rows = session.execute(query.order_by(slates.c.made_at.desc(), slates.c.slate_id).limit(most))
    return [KeptSlate(*row) for row in rows]
