"""Every hard limit as a named predicate: who may not be suggested to whom, and where the clinic does not know.

A limit is *broken* (the therapist is known not to fit), *unknown* (the therapist's side is blank) or kept. Limits that
hold always exclude where broken; a limit named in ``must_have`` excludes where broken or unknown (contract, section 1).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import CLIENT_SETS, Bools
from matcher.clinic.pairs import Pairs
from matcher.domain.vocabulary import STYLES

Mask = NDArray[np.uint32]

# How far apart on the -1 to 1 scale a wished style that must be honoured may be; a quarter of the scale (our choice).
STYLE_TOLERANCE = 0.5


@dataclass(frozen=True, slots=True)
class Limit:
    """One hard limit: when it is asked of a client, when a therapist breaks it, and when that is not known."""

    name: str
    always: bool
    asked: Callable[[Pairs], Bools]
    broken: Callable[[Pairs], Bools]
    unknown: Callable[[Pairs], Bools]


def _never(pairs: Pairs) -> Bools:
    return np.zeros((1,) * len(pairs.shape), dtype=bool)


def _everyone(pairs: Pairs) -> Bools:
    return np.ones(len(pairs.clients), dtype=bool)


def _any_of(wish: str, *, always: bool) -> Limit:
    def broken(pairs: Pairs) -> Bools:
        return pairs.known(wish) & ~pairs.shares_any(wish)

    return Limit(
        wish,
        always,
        lambda pairs: pairs.clients.sets[wish].known,
        broken,
        lambda pairs: pairs.therapist(~pairs.therapists.sets[CLIENT_SETS[wish]].known),
    )


def _every_identity(pairs: Pairs) -> Bools:
    return pairs.known("identities") & (pairs.shared_share("identities") < 1)


def _every_concern(pairs: Pairs) -> Bools:
    return pairs.dot(pairs.clients.concern_share, pairs.therapists.concerns) < 1 - 1e-4


def _at_most(name: str, theirs: str) -> Limit:
    return Limit(
        name,
        True,
        lambda pairs: ~np.isnan(pairs.clients.numbers[name]),
        lambda pairs: pairs.therapist(pairs.therapists.numbers[theirs]) > pairs.client(pairs.clients.numbers[name]),
        lambda pairs: pairs.therapist(np.isnan(pairs.therapists.numbers[theirs])),
    )


def _style(name: str) -> Limit:
    def broken(pairs: Pairs) -> Bools:
        ours, theirs = (
            pairs.client(pairs.clients.numbers[name]),
            pairs.therapist(pairs.therapists.numbers[name]),
        )
        return np.asarray(np.abs(ours - theirs) > STYLE_TOLERANCE + 1e-6)

    return Limit(
        name,
        False,
        lambda pairs: ~np.isnan(pairs.clients.numbers[name]),
        broken,
        lambda pairs: pairs.therapist(np.isnan(pairs.therapists.numbers[name])),
    )


def _wrong_age(pairs: Pairs) -> Bools:
    ours = pairs.client(pairs.clients.age_group[:, 0])
    return np.asarray((ours & pairs.therapist(pairs.therapists.sets["age_groups"].bits[:, 0])) == 0)


def _too_far(pairs: Pairs) -> Bools:
    return ~pairs.within_km(pairs.clients.numbers["max_distance_km"]) & ~_place_unknown(pairs)


def _place_unknown(pairs: Pairs) -> Bools:
    theirs = np.isnan(pairs.therapists.places[:, 0])
    return np.asarray(pairs.client(np.isnan(pairs.clients.places[:, 0])) | pairs.therapist(theirs))


def _too_late(pairs: Pairs) -> Bools:
    return pairs.therapist(pairs.therapists.days["next_opening"]) > pairs.client(pairs.clients.days["next_opening_by"])


def _excluded(pairs: Pairs) -> Bools:
    if not pairs.grid:
        rows = [set(rows) for rows in pairs.clients.excluded]
        return np.array([i in banned for i, banned in zip(pairs.therapists.rows, rows, strict=True)], dtype=bool)
    found = np.zeros(pairs.shape, dtype=bool)
    for row, banned in enumerate(pairs.clients.excluded):
        if banned:
            found[row] = np.isin(pairs.therapists.rows, banned)
    return found


LIMITS: tuple[Limit, ...] = (
    Limit(
        "capacity",
        True,
        _everyone,
        lambda pairs: pairs.therapist(pairs.therapists.numbers["capacity"]) < 1,
        _never,
    ),
    Limit(
        "exclude_therapists",
        True,
        lambda pairs: np.array([bool(rows) for rows in pairs.clients.excluded], dtype=bool),
        _excluded,
        _never,
    ),
    Limit("age", True, lambda pairs: pairs.clients.age_group[:, 0] != 0, _wrong_age, _never),
    _any_of("languages", always=True),
    _any_of("formats", always=True),
    _at_most("max_fee", "fee"),
    _any_of("funding", always=True),
    Limit("concerns", False, _everyone, _every_concern, _never),
    _any_of("therapist_gender", always=False),
    _any_of("modalities", always=False),
    Limit(
        "identities",
        False,
        lambda pairs: pairs.clients.sets["identities"].known,
        _every_identity,
        lambda pairs: pairs.therapist(~pairs.therapists.sets["identities"].known),
    ),
    *(_style(name) for name in STYLES),
    _any_of("availability", always=False),
    Limit(
        "max_distance_km",
        False,
        lambda pairs: ~np.isnan(pairs.clients.numbers["max_distance_km"]),
        _too_far,
        _place_unknown,
    ),
    Limit(
        "next_opening_by",
        False,
        lambda pairs: ~np.isnan(pairs.clients.days["next_opening_by"]),
        _too_late,
        lambda pairs: pairs.therapist(np.isnan(pairs.therapists.days["next_opening"])),
    ),
)
BIT: dict[str, int] = {limit.name: 1 << i for i, limit in enumerate(LIMITS)}


def broken_limits(pairs: Pairs) -> Mask:
    """Return, for every pair, the limits that exclude it as bits of ``BIT``; 0 where the therapist is eligible."""
    mask: Mask = np.zeros(pairs.shape, dtype=np.uint32)
    for limit in LIMITS:
        asked = limit.asked(pairs)
        must = asked & pairs.clients.must.get(limit.name, False)
        applies = asked if limit.always else must
        if not applies.any():
            continue
        fails = limit.broken(pairs)
        if not applies.all():
            fails = fails & pairs.client(applies)
        if must.any():
            fails = fails | (limit.unknown(pairs) & pairs.client(must))
        mask |= np.multiply(fails, np.uint32(BIT[limit.name]), dtype=np.uint32)
    return mask


def unknown_limits(pairs: Pairs) -> Mask:
    """Return, for every pair, the limits and wishes the client stated on which the therapist's side is blank."""
    mask: Mask = np.zeros(pairs.shape, dtype=np.uint32)
    for limit in LIMITS:
        asked = limit.asked(pairs)
        if asked.any():
            blank = limit.unknown(pairs) & pairs.client(asked)
            mask |= np.multiply(np.broadcast_to(blank, pairs.shape), np.uint32(BIT[limit.name]), dtype=np.uint32)
    return mask


def names_of(mask: int) -> tuple[str, ...]:
    """Return the limits whose bits are set, in the order of ``LIMITS``."""
    return tuple(name for name, bit in BIT.items() if int(mask) & bit)
