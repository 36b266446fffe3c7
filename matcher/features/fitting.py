"""Who honours every wish a client stated: what a slate owes a client at least once, where such a therapist exists."""

import numpy as np

from matcher.clinic.encoding import Bools
from matcher.clinic.pairs import Pairs
from matcher.features.wishes import WISHES, wish_states


def honours_all(pairs: Pairs) -> Bools:
    """Return which pairs honour every wish and limit the client stated; unknown is not honoured."""
    found = np.ones(pairs.shape, dtype=bool)
    for wish in WISHES:
        asked, honoured, _unknown = wish_states(wish, pairs)
        found &= honoured | ~asked
    return found
