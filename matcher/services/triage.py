"""The queue: who waits, since when, by when an answer is due, what is next."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from matcher.domain.enquiry import WAITS
from matcher.services.access import Person, needs
from matcher.services.lapsing import lapse_holds
from matcher.store import queue as rows
from matcher.store.contact_search import clients_named, names_of
from matcher.store.queue import Listed, Stamp, Wanted
from matcher.store.store import Store

#: An open enquiry nobody touched for so long may no longer say what the client wants: ask before acting on it.
STALE_DAYS: Final = 28
PAGE: Final = 25


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One enquiry in the queue; ``next_step`` says what to do, ``waited`` since they wrote, or came back."""

    listed: Listed
    name: str
    next_step: str
    waited: timedelta
    overdue: bool
    stale: bool


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue; ``counts`` are as `matcher.store.queue.counts`."""

    lines: tuple[QueueLine, ...]
    total: int
    counts: Mapping[str, int]
    stamp: Stamp


@needs("see_queue")
def queue(person: Person, store: Store, wanted: Wanted, now: datetime, page: int = 0, *, names: str = "") -> Queue:
    """Return a page of the queue; ``names`` also finds clients by part of their name, opened in memory alone."""
    lapse_holds(store, now)
    stale_before = now - timedelta(days=STALE_DAYS)
    with store.reading() as session:
        if names.strip():
            found = clients_named(session, names, person.account_id)
            wanted = replace(wanted, client_ids=found)
        listed, total = rows.listed(session, wanted, now, stale_before, PAGE, page * PAGE)
        called = names_of(session, [line.client_id for line in listed], person.account_id)
        therapists = rows.therapist_names(session)
        counts, stamp = rows.counts(session, now, stale_before), rows.stamp(session)
    lines = tuple(_line(line, called, therapists, now, stale_before) for line in listed)
    return Queue(lines, total, counts, stamp)


@needs("see_queue")
def queue_stamp(person: Person, store: Store) -> Stamp:
    """Return what differs as soon as anybody changes an enquiry: cheap enough to ask every few seconds."""
    del person
    with store.reading() as session:
        return rows.stamp(session)


def next_step(line: Listed, now: datetime, therapist: str | None = None) -> str:
    """Return what somebody should do next about an enquiry, in a few words."""
    if line.needs_person:
        return "Call now, and record the call"
    if line.to_erase:
        return "Make sure it is them, then erase them as they asked"
    if line.needs_reading and line.state != "closed":
        return "Read what they wrote"
    if line.wants == "call_me" and line.state != "closed":
        return "Call them"
    return "Read how it is going with their therapist" if line.fit_told else _by_state(line, now, therapist)


def _by_state(line: Listed, now: datetime, therapist: str | None) -> str:
    who = therapist or "the therapist"
    by_state = {"new": _new_step, "offered": _offered_step, "booked": _booked_step}
    if line.state in by_state:
        return by_state[line.state](line, now, who)
    waits = {"contacted": "Suggest somebody, or put on the waiting list", "waiting": "Look again for a place"}
    on = "Close it if they go on as before"
    return on if line.goes_on and line.state in waits else waits.get(line.state, "")


def _new_step(line: Listed, now: datetime, who: str) -> str:
    del now
    if line.source == "change":
        return "Arrange the change of therapist"
    if line.goes_on:
        return "They have a therapist: ask what they need"
    wanted = {
        "therapist": f"Offer {who}",
        "choose_for_me": "Choose somebody and offer",
        "wait": "Put on the waiting list",
    }
    return wanted.get(line.wants or "", "Look, and make contact")


def _offered_step(line: Listed, now: datetime, who: str) -> str:
    if line.held_until is None:
        return f"Ask whether they accept {who}"
    return f"Wait for their answer about {who}" if line.held_until > now else f"Ask again: the hold on {who} ran out"


def _booked_step(line: Listed, now: datetime, who: str) -> str:
    if line.first_session_at is None:
        return f"Set the first session with {who}"
    return "Nothing before the first session" if line.first_session_at > now else "Close it: the first session was due"


def _line(
    line: Listed, called: Mapping[str, str], therapists: Mapping[str, str], now: datetime, stale_before: datetime
) -> QueueLine:
    step = next_step(line, now, therapists.get(line.therapist_id or ""))
    overdue = line.due_at is not None and line.due_at < now and line.state != "closed"
    stale = line.updated_at < stale_before and line.state in WAITS
    return QueueLine(line, called.get(line.client_id, ""), step, now - line.since, overdue, stale)
