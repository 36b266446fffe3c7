"""The best few of each row, with ties broken by chance that is fixed for a client and a therapist."""

import hashlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import Floats

# Differences below this are rounding of single precision: such therapists count as tied.
TIE = 5e-7
# Scores looked at together for their best, at most.
_RUN = 64

Rows = NDArray[np.intp]


def stable_hash(text: str) -> int:
    """Return a 64-bit number of a text, the same on every machine and in every run."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little")


def stable_hashes(texts: Iterable[str]) -> NDArray[np.uint64]:
    """Return the `stable_hash` of each text."""
    return np.array([stable_hash(text) for text in texts], dtype=np.uint64)


def tie_keys(client_id: str, therapist_hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return a random order of therapists for one client: no therapist gains from a place in the file."""
    return pair_keys(np.uint64(stable_hash(client_id)), therapist_hashes)


def pair_keys(
    client_hashes: NDArray[np.uint64] | np.uint64, therapist_hashes: NDArray[np.uint64]
) -> NDArray[np.uint64]:
    """Return the keys that break ties, of pairs given by the hashes of their clients and therapists."""
    mixed = therapist_hashes ^ client_hashes
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def near_best(scores: Floats, eligible: NDArray[np.bool_], top: int) -> tuple[Rows, Rows]:
    """Return the clients (rows, in order) and columns of the few pairs that can be among their client's ``top`` best.

    ``scores`` and ``eligible`` are (n_c, n); with ``top`` 0 every eligible pair is returned.
    """
    near = eligible
    if top and scores.size:
        masked = np.where(eligible, scores, -np.inf)
        near = eligible & (masked >= (_not_above_last(masked, top) - 2 * TIE)[:, None])
    # Twice as fast as asking for both at once.
    client, column = np.divmod(np.flatnonzero(near), max(scores.shape[1], 1))
    return client, column


def best_of(clients: Rows, scores: Floats, keys: NDArray[np.uint64], top: int) -> Rows:
    """Return the places of each client's ``top`` best among some pairs, client by client, the best first.

    Of therapists tied for a client's last place, those with the smallest keys are taken.
    """
    order = np.lexsort((-scores, clients))
    owner, values = clients[order], scores[order]
    first = np.searchsorted(owner, owner)
    last = first + top - 1
    there = np.minimum(last, len(owner) - 1)
    lowest = np.where(owner[there] == owner, values[there], -np.inf) if len(owner) else values
    lowest = np.where(last > there, -np.inf, lowest).astype(scores.dtype)
    # Sure of a place, tied for the last one, or below.
    level = np.where(values > lowest + TIE, 0, np.where(values >= lowest - TIE, 1, 2))
    again = np.lexsort((np.where(level == 1, keys[order], 0), level, owner))
    chosen: Rows = order[again[(np.arange(len(owner)) - first < top) & (level[again] < 2)]]
    return chosen


def _not_above_last(scores: Floats, top: int) -> Floats:
    """Return for each row a score that its ``top``-th best is not below: the ``top``-th of the bests of some runs.

    Few scores come up to it, so that the rest need not be sorted: a third of the time of sorting them apart.
    """
    n_clients, n = scores.shape
    run = max(1, min(_RUN, n // (4 * top)))
    count = n // run
    if count < top:
        return np.full(n_clients, -np.inf, dtype=np.float32)
    # Which scores make a run does not matter; these lie a stride apart, so that whole rows are compared at once.
    runs = scores[:, : count * run].reshape(n_clients, run, count).max(axis=1)
    return np.partition(runs, count - top, axis=1)[:, count - top]


def in_order(
    client: NDArray[np.intp], benefit: NDArray[np.float64], keys: NDArray[np.uint64]
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the order of pairs by client, benefit and tie key, and each ordered pair's rank with its client."""
    order = np.lexsort((keys, -benefit, client))
    starts = np.searchsorted(client[order], client[order], side="left")
    return order, np.arange(1, len(order) + 1) - starts
