"""One enquiry as staff work on it: the story, the limits, who is suggested and why, who nearly fits, what was done."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

import pandas as pd

from matcher.domain.client import Client
from matcher.domain.recommendation import Slate
from matcher.domain.therapist import CONFIRM_DAYS
from matcher.eligibility.near_misses import NearMiss, near_misses
from matcher.eligibility.reasons import Exclusions
from matcher.services.access import Person, needs
from matcher.services.enquiry_keeping import called, sooner
from matcher.services.near_fits import best_first
from matcher.services.offers import SUGGESTED
from matcher.services.place_keeping import falling, give_back, places_alone
from matcher.services.records import ALL, Record, domain_of, records
from matcher.services.safety_lane import Rule, why_raised
from matcher.services.staff_ranking import Ranking
from matcher.services.weighing import weighing
from matcher.store.carried_events import merged_clients
from matcher.store.decisions import FitCheck, fit_checks_of
from matcher.store.enquiries import (
    GAVE_WAY,
    SAFETY_CALL,
    Enquiry,
    Event,
    add_event,
    change_enquiry,
    enquiry_of,
    events_of,
    reference_of,
)
from matcher.store.errors import StoreError
from matcher.store.places import Place, places_of
from matcher.store.queue import account_names, took_back
from matcher.store.rows import Contact, change_client, client_of, known_contact
from matcher.store.staff_rows import Caseload, caseloads, client_rows
from matcher.store.store import Store

_WIDENED: Final = ("formats", "funding", "languages")


@dataclass(frozen=True, slots=True)
class Someone:
    """A therapist as staff see them beside an enquiry: places, past work with such concerns, and their own limits."""

    therapist_id: str
    name: str
    open_places: int
    caseload: Caseload
    next_opening: date | None
    confirmed_on: date | None
    stale: bool
    records: tuple[Record, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """Everything about one enquiry; ``slate`` is None while a person has to speak with the client first.

    That is about safety where ``withheld``, and about their agreement to being matched where ``took_back``.
    ``everyone`` holds the ids of all who fit, best first; ``people`` those who are shown with more than a name;
    ``kept_as`` the reference of the enquiry this one was merged into.
    """

    enquiry: Enquiry
    client: Client
    client_version: int
    contact: Contact
    events: tuple[Event, ...]
    places: tuple[Place, ...]
    why: tuple[Rule, ...]
    withheld: bool
    checked: bool
    slate: Slate | None
    took_back: bool = False
    everyone: tuple[str, ...] = ()
    near: tuple[NearMiss, ...] = ()
    people: Mapping[str, Someone] = field(default_factory=dict)
    actors: Mapping[str, str] = field(default_factory=dict)
    fit_checks: tuple[FitCheck, ...] = ()
    kept_as: str | None = None


@needs("work_enquiry")
def open_case(person: Person, store: Store, ranking: Ranking, client_id: str) -> Case:
    """Return one enquiry with all that belongs to it, and note who opened it.

    Raises
    ------
    NotFoundError
        If this client has no enquiry.
    """
    actor = person.account_id
    with store.reading() as session:
        enquiry = enquiry_of(session, client_id, actor)
        client = client_of(session, client_id, actor)
        contact = known_contact(session, client_id, actor).value
        events = tuple(events_of(session, client_id, actor))
        held = tuple(places_of(session, client_id))
        frame, loads, actors = client_rows(session, [client_id]), caseloads(session), account_names(session)
        gone = took_back(session, client_id)
        kept_as = reference_of(session, enquiry.merged_into) if enquiry.merged_into else None
        # What the same person said of how it is going under an enquiry that was merged into this one is read here.
        theirs = (client_id, *merged_clients(session, client_id))
        checks = [check for one in theirs for check in fit_checks_of(session, one, actor)]
        fits = tuple(sorted(checks, key=lambda check: check.asked_at))
    checked = any(event.kind == SAFETY_CALL for event in events)
    case = Case(
        enquiry, client.value, client.version, contact, events, held,
        why_raised(client.value, enquiry, events), withheld=True, checked=checked, slate=None, took_back=gone,
        actors=actors, fit_checks=fits, kept_as=kept_as,
    )  # fmt: skip
    # Somebody raised as in danger may have named no concern yet.
    if enquiry.needs_person or not client.value.concerns:
        return case
    barred = ranking.barred(frame)
    (slate,) = ranking.recommender.recommend(
        barred, SUGGESTED, staff=True, safety_checked=checked, emphasis=weighing(enquiry)
    )
    if slate.withheld:
        return case
    if gone:
        return replace(case, withheld=False)
    found = near_misses(slate.exclusions) if isinstance(slate.exclusions, Exclusions) else ()
    near = best_first(found, client.value, ranking)
    shown = [item.therapist_id for item in slate.recommendations] + [t for miss in near for t in miss.therapist_ids[:5]]
    shown += [enquiry.therapist_id] if enquiry.therapist_id else []
    return replace(
        case, withheld=False, slate=slate, everyone=ranking.fitting(barred), near=near,
        people=_people(store, ranking, dict.fromkeys(shown), loads, client.value),
    )  # fmt: skip


@needs("work_enquiry")
def why_not(person: Person, ranking: Ranking, case: Case, therapist_id: str) -> tuple[str, ...]:
    """Return every limit that keeps one therapist from this client; empty where they fit."""
    del person
    return () if case.slate is None else ranking.why_not(case.slate, therapist_id, dict(case.client.concerns))


@needs("work_enquiry")
def give_way(
    person: Person, store: Store, ranking: Ranking, case: Case, limits: tuple[str, ...], therapist_id: str, note: str
) -> None:
    """Change a client's limits as they told staff they may be, just so far that one therapist fits.

    Raises
    ------
    StoreError
        If a limit is not the client's to give up: places, age, and whom never to suggest.
    StaleVersionError
        If somebody changed the client's answers meanwhile.
    """
    if not note.strip():
        raise StoreError("write what the client said.")
    client = case.client
    for limit in limits:
        client = _given_way(client, limit, ranking.row(therapist_id))
    actor = person.account_id
    with store.writing() as session:
        change_client(session, client, case.client_version, actor)
        change_enquiry(session, client.client_id, case.enquiry.version, actor)
        add_event(session, client.client_id, GAVE_WAY, actor, ";".join(limits), note)


def _not_put_off(enquiry: Enquiry, due: datetime | None, *, read: bool = False) -> datetime | None:
    """Return when somebody is due: who waits for a call about safety, or to be read, stays due as early as they are."""
    if not enquiry.needs_person and (read or not enquiry.needs_reading):
        return due
    return enquiry.due_at if due is None else sooner(enquiry.due_at, due)


@needs("work_enquiry")
def log_contact(
    person: Person, store: Store, client_id: str, version: int, way: str, outcome: str, note: str, due: datetime | None
) -> int:
    """Keep that somebody wrote or called, what came of it, and by when to try again; return the new version.

    Whoever was not reached is still to be read. A safety concern ends by its own recorded call alone, so nothing logged
    here puts that off.

    Raises
    ------
    StaleVersionError
        If somebody changed the enquiry meanwhile.
    """
    actor = person.account_id
    with store.writing() as session:
        enquiry = enquiry_of(session, client_id, actor)
        due = _not_put_off(enquiry, due, read=outcome == "reached")
        more: dict[str, Any] = {"needs_reading": False, **called(enquiry)} if outcome == "reached" else {}
        more |= {"state": "contacted"} if enquiry.state == "new" and outcome == "reached" else {}
        changed = change_enquiry(session, client_id, version, actor, due_at=due, **more)
        add_event(session, client_id, way, actor, outcome, note)
    return changed


@needs("work_enquiry")
def move(
    person: Person, store: Store, client_id: str, version: int, state: str, due: datetime | None, note: str = ""
) -> int:
    """Put an enquiry on the waiting list, or open it again; return the new version; raises as `change_enquiry`.

    A place held or booked is given back: nobody waits for an answer about it any more.
    """
    actor = person.account_id
    with store.writing() as session:
        held, enquiry = places_alone(session, client_id), enquiry_of(session, client_id, actor)
        due = _not_put_off(enquiry, due)
        changed = change_enquiry(session, client_id, version, actor, state=state, due_at=due, first_session_at=None)
        give_back(session, falling(enquiry, held), actor)
        add_event(session, client_id, state, actor, None, note)
    return changed


@needs("work_enquiry")
def mark_read(person: Person, store: Store, client_id: str, version: int) -> int:
    """Keep that a person read what the rules could not; return the new version; raises as `change_enquiry`."""
    with store.writing() as session:
        changed = change_enquiry(session, client_id, version, person.account_id, needs_reading=False)
        add_event(session, client_id, "read", person.account_id)
    return changed


@needs("work_enquiry")
def assign(person: Person, store: Store, client_id: str, version: int, account_id: str | None) -> int:
    """Put an enquiry in somebody's hands, or in nobody's; return the new version; raises as `change_enquiry`."""
    with store.writing() as session:
        return change_enquiry(session, client_id, version, person.account_id, assigned_to=account_id)


def _given_way(client: Client, limit: str, therapist: Mapping[str, Any]) -> Client:
    if limit in client.must_have:
        client = replace(client, must_have=tuple(name for name in client.must_have if name != limit))
        if limit not in (*_WIDENED, "max_fee"):
            return client
    if limit in _WIDENED:
        theirs = "" if pd.isna(therapist[limit]) else str(therapist[limit])
        wider = tuple(dict.fromkeys([*getattr(client, limit), *filter(None, theirs.split(";"))]))
        changes: dict[str, Any] = {limit: wider}
        return replace(client, **changes)
    if limit == "max_fee":
        fee = therapist["fee"]
        return client if pd.isna(fee) else replace(client, max_fee=max(float(fee), client.max_fee or 0.0))
    raise StoreError("this limit is not the client's to give up.")


def _people(
    store: Store, ranking: Ranking, shown: Mapping[str, None], loads: Mapping[str, Caseload], client: Client
) -> dict[str, Someone]:
    past = records(store)
    domains = (ALL, domain_of(client.concerns))
    found = {}
    for therapist_id in shown:
        if therapist_id not in ranking.therapists.index:
            continue
        row = ranking.row(therapist_id)
        confirmed = _day(row["openings_confirmed_on"])
        found[therapist_id] = Someone(
            therapist_id,
            str(row["name"]),
            int(row["capacity"]),
            loads.get(therapist_id, Caseload()),
            _day(row["next_opening"]),
            confirmed,
            stale_openings(confirmed, ranking.today),
            tuple(line for line in past.get(therapist_id, ()) if line.domain in domains),
        )
    return found


def stale_openings(confirmed: date | None, today: date) -> bool:
    """Tell whether open places were confirmed too long ago, or never."""
    return confirmed is None or confirmed < today - timedelta(days=CONFIRM_DAYS)


def _day(value: Any) -> date | None:
    return None if pd.isna(value) else pd.Timestamp(value).date()
