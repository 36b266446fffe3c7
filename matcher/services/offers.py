"""From a suggestion to a first session: an offer that holds a place, a booking, a decline, and the end of an enquiry.

Hard limits hold for staff as for everyone: whoever is not eligible cannot be offered. Where a client tells staff that a
limit may give way, the limit is changed first, and that is on record.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from matcher.services.access import Person, needs
from matcher.services.enquiry_keeping import called
from matcher.services.staff_ranking import Ranking
from matcher.services.weighing import weighing
from matcher.store.decisions import record_choice, record_override
from matcher.store.enquiries import Enquiry, add_event, change_enquiry, enquiry_of
from matcher.store.errors import StoreError
from matcher.store.places import Place, give_back_place, keep_place, places_of, take_place
from matcher.store.queue import checked_clients
from matcher.store.slates import MadeWith, keep_catalogue, save_slate
from matcher.store.staff_rows import client_rows
from matcher.store.store import Store, StoreSession

SUGGESTED: Final = 5
HOLD_DAYS: Final = 3
OVERRIDES: Final[dict[str, str]] = {
    "client_asked": "The client asked for them",
    "opens_sooner": "They can start sooner",
    "knows_family": "They know the family or the setting",
    "continuity": "They worked together before",
    "caseload": "To keep caseloads even",
    "whole_list": "Placed with the whole list",
    "clinical": "Clinical judgement",
    "practical": "Practical: times, place or cost",
    "other": "Another reason",
}
DECLINES: Final[dict[str, str]] = {
    "times": "The times do not work",
    "cost": "The cost",
    "wait": "The wait is too long",
    "not_this_person": "Would like someone else",
    "format": "The way of meeting",
    "far": "Too far away",
    "not_now": "Not now",
    "no_reason": "No reason given",
}


UNREAD: Final = "somebody has to read what they wrote first: open the enquiry, read it, and say that you have."


class NotEligibleError(StoreError):
    """A hard limit keeps this therapist from this client; the message says which."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Whom to offer, until when the place is held, and why where they are not among those suggested."""

    therapist_id: str
    hold_days: int = HOLD_DAYS
    reason: str | None = None
    note: str = ""


@needs("work_enquiry")
def offer(
    person: Person, store: Store, ranking: Ranking, client_id: str, version: int, wanted: Offer, now: datetime
) -> datetime:
    """Offer a therapist, hold one of their places meanwhile, and return until when.

    A place held for this client with somebody else is given back. Who was suggested is kept, and whether they were
    followed: another choice needs its coded reason.

    Raises
    ------
    NoPlaceLeftError
        If somebody else took the last place.
    NotEligibleError
        If a hard limit stands in the way.
    StaleVersionError
        If somebody changed the enquiry meanwhile.
    StoreError
        If a person has to speak with the client or read their words first, or an override has no reason.
    """
    actor = person.account_id
    until = now + timedelta(days=wanted.hold_days)
    with store.writing() as session:
        enquiry = _read_first(enquiry_of(session, client_id, actor))
        held = places_of(session, client_id)
        ours = [place for place in held if place.therapist_id == wanted.therapist_id]
        _record_decision(session, ranking, enquiry, wanted, actor, has_place=bool(ours))
        change_enquiry(
            session, client_id, version, actor,
            state="offered", therapist_id=wanted.therapist_id, offered_at=now, due_at=until, first_session_at=None,
        )  # fmt: skip
        for place in held:
            if place.held_until is not None:
                give_back_place(session, place.place_id, actor)
        if not any(place.held_until is None for place in ours):
            take_place(session, wanted.therapist_id, client_id, actor, until)
        add_event(session, client_id, "offered", actor, wanted.reason, wanted.note)
    return until


