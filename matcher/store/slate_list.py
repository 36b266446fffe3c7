"""The slates kept, as a list to pick one from: when, by which model, how many shown; nothing of what was answered."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
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


def kept_slates(session: Session, most: int = 500) -> list[KeptSlate]:
    """Return the slates kept, the newest first."""
    shown = select(func.count()).where(slate_rows.c.slate_id == slates.c.slate_id).scalar_subquery()
    columns = (slates.c.slate_id, slates.c.made_at, slates.c.model_hash, slates.c.software)
    query = select(*columns, shown, slates.c.eligible, slates.c.withheld)
    rows = session.execute(query.order_by(slates.c.made_at.desc(), slates.c.slate_id).limit(most))
    return [KeptSlate(*row) for row in rows]
