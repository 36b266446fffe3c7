"""How a client's enquiry is kept in the store: made once, changed by what is sent again, raised by what is new."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from matcher.config import Settings
from matcher.domain.client import Client
from matcher.domain.enquiry import ClientRequest, ContactDetails, Receipt
from matcher.services.enquiry_words import Danger, other_answers, unread
from matcher.services.promises import answer_by
from matcher.services.resent import answers_again, not_sent_before, noted
from matcher.store.decisions import choices_of, record_choice
from matcher.store.enquiries import (
    CONSENT_CHANGED,
    RESEARCH_ALONE,
    Enquiry,
    add_enquiry,
    add_event,
    change_enquiry,
    enquiry_of,
)
from matcher.store.errors import NotFoundError
from matcher.store.notices import add_notice
from matcher.store.rows import Contact, keep_contact, known_contact
from matcher.store.slates import CLIENT, shown_on
from matcher.store.store import StoreSession

#: Kinds of events a client's own pages leave behind.
RAISED: Final = "risk_raised"
REQUESTED: Final = "requested"
#: And whoever or whatever opens a closed enquiry again: the wait begins by it.
OPENED: Final = "new"


def found_enquiry(session: StoreSession, client_id: str) -> Enquiry | None:
    """Return a client's enquiry, None where there is none yet."""
    try:
        return enquiry_of(session, client_id, CLIENT)
    except NotFoundError:
        return None


def keep_enquiry(
    session: StoreSession,
    client: Client,
    danger: Danger,
    answers: Mapping[str, Any],
    texts: Sequence[str],
    settings: Settings,
) -> Enquiry:
    """Return the enquiry with these answers kept; a person is needed first where they speak of danger.

    Answers that staff changed since the client last sent them stay, unless the client changed those too.
    What staff have spoken with the client about is not raised again by the same words sent once more. ``texts`` are
    all of the client's own words.
    """
    now, found = datetime.now(UTC), found_enquiry(session, client.client_id)
    before: Mapping[str, Any] = found.private if found else {}
    others = other_answers(answers)
    private = noted(before, client=client, answers=others)
    private |= {"answers": answers_again(found, others), **danger.joined(before)}
    raised = danger.is_new(found)
    values: dict[str, Any] = {"private": private, **consents(found, answers, now)}
    values |= {"due_at": urgent_due(found, now)} if raised else {}
    if found is None:
        language = "zh" if answers.get("language") == "zh" else "en"
        values |= {"needs_person": raised, "needs_reading": unread(texts), "language": language}
        add_enquiry(session, client.client_id, "web", CLIENT, **values)
    else:
        values |= {"needs_person": True} if raised else {}
        # Closed or not, it has to be seen.
        values |= {"state": "new"} if raised and found.state == "closed" else {}
        if to_read(found, texts):
            values = reading(found, settings, now) | values
        change(session, found, values)
        _note_taken_back(session, found, values)
    if raised:
        add_event(session, client.client_id, RAISED, CLIENT)
    if raised and found is not None:
        raise_kept(session, found, danger, CLIENT)
    return enquiry_of(session, client.client_id, CLIENT)


def keep_call(
    session: StoreSession, found: Enquiry, danger: Danger, private: Mapping[str, Any], *, to_read: bool
) -> bool:
    """Keep that a client in danger asks for a call, and return whether staff are to be told of them anew.

    Asking is an answer of today: that somebody spoke with them before says nothing of it.
    """
    anew = danger.is_new(found) or not found.waits_for_call
    values: dict[str, Any] = {"private": {**private, **danger.joined(found.private)}}
    values |= {"needs_reading": True} if to_read else {}
    if anew:
        values |= {"needs_person": True, "due_at": urgent_due(found, datetime.now(UTC))}
        values |= {"state": "new"} if found.state == "closed" else {}
    change(session, found, values)
    if anew:
        add_event(session, found.client_id, RAISED, CLIENT)
        raise_kept(session, found, danger, CLIENT)
    return anew


def raise_kept(session: StoreSession, found: Enquiry, danger: Danger, actor: str) -> None:
    """Put on top what an enquiry was merged into as well: the danger is of one person, whose offers go on there."""
    if found.merged_into is None:
        return
    kept = enquiry_of(session, found.merged_into, actor)
    values: dict[str, Any] = {"needs_person": True, "due_at": urgent_due(kept, datetime.now(UTC))}
    values |= {"private": {**kept.private, **danger.joined(kept.private)}}
    values |= {"state": "new"} if kept.state == "closed" else {}
    change_enquiry(session, kept.client_id, kept.version, actor, **values)
    note_opened(session, kept, values, actor)
    add_event(session, kept.client_id, RAISED, actor)
    add_notice(session, "raised", kept.client_id, "intake")
    raise_kept(session, kept, danger, actor)


def reading(found: Enquiry, settings: Settings, now: datetime) -> dict[str, Any]:
    """Return the values to write where a person is to read something: closed or put off, it has to be seen."""
    due = sooner(found.due_at, answer_by(settings, now))
    return {"needs_reading": True, "due_at": due} | ({"state": "new"} if found.state == "closed" else {})


