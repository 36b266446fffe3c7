"""The best placing: as many clients as can be placed, then the most benefit; exact, by SciPy's assignment solver.

Each open place becomes a column, so that caseloads become one client a column. With an amount for being placed at all
that outweighs every swing in benefit, one solve gives the most clients placed and, among those plans, the most benefit.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment

from matcher.allocation.problem import NOBODY, Array, Problem, Rows

# What a client's turn may shift the total benefit by, in SD: only plans that are equal in all that is printed are told
# apart by it (scores carry a rounding error of about 1e-7).
_TURN = 1e-8
#: Up to this many cells (clients times places) a list is solved as one matrix: about 3 s and 400 MB.
MATRIX_CELLS = 25_000_000


def is_large(problem: Problem) -> bool:
    """Return whether a problem is too large to solve as one matrix; `matcher.allocation.large` then solves it."""
    return len(problem.benefits) * int(problem.places.sum()) > MATRIX_CELLS


def solve(problem: Problem, *, queue_first: bool = False) -> Rows:
    """Return each client's therapist, (n_c,), or ``NOBODY``.

    The most clients are placed first. Among such plans the one with the most weighted benefit is taken, and priority
    settles ties to ``1e-8`` SD a client. With ``queue_first`` priority alone settles *who* is placed where places run
    short (nobody is passed over for someone behind them), and benefit only *with whom*.
    """
    placed = problem.pinned.copy()
    free = problem.free
    values = problem.benefits[free] * problem.weights[free, None]
    places = problem.open_places
    turns = turns_of(problem.priority[free])
    if queue_first and not _all_fit(values, places):
        served = _fill((~np.isnan(values) * (turns + 1.0)[:, None]), places) != NOBODY
        free, values, turns = free[served], values[served], turns[served]
    fits = _all_fit(values, places)
    placed[free] = _own_best(values, places) if fits else _fill(lifted(values, turns), places)
    return placed


def own_best(values: Array) -> Rows:
    """Return the therapist each client is expected to gain most with whatever the places, ``NOBODY`` without any."""
    if not values.shape[1]:
        return np.full(len(values), NOBODY, dtype=np.intp)
    known = np.where(np.isnan(values), -np.inf, values)
    best = known.argmax(axis=1)
    return np.where(np.isneginf(known.max(axis=1)), NOBODY, best)


def _own_best(values: Array, places: Rows) -> Rows:
    return own_best(np.where(places > 0, values, np.nan))


def _all_fit(values: Array, places: Rows) -> bool:
    """Whether everybody's own best has room, so that nothing has to be weighed."""
    if places.sum() < np.count_nonzero((~np.isnan(values)).any(axis=1)):
        return False
    best = _own_best(values, places)
    wanted = np.bincount(best[best != NOBODY], minlength=len(places))
    return bool((wanted <= places).all())


def turns_of(priority: Array) -> Array:
    """Return 0 for the client whose turn comes last up to n - 1 for the first; equal priorities by row."""
    turns = np.empty(len(priority))
    turns[np.lexsort((-np.arange(len(priority)), priority))] = np.arange(len(priority))
    return turns


def lifted(values: Array, turns: Array) -> Array:
    """Return positive worths of pairs in which one client more outweighs any swing in benefit; 0 where not eligible."""
    missing = np.isnan(values)
    worths = np.where(missing, 0.0, values)
    swing = worths.max(axis=1, initial=0.0) - worths.min(axis=1, initial=0.0)
    worths += (1.0 + swing.sum() + _TURN * (turns + 1) / max(len(turns), 1))[:, None]
    worths[missing] = 0.0
    return worths


def _fill(worths: Array, places: Rows) -> Rows:
    """Return the exact assignment of greatest worth, worths 0 or more; who could only be given a 0 has ``NOBODY``."""
    counts = np.minimum(places, np.count_nonzero(worths, axis=0))
    therapist = np.repeat(np.arange(len(places)), counts)
    result = np.full(len(worths), NOBODY, dtype=np.intp)
    # The solver turns a matrix with more rows than columns round; building it that way spares the copy.
    if len(therapist) < len(worths):
        column, row = linear_sum_assignment(np.negative(worths.T, order="C")[therapist])
    else:
        row, column = linear_sum_assignment(np.repeat(-worths, counts, axis=1))
    served = worths[row, therapist[column]] > 0
    result[row[served]] = therapist[column[served]]
    return result
