"""What a pair's match is in the made-up world: wishes honoured, style, approach, community. The world's own rules.

They are written apart from ``matcher.features`` on purpose, so that a ranking model is not judged by its own
definitions.
"""

from dataclasses import dataclass

import numpy as np

from matcher.clinic.encoding import CLIENT_SETS, Bools, Floats
from matcher.clinic.pairs import Pairs
from matcher.domain.reference import reference_rows
from matcher.domain.vocabulary import CONCERNS, DOMAINS, MODALITIES, STYLES
from matcher.simulation.people import FAITHS
from matcher.simulation.world import World

_WISHES = ("therapist_gender", "modalities", "identities")
# Concerns whose particular approach matters most (science card: OCD, trauma, insomnia, panic, phobia, eating).
_EXPOSURE = ("ocd", "trauma", "sleep", "panic", "phobia", "eating_body_image")
# Mean and SD of 1 - |difference| / 2 for one style dimension of a client and a therapist drawn here.
_STYLE_MEAN, _STYLE_SD = 0.73, 0.20
# A wish counts as honoured, in a world of thresholds, where at least this share of the client's wishes is.
_ENOUGH = 0.75


@dataclass(frozen=True, eq=False)
class MatchEffects:
    """What a match by itself adds: alliance (SD), improvement beyond alliance (SD), wishes honoured less a half."""

    alliance: Floats
    improvement: Floats
    wishes: Floats


def match_effects(pairs: Pairs, world: World) -> MatchEffects:
    """Return the match effects of every pair; 0 where a client wishes for nothing."""
    honoured = preference_match(pairs) - np.float32(0.5)
    style = style_match(pairs)
    if world.effects == "threshold":
        honoured = np.where(honoured == 0, 0, np.where(honoured >= _ENOUGH - 0.5, 0.5, -0.5)).astype(np.float32)
        style = np.sign(style)
    alliance = np.float32(world.preference_alliance) * honoured + np.float32(world.style_alliance_r) * style
    improvement = (
        np.float32(world.preference_direct) * honoured + approach_match(pairs, world) + community_match(pairs, world)
    )
    return MatchEffects(alliance, improvement, honoured)


def preference_match(pairs: Pairs) -> Floats:
    """Return the share of a client's stated wishes that the therapist honours, 0 to 1, weighted by importance.

    Wishes are the therapist's gender, the way of working and the community; a must-have counts double. Any one of
    the named genders, ways or communities honours a wish. What is not known about a therapist counts half, and a
    client without wishes is half matched with everyone, so that neither moves anything.
    """
    weights = {name: _weight(pairs, name) for name in _WISHES}
    total = sum(weights.values(), np.zeros(len(pairs.clients), dtype=np.float32))
    honoured = np.zeros(pairs.shape, dtype=np.float32)
    for name, weight in weights.items():
        known = pairs.therapist(pairs.therapists.sets[CLIENT_SETS[name]].known)
        met = np.where(known, pairs.shares_any(name), np.float32(0.5))
        honoured += pairs.client(weight / np.maximum(total, 1)) * met
    return np.where(pairs.client(total > 0), honoured, np.float32(0.5)).astype(np.float32)


def _weight(pairs: Pairs, name: str) -> Floats:
    stated = pairs.clients.sets[name].known.astype(np.float32)
    return np.where(pairs.clients.must.get(name, np.zeros(len(stated), dtype=bool)), 2 * stated, stated)


def style_match(pairs: Pairs) -> Floats:
    """Return how near the styles are over the dimensions both sides state, standardised; 0 where none is."""
    near, count = np.zeros(pairs.shape, dtype=np.float32), np.zeros(pairs.shape, dtype=np.float32)
    for name in STYLES:
        apart = pairs.client(pairs.clients.numbers[name]) - pairs.therapist(pairs.therapists.numbers[name])
        known = ~np.isnan(apart)
        near += np.where(known, 1 - np.abs(apart) / 2 - np.float32(_STYLE_MEAN), 0)
        count += known
    return (near / np.float32(_STYLE_SD) / np.sqrt(np.maximum(count, 1))).astype(np.float32)


def approach_match(pairs: Pairs, world: World) -> Floats:
    """Return what a strongly supported way of working for the client's concerns adds (SD), by each concern's share."""
    share = pairs.clients.concern_share
    if world.effects == "threshold":
        share = (share == share.max(axis=1, keepdims=True)).astype(np.float32)
        share /= share.sum(axis=1, keepdims=True)
    worth = np.where(_is_exposure(), world.modality_exposure, world.modality_other).astype(np.float32)
    return pairs.dot(share * worth, _trained(pairs))


def community_match(pairs: Pairs, world: World) -> Floats:
    """Return what training for the client's community adds (SD) where the client asks for it; not known counts half."""
    column = pairs.clients.sets["identities"]
    if not column.known.any():
        return np.zeros((1,) * len(pairs.shape), dtype=np.float32)
    faith = np.zeros(len(pairs.clients), dtype=bool)
    for code in set(FAITHS) & set(column.codes):
        faith |= column.dense()[:, column.codes.index(code)] > 0
    worth = np.where(faith, world.faith_improvement, world.community_improvement) * column.known
    known = pairs.therapist(pairs.therapists.sets["identities"].known)
    met = np.where(known, pairs.shares_any("identities"), np.float32(0.5))
    return pairs.client(worth.astype(np.float32)) * met


def domain_weights(shares: Floats, world: World) -> Floats:
    """Return how much of each domain's therapist effect a client draws on, (n, 8), rows of length 1.

    Unit length rather than unit sum, so that clients with many concerns show the same domain variance as those with
    one.
    """
    of = np.array([[concern.domain == domain for domain in DOMAINS] for concern in CONCERNS.values()])
    weights = shares @ of.astype(np.float32)
    if world.effects == "threshold":
        weights = (weights == weights.max(axis=1, keepdims=True)).astype(np.float32)
    return np.asarray(weights / np.maximum(np.sqrt((weights**2).sum(axis=1, keepdims=True)), 1e-9))


def _is_exposure() -> Bools:
    return np.isin(list(CONCERNS), _EXPOSURE)


def _trained(pairs: Pairs) -> Floats:
    """Return for which concerns each therapist has a strongly supported approach, (n, 34); not known counts half."""
    strong = np.zeros((len(MODALITIES), len(CONCERNS)), dtype=np.float32)
    modality, concern = list(MODALITIES), list(CONCERNS)
    for row in reference_rows("evidence"):
        if row["tier"] == "strong":
            strong[modality.index(row["modality"]), concern.index(row["concern"])] = 1
    trained = (pairs.therapists.modalities @ strong > 0).astype(np.float32)
    trained[~pairs.therapists.sets["modalities"].known] = 0.5
    return trained
