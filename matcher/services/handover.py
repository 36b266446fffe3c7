"""A handover as plain text: what a colleague or another service needs, and how the person may safely be reached."""

from collections.abc import Mapping
from datetime import datetime

from matcher.config import Settings
from matcher.domain.vocabulary import CONCERNS, SEVERITIES
from matcher.services.access import Person, needs
from matcher.services.one_enquiry import Case
from matcher.services.safety_lane import HANDOVER
from matcher.store.audit import record
from matcher.store.store import Store


@needs("export_client")
def handover_text(
    person: Person, store: Store, case: Case, notes: Mapping[str, str], now: datetime, settings: Settings
) -> str:
    """Return the sheet to print or save, and note that it was made; what nobody wrote stays blank."""
    with store.writing() as session:
        record(session, person.account_id, "made handover", "client", case.enquiry.client_id)
    safe = case.enquiry.private.get("safe_contact") or ()
    contact, client = case.contact, case.client
    # The clinic's own day: in the morning it is still yesterday in UTC.
    today = now.astimezone(settings.zone)
    lines = [
        f"Handover, {settings.clinic_name}",
        f"Reference {case.enquiry.reference}. Written {today:%-d %B %Y} by {person.name}. Confidential.",
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
        *(["Why a person was asked for (rules, not a rating):"] if case.why else []),
        *(f"- {rule.rule}{f': {rule.words}' if rule.words else ''}" for rule in case.why),
        "",
        "Notes by whoever spoke with them (nothing here is rated or added up):",
    ]
    for name, heading in HANDOVER.items():
        lines += [f"{heading}:", notes.get(name, "").strip(), ""]
    return "\n".join(lines)
