"""The outbox of notices: what kind, about whom, for which role; never what anybody wrote."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, and_, case, exists, insert, or_, select, update
from sqlalchemy.orm import Session

from matcher.store.enquiry_tables import enquiries, notices

#: After so many failures a notice is only shown on the page.
MOST_TRIES = 5
#: So long a notice is sent although somebody saw it: a mail server set up later does not send all that ever was.
SENT_WITHIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Notice:
    """One thing to be told: ``recipient`` is a role or a therapist's id."""

    notice_id: str
    kind: str
    subject_id: str
    recipient: str
    made_at: datetime
    sent_at: datetime | None
    seen_at: datetime | None
    tries: int


def add_notice(session: Session, kind: str, subject_id: str, recipient: str) -> str:
    """Keep a notice to be sent and shown and return its id: one that is still to be sent and seen says it already."""
    same = (notices.c.kind == kind, notices.c.subject_id == subject_id, notices.c.recipient == recipient)
    waits = (notices.c.seen_at.is_(None), *_to_send())
    known: str | None = session.scalar(select(notices.c.notice_id).where(*same, *waits).limit(1))
    if known is not None:
        return known
    notice_id = uuid4().hex
    row = {"notice_id": notice_id, "kind": kind, "subject_id": subject_id, "recipient": recipient}
    session.execute(insert(notices), row | {"made_at": datetime.now(UTC)})
    return notice_id


def unannounced(session: Session) -> list[tuple[str, str]]:
    """Return the enquiries that wait and of which no notice was ever made, with the kind of notice each needs."""
    kind = case((enquiries.c.needs_person, "raised"), (enquiries.c.source == "change", "change"), else_="new")
    made = exists().where(notices.c.subject_id == enquiries.c.client_id, notices.c.kind == kind)
    waits = or_(enquiries.c.needs_person, and_(enquiries.c.state == "new", enquiries.c.source != "import"))
    query = select(enquiries.c.client_id, kind.label("kind")).where(waits, enquiries.c.merged_into.is_(None), ~made)
    return [(row.client_id, row.kind) for row in session.execute(query)]


def unsent(session: Session, most: int = 50) -> list[Notice]:
    """Return notices still to be sent, the oldest first: seen on a page or not.

    What one person says they have seen may concern a colleague who has not. The mail goes to the mailbox that
    all of them read, so whatever the kind, it is sent to them all the same: one mail too many costs a glance, and one
    too few may be somebody in danger.
    """
    recent = or_(notices.c.seen_at.is_(None), notices.c.made_at >= datetime.now(UTC) - SENT_WITHIN)
    query = select(notices).where(*_to_send(), recent)
    return [Notice(**row._asdict()) for row in session.execute(query.order_by(notices.c.made_at).limit(most))]


def unseen(session: Session, recipients: tuple[str, ...], most: int = 50) -> list[Notice]:
    """Return notices for these recipients that nobody has seen on the page, the newest first."""
    query = select(notices).where(notices.c.seen_at.is_(None), or_(*(notices.c.recipient == r for r in recipients)))
    return [Notice(**row._asdict()) for row in session.execute(query.order_by(notices.c.made_at.desc()).limit(most))]


def tried(session: Session, notice_id: str, *, sent: bool) -> None:
    """Note that sending was tried; what another process has sent stays sent."""
    change = update(notices).where(notices.c.notice_id == notice_id).values(tries=notices.c.tries + 1)
    session.execute(change.values(sent_at=datetime.now(UTC)) if sent else change)


def saw_notices(session: Session, notice_ids: list[str]) -> None:
    """Note that somebody saw these on the page."""
    session.execute(update(notices).where(notices.c.notice_id.in_(notice_ids)).values(seen_at=datetime.now(UTC)))


def _to_send() -> tuple[ColumnElement[bool], ...]:
    return notices.c.sent_at.is_(None), notices.c.tries < MOST_TRIES
