"""The enquiry a fit check leads to: somebody who would like to change, or whose words speak of danger."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final

from matcher.config import Settings
from matcher.domain.enquiry import Receipt
from matcher.services.enquiry_keeping import OPENED, RAISED, found_enquiry, raise_kept, receipt_of, sooner, urgent_due
from matcher.services.enquiry_words import Danger
from matcher.services.promises import answer_by
from matcher.store.enquiries import Enquiry, add_enquiry, add_event, change_enquiry, enquiry_of
from matcher.store.notices import add_notice
from matcher.store.slates import CLIENT
from matcher.store.store import StoreSession

#: The kind of event, and the key of the enquiry's private mapping, a change leaves behind.
CHANGE_ASKED: Final = "change_asked"
#: The kind of event a wish to talk with staff about how it is going leaves behind.
TALK_ASKED: Final = "talk_asked"

#: The kind of event words leave behind that the safety rules cannot read.
WROTE: Final = "fit_note"


@dataclass(frozen=True, slots=True)
class Change:
    """What was asked: to change from whom, after which session, why (codes), and what should be different (words)."""

    therapist_id: str
    session_number: int
    reasons: tuple[str, ...]
    note: str


def ask(session: StoreSession, client_id: str, change: Change, settings: Settings) -> Receipt:
    """Bring the client before staff again as somebody who would like to change; asked twice it is one enquiry.

    What they told at first stays as it was. No place is given back: it stays theirs until they start elsewhere.
    """
    now, before = datetime.now(UTC), found_enquiry(session, client_id)
    enquiry = _anew(session, client_id)
    private = {**enquiry.private, CHANGE_ASKED: {**asdict(change), "asked_at": now.isoformat()}}
    asked = enquiry.private.get(CHANGE_ASKED) or {}
    # Asked again of the same therapist while it waits, the first promise stands.
    again = _waits(before) and asked.get("therapist_id") == change.therapist_id
    values: dict[str, Any] = {"private": private, "source": "change", "wants": "choose_for_me", "therapist_id": None}
    # Whoever is to be called at once still is.
    if not again and not enquiry.needs_person:
        values["due_at"] = sooner(enquiry.due_at, answer_by(settings, now))
    change_enquiry(session, client_id, enquiry.version, CLIENT, **values)
    add_event(session, client_id, CHANGE_ASKED, CLIENT, ";".join(change.reasons), change.note)
    add_notice(session, "change", client_id, "intake")
    return receipt_of(enquiry_of(session, client_id, CLIENT), settings, now)


def ask_talk(
    session: StoreSession, client_id: str, therapist_id: str, settings: Settings, reasons: Sequence[str] = ()
) -> Receipt:
    """Bring the client before staff again as somebody who would like a call; a change asked for stays asked for."""
    now, before = datetime.now(UTC), found_enquiry(session, client_id)
    enquiry = _anew(session, client_id)
    values: dict[str, Any] = {"wants": "call_me", "therapist_id": therapist_id}
    if not enquiry.needs_person:
        values["due_at"] = sooner(enquiry.due_at, answer_by(settings, now))
    # Asked again while it waits, the first promise stands.
    if not (before is not None and _waits(before) and before.wants == "call_me"):
        change_enquiry(session, client_id, enquiry.version, CLIENT, **values)
        add_event(session, client_id, TALK_ASKED, CLIENT, ";".join(reasons) or None)
        add_notice(session, "talk", client_id, "intake")
    return receipt_of(enquiry_of(session, client_id, CLIENT), settings, now)


def raise_hand(
    session: StoreSession, client_id: str, why: Sequence[str], note: str, settings: Settings, *, unread: bool
) -> Receipt:
    """Bring a client before staff for what they wrote: on top where it speaks of danger, to be read where it may.

    The note itself goes with it, sealed: nobody else has read it, and whoever calls has to know it.
    """
    now, before = datetime.now(UTC), found_enquiry(session, client_id)
    enquiry = _anew(session, client_id)
    values: dict[str, Any] = {"needs_reading": True} if unread else {}
    if why:
        known = enquiry.private.get("why") or ()
        private = {**enquiry.private, "why": sorted({*known, *why})}
        values |= {"needs_person": True, "due_at": urgent_due(enquiry, now), "private": private}
    elif not enquiry.needs_person:
        values["due_at"] = sooner(enquiry.due_at, answer_by(settings, now))
    change_enquiry(session, client_id, enquiry.version, CLIENT, **values)
    add_event(session, client_id, RAISED if why else WROTE, CLIENT, None, note)
    if why and before is not None:
        raise_kept(session, before, Danger(tuple(why), ()), CLIENT)
    add_notice(session, "raised" if why else "read", client_id, "intake")
    return receipt_of(enquiry_of(session, client_id, CLIENT), settings, now)


def _waits(before: Enquiry | None) -> bool:
    """Tell whether an enquiry, as it was before this, waits for its first answer and has a promise."""
    return before is not None and before.state == "new" and before.due_at is not None


def _anew(session: StoreSession, client_id: str) -> Enquiry:
    """Return the client's enquiry in the state ``new``: the one they had, opened again, or their first."""
    found = found_enquiry(session, client_id)
    if found is None:
        add_enquiry(session, client_id, "web", CLIENT)
    elif found.state != "new":
        version = found.version
        # A change they asked for before is made once they are booked; only what is asked now may be another.
        made = found.source == "change" and (found.state == "booked" or found.closed_reason == "started")
        source = "web" if made else found.source
        if found.state != "closed":
            # They have had a session, so what was asked before has been answered.
            version = change_enquiry(session, client_id, version, CLIENT, state="closed", closed_reason="started")
        due = found.due_at if found.needs_person else None
        change_enquiry(session, client_id, version, CLIENT, state="new", wants=None, due_at=due, source=source)
        add_event(session, client_id, OPENED, CLIENT)
    return enquiry_of(session, client_id, CLIENT)
