"""Who would fit if one thing were different: for staff, who can ask the client about it."""

from dataclasses import dataclass

import numpy as np

from matcher.clinic.pairs import Pairs
from matcher.eligibility.limits import BIT, broken_limits
from matcher.eligibility.reasons import Exclusions
from matcher.eligibility.relaxation import relaxations


@dataclass(frozen=True, slots=True)
class NearMiss:
    """Therapists who would fit if these limits gave way; ``sentence`` says how far they would have to."""

    limits: tuple[str, ...]
    sentence: str
    therapist_ids: tuple[str, ...]


def near_misses(exclusions: Exclusions, most: int = 5) -> tuple[NearMiss, ...]:
    """Return the smallest changes that would let somebody else in, smallest first, with everyone each lets in.

    Age and exclusions are never put up for change.
    """
    one = Pairs(exclusions.clients.take(np.array([exclusions.client])), exclusions.therapists)
    mask = np.asarray(broken_limits(one)[0])
    found = []
    for change in relaxations(exclusions.clients, exclusions.client, exclusions.therapists, mask, most):
        bits = sum(BIT[name] for name in change.limits)
        rows = np.flatnonzero(mask == bits).tolist()
        found.append(NearMiss(change.limits, change.sentence, tuple(exclusions.therapists.ids[row] for row in rows)))
    return tuple(found)
