"""What is not kept for ever: enquiries that led to no work with a therapist go when their time is up."""

from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from matcher.store.audit import record
from matcher.store.tables import catalogues, clients, episodes, places, slates


def purge_enquiries(session: Session, before: datetime, actor: str) -> int:
    """Remove clients who enquired before a moment and have neither an episode nor a place, with all that is theirs.

    Their slates, choices, overrides, fit checks and contact details go with them; the audit log keeps that the id was
    removed. An enquiry without a date stays: a person has to decide.

    Returns
    -------
    int
        How many were removed.
    """
    holds = exists().where(places.c.client_id == clients.c.client_id, places.c.given_back_at.is_(None))
    worked = exists().where(episodes.c.client_id == clients.c.client_id)
    query = select(clients.c.client_id).where(clients.c.enquired_at < before, ~holds, ~worked).with_for_update()
    removed = list(session.scalars(query))
    for client_id in removed:
        session.execute(delete(places).where(places.c.client_id == client_id))
        session.execute(delete(clients).where(clients.c.client_id == client_id))
        record(session, actor, "purged", "client", client_id)
    # Therapists as they were, once no slate needs them any more.
    session.execute(delete(catalogues).where(~exists().where(slates.c.catalogue_hash == catalogues.c.catalogue_hash)))
    return len(removed)
