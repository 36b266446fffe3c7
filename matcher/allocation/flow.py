"""Placing a long list as a flow: exact on the pairs worth looking at, with a proof of how far from the best it can be.

A client who could see two thousand therapists is hardly ever best placed with the thousandth. So the flow is solved
over each client's best few pairs; prices of places are read off it; and by weak duality any prices bound what all pairs
together could give. Pairs that the prices show to be missing are added, and the flow is solved again, until the bound
meets the plan. (Column generation; Dantzig and Wolfe 1960. The flow solver is OR-tools' cost-scaling push-relabel.)
"""

from dataclasses import dataclass

import numpy as np
from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

from matcher.allocation.chains import best_chains, best_moves
from matcher.allocation.problem import NOBODY, Array, Rows

#: Pairs looked at first, for each client.
_BEST_PAIRS = 24
#: Pairs added in a round, for each client.
_MORE_PAIRS = 12
_ROUNDS = 30
#: Benefits are whole millionths of an SD to the solver.
_UNIT = 1e-6


@dataclass(frozen=True, slots=True, eq=False)
class Flow:
    """A plan, (n_c,) with ``NOBODY``, and ``gap``: how much more worth, at most, any other plan could have.

    ``prices`` (n_t,), what one more place with each therapist is worth over the pairs looked at, prove it.
    """

    placed: Rows
    gap: float
    prices: Array


def best_flow(worths: Array, places: Rows, most_gap: float) -> Flow:
    """Return a plan of greatest worth (n_c, n_t; 0 or less where a pair is not allowed), good to ``most_gap``.

    Worths are lifted so that one client more outweighs every swing in benefit; the plan places as many as can be.
    """
    worths = np.round(worths / _UNIT) * _UNIT
    looked_at = _best(worths, _BEST_PAIRS)
    for _ in range(_ROUNDS):
        placed = flow_over(worths, looked_at, places)
        # Of the pairs looked at alone: among those the plan is the best there is, and prices settle.
        prices = _prices(np.where(looked_at, worths, np.nan), placed, places)
        bids = worths - prices
        bids[worths <= 0] = -np.inf
        gap = _bound(bids, prices, places) - _worth(worths, placed)
        if gap <= most_gap:
            break
        own = np.where(placed == NOBODY, 0.0, bids[np.arange(len(placed)), placed])
        missing = (bids > np.maximum(own, 0.0)[:, None] + _UNIT / 2) & ~looked_at
        if not missing.any():
            break
        looked_at |= _best(np.where(missing, bids, 0.0), _MORE_PAIRS)
    return Flow(placed, max(float(gap), 0.0), prices)


def _best(worths: Array, most: int) -> np.ndarray:
    """Return each client's best few pairs that are worth anything, (n_c, n_t)."""
    most = min(most, worths.shape[1])
    best = np.argpartition(-worths, most - 1, axis=1)[:, :most] if most else np.zeros((len(worths), 0), int)
    chosen = np.zeros(worths.shape, dtype=bool)
    np.put_along_axis(chosen, best, True, axis=1)
    return chosen & (worths > 0)


def flow_over(worths: Array, looked_at: np.ndarray, places: Rows) -> Rows:
    """Return the plan of greatest worth over the pairs looked at; the flow is free to leave somebody unplaced."""
    client, therapist = np.nonzero(looked_at)
    n_clients, n_therapists = worths.shape
    source, sink = 0, 1 + n_clients + n_therapists
    everyone = np.arange(n_clients)
    costs = -np.round(worths[client, therapist] / _UNIT).astype(np.int64)
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


def _prices(worths: Array, placed: Rows, places: Rows) -> Array:
    """Return what one more place with each therapist is worth to this plan, (n_t,), 0 where a place is open.

    ``worths`` is NaN where a pair is not looked at.
    """
    waiting = placed == NOBODY
    moves = best_moves(worths, placed, np.flatnonzero(~waiting))
    room = np.bincount(placed[~waiting], minlength=len(places)) < places
    moves[:, room] = -np.inf
    entry = np.nan_to_num(worths[waiting], nan=0.0).max(axis=0, initial=0.0)
    return best_chains(moves, np.where(room, 0.0, entry), _UNIT / 4)[0]


def _bound(bids: Array, prices: Array, places: Rows) -> float:
    return float((prices * places).sum() + np.maximum(bids.max(axis=1, initial=0.0), 0.0).sum())


def _worth(worths: Array, placed: Rows) -> float:
    rows = np.flatnonzero(placed != NOBODY)
    return float(worths[rows, placed[rows]].sum())
