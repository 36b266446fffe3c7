"""The whole waiting list placed at once, edited by hand and solved again, and offers made of it place by place."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

import pandas as pd

from matcher.services import placing_words as words
from matcher.services.access import Person, needs
from matcher.services.kept_pins import unkept_pins
from matcher.services.offers import Offer, offer
from matcher.services.placing import Placing, Plan, place
from matcher.services.settled import after_calls
from matcher.services.staff_ranking import Ranking
from matcher.services.waiting_list import Edits
from matcher.store.audit import record
from matcher.store.contact_search import names_of
from matcher.store.errors import StaleVersionError, StoreError
from matcher.store.queue import Listed, checked_clients, listed_clients, open_clients, took_back_clients
from matcher.store.rows import change_therapist, therapist_of
from matcher.store.staff_rows import client_rows
from matcher.store.store import Store
from matcher.store.waiting_since import begun_anew, since_then

WHOLE_LIST: Final = "whole_list"
LEFT_OUT: Final = ("raised", "unread", "to_erase", "in_therapy", "took_back", "unnamed")


@dataclass(frozen=True, slots=True, eq=False)
class WaitingPeople:
    """Whom to place, as canonical clients, with the line of each; ``left_out`` holds by why whom a person looks at.

    Why is one of ``raised``, ``unread``, ``to_erase`` (they asked for it), ``in_therapy`` (and asked for no change),
    ``took_back`` (that they agreed to be matched) and ``unnamed`` (no concern).
    """

    frame: pd.DataFrame
    lines: Mapping[str, Listed]
    left_out: Mapping[str, tuple[Listed, ...]]


@dataclass(frozen=True, slots=True, eq=False)
class PlacedList:
    """A plan with what it says in words, therapists by name; ``unkept`` says by client why a pin could not be kept."""

    plan: Plan
    sentences: tuple[str, ...]
    names: Mapping[str, str]
    unkept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of accepting a plan: references offered, those refused with why, and with whom a place was taken."""

    offered: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    taken: tuple[str, ...] = ()


@needs("place_list")
def waiting_people(person: Person, store: Store, ranking: Ranking) -> WaitingPeople:
    """Return everyone nobody has placed yet, and whom somebody has to speak with, read or ask first."""
    with store.reading() as session:
        found = listed_clients(session, open_clients(session))
        checked = checked_clients(session)
        took_back = took_back_clients(session)
        whys = [(line, _left_out(line, took_back)) for line in found]
        ready = {line.client_id: line for line, why in whys if why is None}
        frame = since_then(client_rows(session, list(ready)), begun_anew(session, list(ready)))
        # Opened to be matched, and read by nobody: how many says it.
        record(session, person.account_id, "opened", "answers of the waiting list", "", clients=len(ready))
    left_out = {reason: tuple(line for line, why in whys if why == reason) for reason in LEFT_OUT}
    return WaitingPeople(ranking.barred(after_calls(frame, checked)), ready, left_out)


def _left_out(line: Listed, took_back: frozenset[str]) -> str | None:
    """Return why somebody is not placed with the list, the weightiest reason first; None where they are."""
    for why, holds in (
        ("raised", line.needs_person),
        ("unread", line.needs_reading),
        ("to_erase", line.to_erase),
        ("in_therapy", line.goes_on),
        ("took_back", line.client_id in took_back),
        ("unnamed", not line.concerns),
    ):
        if holds:
            return why
    return None


@needs("place_list")
def place_people(
    person: Person, ranking: Ranking, people: WaitingPeople, edits: Edits, *, queue_first: bool = False
) -> PlacedList:
    """Return the best plan under what was settled by hand; a pin against a limit is left out of it, and why is said.

    Raises
    ------
    ClinicError
        If an edit names somebody the list or the clinic does not hold, or no number of places.
    """
    del person
    unkept = unkept_pins(ranking, people.frame, edits)
    edits = _without(edits, unkept)
    plan = place(ranking.clinic, ranking.recommender, people.frame, edits, queue_first=queue_first, away=ranking.away())
    names = {str(t): str(name) for t, name in ranking.therapists["name"].items()}
    more = [(names[m.therapist_id], m.client_id is not None, m.benefit) for m in plan.one_more]
    said = words.plan_sentences(plan.comparison, [placing.why for placing in plan.placings], more, plan.gap)
    return PlacedList(plan, said, names, unkept)


