"""What one more place with a therapist would do, exactly and for every therapist at once, without solving again.

A new place is either left open, or starts a chain of moves, until somebody without a place comes in or a place stays
open.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.allocation.chains import best_chains, best_moves
from matcher.allocation.problem import NOBODY, Array, Problem, Rows
from matcher.allocation.solving import turns_of

# Smaller gains are rounding of the solver, and would let a chain go round in a circle.
_NOISE = 1e-10


@dataclass(frozen=True, slots=True, eq=False)
class OneMorePlace:
    """For every therapist what one more place would do: ``served`` (n_t,) is the client who would get in or ``NOBODY``.

    ``benefit`` (n_t,) is the change of the weighted total, in SD; it can be below 0 where someone gets in who gains
    less than average.
    """

    served: Rows
    benefit: Array


def one_more_place(
    problem: Problem, placed: Rows, *, queue_first: bool = False, prices: Array | None = None
) -> OneMorePlace:
    """Return what one more place with each therapist would do to the best plan ``placed``.

    The plan must come from ``solve`` with the same ``queue_first``. One more place brings in at most one more client.
    ``prices`` are those of `large.LargePlan`: what they say of a plan that is not quite the best is out by its gap at
    most, and no chain gains by going round in a circle.
    """
    values = problem.benefits * problem.weights[:, None]
    moves = best_moves(values, placed, np.flatnonzero((placed != NOBODY) & (problem.pinned == NOBODY)))
    if prices is not None:
        # A client gains more by moving than prices differ only by what the gap leaves.
        moves = np.fmin(moves, prices - prices[:, None])
    n = len(problem.places)
    served = np.full(n, NOBODY, dtype=np.intp)
    # A chain may end with a place left open.
    benefit, _ = best_chains(moves, np.zeros(n), _NOISE)
    waiting = np.flatnonzero((placed == NOBODY) & problem.eligible.any(axis=1))
    if not len(waiting):
        return OneMorePlace(served, benefit)
    entries = np.where(np.isnan(values[waiting]), -np.inf, values[waiting])
    everyone = np.ones(n, dtype=bool)
    if not queue_first:
        # Whoever gains most comes in where a chain ends.
        _let_in(served, benefit, moves, entries.max(axis=0), waiting[entries.argmax(axis=0)], everyone)
        return OneMorePlace(served, benefit)
    turns = np.where(entries > -np.inf, turns_of(problem.priority)[waiting][:, None], -np.inf)
    # Whose turn it is comes in, wherever a chain of any worth leads to a place they can take.
    turn, _ = best_chains(np.where(moves > -np.inf, 0.0, moves), turns.max(axis=0), _NOISE)
    for first in np.unique(turn[turn > -np.inf]):
        (inside,) = np.flatnonzero(turns.max(axis=1) == first)
        _let_in(served, benefit, moves, entries[inside], np.full(n, waiting[inside]), turn == first)
    return OneMorePlace(served, benefit)


def _let_in(served: Rows, benefit: Array, moves: Array, ends: Array, clients: Rows, of: NDArray[np.bool_]) -> None:
    """Write who of ``clients`` (n_t,) comes in at the end of the best chain, and its worth, for therapists ``of``."""
    best, door = best_chains(moves, ends, _NOISE)
    reached = of & (best > -np.inf)
    served[reached], benefit[reached] = clients[door[reached]], best[reached]
