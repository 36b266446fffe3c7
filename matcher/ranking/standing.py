"""Where one therapist stands in a client's ranking, without ranking everybody."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import Bools, ClientTable, TherapistTable
from matcher.ranking.belief import Array, Belief
from matcher.ranking.ranked import few_at_once, rank_kept
from matcher.ranking.ranks import TIE, Rows
from matcher.ranking.scoring import client_blocks, scored


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """One therapist of each client: their ``benefit``, their ``rank`` (1 is best), and the ``best`` benefit of all."""

    benefit: Array
    rank: Rows
    best: Array


def standing(
    clients: ClientTable, therapists: TherapistTable, belief: Belief, hashes: NDArray[np.uint64], chosen: Rows
) -> Standing:
    """Return where the therapist at row ``chosen`` (n,), who must be eligible, stands with each client.

    Scores in single precision tell who is ahead for sure; the exact terms are worked out only for those who may be
    tied with the one chosen, and for those who may be the best.
    """
    found = Standing(np.zeros(len(clients)), np.zeros(len(clients), dtype=np.intp), np.zeros(len(clients)))
    for start, block in client_blocks(clients, therapists):
        scores, means = scored(block, therapists, belief)
        own = np.take_along_axis(scores, chosen[start : start + len(block), None], axis=1)
        near = np.abs(scores - own) <= 2 * TIE
        best = scores >= np.nanmax(scores, axis=1, keepdims=True) - 2 * TIE
        found.rank[start : start + len(block)] = (scores > own + 2 * TIE).sum(axis=1)
        kept = [np.flatnonzero(row) for row in near | best]
        for first, last in few_at_once([len(rows) for rows in kept]):
            ranked = rank_kept(block, therapists, belief, hashes, means, (start, first), kept[first:last]).ranked
            tied = near[ranked.client_rows - start, ranked.therapist_rows]
            hit = np.flatnonzero(ranked.therapist_rows == chosen[ranked.client_rows])
            here = slice(start + first, start + last)
            found.benefit[here] = ranked.benefit[hit]
            found.best[here] = ranked.benefit[ranked.rank == 1]
            found.rank[here] += _up_to(tied, ranked.client_rows, hit)
    return found


def _up_to(tied: Bools, clients: Rows, hit: Rows) -> Rows:
    """Return how many tied pairs stand no lower than each client's own, which is at place ``hit``."""
    before = np.concatenate(([0], np.cumsum(tied)))
    return np.asarray(before[hit + 1] - before[np.searchsorted(clients, clients[hit])], dtype=np.intp)
