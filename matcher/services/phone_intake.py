"""An intake filled in by staff while somebody talks: the same questions, the same checks and the same record."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from matcher.config import Settings
from matcher.domain.enquiry import ContactDetails, Receipt, Wants
from matcher.intake.parsing import parse_answers, risk_raised
from matcher.intake.safety import safety_flags
from matcher.services.access import Person, needs
from matcher.services.enquiry_keeping import with_details
from matcher.services.enquiry_words import danger_in, other_answers, texts_of, unread
from matcher.services.promises import answer_by
from matcher.store.enquiries import Enquiry, add_enquiry, add_event, change_enquiry, enquiry_of
from matcher.store.keeping import put_client
from matcher.store.notices import add_notice
from matcher.store.rows import Contact, keep_contact
from matcher.store.store import Store, StoreSession

PHONE_INTAKE: Final = "phone_intake"


@dataclass(frozen=True, slots=True)
class PhoneIntake:
    """What was asked and answered on the telephone; ``existing`` is the enquiry it completes, if there is one."""

    answers: Mapping[str, Any]
    contact: ContactDetails
    wants: Wants
    existing: Enquiry | None = None


@needs("work_enquiry")
def keep_phone_intake(person: Person, store: Store, settings: Settings, taken: PhoneIntake, now: datetime) -> Receipt:
    """Keep an intake and return what to tell the caller; danger in any answer puts them on top of the list.

    Raises
    ------
    AnswersError
        If an answer cannot be used, or no concern is named by somebody who is in no danger.
    StaleVersionError
        If somebody changed the enquiry it completes meanwhile.
    """
    client_id = taken.existing.client_id if taken.existing else uuid4().hex
    texts = [*texts_of(taken.answers), taken.contact.note]
    flags = [flag for found in safety_flags([str(taken.answers.get("about") or ""), *texts]) for flag in found]
    client = parse_answers(
        taken.answers,
        client_id=client_id,
        today=now.astimezone(settings.zone).date(),
        enquired_at=now.replace(tzinfo=None),
        flags=flags,
        unfinished=risk_raised(taken.answers, flags),
    )
    danger = danger_in(client, texts)
    due = answer_by(settings, now, urgent=bool(danger.why))
    private = {
        **with_details(taken.existing.private if taken.existing else {}, taken.contact),
        "answers": other_answers(taken.answers),
        "why": list(danger.why),
        "marks": list(danger.marks),
    }
    values: dict[str, Any] = {"private": private, "wants": taken.wants, "due_at": due}
    consents = {
        f"{name}_at": now for name in ("consent_matching", "consent_research") if taken.answers.get(name) is True
    }
    values |= {**consents, "needs_reading": unread([client.about or "", *texts])}
    with store.writing() as session:
        put_client(session, client, person.account_id)
        reference = _keep(session, person.account_id, client_id, taken, values, raised=bool(danger.why))
        contact = (taken.contact.name, taken.contact.email, taken.contact.phone, taken.contact.note)
        keep_contact(session, client_id, Contact(*(text.strip() or None for text in contact)), person.account_id)
        add_event(session, client_id, PHONE_INTAKE, person.account_id)
    return Receipt(reference, due)


def _keep(
    session: StoreSession, actor: str, client_id: str, taken: PhoneIntake, values: dict[str, Any], *, raised: bool
) -> str:
    if raised:
        add_notice(session, "raised", client_id, "intake")
    if taken.existing is None:
        # Whoever is on the telephone has been reached.
        return add_enquiry(session, client_id, "phone", actor, needs_person=raised, state="contacted", **values)
    values |= {"needs_person": True} if raised else {}
    values |= {"state": "contacted"} if taken.existing.state in ("new", "closed") else {}
    change_enquiry(session, client_id, taken.existing.version, actor, **values)
    return enquiry_of(session, client_id, actor).reference
