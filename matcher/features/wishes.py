"""Wishes and limits kept apart from benefit: what was asked, and whether this therapist honours it, or nobody knows."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import CLIENT_SETS, Bools
from matcher.clinic.pairs import Pairs
from matcher.domain.message import Message
from matcher.domain.recommendation import Status, WishReceipt
from matcher.domain.vocabulary import STYLES
from matcher.eligibility.limits import LIMITS, Limit
from matcher.eligibility.reasons import SIDES
from matcher.eligibility.words import TRAINED_WITH, community_receipt, labels_of, money, number, plain_date
from matcher.features.comparisons import only_remote, wish_importance

_NOT_WISHES = ("capacity", "exclude_therapists", "age", "concerns")
# Limits that always hold say nothing about fit: everyone suggested keeps them.
_ALWAYS_KEPT = ("formats", "max_fee", "funding")
WISHES: tuple[Limit, ...] = tuple(limit for limit in LIMITS if limit.name not in _NOT_WISHES)
PREFERENCES: tuple[Limit, ...] = tuple(wish for wish in WISHES if wish.name not in _ALWAYS_KEPT)


def wish_states(wish: Limit, pairs: Pairs) -> tuple[Bools, Bools, Bools]:
    """Return asked, honoured and unknown for a wish over the pairs; what is asked and neither is not honoured.

    How far away rooms are is not a wish where the two would not meet there, unless it must be honoured.
    """
    # What is only left open, as English beside another language, is no wish.
    pairs = pairs.wished
    asked = np.broadcast_to(pairs.client(wish.asked(pairs)), pairs.shape)
    if wish.name == "max_distance_km":
        must = wish.asked(pairs) & pairs.clients.must.get(wish.name, False)
        asked = asked & (pairs.client(must) | ~only_remote(pairs))
    unknown = np.broadcast_to(wish.unknown(pairs), pairs.shape)
    return asked, asked & ~unknown & ~wish.broken(pairs), asked & unknown


def _weighed(pairs: Pairs) -> Iterator[tuple[NDArray[np.float64], Bools, Bools, Bools]]:
    """Yield each wish somebody stated: its weight for each client, and where it is asked, honoured and not known."""
    for wish in PREFERENCES:
        asked, honoured, unknown = wish_states(wish, pairs)
        if not asked.any():
            continue
        weight = pairs.client(wish_importance(pairs.clients, wish.name).astype(np.float64))
        yield weight, asked, honoured, unknown


def preference_fit(pairs: Pairs) -> NDArray[np.float64]:
    """Return how well stated wishes are honoured, 0 to 1 over the pairs, NaN where none was stated.

    An importance-weighted mean of 1 honoured, 0 not, and a half where it is not known: neither yes nor no.
    """
    total = np.zeros(pairs.shape)
    honoured_weight = np.zeros(pairs.shape)
    for weight, asked, honoured, unknown in _weighed(pairs):
        total += weight * asked
        honoured_weight += weight * (honoured + 0.5 * unknown)
    fit: NDArray[np.float64] = np.divide(honoured_weight, total, out=np.full(pairs.shape, np.nan), where=total > 0)
    return fit


def honoured_of_known(pairs: Pairs) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the importance-weighted share honoured of those wishes known to be or not to be, and the share not known.

    Both 0 to 1 over the pairs; NaN where nothing is known, or no wish was stated.
    """
    asked_weight, known_weight, honoured_weight = (np.zeros(pairs.shape) for _ in range(3))
    for weight, asked, honoured, unknown in _weighed(pairs):
        asked_weight += weight * asked
        known_weight += weight * (asked & ~unknown)
        honoured_weight += weight * honoured
    blank = np.full(pairs.shape, np.nan)
    share = np.divide(honoured_weight, known_weight, out=blank.copy(), where=known_weight > 0)
    return share, np.divide(asked_weight - known_weight, asked_weight, out=blank, where=asked_weight > 0)


def receipts(pairs: Pairs) -> list[tuple[WishReceipt, ...]]:
    """Return, for each aligned pair, what its client asked for and whether the therapist honours it.

    Each community is a line of its own: a therapist may be trained with one and not with another.
    """
    entries: list[list[WishReceipt]] = [[] for _ in range(pairs.shape[0])]
    for wish in WISHES:
        asked, honoured, unknown = wish_states(wish, pairs)
        must = pairs.clients.must.get(wish.name, np.zeros(len(pairs.clients), dtype=bool))
        for row in np.flatnonzero(asked).tolist():
            if wish.name == "identities":
                entries[row].extend(_communities(pairs, row, must=bool(must[row])))
                continue
            status: Status = "honoured" if honoured[row] else "unknown" if unknown[row] else "not_honoured"
            entries[row].append(WishReceipt(wish.name, wish_words(wish.name, pairs, row), status, bool(must[row])))
    return [tuple(row) for row in entries]


def _communities(pairs: Pairs, row: int, *, must: bool) -> Iterator[WishReceipt]:
    theirs = pairs.therapists.sets["identities"].names(row)
    for code in pairs.clients.sets["identities"].names(row):
        yield community_receipt(code, theirs, must=must)


def wish_words(name: str, pairs: Pairs, row: int) -> Message:
    """Return a wish in plain words, such as ``Therapist's gender: woman``."""
    clients = pairs.clients.wished
    if name in CLIENT_SETS:
        codes = clients.sets[name].names(row)
        if len(codes) > _MOST_NAMED:
            return Message("{title}: any of {count} named", title=_TITLES[name], count=len(codes))
        return Message("{title}: {words}", title=_TITLES[name], words=labels_of(CLIENT_SETS[name], codes, "or"))
    if name in STYLES:
        value, (low, high) = float(clients.numbers[name][row]), SIDES[name]
        return Message("Way of working: {side}", side=high if value > 0 else low if value < 0 else _IN_BETWEEN)
    if name == "next_opening_by":
        return Message("First session by {day}", day=plain_date(float(clients.days[name][row])))
    if name == "max_fee":
        return Message("At most {fee} a session", fee=money(float(clients.numbers[name][row])))
    return Message("Within {most} km", most=number(float(clients.numbers[name][row])))


_MOST_NAMED = 6
_IN_BETWEEN = Message("in between")
_TITLES = {
    "therapist_gender": Message("Therapist's gender"),
    "modalities": Message("Kind of therapy"),
    "identities": TRAINED_WITH,
    "languages": Message("Language"),
    "formats": Message("Meeting"),
    "funding": Message("Paid by"),
    "availability": Message("Times"),
}
