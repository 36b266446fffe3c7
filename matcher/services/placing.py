"""Placing a whole list: one therapist a client under caseloads, with a reason for each and what the plan is worth."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib import import_module

import numpy as np
import pandas as pd

from matcher.allocation.comparing import Comparison, compare
from matcher.allocation.places import one_more_place
from matcher.allocation.problem import NOBODY, Array, Problem, Rows
from matcher.allocation.solving import is_large, solve
from matcher.clinic.folder import Clinic
from matcher.clinic.frames import canonical_clients
from matcher.clinic.problems import ClinicError
from matcher.ranking.recommender import Recommender, withheld_rows
from matcher.services import placing_words as words
from matcher.services.matching import recommendation_table
from matcher.services.waiting_list import (
    Edits,
    WaitingList,
    arrival,
    problem_of,
    stand,
    waiting_list,
    with_capacities,
    with_closed,
)

ASSIGN_COLUMNS: tuple[str, ...] = ("client_id", "therapist_id", "benefit", "rank_for_client", "reason")
_DECIMALS = 6
#: Told of each step of placing: in words, and how much of how much is done.
Progress = Callable[[str, int, int], object]
_LOOKING, _SOLVING, _COMPARING = "Looking at limits and safety", "Placing", "Placed; comparing with other ways"


@dataclass(frozen=True, slots=True)
class Placing:
    """One client's place in the plan; ``loss`` is what it gives up against the client's own best, in SD.

    Without a place ``therapist_id``, ``benefit``, ``rank`` and ``loss`` are None and ``why`` is one of ``withheld``,
    ``nobody_fits``, ``ruled_out`` and ``no_place``; with one it is ``placed`` or ``pinned``.
    """

    client_id: str
    therapist_id: str | None
    benefit: float | None
    rank: int | None
    loss: float | None
    eligible: int
    why: str
    reason: str


@dataclass(frozen=True, slots=True)
class OneMore:
    """What one more place with a therapist would do: who would get in, and the change of the total benefit in SD."""

    therapist_id: str
    client_id: str | None
    benefit: float


@dataclass(frozen=True, slots=True)
class Plan:
    """A placed list, in the order of the clients given; ``one_more`` starts with the therapist it would do most for.

    ``gap`` is how much more benefit, in SD over everyone, the best plan of all could have at most; 0 where it is this.
    """

    placings: tuple[Placing, ...]
    comparison: Comparison
    one_more: tuple[OneMore, ...]
    gap: float
    sentences: tuple[str, ...]


def place(
    clinic: Clinic,
    recommender: Recommender,
    clients: pd.DataFrame,
    edits: Edits | None = None,
    *,
    queue_first: bool = False,
    away: Collection[str] = (),
    progress: Progress | None = None,
) -> Plan:
    """Place clients with a clinic's therapists: the most people, then the most expected benefit.

    Clients whose safety was raised, or whose own words speak of risk, are left out with that reason. ``queue_first``
    gives scarce places to those who waited longest and have the fewest choices; otherwise both only settle ties.
    Therapists ``away`` on leave have no place, whatever an edit says, and nothing is said of one more with them.
    ``progress`` is told of each step: in words, and how much of how much is done.

    Raises
    ------
    ClinicError
        If an edit names someone the list or the clinic does not hold, or a pin cannot be kept.
    """
    edits = edits or Edits()
    if edits.capacities:
        numbers = {therapist: 0 if therapist in away else n for therapist, n in edits.capacities.items()}
        recommender = with_capacities(clinic, recommender, numbers)
    given = canonical_clients(clients)
    withheld = set(given["client_id"][withheld_rows(given)])
    told = progress or _untold
    listed = waiting_list(recommender, given, lambda done: told(_LOOKING, done, len(given)))
    made = problem_of(listed, withheld, edits)
    told(_SOLVING, 0, len(given))
    placed, gap, prices = _solved(made, queue_first)
    told(_COMPARING, int((placed != NOBODY).sum()), len(given))
    wider = with_closed(clinic, recommender, listed)
    opened = problem_of(wider, withheld, edits)
    here = np.array([therapist not in away for therapist in listed.therapists], dtype=np.bool_)
    found = _placings(recommender, listed, made, placed, withheld, (opened.eligible & here).sum(axis=1).tolist())
    comparison = compare(made, placed, arrival(listed.frame))
    placings = tuple(found[client] for client in given["client_id"])
    more = _one_more(wider, opened, placed, queue_first, prices)
    one_more = tuple(found for found in more if found.therapist_id not in away)
    by_therapist = [(m.therapist_id, m.client_id is not None, m.benefit) for m in one_more]
    sentences = words.plan_sentences(comparison, [p.why for p in placings], by_therapist, gap)
    return Plan(placings, comparison, one_more, gap, sentences)


def _untold(step: str, done: int, total: int) -> None:
    del step, done, total


def _solved(made: Problem, queue_first: bool) -> tuple[Rows, float, Array | None]:
    if not is_large(made):
        return solve(made, queue_first=queue_first), 0.0, None
    try:
        large = import_module("matcher.allocation.large")
    except ModuleNotFoundError:
        raise ClinicError("a list this long needs a flow solver: install matcher[distributed].") from None
    plan = large.solve_large(made, queue_first=queue_first)
    return plan.placed, plan.gap, plan.prices


def assign_table(plan: Plan) -> pd.DataFrame:
    """Return the contract's ``assign`` table, one row a client."""
    rows = [(p.client_id, p.therapist_id, p.benefit, p.rank, p.reason) for p in plan.placings]
    table = pd.DataFrame(rows, columns=list(ASSIGN_COLUMNS))
    table["benefit"] = table["benefit"].astype("float64").round(_DECIMALS)
    table["rank_for_client"] = table["rank_for_client"].astype("Int64")
    return table


