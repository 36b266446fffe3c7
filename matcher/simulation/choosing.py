"""How clients came to their therapists: usual practice, chance, or a recommendation."""

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import ClientTable, Floats, TherapistTable
from matcher.clinic.pairs import Pairs
from matcher.eligibility.limits import BIT, broken_limits
from matcher.simulation.draws import Bools, Rng
from matcher.simulation.matching import preference_match
from matcher.simulation.truth import HiddenClients, HiddenTherapists, expected
from matcher.simulation.world import World

# Pairs held at once.
_BLOCK = 2_000_000
# Shape of the gamma distribution of how many clients each therapist takes on; assumption: caseloads differ by about
# half.
_LOAD_SHAPE = 4.0
Rows = NDArray[np.intp]


def allowed(pairs: Pairs) -> Bools:
    """Return which pairs break no hard limit, leaving aside today's capacity, which says nothing about the past."""
    return np.asarray((broken_limits(pairs) & ~np.uint32(BIT["capacity"])) == 0)


def choose_therapists(
    rng: Rng,
    clients: ClientTable,
    therapists: TherapistTable,
    hidden: tuple[HiddenClients, HiddenTherapists],
    world: World,
    *,
    avoid: Rows | None = None,
) -> Rows:
    """Return each client's therapist (row), -1 where nobody is allowed; ``avoid`` bars one therapist a client."""
    load = np.log(rng.gamma(_LOAD_SHAPE, 1 / _LOAD_SHAPE, len(therapists))).astype(np.float32)
    chosen = np.full(len(clients), -1, dtype=np.intp)
    step = max(1, _BLOCK // max(1, len(therapists)))
    for start in range(0, len(clients), step):
        rows = np.arange(start, min(start + step, len(clients)))
        pairs = Pairs(clients.take(rows), therapists)
        fits = allowed(pairs)
        if avoid is not None:
            fits[np.arange(len(rows)), avoid[rows]] = False
        pull = _pull(rng, pairs, load, (hidden[0].take(rows), hidden[1]), world)
        best = np.where(fits, pull, -np.inf).argmax(axis=1)
        chosen[rows] = np.where(fits.any(axis=1), best, -1)
    return chosen


def _pull(
    rng: Rng,
    pairs: Pairs,
    load: Floats,
    hidden: tuple[HiddenClients, HiddenTherapists],
    world: World,
) -> Floats:
    """Return how strongly each pair is drawn together; the largest is chosen, so Gumbel noise makes these log odds."""
    if world.matching == "recommended":
        error = world.recommendation_noise * rng.standard_normal(pairs.shape)
        return np.asarray(expected(pairs, *hidden, world).benefit + error, dtype=np.float32)
    # In single precision an exponential draw can be 0.
    chance = -np.log(np.maximum(rng.standard_exponential(pairs.shape, dtype=np.float32), np.float32(1e-30)))
    if world.matching == "random":
        return chance
    years = np.nan_to_num((pairs.therapists.numbers["years_experience"] - 11) / 8)
    sorting = np.outer(hidden[0].severity, world.severity_sorting * years).astype(np.float32)
    honoured = np.float32(world.wishes_honoured) * preference_match(pairs)
    scope = np.float32(world.scope_honoured) * pairs.dot(pairs.clients.concern_share, pairs.therapists.concerns)
    return np.asarray(chance + load[None, :] + honoured + scope + sorting, dtype=np.float32)