def to_read(found: Enquiry | None, texts: Sequence[str]) -> bool:
    """Tell whether somebody with an enquiry sends new words now, such as the safety rules cannot read."""
    return found is not None and unread(not_sent_before(found, texts))


def urgent_due(found: Enquiry | None, due: datetime) -> datetime:
    """Return when a person is due, at the latest; who waits for a person already stays due as early as they are."""
    return due if found is None or not found.waits_for_call else sooner(found.due_at, due)


def sooner(due: datetime | None, other: datetime) -> datetime:
    """Return the earlier of when somebody is due already, if they are, and another moment."""
    return other if due is None else min(due, other)


def called(enquiry: Enquiry) -> dict[str, Any]:
    """Return the values to write once staff have spoken with somebody: a call asked for is made."""
    return {"wants": None} if enquiry.wants == "call_me" else {}


def receipt_of(enquiry: Enquiry, settings: Settings, now: datetime) -> Receipt:
    """Return what a client is told: who is due at once for staff hears of somebody when somebody is there to see it.

    No promise lies in the past: where an earlier one was not kept that is said, and staff stay overdue.
    """
    since, urgent = enquiry.due_at or enquiry.received_at, enquiry.waits_for_call
    by = answer_by(settings, since, urgent=True) if urgent else since
    if by > now:
        return Receipt(enquiry.reference, by)
    return Receipt(enquiry.reference, answer_by(settings, now, urgent=urgent), late=True)


def change(session: StoreSession, enquiry: Enquiry, values: Mapping[str, Any]) -> bool:
    """Write the values that differ and return whether there were any; raises as `change_enquiry`."""
    differing = {name: value for name, value in values.items() if getattr(enquiry, name) != value}
    if differing:
        change_enquiry(session, enquiry.client_id, enquiry.version, CLIENT, **differing)
        note_opened(session, enquiry, differing, CLIENT)
    return bool(differing)


def note_opened(session: StoreSession, found: Enquiry, values: Mapping[str, Any], actor: str) -> None:
    """Note that what was written over an enquiry opened it again, where it was closed before."""
    if found.state == "closed" and values.get("state", "closed") != "closed":
        add_event(session, found.client_id, OPENED, actor)


def keep_consents(session: StoreSession, client_id: str, answers: Mapping[str, Any]) -> None:
    """Write what a client agrees to now over what they agreed to before; nothing where nothing was sent."""
    found = found_enquiry(session, client_id)
    if found is not None and change(session, found, values := consents(found, answers, datetime.now(UTC))):
        add_event(session, client_id, CONSENT_CHANGED, CLIENT, what_changed(found, values))


def keep_details(session: StoreSession, client_id: str, details: ContactDetails, seen: int) -> None:
    """Keep how a client may be reached, where that is something else than was kept; raises as `keep_contact`."""
    given = (details.name, details.email, details.phone, details.note)
    contact = Contact(*(text.strip() or None for text in given))
    if contact != known_contact(session, client_id, CLIENT).value:
        keep_contact(session, client_id, contact, CLIENT, seen)


def with_details(private: Mapping[str, Any], details: ContactDetails) -> dict[str, Any]:
    """Return what is kept in words with what is to be known before a client is called."""
    return {
        **private,
        "pronouns": details.pronouns.strip(),
        "safe_contact": list(details.safe),
        "contact_note": details.note.strip(),
    }


def keep_choice(session: StoreSession, client_id: str, request: ClientRequest) -> None:
    """Keep whom a client chose from the slate they saw, once; None where they left the choice to the clinic."""
    if request.slate_id is None or request.wants in ("call_me", "wait"):
        return
    chosen = request.therapist_id if request.wants == "therapist" else None
    shown = shown_on(session, request.slate_id, client_id)
    if shown is None or (chosen is not None and chosen not in shown):
        return
    made = choices_of(session, request.slate_id)
    if not made or made[-1].therapist_id != chosen:
        record_choice(session, request.slate_id, chosen, "client", CLIENT)


def _note_taken_back(session: StoreSession, found: Enquiry, values: Mapping[str, Any]) -> None:
    """Keep that what was sent once more no longer agrees to what was agreed to before."""
    names = ("consent_matching_at", "consent_research_at")
    if any(getattr(found, name) is not None and values[name] is None for name in names):
        add_event(session, found.client_id, CONSENT_CHANGED, CLIENT, what_changed(found, values))


def what_changed(found: Enquiry, values: Mapping[str, Any]) -> str | None:
    """Return what the event of a changed consent says: whether research alone is concerned."""
    return RESEARCH_ALONE if found.consent_matching_at == values["consent_matching_at"] else None


def consents(found: Enquiry | None, answers: Mapping[str, Any], now: datetime) -> dict[str, datetime | None]:
    """Return the moment of each consent: the first time it was given stays, and taking it back removes it."""
    moments = {}
    for name in ("consent_matching", "consent_research"):
        since = getattr(found, f"{name}_at") if found else None
        moments[f"{name}_at"] = (since or now) if answers.get(name) is True else None
    return moments
