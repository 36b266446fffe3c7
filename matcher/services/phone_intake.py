"""An intake filled in by staff while somebody talks: the same questions, the same checks and the same record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import uuid4

from matcher.config import Settings
from matcher.domain.client import Client
from matcher.domain.enquiry import ContactDetails, Receipt, Wants
from matcher.intake.parsing import AnswersError, Problem, parse_answers, risk_raised
from matcher.intake.questionnaire import QUESTIONS, SAFETY, weight_key
from matcher.intake.safety import safety_flags
from matcher.services.access import Person, needs
from matcher.services.enquiry_keeping import RAISED, consents, urgent_due, what_changed, with_details
from matcher.services.enquiry_words import danger_in, direct_answer, other_answers, texts_of, unread
from matcher.services.known_answers import completed, known_answers
from matcher.services.place_keeping import due_after
from matcher.services.promises import answer_by
from matcher.store.enquiries import (
    CONSENT_CHANGED,
    CONSENT_WITHHELD,
    WITH_THERAPIST,
    Enquiry,
    add_enquiry,
    add_event,
    change_enquiry,
    enquiry_of,
)
from matcher.store.keeping import put_client
from matcher.store.notices import add_notice
from matcher.store.places import places_of
from matcher.store.queue import took_back
from matcher.store.rows import Contact, client_of, keep_contact, known_contact
from matcher.store.store import Store, StoreSession

PHONE_INTAKE: Final = "phone_intake"
# Said to staff alone, so by its name: words in place are collected to be translated for clients.
_WHOM: Final = "Choose whom they ask for."


@dataclass(frozen=True, slots=True)
class Begun:
    """An enquiry to be completed: itself, what is known as answers, and how to reach the client, with its version."""

    enquiry: Enquiry
    answers: dict[str, Any]
    contact: Contact
    contact_version: int


@dataclass(frozen=True, slots=True)
class PhoneIntake:
    """What was asked and answered on the telephone; ``begun`` is what it completes, as known at the beginning.

    ``language`` is the one the clinic writes to them in, None to leave it as it is; ``therapist_id`` is whom they ask
    for, where they want somebody in particular.
    """

    answers: Mapping[str, Any]
    contact: ContactDetails
    wants: Wants
    begun: Begun | None = None
    language: str | None = None
    therapist_id: str | None = None

    @property
    def texts(self) -> list[str]:
        """Return every field in which danger may be written, but for their own words of what it is about."""
        contact = self.contact
        return [*texts_of(self.answers), contact.note, contact.name, contact.pronouns]

    @property
    def existing(self) -> Enquiry | None:
        """Return the enquiry it completes, None for a new one."""
        return None if self.begun is None else self.begun.enquiry

    @property
    def shown(self) -> Mapping[str, Any]:
        """Return the answers that were known at the beginning."""
        return {} if self.begun is None else self.begun.answers


@needs("work_enquiry")
def begin_with(person: Person, store: Store, client_id: str) -> Begun:
    """Return what is known of a client, for staff to complete on the telephone.

    Raises
    ------
    NotFoundError
        If this client has no enquiry.
    """
    actor = person.account_id
    with store.reading() as session:
        enquiry = enquiry_of(session, client_id, actor)
        client = client_of(session, client_id, actor).value
        contact = known_contact(session, client_id, actor)
    answers = known_answers(client, enquiry.private.get("answers") or {})
    # Asked anew in every call: what they said last time says nothing of today.
    answers.pop(SAFETY.code, None)
    return Begun(enquiry, answers, contact.value, contact.version)


@needs("work_enquiry")
def keep_phone_intake(person: Person, store: Store, settings: Settings, taken: PhoneIntake, now: datetime) -> Receipt:
    """Keep an intake and return what to tell the caller; danger in any answer puts them on top of the list.

    Raises
    ------
    AnswersError
        If an answer cannot be used, no concern is named by somebody who is in no danger, or nobody knows whom they
        ask for.
    StaleVersionError
        If somebody changed the enquiry it completes, or how to reach the client, meanwhile.
    """
    client = _parsed(taken, settings, now)
    texts = [*texts_of(taken.answers), taken.contact.note]
    # A name is no text to be read, and danger may be written in its field all the same.
    danger = danger_in(client, taken.texts, direct_answer(taken.answers))
    before = taken.existing.private if taken.existing else {}
    raised = danger.is_new(taken.existing)
    due = answer_by(settings, now, urgent=raised)
    answers = _kept_before(before) | other_answers(taken.answers)
    wished = taken.therapist_id if taken.wants == "therapist" else None
    private = {**with_details(before, taken.contact), "answers": answers, **danger.joined(before), "asked_for": wished}
    agreed = consents(taken.existing, taken.answers, now)
    values: dict[str, Any] = {"private": private, "wants": taken.wants, "due_at": due, **agreed}
    values |= {"language": taken.language} if taken.language else {}
    if taken.existing is None or taken.existing.state not in WITH_THERAPIST:
        values["therapist_id"] = wished
    # What was there before is read by whoever reads it, and not by keeping it once more.
    values |= {"needs_reading": _to_read(taken, [client.about or "", *texts])}
    with store.writing() as session:
        client_id, seen = client.client_id, None
        if taken.existing is not None:
            shown = parse_answers(taken.shown, client_id=client_id, today=_day(settings, now), unfinished=True)
            known = client_of(session, client_id, person.account_id)
            client, seen = completed(known.value, shown, client), known.version
        put_client(session, client, person.account_id, seen)
        reference = _keep(session, person.account_id, client_id, taken, values, raised=raised)
        given = (taken.contact.name, taken.contact.email, taken.contact.phone, taken.contact.note)
        contact = Contact(*(text.strip() or None for text in given))
        seen = taken.begun.contact_version if taken.begun else 0
        keep_contact(session, client_id, contact, person.account_id, seen)
        add_event(session, client_id, PHONE_INTAKE, person.account_id)
        if raised:
            add_event(session, client_id, RAISED, person.account_id)
        if taken.existing and any(getattr(taken.existing, name) != moment for name, moment in agreed.items()):
            add_event(session, client_id, CONSENT_CHANGED, person.account_id, what_changed(taken.existing, agreed))
        # In danger nobody is asked for this first.
        in_danger = raised or (taken.existing is not None and taken.existing.waits_for_call)
        if agreed["consent_matching_at"] is None and not in_danger and not took_back(session, client_id):
            add_event(session, client_id, CONSENT_WITHHELD, person.account_id)
    return Receipt(reference, due)


def problems_in(taken: PhoneIntake, settings: Settings, now: datetime) -> tuple[Problem, ...]:
    """Return what has to be mended before an intake can be kept; none where it is ready."""
    try:
        _parsed(taken, settings, now)
    except AnswersError as error:
        return error.problems
    return ()


def _kept_before(private: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was answered about danger before, and what no question here asks for: nobody answered it now."""
    asked = {name for code in QUESTIONS for name in (code, weight_key(code))} - {SAFETY.code}
    return {name: value for name, value in (private.get("answers") or {}).items() if name not in asked}


