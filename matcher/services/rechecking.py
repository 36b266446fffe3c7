"""What is looked at again when an offer or booking is written: its page may be older than a leave, limit or edit."""

from datetime import date

from matcher.clinic.encoding import encode_clients, encode_therapists
from matcher.domain.vocabulary import CONCERNS
from matcher.eligibility.reasons import Exclusions
from matcher.store.enquiries import Enquiry
from matcher.store.errors import NotFoundError, StoreError
from matcher.store.queue import took_back
from matcher.store.staff_rows import client_rows, therapist_rows
from matcher.store.store import StoreSession
from matcher.store.therapist_desk import TherapistSettings, settings_of

UNREAD = "nobody has read what they wrote yet: read it, and say that you have, first."
TOOK_BACK = (
    "they do not agree to being matched: speak with them first, and where they agree, tick it under “Complete by "
    "phone”."
)


class NotEligibleError(StoreError):
    """A hard limit keeps this therapist from this client; the message says which."""


def refuse_unready(session: StoreSession, enquiry: Enquiry) -> None:
    """Refuse to offer or book anybody while words are unread or the client took their consent back.

    That a person has to speak with a client first is said by whatever is asked of the enquiry.
    """
    if enquiry.needs_reading and not enquiry.needs_person:
        raise StoreError(UNREAD)
    if took_back(session, enquiry.client_id):
        raise StoreError(TOOK_BACK)


def refuse_away(session: StoreSession, therapist_id: str, on: date) -> TherapistSettings:
    """Return a therapist's own limits; raises `NotEligibleError` if they are on leave on that day."""
    own = settings_of(session, therapist_id)
    if own.away(on):
        until = f" until {own.leave_until:%-d %B %Y}" if own.leave_until else ""
        raise NotEligibleError(f"{_name(session, therapist_id)} has gone on leave{until}: look again.")
    return own


def refuse_unfit(session: StoreSession, client_id: str, therapist_id: str, on: date) -> None:
    """Refuse a therapist whom, as both stand now, leave or a hard limit keeps from this client.

    Open places are not looked at: taking one does that.

    Raises
    ------
    NotEligibleError
        If one does; the message names the therapist and says what is in the way.
    NotFoundError
        If there is no such therapist.
    """
    own = refuse_away(session, therapist_id, on)
    therapist, client = therapist_rows(session, [therapist_id]), client_rows(session, [client_id])
    if therapist.empty:
        raise NotFoundError(f"the store has no therapist_id {therapist_id!r}.")
    named = {part.split(":")[0] for part in client["concerns"].iloc[0].split(";")}
    declined = [CONCERNS[code].label for code in own.declined_concerns if code in named]
    name = therapist["name"].iloc[0]
    if declined:
        raise NotEligibleError(
            f"{name} does not take on {', '.join(declined)} now: a limit they set themselves. Look again."
        )
    table = encode_therapists(therapist.assign(capacity=1))
    found = Exclusions(encode_clients(client, table), 0, table, 0).of(therapist_id)
    if found is not None:
        raise NotEligibleError(f"{name} does not fit any more. {' '.join(found.reasons)} Look again.")


def _name(session: StoreSession, therapist_id: str) -> str:
    found = therapist_rows(session, [therapist_id])
    return "this therapist" if found.empty else str(found["name"].iloc[0])
