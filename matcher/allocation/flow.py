"""Placing a long list as a flow: exact on the pairs worth looking at, with a proof of how far from the best it can be.

A client who could see two thousand therapists is hardly ever best placed with the thousandth. So the flow is solved
over each client's best few pairs; prices of places are read off it; and by weak duality any prices bound what all pairs
together could give. Pairs that the prices show to be missing are added, and the flow is solved again, until the bound
meets the plan. (Column generation; Dantzig and Wolfe 1960. The flow solver is OR-tools' cost-scaling push-relabel.)
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from matcher.allocation.chains import best_chains
from matcher.allocation.problem import NOBODY, Array, Rows

#: Pairs looked at first, for each client.
_BEST_PAIRS = 24
#: Pairs added in a round, for each client.
_MORE_PAIRS = 12
_ROUNDS = 30
#: Cells looked at in one piece: what fits a processor's cache goes several times as fast.
_CELLS_AT_ONCE = 250_000
#: Costs are whole numbers to the solver: as many of them as its 64 bits hold, times the nodes and to spare.
_COSTS = 2.0**60
#: Gains below are rounding of worths of some thousands.
_NOISE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """A plan, (n_c,) with ``NOBODY``, and ``gap``: how much more worth, at most, any other plan could have.

    ``prices`` (n_t,), what one more place with each therapist is worth over the pairs looked at, prove it: the gap is
    taken on the worths themselves, not on the solver's whole numbers.
    """

    placed: Rows
    gap: float
    prices: Array


def best_flow(worths: Array, places: Rows, most_gap: float) -> Flow:
    """Return a plan of greatest worth (n_c, n_t; 0 or less where a pair is not allowed), good to ``most_gap``.

    Worths are lifted so that one client more outweighs every swing in benefit; the plan places as many as can be.
    """
    pairs = _best_pairs(worths)
    for rounds_left in reversed(range(_ROUNDS)):
        client, therapist = np.divmod(pairs, worths.shape[1])
        placed = flow_over(worths, client, therapist, places)
        # Of the pairs looked at alone: among those the plan is the best there is, and prices settle.
        prices = _prices(worths, client, therapist, placed, places)
        gap, missing = _short_of(worths, placed, places, prices)
        wider = np.sort(np.concatenate([pairs, missing]))
        wider = wider[np.diff(wider, prepend=-1) > 0]
        if gap <= most_gap or len(wider) == len(pairs):
            break
        # The last round, never seen to be needed, looks at every pair there is.
        pairs = wider if rounds_left > 1 else np.flatnonzero(worths.ravel() > 0)
    return Flow(placed, gap, prices)


def _best_pairs(worths: Array) -> Rows:
    """Return each client's best few pairs that are worth anything, as sorted positions in the flat matrix."""
    found = [_best(start, block, np.zeros(len(block)), _BEST_PAIRS) for start, block in _blocks(worths)]
    return np.concatenate([*found, np.zeros(0, dtype=np.intp)])


def _blocks(worths: Array) -> Iterator[tuple[int, Array]]:
    rows = max(_CELLS_AT_ONCE // max(worths.shape[1], 1), 1)
    for start in range(0, len(worths), rows):
        yield start, worths[start : start + rows]


def _best(start: int, bids: Array, least: Array, most: int) -> Rows:
    """Return the positions in the flat matrix of each row's best few above ``least`` (n,), rows counted from start."""
    n = bids.shape[1]
    most = min(most, n)
    if not most:
        return np.zeros(0, dtype=np.intp)
    best = np.sort(np.argpartition(bids, n - most, axis=1)[:, n - most :], axis=1)
    above = np.take_along_axis(bids, best, axis=1) > least[:, None]
    return np.asarray(((start + np.arange(len(bids)))[:, None] * n + best)[above], dtype=np.intp)


def _short_of(worths: Array, placed: Rows, places: Rows, prices: Array) -> tuple[float, Rows]:
    """Return how far from the best a plan can be by weak duality, and the pairs that the prices show to be missing."""
    used = np.bincount(placed[placed != NOBODY], minlength=len(places))
    # Place by place and client by client, so that no large sums are taken from one another.
    gap = float((prices * (places - used)).sum())
    missing = [np.zeros(0, dtype=np.intp)]
    for start, block in _blocks(worths):
        # A pair that is not allowed bids 0 at most, as does nobody.
        bids = block - prices
        here = placed[start : start + len(block)]
        own = np.where(here == NOBODY, 0.0, bids[np.arange(len(here)), here])
        best = np.maximum(bids.max(axis=1, initial=0.0), 0.0)
        gap += float((best - own).sum())
        floor = np.maximum(own, 0.0) + _NOISE
        rows = np.flatnonzero(best > floor)
        if len(rows):
            flat = _best(0, bids[rows], floor[rows], _MORE_PAIRS)
            row, therapist = np.divmod(flat, block.shape[1])
            missing.append((start + rows[row]) * block.shape[1] + therapist)
    return gap, np.concatenate(missing)


def flow_over(worths: Array, client: Rows, therapist: Rows, places: Rows) -> Rows:
    """Return the plan of greatest worth over the pairs looked at; the flow is free to leave somebody unplaced."""
    n_clients, n_therapists = worths.shape
    source, sink = 0, 1 + n_clients + n_therapists
    everyone = np.arange(n_clients)
    own = worths[client, therapist]
    unit = own.max(initial=1.0) * (sink + 2) / _COSTS
    costs = -np.round(own / unit).astype(np.int64)
    flow = SimpleMinCostFlow()
    pairs = flow.add_arcs_with_capacity_and_unit_cost(
        1 + client, 1 + n_clients + therapist, np.ones(len(client), dtype=np.int64), costs
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        np.full(n_clients, source), 1 + everyone, np.ones(n_clients, dtype=np.int64), np.zeros(n_clients, np.int64)
    )
    flow.add_arcs_with_capacity_and_unit_cost(
        1 + n_clients + np.arange(n_therapists),
        np.full(n_therapists, sink),
        places.astype(np.int64),
        np.zeros(n_therapists, dtype=np.int64),
    )
    # Whoever has no place flows past everybody at no worth.
    flow.add_arc_with_capacity_and_unit_cost(source, sink, n_clients, 0)
    flow.set_node_supply(source, n_clients)
    flow.set_node_supply(sink, -n_clients)
    status = flow.solve()
    if status != flow.OPTIMAL:
        raise RuntimeError(f"the flow solver gave up with status {status}")
    used = np.flatnonzero(flow.flows(pairs))
    placed = np.full(n_clients, NOBODY, dtype=np.intp)
    placed[client[used]] = therapist[used]
    return placed


def _prices(worths: Array, client: Rows, therapist: Rows, placed: Rows, places: Rows) -> Array:
    """Return what one more place with each therapist is worth over some pairs, (n_t,), 0 where a place is open."""
    n = len(places)
    now, worth = placed[client], worths[client, therapist]
    waiting = now == NOBODY
    best = np.full(n * n, -np.inf)
    moving = np.flatnonzero(~waiting)
    gains = worth[moving] - worths[client[moving], now[moving]]
    np.maximum.at(best, now[moving] * n + therapist[moving], gains)
    moves = best.reshape(n, n)
    room = np.bincount(placed[placed != NOBODY], minlength=n) < places
    moves[:, room] = -np.inf
    entry = np.zeros(n)
    np.maximum.at(entry, therapist[waiting], worth[waiting])
    return best_chains(moves, np.where(room, 0.0, entry), _NOISE)[0]
