"""Placing lists too long for one matrix: parts that share no therapist are solved apart, the largest as flows."""

from dataclasses import dataclass, replace

import numpy as np
from joblib import Parallel, delayed
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from matcher.allocation.flow import Flow, best_flow
from matcher.allocation.problem import NOBODY, Array, Problem, Rows
from matcher.allocation.solving import is_large, lifted, solve, turns_of

#: A flow is good to this share of an SD for each client; a thousandth of what is printed as one digit.
GAP_A_CLIENT = 1e-6
#: Parts of fewer cells (clients times places) are solved sooner than another process is started.
_CELLS_A_PROCESS = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class LargePlan:
    """A plan, (n_c,) with ``NOBODY``; ``gap`` in SD, 0 where it is exact; and how many parts it was solved in.

    ``prices`` (n_t,) prove the gap, up to an amount in each part; NaN where a part is exact, or a therapist is full
    from the start.
    """

    placed: Rows
    gap: float
    parts: int
    prices: Array


def solve_large(problem: Problem, *, queue_first: bool = False, jobs: int = -1) -> LargePlan:
    """Return the best placing as ``solve`` defines it, part by part; the largest parts good to a stated gap.

    Where two or more parts are worth a process, parts run on ``jobs`` of them (-1: one a core), or wherever
    ``joblib.parallel_config`` says, such as a Dask cluster.
    """
    labels, count = _parts(problem)
    rows = np.split(np.argsort(labels, kind="stable"), np.cumsum(np.bincount(labels, minlength=count))[:-1])
    columns = [_seen(problem, here) for here in rows]
    parts = [_restricted(problem, here, seen) for here, seen in zip(rows, columns, strict=True)]
    apart = sum(len(part.benefits) * int(part.places.sum()) > _CELLS_A_PROCESS for part in parts) > 1
    solved = Parallel(n_jobs=jobs if apart else 1)(delayed(_solve_part)(part, queue_first) for part in parts)
    placed = np.full(len(problem.benefits), NOBODY, dtype=np.intp)
    prices = np.full(len(problem.places), np.nan)
    for here, seen, flow in zip(rows, columns, solved, strict=True):
        placed[here] = np.where(flow.placed == NOBODY, NOBODY, np.append(seen, NOBODY)[flow.placed])
        prices[seen] = flow.prices
    return LargePlan(placed, float(sum(flow.gap for flow in solved)), count, prices)


def _parts(problem: Problem) -> tuple[Rows, int]:
    """Return each client's part, (n_c,), and how many there are; clients of two parts share no therapist with room."""
    n_clients, n_therapists = problem.benefits.shape
    client, therapist = np.nonzero(problem.eligible & (problem.places > 0))
    edges = sparse.coo_array(
        (np.ones(len(client), dtype=np.int8), (client, n_clients + therapist)), shape=(n_clients + n_therapists,) * 2
    )
    labels = connected_components(edges, directed=False)[1][:n_clients]
    found, places = np.unique(labels, return_inverse=True)
    return places.astype(np.intp), len(found)


def _seen(problem: Problem, here: Rows) -> Rows:
    """Return the therapists with room whom somebody of a part may see."""
    return np.flatnonzero((problem.places > 0) & (~np.isnan(problem.benefits[here])).any(axis=0))


def _restricted(problem: Problem, here: Rows, seen: Rows) -> Problem:
    """Return some clients with some therapists, whom pins are among, as a list of their own."""
    own = np.full(len(problem.places) + 1, NOBODY, dtype=np.intp)
    own[seen] = np.arange(len(seen))
    return Problem(
        problem.benefits[np.ix_(here, seen)],
        problem.places[seen],
        problem.weights[here],
        problem.priority[here],
        own[problem.pinned[here]],
    )


def _solve_part(part: Problem, queue_first: bool) -> Flow:
    if not is_large(part):
        return Flow(solve(part, queue_first=queue_first), 0.0, np.full(len(part.places), np.nan))
    placed, free = part.pinned.copy(), part.free
    values, places = part.benefits[free] * part.weights[free, None], part.open_places
    turns = turns_of(part.priority[free])
    if queue_first:
        # Whose turn it is counts in whole steps, so a gap below one step is none.
        served = best_flow(~np.isnan(values) * (turns + 1.0)[:, None], places, 0.5).placed != NOBODY
        free, values, turns = free[served], values[served], turns[served]
    found = best_flow(lifted(values, turns), places, GAP_A_CLIENT * len(free))
    placed[free] = found.placed
    return replace(found, placed=placed)
