"""The store's rows a report is made of, as frames: when each enquiry came how far, and which slates were shown."""

from datetime import UTC, datetime
from typing import Any, Final

import numpy as np
import pandas as pd
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from matcher.store.enquiries import GAVE_WAY, LOOSENED
from matcher.store.enquiry_tables import enquiries, enquiry_events
from matcher.store.tables import choices, fit_checks, overrides, slate_rows, slates

_ENQUIRY: Final = (
    "client_id", "source", "received_at", "offered_at", "booked_at", "first_session_at", "closed_at", "closed_reason",
    "state", "therapist_id",
)  # fmt: skip
_SLATE: Final = ("client_id", "made_at", "model_hash", "relaxed", "loosened")
#: Who loosened a limit: staff, as the client told them, or the client on their own pages.
STAFF, BY_CLIENT = "staff", "client"
_MOMENTS: Final = (*(name for name in _ENQUIRY if name.endswith("_at")), "third_session_at")


def enquiry_frame(session: Session) -> pd.DataFrame:
    """Return one row an enquiry that was not merged into another: its source, state and moments in UTC.

    A first session that lies ahead, or whose enquiry was closed for any reason but a start, did not happen. The third
    is known by when staff first asked for the fit check that follows it.
    """
    query = select(*(enquiries.c[name] for name in _ENQUIRY)).where(enquiries.c.merged_into.is_(None))
    frame = _frame(session, query.order_by(enquiries.c.received_at, enquiries.c.client_id))
    frame = frame.merge(_frame(session, _third_sessions()), on="client_id", how="left")
    frame = frame.assign(**{name: pd.to_datetime(frame[name], utc=True) for name in _MOMENTS})
    came = (frame["first_session_at"] <= datetime.now(UTC)) & frame["closed_reason"].isin([None, "started"])
    return frame.assign(first_session_at=frame["first_session_at"].where(came))


def _third_sessions() -> "Select[Any]":
    asked = func.min(fit_checks.c.asked_at).label("third_session_at")
    return (
        select(fit_checks.c.client_id, asked).where(fit_checks.c.session_number == 3).group_by(fit_checks.c.client_id)
    )


def slate_frame(session: Session) -> pd.DataFrame:
    """Return one row a therapist shown, with whether they were chosen, and whether a limit had given way before.

    ``relaxed`` is by staff, as the client said, ``loosened`` by the client on their own pages.

    Whoever staff chose against a slate has a row too, with neither rank nor benefit: they were not on it.
    """
    shown = _frame(session, _shown())
    picked = set(_pairs(session, choices)) | set(_pairs(session, overrides))
    keys = list(zip(shown["slate_id"], shown["therapist_id"], strict=True))
    shown["chosen"] = [key in picked for key in keys]
    given = given_way_frame(session)
    for name, by in (("relaxed", STAFF), ("loosened", BY_CLIENT)):
        first = given[given["by"] == by].groupby("client_id")["at"].min()
        # Every slate after the first is without the limit.
        since = pd.to_datetime(first.reindex(shown["client_id"]).to_numpy(), utc=True)
        shown[name] = np.asarray(since <= pd.to_datetime(shown["made_at"].to_numpy(), utc=True), dtype=bool)
    beside = picked - set(keys)
    if not beside:
        return shown
    slate = shown.drop_duplicates("slate_id").set_index("slate_id")[list(_SLATE)]
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


def given_way_frame(session: Session) -> pd.DataFrame:
    """Return one row a limit that gave way: client_id, at (UTC), limit, and by whom it was loosened."""
    names = ("client_id", "at", "kind", "code")
    query = select(*(enquiry_events.c[name] for name in names)).where(enquiry_events.c.kind.in_((GAVE_WAY, LOOSENED)))
    frame = _frame(session, query.order_by(enquiry_events.c.at, enquiry_events.c.event_id))
    frame["at"] = pd.to_datetime(frame["at"], utc=True)
    frame["by"] = frame.pop("kind").map({GAVE_WAY: STAFF, LOOSENED: BY_CLIENT})
    frame["limit"] = frame.pop("code").str.split(";")
    return frame.explode("limit", ignore_index=True)


def _pairs(session: Session, table: Any) -> list[tuple[str, str]]:
    query = select(table.c.slate_id, table.c.therapist_id).where(table.c.therapist_id.is_not(None))
    return [(row.slate_id, row.therapist_id) for row in session.execute(query)]


def _frame(session: Session, query: "Select[Any]") -> pd.DataFrame:
    found = session.execute(query)
    return pd.DataFrame(found.all(), columns=list(found.keys()))
