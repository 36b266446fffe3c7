"""What one more place with a therapist would do, exactly and for every therapist at once, without solving again.

A new place is either left open, or starts a chain: a client moves into it and frees a place, which another client
takes, and so on, until somebody without a place comes in or a place stays open. The best chains between all therapists
are longest paths over the best single moves.
"""

from dataclasses import dataclass

import numpy as np

from matcher.allocation.problem import NOBODY, Array, Problem, Rows
from matcher.allocation.solving import turns_of

# Smaller gains are rounding of the solver, and would let a path go round in a circle.
_NOISE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class OneMorePlace:
    """For every therapist what one more place would do: ``served`` (n_t,) is the client who would get in or ``NOBODY``.

    ``benefit`` (n_t,) is the change of the weighted total, in SD; it can be below 0 where someone gets in who gains
    less than average.
    """

    served: Rows
    benefit: Array


def one_more_place(problem: Problem, placed: Rows, *, queue_first: bool = False) -> OneMorePlace:
    """Return what one more place with each therapist would do to the best plan ``placed``.

    The plan must come from ``solve`` with the same ``queue_first``. One more place brings in at most one more client.
    """
    values = problem.benefits * problem.weights[:, None]
    chains = _chains(_moves(problem, values, placed))
    n = len(problem.places)
    served = np.full(n, NOBODY, dtype=np.intp)
    benefit = np.maximum(chains.max(axis=1, initial=0.0), 0.0)
    waiting = np.flatnonzero((placed == NOBODY) & problem.eligible.any(axis=1))
    if not len(waiting):
        return OneMorePlace(served, benefit)
    entries = np.where(np.isnan(values[waiting]), -np.inf, values[waiting])
    # Who could come in at each freed place: whoever gains most there, or whose turn it is wherever they can.
    inside = entries.argmax(axis=0)
    turns = np.where(entries > -np.inf, turns_of(problem.priority)[waiting][:, None], -np.inf)
    first, turn = turns.argmax(axis=0), turns.max(axis=0)
    for therapist in range(n):
        chain = chains[therapist]
        if queue_first:
            inside = np.full(n, first[np.where(chain > -np.inf, turn, -np.inf).argmax()])
        gains = chain + entries[inside, np.arange(n)]
        door = int(gains.argmax())
        if gains[door] > -np.inf:
            served[therapist], benefit[therapist] = waiting[inside[door]], gains[door]
    return OneMorePlace(served, benefit)


def _moves(problem: Problem, values: Array, placed: Rows) -> Array:
    """Return the best gain of one client moving into ``t`` out of ``s``, (t, s); minus infinity where nobody could."""
    n = len(problem.places)
    moves = np.full((n, n), -np.inf)
    movable = np.flatnonzero((placed != NOBODY) & (problem.pinned == NOBODY))
    if not len(movable):
        return moves
    rows = movable[np.argsort(placed[movable], kind="stable")]
    now = placed[rows]
    gains = values[rows] - values[rows, now][:, None]
    gains[np.isnan(gains)] = -np.inf
    seen, starts = np.unique(now, return_index=True)
    moves[:, seen] = np.maximum.reduceat(gains, starts, axis=0).T
    return moves


def _chains(moves: Array) -> Array:
    """Return the best gain of any chain from a new place with ``t`` to a freed place with ``s``, (t, s)."""
    chains = moves.copy()
    np.fill_diagonal(chains, 0.0)
    for middle in np.flatnonzero((moves > -np.inf).any(axis=0)):
        through = chains[:, [middle]] + chains[[middle], :]
        np.copyto(chains, through, where=through > chains + _NOISE)
    return chains
