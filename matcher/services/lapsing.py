"""Places held for a time that is over: given back, so that somebody else can have them."""

from datetime import datetime
from typing import Final

from matcher.store.enquiries import add_event, change_enquiry, enquiry_of
from matcher.store.errors import NotFoundError
from matcher.store.places import Place, give_back_place, lapsed_places
from matcher.store.store import Store

ACTOR: Final = "matcher"


def lapse_holds(store: Store, now: datetime) -> int:
    """Give back every place whose hold is over, and tell its enquiry; return how many there were."""
    with store.reading() as session:
        lapsed = lapsed_places(session, now)
    return sum(_lapse(store, place, now) for place in lapsed)


def _lapse(store: Store, place: Place, now: datetime) -> bool:
    # Somebody may have booked it, or given it back, a moment ago.
    with store.writing() as session:
        try:
            give_back_place(session, place.place_id, ACTOR, lapsed=now)
            enquiry = enquiry_of(session, place.client_id, ACTOR)
        except NotFoundError:
            return False
        if enquiry.state == "offered":
            change_enquiry(session, place.client_id, enquiry.version, ACTOR, state="contacted", due_at=now)
        add_event(session, place.client_id, "hold_lapsed", ACTOR)
    return True
