"""Since when somebody waits: since they first wrote, or since what opened their enquiry again.

Whatever opens a closed enquiry leaves an event behind, and by that event the wait begins. Of two enquiries that were
merged, a person waits since the earlier of the two waits.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any, Final

import pandas as pd
from sqlalchemy import select
from sqlalchemy.orm import Session

from matcher.store.enquiries import SAFETY_CALL
from matcher.store.enquiry_tables import enquiries, enquiry_events

#: Kept beside the enquiry that goes on after a merge; the code is the moment since which they wait.
WAITS_SINCE: Final = "waits_since"
#: What somebody asks or writes once they have had a session: whatever it answers was answered before. So does what
#: opens their enquiry again, whatever state it was in.
_ANEW: Final = frozenset({"change_asked", "talk_asked", "fit_note", "new"})
#: What opens an enquiry again once it is closed; whatever else is noted beside a closed one, nobody waits for it.
_OPENS: Final = _ANEW | {
    "contacted", "waiting", "phone_intake", "raised", "risk_raised", "requested", "asked_to_erase",
}  # fmt: skip
_AT_ONCE: Final = 500


def begun_anew(session: Session, client_ids: Sequence[str]) -> dict[str, datetime]:
    """Return since when some clients wait, for those alone whose enquiry was opened again."""
    found: dict[str, datetime] = {}
    for start in range(0, len(client_ids), _AT_ONCE):
        query = (
            select(enquiry_events.c.client_id, enquiry_events.c.at, enquiry_events.c.kind, enquiry_events.c.code)
            .where(enquiry_events.c.client_id.in_(client_ids[start : start + _AT_ONCE]))
            .order_by(enquiry_events.c.client_id, enquiry_events.c.at, enquiry_events.c.event_id)
        )
        for client_id, events in groupby(session.execute(query), key=lambda row: str(row.client_id)):
            since = _since(events)
            if since is not None:
                found[client_id] = since
    return found


def waits_since(session: Session, client_id: str) -> datetime:
    """Return since when one client with an enquiry waits."""
    received = select(enquiries.c.received_at).where(enquiries.c.client_id == client_id)
    begun = begun_anew(session, [client_id])
    return begun[client_id] if client_id in begun else session.execute(received).scalar_one()


def since_then(clients: pd.DataFrame, begun: Mapping[str, datetime]) -> pd.DataFrame:
    """Return canonical clients as having enquired when they began to wait, so that turns go by that."""
    before = clients["enquired_at"]
    at = [begun[one].astimezone(UTC).replace(tzinfo=None) if one in begun else None for one in clients["client_id"]]
    anew = pd.Series(at, index=clients.index, dtype=before.dtype)
    return clients.assign(enquired_at=before.mask(anew.notna(), anew))


def _since(events: Iterable[Any]) -> datetime | None:
    since: datetime | None = None
    closed = begun = booked = False
    for event in events:
        if event.kind == "closed" or (event.kind, event.code) == (SAFETY_CALL, "spoke_elsewhere"):
            closed, begun, booked = True, False, False
        elif event.kind == "booked":
            begun, booked = False, True
        elif event.kind == WAITS_SINCE:
            # Whatever came along from the other enquiry is dated earlier, and says nothing of this wait.
            since, closed, begun = datetime.fromisoformat(event.code), False, not booked
        elif (closed and event.kind in _OPENS) or (event.kind in _ANEW and not begun):
            # Asked twice while it waits, it waits since the first time.
            since, closed, begun = event.at, False, True
    return since
