"""What was done about one enquiry, kept beside another of the same person as it was: by whom, and when."""

from uuid import uuid4

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from matcher.store.audit import record
from matcher.store.enquiries import Event
from matcher.store.enquiry_tables import enquiries, enquiry_events
from matcher.store.store import sealer_of


def merged_clients(session: Session, client_id: str) -> list[str]:
    """Return the clients whose enquiries were merged into this one's, the earliest received first."""
    query = select(enquiries.c.client_id).where(enquiries.c.merged_into == client_id)
    return list(session.scalars(query.order_by(enquiries.c.received_at, enquiries.c.client_id)))


def carry_event(session: Session, client_id: str, event: Event, actor: str) -> str:
    """Keep another enquiry's event beside a client's own and return its id; ``actor`` is whoever carries it over."""
    event_id = uuid4().hex
    sealed = None
    if event.words is not None:
        sealed = sealer_of(session).seal(event.words.encode(), "enquiry_events", "words", event_id)
    row = {"event_id": event_id, "client_id": client_id, "at": event.at, "actor": event.actor, "kind": event.kind}
    session.execute(insert(enquiry_events), row | {"code": event.code, "words": sealed})
    record(session, actor, "carried over", "enquiry", client_id, kind=event.kind, code=event.code)
    return event_id