@needs("see_queue")
def names_on(person: Person, store: Store, client_ids: Sequence[str]) -> dict[str, str]:
    """Return the names of clients of a page of the plan, as the list of enquiries shows them, and note who saw them."""
    with store.reading() as session:
        return names_of(session, client_ids, person.account_id)


def to_write(ranking: Ranking, edits: Edits, chosen: Sequence[Placing]) -> dict[str, tuple[int, int]]:
    """Return the therapists with whom a plan uses places tried out and not written: that number, and the one kept."""
    used = Counter(placing.therapist_id for placing in chosen)
    kept = {therapist: int(ranking.row(therapist)["capacity"]) for therapist in edits.capacities}
    return {t: (n, kept[t]) for t, n in edits.capacities.items() if used[t] > kept[t]}


@needs("place_list")
def more_places(
    person: Person,
    ranking: Ranking,
    people: WaitingPeople,
    edits: Edits,
    plan: Plan,
    therapist_id: str,
    more: int,
    *,
    queue_first: bool = False,
) -> str:
    """Return what more places with one therapist would do, solved again, as a sentence."""
    del person
    if therapist_id in ranking.away():
        return f"{ranking.row(therapist_id)['name']} is on leave: no places are open with them until they are back."
    now = edits.capacities.get(therapist_id, int(ranking.row(therapist_id)["capacity"]))
    wider = replace(edits, capacities={**edits.capacities, therapist_id: now + more})
    wider = _without(wider, unkept_pins(ranking, people.frame, edits))
    then = place(ranking.clinic, ranking.recommender, people.frame, wider, queue_first=queue_first, away=ranking.away())
    served = then.comparison.placed - plan.comparison.placed
    name = ranking.row(therapist_id)["name"]
    places = f"{more} more place{'' if more == 1 else 's'} with {name}"
    # Adding 0 turns minus nothing into nothing.
    gain = round(then.comparison.total - plan.comparison.total, 2) + 0.0
    return f"{places} would serve {served or 'nobody'} more ({gain:+.2f} SD in all)."


@needs("place_list")
def accept(
    person: Person, store: Store, ranking: Ranking, people: WaitingPeople, chosen: Sequence[Placing], now: datetime
) -> Accepted:
    """Offer each client the therapist of the plan, holding a place, one by one: a refusal stops none of the others.

    A therapist whose places the plan raised has them in the store only after `keep_caseloads`.
    """
    offered: list[str] = []
    refused: list[tuple[str, str]] = []
    taken: list[str] = []
    for placing in chosen:
        line = people.lines[placing.client_id]
        if placing.therapist_id is None:
            continue
        try:
            wanted = Offer(placing.therapist_id, reason=WHOLE_LIST)
            offer(person, store, ranking, placing.client_id, line.version, wanted, now)
        except StoreError as error:
            refused.append((line.reference, str(error)))
        else:
            offered.append(line.reference)
            taken.append(placing.therapist_id)
    return Accepted(tuple(offered), tuple(refused), tuple(taken))


def after_accepting(edits: Edits, done: Accepted) -> Edits:
    """Return what was settled by hand as it holds now: a number of places tried out counts those just taken as well."""
    left = Counter(edits.capacities)
    left.subtract(therapist_id for therapist_id in done.taken if therapist_id in left)
    return replace(edits, capacities={therapist_id: max(places, 0) for therapist_id, places in left.items()})


@needs("edit_therapists")
def keep_caseloads(person: Person, store: Store, ranking: Ranking, capacities: Mapping[str, int]) -> None:
    """Write numbers of open places that were tried out in a plan, all of them or none.

    Raises
    ------
    StaleVersionError
        If somebody has another number of open places by now than the ranking of the plan knew.
    """
    with store.writing() as session:
        for therapist_id, places in capacities.items():
            known = therapist_of(session, therapist_id)
            if known.value.capacity != int(ranking.row(therapist_id)["capacity"]):
                raise StaleVersionError("a place was taken or given back meanwhile: look at the plan again.")
            change_therapist(session, replace(known.value, capacity=places), known.version, person.account_id)


def _without(edits: Edits, unkept: Mapping[str, str]) -> Edits:
    """Return what was settled by hand less the pins that cannot be kept."""
    return replace(edits, pins={client: them for client, them in edits.pins.items() if client not in unkept})
