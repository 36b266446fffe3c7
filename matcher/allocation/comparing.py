"""What a plan is worth: each client's loss against their own best, and the whole against simpler ways of placing."""

from dataclasses import dataclass

import numpy as np

from matcher.allocation.problem import NOBODY, Array, Problem, Rows
from matcher.allocation.solving import own_best


@dataclass(frozen=True, slots=True)
class Comparison:
    """A plan beside first come, first served and beside everyone's own best whatever the places; totals in SD.

    ``gain`` is over first come in all, ``gain_same_clients`` over it among clients whom both place.
    ``gain_interaction`` is the part of ``gain`` that comes from who sees whom. The rest comes from therapists who are
    expected to help everyone more having more of their places used; it is 0 where both ways fill every place.
    ``over_capacity`` counts the clients by whom caseloads would be exceeded if each took their own best.
    """

    clients: int
    placed: int
    total: float
    first_come_placed: int
    first_come_total: float
    own_best_placed: int
    own_best_total: float
    over_capacity: int
    every_place_filled: bool
    gain: float
    gain_same_clients: float
    gain_interaction: float

    @property
    def interaction_share(self) -> float | None:
        """Return the share of the gain that is interaction; None where there is no gain to share out."""
        return None if self.gain < 1e-9 else self.gain_interaction / self.gain


def benefit_of(problem: Problem, placed: Rows) -> Array:
    """Return each client's expected benefit under a plan, (n_c,), NaN without a therapist."""
    result = np.full(len(placed), np.nan)
    rows = np.flatnonzero(placed != NOBODY)
    result[rows] = problem.benefits[rows, placed[rows]]
    return result


def losses(problem: Problem, placed: Rows) -> Array:
    """Return what each client gives up against their own best, in SD, 0 or more; NaN without a therapist."""
    return benefit_of(problem, own_best(problem.benefits)) - benefit_of(problem, placed)


def first_come(problem: Problem, arrival: Rows) -> Rows:
    """Return the plan in which each client, in order of arrival, takes the best therapist with a place left.

    ``arrival`` (n_c,) lists client rows, first come first. Pins are kept and have their places first.
    """
    placed, left = problem.pinned.copy(), problem.open_places
    for client in arrival[problem.pinned[arrival] == NOBODY]:
        best = own_best(np.where(left > 0, problem.benefits[client], np.nan)[None, :])[0]
        placed[client] = best
        if best != NOBODY:
            left[best] -= 1
    return placed


def compare(problem: Problem, placed: Rows, arrival: Rows) -> Comparison:
    """Return what a plan is worth beside first come, first served and beside everyone's own best."""
    queue, best = first_come(problem, arrival), own_best(problem.benefits)
    ours, theirs, most = (benefit_of(problem, plan) for plan in (placed, queue, best))
    wanted = np.bincount(best[best != NOBODY], minlength=len(problem.places))
    gain = float(np.nansum(ours) - np.nansum(theirs))
    main = _main_effects(problem)
    main_gain = float(main[placed[placed != NOBODY]].sum() - main[queue[queue != NOBODY]].sum())
    return Comparison(
        clients=len(placed),
        placed=int((placed != NOBODY).sum()),
        total=float(np.nansum(ours)),
        first_come_placed=int((queue != NOBODY).sum()),
        first_come_total=float(np.nansum(theirs)),
        own_best_placed=int((best != NOBODY).sum()),
        own_best_total=float(np.nansum(most)),
        over_capacity=int(np.maximum(wanted - problem.places, 0).sum()),
        every_place_filled=int((placed != NOBODY).sum()) == int(problem.places.sum()),
        gain=gain,
        gain_same_clients=float(np.nansum(ours - theirs)),
        gain_interaction=gain - main_gain,
    )


def _main_effects(problem: Problem) -> Array:
    """Return each therapist's mean benefit over the clients who could see them, 0 where nobody could."""
    count = np.maximum(problem.eligible.sum(axis=0), 1)
    return np.asarray(np.nansum(problem.benefits, axis=0) / count)
