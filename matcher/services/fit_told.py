"""What a fit check says that staff are to look at: told to them, found in their list, and read by a person.

It raises nobody: only words of danger do. The enquiry stays in the state it is in.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from matcher.services.access import Person, needs
from matcher.services.enquiry_keeping import found_enquiry
from matcher.store.carried_events import merged_clients
from matcher.store.enquiries import (
    FIT_READ,
    FIT_TOLD,
    Event,
    add_enquiry,
    add_event,
    change_enquiry,
    events_of,
)
from matcher.store.notices import add_notice
from matcher.store.slates import CLIENT
from matcher.store.store import Store, StoreSession


def tell(session: StoreSession, client_id: str) -> None:
    """Tell staff that a client's fit check is to be read."""
    found = found_enquiry(session, client_id)
    if found is None:
        # They have a therapist already, who came from elsewhere: nothing waits but this.
        closed: dict[str, Any] = {"state": "closed", "closed_reason": "started", "closed_at": datetime.now(UTC)}
        add_enquiry(session, client_id, "import", CLIENT, **closed)
        add_event(session, client_id, "closed", CLIENT, "started")
    else:
        # A version more, so that the list somebody has open shows it.
        change_enquiry(session, client_id, found.version, CLIENT)
    add_event(session, client_id, FIT_TOLD, CLIENT)
    add_notice(session, "fit", client_id, "intake")


def waits_to_be_read(events: Sequence[Event]) -> bool:
    """Tell whether staff were told of a fit check since a person last said that they have read it."""
    kinds = [event.kind for event in events if event.kind in (FIT_TOLD, FIT_READ)]
    return bool(kinds) and kinds[-1] == FIT_TOLD


@needs("work_enquiry")
def mark_fit_read(person: Person, store: Store, client_id: str, version: int) -> None:
    """Keep that a person read what a client said of how it is going; raises as `change_enquiry`."""
    with store.writing() as session:
        change_enquiry(session, client_id, version, person.account_id)
        add_event(session, client_id, FIT_READ, person.account_id)
        # What they said under an enquiry merged into this one stands on the same page.
        for other in merged_clients(session, client_id):
            if waits_to_be_read(events_of(session, other, person.account_id)):
                add_event(session, other, FIT_READ, person.account_id)
