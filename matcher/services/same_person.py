"""Two enquiries of one person: shown side by side, and joined so that nothing either of them holds is lost."""

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from typing import Any, Final

from matcher.domain.client import Client
from matcher.services.access import Person, needs
from matcher.services.enquiry_keeping import RAISED
from matcher.services.fit_enquiry import WROTE
from matcher.services.fit_told import waits_to_be_read
from matcher.services.safety_lane import SAFETY_TRY, carry_handover
from matcher.store.carried_events import carry_event
from matcher.store.contact_search import Other, names_of, others_of, same_contact
from matcher.store.enquiries import (
    ASKED_TO_ERASE,
    CONSENT_CHANGED,
    CONSENT_WITHHELD,
    FIT_TOLD,
    RESEARCH_ALONE,
    SAFETY_CALL,
    WITH_THERAPIST,
    Enquiry,
    Event,
    add_event,
    change_enquiry,
    enquiry_of,
    events_of,
)
from matcher.store.errors import StoreError
from matcher.store.keeping import put_client
from matcher.store.places import places_of, with_place
from matcher.store.queue import Listed, listed_clients
from matcher.store.rows import Contact, client_of, keep_contact, known_contact
from matcher.store.store import Store, StoreSession
from matcher.store.waiting_since import WAITS_SINCE, waits_since

DUPLICATE: Final = "duplicate"
BOTH_PLACED: Final = "both have a therapist or a held place: decline or close one of them, then merge."
_OTHER_PLACED: Final = "the other one has a therapist or a held place: keep that one."
#: Kept beside an enquiry by the browser that sent it, to know what it changed since: of no use to another enquiry.
_OF_ITS_BROWSER: Final = frozenset({"sent"})
_DANGER: Final = ("why", "marks")
#: Noted by staff, by an answer of danger, and by words of a fit check that no rule can read.
_ASKS_FOR_A_PERSON: Final = ("raised", RAISED, WROTE)
#: What was spoken with them about, and what they did not take: whoever goes on with the kept enquiry has to know.
_LOGGED: Final = ("phone", "text", "email", "in_person", "declined")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two enquiries that look like one person's; ``names`` by client id, ``refused`` says why they cannot be merged."""

    keep: Listed
    drop: Listed
    names: Mapping[str, str]
    refused: str = ""


@needs("see_queue")
def duplicates(person: Person, store: Store) -> list[tuple[Listed, ...]]:
    """Return open enquiries that share a telephone number or an e-mail address, group by group, the earliest first."""
    del person
    with store.reading() as session:
        groups = same_contact(session)
        found = listed_clients(session, [client_id for group in groups for client_id in group])
    by_id = {line.client_id: line for line in found}
    return [tuple(by_id[client_id] for client_id in group) for group in groups]


@needs("work_enquiry")
def pairs(person: Person, store: Store, groups: Sequence[Sequence[Listed]]) -> list[Pair]:
    """Return who would be merged with whom, and note whose names were seen; the one kept has the place, if one has."""
    clients = [line.client_id for group in groups for line in group]
    with store.reading() as session:
        names = names_of(session, clients, person.account_id)
        placed = with_place(session, clients)
    found = []
    for group in groups:
        # Else the earliest is kept: a sort leaves equals in their order.
        keep, *others = sorted(group, key=lambda line: not _placed(line, placed))
        both = _placed(keep, placed)
        found += [Pair(keep, drop, names, BOTH_PLACED if both and _placed(drop, placed) else "") for drop in others]
    return found


@needs("work_enquiry")
def others(person: Person, store: Store, client_id: str) -> list[Other]:
    """Return other enquiries that look like one client's, open and closed, the newest first.

    What they told there can be read; whoever is to be merged with a closed one opens it again first.
    """
    with store.reading() as session:
        return others_of(session, client_id, person.account_id)


