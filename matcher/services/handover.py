"""A handover as plain text: what a colleague or another service needs, and how the person may safely be reached."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from matcher.config import Settings
from matcher.domain.vocabulary import CONCERNS, SEVERITIES
from matcher.services.access import Person, needs
from matcher.services.safety_lane import HANDOVER, OUTCOMES, SAFETY_TRY, Rule, kept_handover, why_raised
from matcher.store.audit import record
from matcher.store.enquiries import SAFETY_CALL, Event, client_of_reference, enquiry_of, events_of
from matcher.store.errors import NotFoundError
from matcher.store.queue import account_names
from matcher.store.rows import client_of, known_contact
from matcher.store.store import Store


@needs("export_client")
def handover_text(person: Person, store: Store, settings: Settings, reference: str, now: datetime) -> str:
    """Return the sheet to print or save with the notes kept last, and note that it was made; the rest stays blank.

    Raises
    ------
    NotFoundError
        If no enquiry has this reference.
    """
    actor = person.account_id
    with store.writing() as session:
        client_id = client_of_reference(session, reference)
        if client_id is None:
            raise NotFoundError("there is no enquiry with this reference.")
        enquiry, client = enquiry_of(session, client_id, actor), client_of(session, client_id, actor).value
        contact, events = known_contact(session, client_id, actor).value, events_of(session, client_id, actor)
        names = account_names(session)
        record(session, actor, "made handover", "client", client_id)
    why, notes = why_raised(client, enquiry, events), kept_handover(events) or {}
    safe = enquiry.private.get("safe_contact") or ()
    # The clinic's own day: in the morning it is still yesterday in UTC.
    today = now.astimezone(settings.zone)
    lines = [
        f"Handover, {settings.clinic_name}",
        f"Reference {enquiry.reference}. Written {today:%-d %B %Y} by {person.name}. Confidential.",
        "",
        f"Name: {contact.name or ''}",
        f"Telephone: {contact.phone or ''}",
        f"E-mail: {contact.email or ''}",
        f"Safe ways to reach them: {', '.join(safe) or 'not said: ask first'}",
        f"What they said about contact: {contact.note or ''}",
        "",
        "Concerns: " + "; ".join(f"{CONCERNS[code].label} ({SEVERITIES[level]})" for code, level in client.concerns),
        "In their own words:",
        client.about or "",
        "",
        *(["Why a person was asked for (rules, not a rating):"] if why else []),
        *(f"- {_who(rule, names, settings)}{f': {rule.words}' if rule.words else ''}" for rule in why),
        "",
        *_calls(events, names, settings),
        "Notes by whoever spoke with them (nothing here is rated or added up):",
    ]
    for name, heading in HANDOVER.items():
        lines += [f"{heading}:", notes.get(name, "").strip(), ""]
    return "\n".join(lines)


def _who(rule: Rule, names: Mapping[str, str], settings: Settings) -> str:
    """Return a rule, with who of the staff raised it and when, where somebody did."""
    return rule.rule if rule.at is None else f"{rule.rule} ({_by(rule.actor, rule.at, names, settings)})"


def _calls(events: Sequence[Event], names: Mapping[str, str], settings: Settings) -> list[str]:
    """Return every call about safety and every try, with what came of it, the newest first; none where there was none.

    Whoever takes over has to know who spoke with them last, and what was agreed on.
    """
    made = [event for event in reversed(events) if event.kind in (SAFETY_CALL, SAFETY_TRY)]
    said = [
        f"- {OUTCOMES.get(event.code or '', event.code or '')} ({_by(event.actor, event.at, names, settings)})"
        f"{f': {event.words}' if event.words else ''}"
        for event in made
    ]
    return ["Calls about safety:", *said, ""] if said else []


def _by(actor: str, at: datetime, names: Mapping[str, str], settings: Settings) -> str:
    return f"{names.get(actor, actor)}, {at.astimezone(settings.zone):%-d %B %Y %H:%M}"