def _placings(
    recommender: Recommender,
    listed: WaitingList,
    made: Problem,
    placed: Rows,
    withheld: set[str],
    if_open: list[int],
) -> dict[str, Placing]:
    within = (~np.isnan(listed.benefits)).sum(axis=1).tolist()
    eligible = made.eligible
    choices, places = eligible.sum(axis=1).tolist(), (eligible @ made.places).tolist()
    found = stand(recommender, listed, placed)
    # Where everybody within the limits is full, it is places that are missing and not somebody who fits.
    full = [not n and bool(more) for n, more in zip(within, if_open, strict=True)]
    nobody = [c for c, n, is_full in zip(listed.clients, within, full, strict=True) if not n and not is_full]
    said = _what_would_help(recommender, listed, nobody)
    result = {}
    for row, client in enumerate(listed.clients):
        n = within[row]
        if placed[row] == NOBODY:
            choice = if_open[row] if full[row] else choices[row]
            why = _why(client in withheld, n or choice, choice > 0)
            reason = words.unplaced(why, said.get(client, ""), choice, places[row])
            result[client] = Placing(client, None, None, None, None, n, why, reason)
        else:
            benefit, rank, loss = found[row]
            pinned = made.pinned[row] != NOBODY
            therapist = listed.therapists[placed[row]]
            reason = words.placed(rank, n, loss, pinned=pinned)
            why = "pinned" if pinned else "placed"
            result[client] = Placing(client, therapist, benefit, rank, loss, n, why, reason)
    return result


def _what_would_help(recommender: Recommender, listed: WaitingList, clients: list[str]) -> dict[str, str]:
    """Return what a slate says to those within whose limits nobody is: which limit would have to give way."""
    rows = listed.frame[listed.frame["client_id"].isin(clients)].reset_index(drop=True)
    table = recommendation_table(recommender.recommend(rows, 1, safety_checked=True))
    return dict(zip(table["client_id"], table["cautions"], strict=True))


def _why(withheld: bool, within: int, choice: bool) -> str:
    if withheld:
        return "withheld"
    if not within:
        return "nobody_fits"
    return "no_place" if choice else "ruled_out"


def _one_more(
    listed: WaitingList, made: Problem, placed: Rows, queue_first: bool, prices: Array | None
) -> tuple[OneMore, ...]:
    more = one_more_place(made, placed, queue_first=queue_first, prices=prices)
    order = np.lexsort((-more.benefit, more.served == NOBODY)).tolist()
    return tuple(
        OneMore(
            listed.therapists[t],
            None if more.served[t] == NOBODY else listed.clients[more.served[t]],
            float(more.benefit[t]),
        )
        for t in order
    )