@needs("work_enquiry")
def merge(person: Person, store: Store, keep: Listed, drop: Listed) -> None:
    """Close one enquiry as the same person's other one, which takes over what only the closed one holds.

    Of two answers to one question the kept one's stays; dangers, notes and ways to reach them are joined, and only
    ways both call safe stay safe.

    Raises
    ------
    StaleVersionError
        If somebody changed either meanwhile; nothing is merged.
    StoreError
        If the one to be closed has a therapist or a place.
    """
    actor = person.account_id
    with store.writing() as session:
        first, second = enquiry_of(session, keep.client_id, actor), enquiry_of(session, drop.client_id, actor)
        if _placed(second, {place.client_id for place in places_of(session, drop.client_id)}):
            raise StoreError(BOTH_PLACED if _placed(first, with_place(session, [keep.client_id])) else _OTHER_PLACED)
        said = events_of(session, drop.client_id, actor)
        since = min(waits_since(session, side.client_id) for side in (keep, drop))
        danger = _carry_client(session, first, second, actor)
        call = next((event for event in reversed(said) if event.kind == SAFETY_CALL), None)
        values = _carried(first, second, said, raised=danger and call is None)
        change_enquiry(session, keep.client_id, keep.version, actor, **values)
        change_enquiry(
            session, drop.client_id, drop.version, actor,
            state="closed", closed_reason=DUPLICATE, merged_into=keep.client_id, therapist_id=None,
            # The one kept waits for the call in its place.
            needs_person=False,
        )  # fmt: skip
        _carry_wishes(session, keep.client_id, first, second, said, actor)
        note = _disagreeing(first, second)
        _carry_contact(session, keep.client_id, drop.client_id, note, actor)
        asked = danger or any(event.kind in _ASKS_FOR_A_PERSON for event in said)
        if asked and call is not None and not second.needs_person:
            # They were spoken with: nobody has to ask the same person the same again.
            carry_event(session, keep.client_id, call, actor)
        _carry_why(session, keep.client_id, said, actor)
        if waits_since(session, keep.client_id) != since:
            # Nobody loses their turn by having written twice.
            add_event(session, keep.client_id, WAITS_SINCE, actor, since.isoformat())
        add_event(session, keep.client_id, "merged", actor, drop.reference)
        add_event(session, drop.client_id, "merged", actor, keep.reference)


def _carry_why(session: StoreSession, keep: str, said: Sequence[Event], actor: str) -> None:
    """Carry over why a person is asked for, or still has to read something, and what was done: by whom and when."""
    carry_handover(session, keep, said, actor)
    for event in said:
        # And that nobody answered yet, so that whoever calls next knows.
        if event.kind in (*_ASKS_FOR_A_PERSON, SAFETY_TRY, *_LOGGED):
            carry_event(session, keep, event, actor)
    if waits_to_be_read(said):
        told = next(event for event in reversed(said) if event.kind == FIT_TOLD)
        carry_event(session, keep, told, actor)
        if not waits_to_be_read(events_of(session, keep, actor)):
            # What somebody has read beside the kept one since was another fit check.
            add_event(session, keep, FIT_TOLD, told.actor)


def _placed(enquiry: Listed | Enquiry, placed: set[str]) -> bool:
    return enquiry.state in WITH_THERAPIST or enquiry.client_id in placed


def _carried(first: Enquiry, second: Enquiry, said: Sequence[Event], *, raised: bool) -> dict[str, Any]:
    """Return what of the kept enquiry changes."""
    earlier, later = sorted((first, second), key=lambda enquiry: enquiry.received_at)
    due = [moment for moment in (first.due_at, second.due_at) if moment is not None]
    asks = later if later.wants else earlier
    values: dict[str, Any] = {
        "due_at": min(due, default=None),
        "needs_reading": first.needs_reading or second.needs_reading,
        "wants": asks.wants,
        "assigned_to": first.assigned_to or second.assigned_to,
        # English is what a language is where nobody asked.
        "language": first.language if first.language != "en" else second.language,
        "source": "change" if "change" in (first.source, second.source) else first.source,
        "private": _private(first.private, second.private) | {"asked_for": asks.private.get("asked_for")},
    }
    if first.state not in WITH_THERAPIST:
        values["therapist_id"] = asks.therapist_id
    if second.needs_person or raised:
        values["needs_person"] = True
    return values | dict.fromkeys(_taken_back(second, said))


def _taken_back(second: Enquiry, said: Sequence[Event]) -> tuple[str, ...]:
    """Return which consents the other enquiry took back."""
    changed = [event.code for event in said if event.kind in (CONSENT_CHANGED, CONSENT_WITHHELD)]
    # An event of both names neither: in doubt research is taken back as well.
    of = {"consent_matching_at": any(code != RESEARCH_ALONE for code in changed), "consent_research_at": bool(changed)}
    return tuple(name for name, is_changed in of.items() if is_changed and getattr(second, name) is None)


