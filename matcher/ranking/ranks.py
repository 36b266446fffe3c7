"""The best few of each row, with ties broken by chance that is fixed for a client and a therapist."""

import hashlib

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import Floats

_TIE = 1e-6


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
    """Return the rows of one client's ``top`` best eligible therapists, best first; all of them where ``top`` is 0."""
    candidates = np.flatnonzero(eligible)
    if top and len(candidates) > top:
        values = scores[candidates]
        threshold = np.partition(values, len(values) - top)[len(values) - top]
        candidates = candidates[values >= threshold - _TIE]
    keys = tie_keys(client_id, hashes[candidates])
    order = np.lexsort((keys, -np.round(scores[candidates].astype(np.float64) / _TIE)))
    return candidates[order[:top] if top else order]