def _to_read(taken: PhoneIntake, texts: Sequence[str]) -> bool:
    """Tell whether a person has to read something: new words, or older ones that nobody has read yet."""
    begun = taken.begun
    if begun is None:
        return unread(texts)
    known = {*texts_of(begun.answers), str(begun.answers.get("about") or ""), begun.contact.note or ""}
    return begun.enquiry.needs_reading or unread(text for text in texts if text not in known)


def _parsed(taken: PhoneIntake, settings: Settings, now: datetime) -> Client:
    if taken.wants == "therapist" and taken.therapist_id is None:
        raise AnswersError([Problem("therapist_id", _WHOM)])
    texts = texts_of(taken.answers)
    flags = [flag for found in safety_flags([str(taken.answers.get("about") or ""), *texts]) for flag in found]
    existing = taken.existing
    return parse_answers(
        taken.answers,
        client_id=existing.client_id if existing else uuid4().hex,
        today=_day(settings, now),
        # When somebody enquired does not change by completing what they told.
        enquired_at=None if existing else now.replace(tzinfo=None),
        flags=flags,
        unfinished=risk_raised(taken.answers, flags) or any(safety_flags(taken.texts)),
    )


def _day(settings: Settings, now: datetime) -> date:
    return now.astimezone(settings.zone).date()


def _keep(
    session: StoreSession, actor: str, client_id: str, taken: PhoneIntake, values: dict[str, Any], *, raised: bool
) -> str:
    if raised:
        add_notice(session, "raised", client_id, "intake")
    if taken.existing is None:
        # Whoever is on the telephone has been reached.
        return add_enquiry(session, client_id, "phone", actor, needs_person=raised, state="contacted", **values)
    values |= {"needs_person": True} if raised else {}
    if not raised and taken.existing.state in WITH_THERAPIST:
        values["due_at"] = due_after(taken.existing, places_of(session, client_id), values["due_at"])
    # Whoever is to be called now stays due as they are.
    values |= {"due_at": urgent_due(taken.existing, values["due_at"])}
    values |= {"state": "contacted"} if taken.existing.state in ("new", "closed") else {}
    change_enquiry(session, client_id, taken.existing.version, actor, **values)
    return enquiry_of(session, client_id, actor).reference
