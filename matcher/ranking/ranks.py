"""The best few of each row, with ties broken by chance that is fixed for a client and a therapist."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import Floats

# Differences below this are rounding of single precision: such therapists count as tied.
_TIE = 5e-7
# Scores looked at together for their best; short enough that a row of a thousand still has more than ten of them.
_RUN = 64


def stable_hash(text: str) -> int:
    """Return a 64-bit number of a text, the same on every machine and in every run."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def tie_keys(client_id: str, therapist_hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a random order of therapists for one client: no therapist gains from a place in the file."""
    mixed = therapist_hashes ^ np.uint64(stable_hash(client_id))
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def best_rows(
    scores: Floats, eligible: NDArray[np.bool_], top: int, client_id: str, hashes: NDArray[np.uint64]
) -> NDArray[np.intp]:
    """Return the rows of one client's ``top`` best eligible therapists in any order; all of them where ``top`` is 0.

    Of therapists tied for the last place, those with the smallest keys are taken.
    """
    if top == 0 or np.count_nonzero(eligible) <= top:
        return np.flatnonzero(eligible)
    near = eligible & (scores >= _not_above_last(np.where(eligible, scores, -np.inf), top) - 2 * _TIE)
    candidates = np.flatnonzero(near)
    values = scores[candidates]
    last = np.partition(values, len(values) - top)[len(values) - top]
    sure, tied = candidates[values > last + _TIE], candidates[np.abs(values - last) <= _TIE]
    keys = tie_keys(client_id, hashes[tied])
    return np.concatenate((sure, tied[np.argsort(keys)[: top - len(sure)]]))


def _not_above_last(scores: Floats, top: int) -> float:
    """Return a score that the ``top``-th best is not below: the ``top``-th of the bests of runs of scores.

    Few scores come up to it, so that the rest need not be sorted: a third of the time of sorting them apart.
    """
    runs = scores[: len(scores) // _RUN * _RUN].reshape(-1, _RUN).max(axis=1)
    return float(np.partition(runs, len(runs) - top)[len(runs) - top]) if len(runs) >= top else -np.inf


def in_order(
    client: NDArray[np.intp], benefit: NDArray[np.float64], keys: NDArray[np.uint64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the order of pairs by client, benefit and tie key, and each ordered pair's rank with its client."""
    order = np.lexsort((keys, -benefit, client))
    starts = np.searchsorted(client[order], client[order], side="left")
    return order, np.arange(1, len(order) + 1) - starts
