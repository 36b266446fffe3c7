"""Chains of moves through a plan: a client moves into an open place and frees one, which another takes, and so on."""

import numpy as np

from matcher.allocation.problem import Array, Rows


def best_moves(values: Array, placed: Rows, movable: Rows) -> Array:
    """Return the best gain of one client moving out of ``s`` into ``t``, (s, t); minus infinity where nobody could.

    ``values`` (n_c, n_t) is NaN where a client may not see a therapist; ``movable`` holds rows of placed clients.
    """
    moves = np.full((values.shape[1],) * 2, np.nan)
    rows = movable[np.argsort(placed[movable], kind="stable")]
    seen, starts = np.unique(placed[rows], return_index=True)
    for therapist, theirs in zip(seen, np.split(rows, starts[1:]), strict=False):
        moves[therapist] = np.fmax.reduce(values[theirs] - values[theirs, therapist][:, None], axis=0)
    moves[np.isnan(moves)] = -np.inf
    return moves


def best_chains(moves: Array, ends: Array, least: float) -> tuple[Array, Rows]:
    """Return the best worth of any chain that a place with each therapist starts, (n_t,), and with whom it ends.

    ``ends`` (n_t,) is what it is worth to end with a place freed there, minus infinity where a chain cannot. Longest
    paths over single moves (Bellman and Ford), looking again only at those with whom something gained more than
    ``least``: where the plan is as good as it can be, no chain gains by going round in a circle.
    """
    best, door = ends.copy(), np.arange(len(ends))
    changed = np.flatnonzero(best > -np.inf)
    for _ in range(len(ends)):
        if not len(changed):
            break
        through = moves[changed] + best[changed][:, None]
        via = through.argmax(axis=0)
        gain = through[via, np.arange(len(ends))]
        better = gain > best + least
        door[better] = door[changed[via[better]]]
        best[better] = gain[better]
        changed = np.flatnonzero(better)
    return best, door
