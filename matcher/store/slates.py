"""Slates as they were shown, each with its snapshot, and the therapists they were drawn from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Final
from uuid import uuid4

import pandas as pd
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from matcher.domain.recommendation import Slate
from matcher.store.audit import record
from matcher.store.engine import insert_or
from matcher.store.errors import NotFoundError, StoreError
from matcher.store.snapshot import (
    PUBLISHED,
    Snapshot,
    answers_kept,
    answers_of,
    catalogue_bytes,
    catalogue_frame,
    settled,
    snapshot_bytes,
    snapshot_from,
)
from matcher.store.store import sealer_of
from matcher.store.tables import catalogues, slate_rows, slates

#: Who a slate was made by, and an entry of the audit log is of, where a client acted on their own pages.
CLIENT: Final = "client"
_SOFTWARE: Final = version("matcher")


@dataclass(frozen=True, slots=True)
class MadeWith:
    """What a slate was made with: therapists, model, and how the recommender was asked."""

    catalogue_hash: str
    model_hash: str = PUBLISHED
    top: int = 3
    staff: bool = False
    safety_checked: bool = False


def keep_catalogue(session: Session, therapists: pd.DataFrame) -> str:
    """Keep the therapists as they are now, once however many slates are drawn from them, and return their name."""
    return keep_catalogue_bytes(session, *catalogue_bytes(therapists))


def keep_catalogue_bytes(session: Session, name: str, content: bytes) -> str:
    """Keep a catalogue whose name and content `matcher.store.snapshot.catalogue_bytes` made, and return its name."""
    known = session.scalar(select(catalogues.c.catalogue_hash).where(catalogues.c.catalogue_hash == name))
    if known is None:
        row = {"catalogue_hash": name, "content": content, "added_at": datetime.now(UTC)}
        # Of two who show the first slate of a new catalogue at once, either may keep it.
        session.execute(insert_or(session, catalogues).values(row).on_conflict_do_nothing())
    return name


def catalogue_of(session: Session, catalogue_hash: str) -> pd.DataFrame:
    """Return the therapists a slate was drawn from.

    Raises
    ------
    NotFoundError
        If there is no such catalogue.
    StoreError
        If it was altered: it no longer bears its name.
    """
    content = session.scalar(select(catalogues.c.content).where(catalogues.c.catalogue_hash == catalogue_hash))
    if content is None:
        raise NotFoundError("the therapists this slate was drawn from are not kept.")
    frame = catalogue_frame(content)
    if catalogue_bytes(frame)[0] != catalogue_hash:
        raise StoreError("the therapists this slate was drawn from were altered.")
    return frame


def save_slate(
    session: Session,
    slate: Slate,
    client: pd.DataFrame,
    made_with: MadeWith,
    actor: str,
    propensities: Mapping[str, float] | None = None,
) -> str:
    """Keep a slate as it was shown and return its id.

    Parameters
    ----------
    client
        The client's row in canonical form, as the recommender was given it; the client is in the store.
    propensities
        The chance each therapist on the slate had of standing in that very place; 1 where nothing was drawn, as in
        every slate the app makes.

    Raises
    ------
    StoreError
        If the row is another client's.
    """
    if client["client_id"].tolist() != [slate.client_id]:
        raise StoreError("a slate is kept with the answers of its own client.")
    slate_id = uuid4().hex
    chances = {item.therapist_id: (propensities or {}).get(item.therapist_id, 1.0) for item in slate.recommendations}
    snapshot = Snapshot(
        settled(slate),
        answers_of(client),
        chances,
        made_with.top,
        made_with.staff,
        made_with.safety_checked,
        made_with.model_hash,
        made_with.catalogue_hash,
        _SOFTWARE,
        datetime.now(UTC),
        actor,
    )
    session.execute(insert(slates), _slate_row(session, slate_id, snapshot))
    rows = _recommendation_rows(slate_id, slate, chances)
    if rows:
        session.execute(insert(slate_rows), rows)
    record(session, actor, "made slate", "client", slate.client_id, slate=slate_id, shown=len(rows))
    return slate_id


def snapshot_of(session: Session, slate_id: str, actor: str) -> Snapshot:
    """Return what a slate was made from, and note who saw it.

    Raises
    ------
    NotFoundError
        If there is no such slate.
    """
    row = session.execute(select(slates).where(slates.c.slate_id == slate_id)).one_or_none()
    if row is None:
        raise NotFoundError(f"the store has no slate {slate_id!r}.")
    record(session, actor, "saw slate", "client", row.client_id, slate=slate_id)
    return snapshot_from(sealer_of(session).open(row.snapshot, "slates", "snapshot", slate_id), row)


def slates_of(session: Session, client_id: str) -> list[str]:
    """Return the ids of a client's slates, the newest first."""
    query = select(slates.c.slate_id).where(slates.c.client_id == client_id)
    return list(session.scalars(query.order_by(slates.c.made_at.desc(), slates.c.slate_id)))


