"""Notices that somebody waits: by mail where a server is set, on the page always; a mail says nothing of anybody.

Mail goes to the clinic's own mailbox, the sender it was set up with: whoever reads it signs in to see more.
"""

import smtplib
import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Final, Protocol

from matcher.config import Settings
from matcher.services.access import Person, needs
from matcher.store.notices import Notice, add_notice, saw_notices, tried, unannounced, unseen, unsent
from matcher.store.store import Store

SUBJECTS: Final[dict[str, str]] = {
    "raised": "Somebody needs a call now",
    "new": "A new enquiry waits",
    "change": "Somebody asked to change therapist",
    "call": "Somebody asked for a call",
    "again": "Somebody changed what they ask for",
    "erase": "Somebody asked us to erase their answers",
    "talk": "Somebody asked for a call about how it is going",
    "read": "Somebody wrote words that a person has to read",
    "fit": "Somebody told us how it is going with their therapist: read it",
}
_SECONDS: Final = 20.0


class Mailer(Protocol):
    """What sends one message."""

    def send_message(self, message: EmailMessage) -> object:
        """Send it, or raise."""

    def quit(self) -> object:
        """Say goodbye to the server."""


def announce(store: Store) -> int:
    """Make a notice for every enquiry that nobody was told of yet, and return how many."""
    with store.reading() as session:
        found = unannounced(session)
    if not found:
        return 0
    with store.writing() as session:
        for client_id, kind in found:
            add_notice(session, kind, client_id, "intake")
    return len(found)


def send_waiting(store: Store, settings: Settings, connect: Callable[[Settings], Mailer] | None = None) -> int:
    """Send what waits to be sent, where a mail server is set, and return how many were sent.

    A server that cannot be reached costs each notice one of its few tries; it is shown on the page all the same.
    """
    if settings.smtp_host is None or settings.smtp_from is None:
        return 0
    with store.reading() as session:
        waiting = unsent(session)
    if not waiting:
        return 0
    sent = _sent(waiting, settings, connect or _connect)
    with store.writing() as session:
        for notice in waiting:
            tried(session, notice.notice_id, sent=notice.notice_id in sent)
    return len(sent)


@dataclass(frozen=True, slots=True)
class Unseen:
    """What nobody has said yet that they have seen: in words, each kind once with how many of it, and by id."""

    sentences: tuple[str, ...] = ()
    notice_ids: tuple[str, ...] = ()


@needs("see_queue")
def not_seen(person: Person, store: Store) -> Unseen:
    """Return what nobody has said yet that they have seen; drawing it is not seeing it."""
    del person
    with store.reading() as session:
        found = unseen(session, ("intake",))
    counts = Counter(notice.kind for notice in found)
    # A call that is needed now comes first, whatever came in before it.
    kinds = [*(kind for kind in SUBJECTS if kind in counts), *(kind for kind in counts if kind not in SUBJECTS)]
    words = [(SUBJECTS.get(kind, kind), counts[kind]) for kind in kinds]
    sentences = tuple(said if many == 1 else f"{said} ({many})" for said, many in words)
    return Unseen(sentences, tuple(notice.notice_id for notice in found))


@needs("see_queue")
def note_seen(person: Person, store: Store, shown: Unseen) -> None:
    """Note that somebody says they have seen these, and no newer ones; they are mailed all the same."""
    del person
    with store.writing() as session:
        saw_notices(session, list(shown.notice_ids))


def message_of(notice: Notice, settings: Settings) -> EmailMessage:
    """Return the mail for a notice: a subject and a link, no name, no reference, no answer."""
    message = EmailMessage()
    message["Subject"] = SUBJECTS.get(notice.kind, "Something waits")
    message["From"] = message["To"] = settings.smtp_from
    message.set_content(f"Sign in to see it: {settings.public_url or 'the clinic’s own address'}/enquiries\n")
    return message


def _sent(waiting: list[Notice], settings: Settings, connect: Callable[[Settings], Mailer]) -> set[str]:
    sent: set[str] = set()
    try:
        mailer = connect(settings)
        for notice in waiting:
            mailer.send_message(message_of(notice, settings))
            sent.add(notice.notice_id)
        mailer.quit()
    except (OSError, smtplib.SMTPException):
        # What was accepted before the failure stays sent.
        return sent
    return sent


def _connect(settings: Settings) -> Mailer:
    host, port = settings.smtp_host or "", settings.smtp_port
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=_SECONDS, context=ssl.create_default_context())
    else:
        server = smtplib.SMTP(host, port, timeout=_SECONDS)
        if settings.smtp_security == "starttls":
            server.starttls(context=ssl.create_default_context())
    if settings.smtp_user and settings.smtp_password:
        server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
    return server
