"""Draws what is hidden: therapists' own effects, correlated over the outcomes, and clients' prognosis."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.encoding import ClientTable
from matcher.domain.vocabulary import CONCERNS, DOMAINS
from matcher.simulation.draws import Rng
from matcher.simulation.matching import domain_weights
from matcher.simulation.people import MAIN_CONCERN, PROGNOSIS
from matcher.simulation.truth import HiddenClients, HiddenTherapists
from matcher.simulation.world import World

Floats = NDArray[np.float64]
# A client's prognosis by concern beyond the second, and where a risk was raised (SD): assumption.
_PER_CONCERN = -0.08


def draw_therapist_effects(rng: Rng, ids: pd.Series, world: World) -> HiddenTherapists:
    """Draw each therapist's effects on alliance, improvement and leaving: level, severity, eight domains, minority."""
    n = len(ids)
    ai, a_s, i_s = world.outcome_r
    root = np.linalg.cholesky(np.array([[1, ai, a_s], [ai, 1, i_s], [a_s, i_s, 1]]))

    def correlated(*shape: int) -> Floats:
        return np.asarray(np.einsum("ij,j...->i...", root, rng.standard_normal((3, *shape))))

    # Leaving is the opposite of staying.
    level_sd = np.array(
        [np.sqrt(world.alliance_therapist_variance), np.sqrt(world.level_variance), -world.dropout_therapist_sd]
    )
    domain_sd = np.array(
        [np.sqrt(world.alliance_domain_variance), np.sqrt(world.therapist_domain_variance), -world.dropout_domain_sd]
    )
    slope = np.array([world.other_slope, world.severity_slope, world.other_slope])
    level = correlated(n)
    r = world.severity_slope_r
    tilt = r * level + np.sqrt(1 - r**2) * correlated(n)
    domain = _centred(correlated(n, len(DOMAINS)))
    effects = np.zeros((3, n, 3 + len(DOMAINS)))
    effects[:, :, 0] = level_sd[:, None] * level
    effects[:, :, 1] = (level_sd * slope)[:, None] * tilt
    effects[:, :, 2:-1] = domain_sd[:, None, None] * domain
    effects[1, :, -1] = np.sqrt(world.therapist_minority_variance) * rng.standard_normal(n)
    return HiddenTherapists(pd.Index(ids), effects)


def with_experience(hidden: HiddenTherapists, years: Floats, world: World) -> HiddenTherapists:
    """Return the effects with the small difference that years of experience make."""
    effects = hidden.effects.copy()
    effects[1, :, 0] += world.experience_10_years * np.nan_to_num((years - 11) / 10)
    return HiddenTherapists(hidden.ids, effects)


def domain_strength(hidden: HiddenTherapists) -> Floats:
    """Return each therapist's true standardised strength by domain, (n, 8), 0 where the world has none."""
    strength = hidden.effects[1, :, 2:-1]
    return np.asarray(strength / max(float(strength.std()), 1e-9))


def draw_prognosis(rng: Rng, clients: ClientTable, severity: Floats, world: World) -> HiddenClients:
    """Draw each client's prognosis beyond the start score: partly what the concerns foretell, partly hidden."""
    seen = domain_weights(clients.concern_share, World()) @ np.array([PROGNOSIS[domain] for domain in DOMAINS])
    seen = seen + _PER_CONCERN * ((clients.severity > 0).sum(axis=1) - 2)
    rest = np.sqrt(max(world.prognosis_sd**2 - float(seen.var()), 0.0)) if len(seen) else 0.0
    return HiddenClients(pd.Index(clients.ids), severity, seen + rest * rng.standard_normal(len(seen)))


def _centred(domain: Floats) -> Floats:
    """Return domain effects that average 0 over what clients bring, so that a level stays a level; variance kept."""
    rate = np.zeros(len(DOMAINS))
    for code, weight in MAIN_CONCERN.items():
        rate[DOMAINS.index(CONCERNS[code].domain)] += weight
    rate /= rate.sum()
    centred = domain - (domain @ rate)[..., None]
    return np.asarray(centred / np.sqrt(1 - rate @ rate))
