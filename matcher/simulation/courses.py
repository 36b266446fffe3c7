"""What truly happens between a client and a therapist: alliance, response, leaving early, sessions."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import expit, ndtr
from scipy.stats import nbinom

from matcher.clinic.pairs import Pairs
from matcher.simulation.draws import Bools, Rng
from matcher.simulation.truth import HiddenClients, HiddenTherapists, tendency
from matcher.simulation.world import World

Floats = NDArray[np.float64]
# Mean sessions of those who leave early, and days between sessions: assumptions.
_EARLY_SESSIONS = 3.0
_GAP_DAYS = (7.0, 14.0, 21.0)
_GAP_SHARES = (0.3, 0.5, 0.2)


@dataclass(frozen=True, eq=False)
class Courses:
    """One course of work a row; ``alliance`` in SD of a measured one, ``improvement`` and ``early_response`` in SD."""

    alliance: Floats
    early_response: Floats
    improvement: Floats
    leaving_chance: Floats
    left: Bools
    changed: Bools
    sessions: Floats
    gap: Floats

    def frame(self) -> pd.DataFrame:
        """Return the courses as a frame."""
        names = ("alliance", "early_response", "improvement", "leaving_chance", "left", "changed", "sessions")
        return pd.DataFrame({name: getattr(self, name) for name in names})


def draw_courses(
    rng: Rng,
    pairs: Pairs,
    hidden: tuple[HiddenClients, HiddenTherapists],
    wait: Floats,
    world: World,
) -> Courses:
    """Draw what happens to aligned pairs who waited ``wait`` weeks for their first session."""
    n = len(wait)
    mean = tendency(pairs, *hidden, world)
    alliance_luck, response_luck = _luck(rng, n, world)
    response = mean.improvement + hidden[0].prognosis + world.alliance_on_improvement * alliance_luck + response_luck
    r = world.early_response_r
    early = r * response + sqrt(1 - r**2) * rng.standard_normal(n)
    # The mean already holds what runs through the pair's and the client's own early response.
    early_luck = early - r * (mean.improvement + hidden[0].prognosis)
    logit = (
        mean.leaving
        + world.dropout_per_alliance * alliance_luck
        + world.dropout_per_early_response * early_luck
        + world.dropout_per_week_wait * (wait - world.wait_weeks)
    )
    gap = rng.choice(_GAP_DAYS, n, p=_GAP_SHARES)
    chance = expit(logit)
    left = rng.random(n) < chance
    alliance = mean.alliance + alliance_luck
    changed = ~left & (rng.random(n) < world.changed_rate * np.exp(-0.5 * alliance))
    return Courses(
        alliance=alliance,
        early_response=early,
        improvement=response - world.dropout_cost * (left - world.dropout_rate),
        leaving_chance=chance,
        left=left,
        changed=changed,
        sessions=_sessions(rng, response, left | changed, world, gap),
        gap=gap,
    )


def _luck(rng: Rng, n: int, world: World) -> tuple[Floats, Floats]:
    """Return the chance parts of alliance and improvement, correlated as the published association asks."""
    spread = sqrt(world.alliance_noise)
    own = world.improvement_noise - world.alliance_on_improvement**2 * world.alliance_noise
    own -= 2 * world.alliance_on_improvement * world.noise_covariance
    slope = world.noise_covariance / spread
    first, second = rng.standard_normal((2, n))
    return spread * first, slope * first + sqrt(own - slope**2) * second


def _sessions(rng: Rng, response: Floats, early: Bools, world: World, gap: Floats) -> Floats:
    """Return each course's sessions: those who respond well finish sooner, and a year holds ten rebates."""
    n = len(response)
    rho = world.responsive_ending
    rank = ndtr(-rho * response + sqrt(1 - rho**2) * rng.standard_normal(n))
    shape, mean = world.sessions_shape, world.sessions_mean - 1
    whole = 1 + nbinom.ppf(np.clip(rank, 1e-9, 1 - 1e-9), shape, shape / (shape + mean))
    short = np.minimum(rng.geometric(1 / _EARLY_SESSIONS, n), whole)
    sessions = np.where(early, short, whole)
    years = 1 + np.floor(sessions * gap / 365)
    return np.asarray(np.minimum(sessions, world.sessions_cap * years))
