"""The store's rows a report is made of, as frames: when each enquiry came how far, and which slates were shown."""

from datetime import datetime
from typing import Any, Final

import pandas as pd
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from matcher.store.enquiries import GAVE_WAY
from matcher.store.enquiry_tables import enquiries, enquiry_events
from matcher.store.tables import choices, overrides, slate_rows, slates

_ENQUIRY: Final = (
    "client_id", "source", "received_at", "offered_at", "booked_at", "first_session_at", "closed_at", "closed_reason",
    "state", "therapist_id",
)  # fmt: skip
_MOMENTS: Final = tuple(name for name in _ENQUIRY if name.endswith("_at"))


def enquiry_frame(session: Session) -> pd.DataFrame:
    """Return one row an enquiry that was not merged into another: its source, state and moments in UTC."""
    query = select(*(enquiries.c[name] for name in _ENQUIRY)).where(enquiries.c.merged_into.is_(None))
    frame = _frame(session, query.order_by(enquiries.c.received_at, enquiries.c.client_id))
    return frame.assign(**{name: pd.to_datetime(frame[name], utc=True) for name in _MOMENTS})


def slate_frame(session: Session) -> pd.DataFrame:
    """Return one row a therapist shown, with whether they were chosen and whether a limit had given way before.

    Whoever staff chose against a slate has a row too, with neither rank nor benefit: they were not on it.
    """
    shown = _frame(session, _shown())
    picked = set(_pairs(session, choices)) | set(_pairs(session, overrides))
    keys = list(zip(shown["slate_id"], shown["therapist_id"], strict=True))
    shown["chosen"] = [key in picked for key in keys]
    gave_way = _gave_way(session)
    made = zip(shown["client_id"], shown["made_at"], strict=True)
    shown["relaxed"] = [client_id in gave_way and gave_way[client_id] <= made_at for client_id, made_at in made]
    beside = picked - set(keys)
    if not beside:
        return shown
    slate = shown.drop_duplicates("slate_id").set_index("slate_id")[["client_id", "made_at", "model_hash", "relaxed"]]
    rows = [
        {"slate_id": slate_id, "therapist_id": therapist_id, "chosen": True, **slate.loc[slate_id].to_dict()}
        for slate_id, therapist_id in sorted(beside)
        if slate_id in slate.index
    ]
    return pd.concat([shown, pd.DataFrame(rows).reindex(columns=shown.columns)], ignore_index=True) if rows else shown


def _shown() -> "Select[Any]":
    columns = (
        slates.c.slate_id,
        slates.c.client_id,
        slates.c.made_at,
        slates.c.model_hash,
        slate_rows.c.rank,
        slate_rows.c.therapist_id,
        slate_rows.c.benefit,
        slate_rows.c.propensity,
    )
    joined = select(*columns).join(slate_rows, slate_rows.c.slate_id == slates.c.slate_id)
    return joined.order_by(slates.c.made_at, slates.c.slate_id, slate_rows.c.rank)


def _gave_way(session: Session) -> dict[str, datetime]:
    """Return when a limit of each client first gave way, of those whose ever did: every later slate is without it."""
    first = func.min(enquiry_events.c.at).label("first")
    query = select(enquiry_events.c.client_id, first).where(enquiry_events.c.kind == GAVE_WAY)
    return {row.client_id: row.first for row in session.execute(query.group_by(enquiry_events.c.client_id))}


def _pairs(session: Session, table: Any) -> list[tuple[str, str]]:
    query = select(table.c.slate_id, table.c.therapist_id).where(table.c.therapist_id.is_not(None))
    return [(row.slate_id, row.therapist_id) for row in session.execute(query)]


def _frame(session: Session, query: "Select[Any]") -> pd.DataFrame:
    found = session.execute(query)
    return pd.DataFrame(found.all(), columns=list(found.keys()))