@needs("work_enquiry")
def book(
    person: Person, store: Store, client_id: str, version: int, first_session_at: datetime | None, now: datetime
) -> None:
    """Book the therapist who was offered: the held place becomes the client's, or one is taken where it had lapsed.

    Raises
    ------
    NoPlaceLeftError
        If the hold had lapsed and somebody else took the last place.
    StaleVersionError
        If somebody changed the enquiry meanwhile.
    StoreError
        If nobody was offered, or a person has to speak with the client or read their words first.
    """
    actor = person.account_id
    with store.writing() as session:
        enquiry = _read_first(enquiry_of(session, client_id, actor))
        if enquiry.state not in ("offered", "booked") or enquiry.therapist_id is None:
            raise StoreError("offer a therapist before booking one.")
        change_enquiry(
            session, client_id, version, actor,
            state="booked", first_session_at=first_session_at, due_at=first_session_at or now + timedelta(days=2),
            **called(enquiry),
        )  # fmt: skip
        held = [p for p in places_of(session, client_id) if p.therapist_id == enquiry.therapist_id]
        if held:
            keep_place(session, held[0].place_id, actor)
        else:
            take_place(session, enquiry.therapist_id, client_id, actor)
        _give_back(session, [p for p in places_of(session, client_id) if p.therapist_id != enquiry.therapist_id], actor)
        add_event(session, client_id, "booked", actor)


@needs("work_enquiry")
def decline(person: Person, store: Store, client_id: str, version: int, reason: str, note: str, now: datetime) -> None:
    """Keep that a client did not take an offer and why, and give the held place back; raises as `change_enquiry`."""
    if reason not in DECLINES:
        raise StoreError("say why, as far as they told you.")
    actor = person.account_id
    with store.writing() as session:
        change_enquiry(session, client_id, version, actor, state="contacted", therapist_id=None, due_at=now)
        _give_back(session, [p for p in places_of(session, client_id) if p.held_until is not None], actor)
        add_event(session, client_id, "declined", actor, reason, note)


@needs("work_enquiry")
def close(person: Person, store: Store, client_id: str, version: int, reason: str, note: str) -> None:
    """Close an enquiry with its reason; places go back unless work started.

    Raises
    ------
    StaleVersionError
        If somebody changed it meanwhile.
    StoreError
        If a person has to speak with the client or read their words first: nobody in danger is closed away.
    """
    actor = person.account_id
    with store.writing() as session:
        if _read_first(enquiry_of(session, client_id, actor)).needs_person:
            raise StoreError("a safety concern was raised: record a call first.")
        change_enquiry(session, client_id, version, actor, state="closed", closed_reason=reason, due_at=None)
        if reason != "started":
            _give_back(session, places_of(session, client_id), actor)
        add_event(session, client_id, "closed", actor, reason, note)


def _read_first(enquiry: Enquiry) -> Enquiry:
    """Return an enquiry whose words the rules could read, or somebody has read; a raised one is said as that."""
    if enquiry.needs_reading and not enquiry.needs_person:
        raise StoreError(UNREAD)
    return enquiry


def _give_back(session: StoreSession, held: list[Place], actor: str) -> None:
    for place in held:
        give_back_place(session, place.place_id, actor)


def _record_decision(
    session: StoreSession, ranking: Ranking, enquiry: Enquiry, wanted: Offer, actor: str, *, has_place: bool
) -> None:
    """Keep the slate as of now, and whether it was followed; refuse whoever a hard limit rules out."""
    checked = enquiry.client_id in checked_clients(session)
    frame = client_rows(session, [enquiry.client_id])
    barred = ranking.barred(frame)
    (slate,) = ranking.recommender.recommend(
        barred, SUGGESTED, staff=True, safety_checked=checked, emphasis=weighing(enquiry)
    )
    if slate.withheld or enquiry.needs_person:
        raise StoreError("a person has to speak with this client first: nobody can be offered or booked.")
    if wanted.therapist_id not in ranking.fitting(barred):
        if has_place:
            # Theirs is the place that closed the caseload: the offer is only made again.
            return
        concerns = {part.split(":")[0]: 1 for part in frame["concerns"].iloc[0].split(";")}
        reasons = ranking.why_not(slate, wanted.therapist_id, concerns)
        raise NotEligibleError(" ".join(reasons) or "this therapist is not one of the clinic's.")
    made_with = MadeWith(
        keep_catalogue(session, ranking.clinic.therapists), ranking.model_hash, SUGGESTED, True, checked
    )
    slate_id = save_slate(session, slate, frame, made_with, actor)
    if wanted.therapist_id in {item.therapist_id for item in slate.recommendations}:
        record_choice(session, slate_id, wanted.therapist_id, "staff", actor, wanted.note or None)
        return
    reason = wanted.reason or ("client_asked" if enquiry.therapist_id == wanted.therapist_id else None)
    if reason not in OVERRIDES:
        raise StoreError("they are not among those suggested: say why.")
    record_override(session, slate_id, wanted.therapist_id, f"{reason}: {wanted.note}".strip(), actor)
