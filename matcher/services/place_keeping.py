"""Places as staff's work moves them: whose fall with an offer or a booking, given back once, and what is due then."""

from collections.abc import Iterable
from datetime import datetime

from matcher.store.enquiries import WITH_THERAPIST, Enquiry
from matcher.store.places import Place, give_back_place, keep_place, places_of, take_place
from matcher.store.store import StoreSession
from matcher.store.therapist_desk import hold_still


def places_alone(session: StoreSession, client_id: str, *therapist_ids: str | None) -> list[Place]:
    """Return the places a client has, once nobody else can change them, nor these therapists or their limits."""
    known = {place.therapist_id for place in places_of(session, client_id)}
    hold_still(session, known | {therapist for therapist in therapist_ids if therapist})
    # Somebody may have given one back while this waited.
    return places_of(session, client_id)


def falling(enquiry: Enquiry, held: Iterable[Place]) -> list[Place]:
    """Return which places go with an offer or a booking that comes to nothing.

    Those merely held, and the one of the therapist booked. A place with somebody else stays: who asked for a change
    keeps theirs until they start elsewhere.
    """
    theirs = enquiry.therapist_id if enquiry.state in WITH_THERAPIST else None
    return [place for place in held if place.held_until is not None or place.therapist_id == theirs]


def going_on(enquiry: Enquiry, held: Iterable[Place]) -> list[Place]:
    """Return the places that stay when an offer or a booking comes to nothing: with whoever a client sees already."""
    held = list(held)
    gone = falling(enquiry, held)
    return [place for place in held if place not in gone]


def make_theirs(session: StoreSession, therapist_id: str, client_id: str, held: Iterable[Place], actor: str) -> None:
    """Make the place with one therapist the client's for good, and open again those with others."""
    ours = [place for place in held if place.therapist_id == therapist_id]
    if ours:
        keep_place(session, ours[0].place_id, actor)
    else:
        take_place(session, therapist_id, client_id, actor)
    give_back(session, [place for place in held if place not in ours], actor)


def give_back(session: StoreSession, held: Iterable[Place], actor: str) -> None:
    """Open these places again."""
    for place in held:
        give_back_place(session, place.place_id, actor)


def due_after(enquiry: Enquiry, held: Iterable[Place], answer: datetime) -> datetime | None:
    """Return when something is due once staff have spoken: an answer, unless it is the client's or a session's turn."""
    if enquiry.state == "booked":
        return enquiry.first_session_at or answer
    if enquiry.state == "closed":
        return None
    ends = [place.held_until for place in held if place.held_until is not None]
    return max(ends) if enquiry.state == "offered" and ends else answer