def _carry_wishes(
    session: StoreSession, keep: str, first: Enquiry, second: Enquiry, said: Sequence[Event], actor: str
) -> None:
    """Note beside the kept enquiry what the other one took back or asked for, where whoever places them looks."""
    if back := _taken_back(second, said):
        of_matching = "consent_matching_at" in back
        if of_matching or first.consent_research_at is not None:
            add_event(session, keep, CONSENT_CHANGED, actor, None if of_matching else RESEARCH_ALONE)
    if any(event.kind == ASKED_TO_ERASE for event in said) and ASKED_TO_ERASE not in first.private:
        add_event(session, keep, ASKED_TO_ERASE, actor)


def _private(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, Any]:
    theirs = {name: value for name, value in second.items() if name not in _OF_ITS_BROWSER}
    both = {**theirs, **{name: value for name, value in first.items() if value not in (None, "", [], {})}}
    both |= {name: sorted({*first.get(name, ()), *second.get(name, ())}) for name in _DANGER}
    both["answers"] = {**(second.get("answers") or {}), **(first.get("answers") or {})}
    if "yes" in {(side.get("answers") or {}).get("safety") for side in (first, second)}:
        both["answers"]["safety"] = "yes"
    safe, other = (list(side.get("safe_contact") or ()) for side in (first, second))
    both["safe_contact"] = [way for way in safe if way in other] if safe and other else safe or other
    both["contact_note"] = _joined(first.get("contact_note"), second.get("contact_note")) or ""
    return both


def _disagreeing(first: Enquiry, second: Enquiry) -> str | None:
    """Return what to know where no way to reach them is safe by both enquiries."""
    safe, other = (set(side.private.get("safe_contact") or ()) for side in (first, second))
    if not safe or not other or safe & other:
        return None
    return "They named different safe ways in two enquiries: ask before leaving any message."


def _carry_client(session: StoreSession, first: Enquiry, second: Enquiry, actor: str) -> bool:
    """Fill what only the other told, and return whether it told of a danger."""
    ours, theirs = (client_of(session, side.client_id, actor) for side in (first, second))
    danger = bool(theirs.value.risk_raised or second.private.get("why"))
    known = replace(_filled(ours.value, theirs.value), about=_joined(ours.value.about, theirs.value.about))
    if known != ours.value:
        put_client(session, known, actor, ours.version)
    return danger


def _filled(ours: Client, theirs: Client) -> Client:
    blank = (None, ())
    values: dict[str, Any] = {
        field.name: getattr(theirs, field.name)
        for field in fields(Client)
        if field.name != "must_have" and getattr(ours, field.name) in blank
    }
    must = tuple(name for name in theirs.must_have if name in values and name not in ours.must_have)
    values["must_have"] = (*ours.must_have, *must)
    values["exclude_therapists"] = tuple(dict.fromkeys((*ours.exclude_therapists, *theirs.exclude_therapists)))
    values["risk_raised"] = True if theirs.risk_raised else ours.risk_raised
    return replace(ours, **values)


def _carry_contact(session: StoreSession, keep: str, drop: str, note: str | None, actor: str) -> None:
    """Add the ways of reaching somebody that only the other enquiry has; a second number or address is noted."""
    ours, theirs = known_contact(session, keep, actor), known_contact(session, drop, actor).value
    both = Contact(*(mine or other for mine, other in zip(astuple(ours.value), astuple(theirs), strict=True)))
    also = [
        getattr(theirs, name)
        for name in ("name", "phone", "email")
        if getattr(theirs, name) and getattr(theirs, name).casefold() != str(getattr(both, name)).casefold()
    ]
    more = f"Also gave: {', '.join(also)}" if also else None
    both = replace(both, note=_joined(_joined(_joined(ours.value.note, theirs.note), more), note))
    if both != ours.value:
        keep_contact(session, keep, both, actor, ours.version)


def _joined(ours: str | None, theirs: str | None) -> str | None:
    """Return both texts, one below the other, none of them twice."""
    if not theirs or (ours and theirs in ours):
        return ours
    return f"{ours}\n{theirs}" if ours else theirs
