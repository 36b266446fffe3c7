"""From a suggestion to a first session: an offer that holds a place, a booking, a decline, and the end of an enquiry.

Hard limits hold for staff as for everyone: whoever is not eligible cannot be offered. Where a client tells staff that a
limit may give way, the limit is changed first, and that is on record.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from matcher.services.access import Person, needs
from matcher.services.enquiry_keeping import called
from matcher.services.place_keeping import falling, give_back, going_on, make_theirs, places_alone
from matcher.services.rechecking import UNREAD, NotEligibleError, refuse_away, refuse_unfit, refuse_unready
from matcher.services.staff_ranking import Ranking
from matcher.services.weighing import weighing
from matcher.store.decisions import record_choice, record_override
from matcher.store.enquiries import WITH_THERAPIST, Enquiry, add_event, change_enquiry, enquiry_of
from matcher.store.errors import StoreError
from matcher.store.places import take_place
from matcher.store.queue import checked_clients
from matcher.store.slates import MadeWith, keep_catalogue, save_slate
from matcher.store.staff_rows import client_rows, has_ongoing
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
    """Offer a therapist, hold one of their places meanwhile, and return until when; ``now`` is in the clinic's zone.

    A place held or booked for this client with somebody else is given back. Who was suggested is kept, and whether
    they were followed: another choice needs its coded reason. Limits and leave hold as they stand at this moment,
    whatever the ranking knew.

    Raises
    ------
    NoPlaceLeftError
        If somebody else took the last place.
    NotEligibleError
        If a hard limit stands in the way.
    StaleVersionError
        If somebody changed the enquiry meanwhile.
    StoreError
        If a person has to speak with the client or to read their words first, or an override has no reason.
    """
    actor = person.account_id
    until = now + timedelta(days=wanted.hold_days)
    with store.writing() as session:
        held = places_alone(session, client_id, wanted.therapist_id)
        enquiry = enquiry_of(session, client_id, actor)
        refuse_unready(session, enquiry)
        ours = [place for place in held if place.therapist_id == wanted.therapist_id]
        _record_decision(session, ranking, enquiry, wanted, actor, has_place=bool(ours))
        refuse_unfit(session, client_id, wanted.therapist_id, now.date())
        change_enquiry(
            session, client_id, version, actor,
            state="offered", therapist_id=wanted.therapist_id, offered_at=now, due_at=until, first_session_at=None,
        )  # fmt: skip
        kept = [place for place in ours if place.held_until is None]
        give_back(session, [place for place in falling(enquiry, held) if place not in kept], actor)
        if not kept:
            take_place(session, wanted.therapist_id, client_id, actor, until)
        add_event(session, client_id, "offered", actor, wanted.reason, wanted.note)
    return until


@needs("work_enquiry")
def book(
    person: Person, store: Store, client_id: str, version: int, first_session_at: datetime | None, now: datetime
) -> None:
    """Book the therapist who was offered: the held place becomes the client's, or one is taken where it had lapsed.

    The first session and ``now`` are in the clinic's zone. What was booked may be moved to another time whatever
    limits were set since; only leave on that day stands in the way. Without a time a booking keeps the one it has.

    Raises
    ------
    NoPlaceLeftError
        If the hold had lapsed and somebody else took the last place.
    NotEligibleError
        If the therapist is on leave on that day, or does not fit the client any more.
    StaleVersionError
        If somebody changed the enquiry meanwhile.
    StoreError
        If nobody was offered, or a person has to speak with the client or to read their words first.
    """
    actor = person.account_id
    with store.writing() as session:
        enquiry = enquiry_of(session, client_id, actor)
        if enquiry.state not in WITH_THERAPIST or enquiry.therapist_id is None:
            raise StoreError("offer a therapist before booking one.")
        held = places_alone(session, client_id, enquiry.therapist_id)
        refuse_unready(session, enquiry)
        if enquiry.state == "booked":
            first_session_at = first_session_at or enquiry.first_session_at
        if not any(place.therapist_id == enquiry.therapist_id for place in held):
            # On leave nobody has an open place to take.
            refuse_away(session, enquiry.therapist_id, now.date())
        if enquiry.state == "offered":
            refuse_unfit(session, client_id, enquiry.therapist_id, (first_session_at or now).date())
        else:
            refuse_away(session, enquiry.therapist_id, (first_session_at or now).date())
        change_enquiry(
            session, client_id, version, actor,
            state="booked", first_session_at=first_session_at, due_at=first_session_at or now + timedelta(days=2),
            **called(enquiry),
        )  # fmt: skip
        make_theirs(session, enquiry.therapist_id, client_id, held, actor)
        add_event(session, client_id, "booked", actor)


@needs("work_enquiry")
def decline(person: Person, store: Store, client_id: str, version: int, reason: str, note: str, now: datetime) -> None:
    """Keep that a client did not take an offer or a booking and why, and give the place back; as `change_enquiry`."""
    if reason not in DECLINES:
        raise StoreError("say why, as far as they told you.")
    actor = person.account_id
    with store.writing() as session:
        held, enquiry = places_alone(session, client_id), enquiry_of(session, client_id, actor)
        change_enquiry(
            session, client_id, version, actor,
            state="contacted", therapist_id=None, due_at=now, first_session_at=None,
        )  # fmt: skip
        if enquiry.state not in WITH_THERAPIST:
            raise StoreError("nobody is offered to them now: there is nothing to decline.")
        give_back(session, falling(enquiry, held), actor)
        add_event(session, client_id, "declined", actor, reason, note)


@needs("work_enquiry")
def close(
    person: Person, store: Store, client_id: str, version: int, reason: str, note: str, *, places_free: bool = False
) -> None:
    """Close an enquiry with its reason; what was held or booked goes back unless work started, which makes it theirs.

    A place they had before, with somebody they see already, stays theirs unless ``places_free`` says it is over.

    Raises
    ------
    NoPlaceLeftError
        If work started with somebody offered, whose hold had lapsed and whose last place somebody else took.
    StaleVersionError
        If somebody changed it meanwhile.
    StoreError
        If a person has to speak with the client or to read their words first: nobody in danger is closed away. If
        work is said to have started with nobody in particular, whose caseload would not know of it.
    """
    actor = person.account_id
    with store.writing() as session:
        held, enquiry = places_alone(session, client_id), enquiry_of(session, client_id, actor)
        if enquiry.needs_person:
            raise StoreError("a safety concern was raised: record a call first.")
        if enquiry.needs_reading:
            raise StoreError(UNREAD)
        change_enquiry(session, client_id, version, actor, state="closed", closed_reason=reason, due_at=None)
        if reason != "started":
            give_back(session, held if places_free else falling(enquiry, held), actor)
        elif enquiry.state in WITH_THERAPIST and enquiry.therapist_id is not None:
            make_theirs(session, enquiry.therapist_id, client_id, held, actor)
        elif not (going_on(enquiry, held) or has_ongoing(session, client_id)):
            raise StoreError("offer and book the therapist first: nobody's place is theirs yet.")
        add_event(session, client_id, "closed", actor, reason, note)


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
    # Not whom the enquiry names: that may be somebody staff offered before.
    reason = wanted.reason or ("client_asked" if enquiry.private.get("asked_for") == wanted.therapist_id else None)
    if reason not in OVERRIDES:
        raise StoreError("they are not among those suggested: say why.")
    record_override(session, slate_id, wanted.therapist_id, f"{reason}: {wanted.note}".strip(), actor)
