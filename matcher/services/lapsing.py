"""Places held for a time that is over: given back, so that somebody else can have them."""

from datetime import datetime
from typing import Final

from matcher.store.enquiries import add_event, change_enquiry, enquiry_of
from matcher.store.errors import NotFoundError, StaleVersionError
from matcher.store.places import Place, give_back_place, lapsed_places
from matcher.store.store import Store
from matcher.store.therapist_desk import hold_still

ACTOR: Final = "matcher"


def lapse_holds(store: Store, now: datetime) -> int:
    """Give back every place whose hold is over, and tell its enquiry; return how many there were."""
    with store.reading() as session:
        lapsed = lapsed_places(session, now)
    return sum(_lapse(store, place, now) for place in lapsed)


def _lapse(store: Store, place: Place, now: datetime) -> bool:
    # Therapist, enquiry, place: the order offers take them in, so that neither waits for the other.
    try:
        with store.writing() as session:
            hold_still(session, (place.therapist_id,))
            enquiry = enquiry_of(session, place.client_id, ACTOR)
            if enquiry.state == "offered":
                change_enquiry(session, place.client_id, enquiry.version, ACTOR, state="contacted", due_at=now)
            give_back_place(session, place.place_id, ACTOR, lapsed=now)
            add_event(session, place.client_id, "hold_lapsed", ACTOR)
    except (NotFoundError, StaleVersionError):
        # Somebody books it, gives it back, or lets it lapse at this moment: nothing is written, and whoever looks next
        # sees what came of it.
        return False
    return True