def seen_last(session: Session, client_id: str) -> Mapping[str, str] | None:
    """Return a client's answers as their own pages last showed them a slate for them, None where they never did."""
    query = select(slates).where(slates.c.client_id == client_id, slates.c.made_by == CLIENT)
    row = session.execute(query.order_by(slates.c.made_at.desc(), slates.c.slate_id).limit(1)).one_or_none()
    if row is None:
        return None
    return answers_kept(sealer_of(session).open(row.snapshot, "slates", "snapshot", row.slate_id))


def shown_on(session: Session, slate_id: str, client_id: str) -> list[str] | None:
    """Return the therapists on a client's slate in their order, None where the slate is not theirs."""
    query = select(slates.c.slate_id).where(slates.c.slate_id == slate_id, slates.c.client_id == client_id)
    if session.scalar(query) is None:
        return None
    rows = select(slate_rows.c.therapist_id).where(slate_rows.c.slate_id == slate_id).order_by(slate_rows.c.rank)
    return list(session.scalars(rows))


def same_slate(session: Session, slate: Slate, made_with: MadeWith) -> str | None:
    """Return the id of a client's newest slate where it is this very one, made with the same; None otherwise."""
    newest = (
        select(slates)
        .where(slates.c.client_id == slate.client_id)
        .order_by(slates.c.made_at.desc(), slates.c.slate_id)
        .limit(1)
    )
    row = session.execute(newest).one_or_none()
    if row is None:
        return None
    ours = (made_with.catalogue_hash, made_with.model_hash, slate.eligible, slate.withheld is not None)
    if ours != (row.catalogue_hash, row.model_hash, row.eligible, row.withheld):
        return None
    kept = select(slate_rows.c.therapist_id, slate_rows.c.benefit).where(slate_rows.c.slate_id == row.slate_id)
    before = [tuple(line) for line in session.execute(kept.order_by(slate_rows.c.rank))]
    return row.slate_id if before == [(r.therapist_id, r.benefit) for r in slate.recommendations] else None


def _slate_row(session: Session, slate_id: str, snapshot: Snapshot) -> dict[str, object]:
    sealed = sealer_of(session).seal(snapshot_bytes(snapshot), "slates", "snapshot", slate_id)
    return {
        "slate_id": slate_id,
        "client_id": snapshot.slate.client_id,
        "made_at": snapshot.made_at,
        "made_by": snapshot.made_by,
        "model_hash": snapshot.model_hash,
        "catalogue_hash": snapshot.catalogue_hash,
        "software": snapshot.software,
        "eligible": snapshot.slate.eligible,
        "excluded": len(snapshot.slate.exclusions),
        "withheld": snapshot.slate.withheld is not None,
        "snapshot": sealed,
    }


def _recommendation_rows(slate_id: str, slate: Slate, chances: Mapping[str, float]) -> list[dict[str, object]]:
    names = ("rank", "therapist_id", "benefit", "benefit_low", "benefit_high", "preference_fit")
    return [
        {name: getattr(item, name) for name in names} | {"slate_id": slate_id, "propensity": chances[item.therapist_id]}
        for item in slate.recommendations
    ]
