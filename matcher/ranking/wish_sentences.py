"""What became of a client's wishes with one therapist, as sentences: honoured, not honoured, or not known."""

from collections.abc import Callable

import numpy as np

from matcher.clinic.encoding import CLIENT_SETS
from matcher.clinic.pairs import Pairs
from matcher.domain.recommendation import WishReceipt
from matcher.domain.vocabulary import STYLES
from matcher.eligibility.reasons import BLANKS, GENDER_WORDS, more_than_wished
from matcher.eligibility.words import joined, kilometres, labels_of, plain_date

# A style this far from the middle of the -1 to 1 scale has a side.
_LEANS = 0.2


def honoured_sentence(wish: str, pairs: Pairs, row: int, *, must: bool) -> str:
    """Return how an aligned pair's therapist honours a wish, nothing for limits that everyone suggested keeps."""
    if wish in _PRACTICAL:
        return _PRACTICAL[wish](pairs, row)
    return f"{_HONOURED[wish](pairs, row)}, as {'asked' if must else 'wished'}" if wish in _HONOURED else ""


def honoured_styles(receipt: tuple[WishReceipt, ...], pairs: Pairs, row: int) -> str:
    """Return one sentence for all wished-for styles that are honoured; names those where both lean the same way."""
    status = {wish.wish: wish.status for wish in receipt if wish.wish in STYLES}
    honoured = [name for name, what in status.items() if what == "honoured"]
    leans = [side for name in honoured if (side := _shared_side(name, pairs, row))]
    # Near the middle there is no side to name; that is worth saying only where no other style is off the wish.
    near = len(leans) < len(honoured) == len(status)
    if not leans:
        return "Way of working is close to what was wished for" if near else ""
    return f"Way of working is {joined(leans)}, as wished{', and otherwise close to the wish' if near else ''}"


def broken_sentences(receipt: tuple[WishReceipt, ...], pairs: Pairs, row: int) -> list[str]:
    """Return a sentence for each wish that is not honoured, all styles in one."""
    wishes = [wish.wish for wish in receipt if wish.status == "not_honoured"]
    styles = [more_than_wished(name, pairs, row) for name in wishes if name in STYLES]
    sentences = [_BROKEN[name](pairs, row) for name in wishes if name in _BROKEN]
    return sentences + ([f"Way of working is {joined(styles)} than wished"] if styles else [])


def unknown_sentences(receipt: tuple[WishReceipt, ...]) -> list[str]:
    """Return a sentence for each wish or limit on which nothing is known of the therapist, all styles in one."""
    wishes = [wish.wish for wish in receipt if wish.status == "unknown"]
    styles = [name for name in wishes if name in STYLES]
    if len(styles) < 2:
        return [BLANKS[name] for name in wishes]
    every = len(styles) == sum(wish.wish in STYLES for wish in receipt)
    return [
        *(BLANKS[name] for name in wishes if name not in STYLES),
        "The way of working is not known" if every else "Parts of the way of working are not known",
    ]


def _shared(wish: str, pairs: Pairs, row: int) -> list[str]:
    theirs = set(pairs.therapists.sets[CLIENT_SETS[wish]].names(row))
    return [code for code in pairs.clients.sets[wish].names(row) if code in theirs]


def _missing(wish: str, pairs: Pairs, row: int) -> list[str]:
    theirs = set(pairs.therapists.sets[CLIENT_SETS[wish]].names(row))
    return [code for code in pairs.clients.sets[wish].names(row) if code not in theirs]


def _shared_words(wish: str, pairs: Pairs, row: int) -> str:
    return labels_of(CLIENT_SETS[wish], _shared(wish, pairs, row))


def _shared_side(name: str, pairs: Pairs, row: int) -> str:
    ours, theirs = float(pairs.clients.numbers[name][row]), float(pairs.therapists.numbers[name][row])
    if min(abs(ours), abs(theirs)) <= _LEANS or ours * theirs < 0:
        return ""
    return STYLES[name].high if theirs > 0 else STYLES[name].low


def _gender(pairs: Pairs, row: int, side: str) -> str:
    codes = (pairs.therapists.sets["gender"] if side == "theirs" else pairs.clients.sets["therapist_gender"]).names(row)
    return joined([GENDER_WORDS[code] for code in codes], "or")


def _none_of(wish: str, pairs: Pairs, row: int) -> str:
    return labels_of(CLIENT_SETS[wish], _missing(wish, pairs, row), "or")


def _too_far(pairs: Pairs, row: int) -> str:
    most = float(pairs.clients.numbers["max_distance_km"][row])
    return f"Rooms are {kilometres(_distance(pairs, row))} away, further than the {most:g} km wished for"


def _distance(pairs: Pairs, row: int) -> float:
    one = np.array([row])
    return float(Pairs(pairs.clients.take(one), pairs.therapists.take(one), grid=False).distance_km()[0])


def _opening(pairs: Pairs, row: int) -> str:
    return plain_date(float(pairs.therapists.days["next_opening"][row]))


def _latest(pairs: Pairs, row: int) -> str:
    return plain_date(float(pairs.clients.days["next_opening_by"][row]))


_HONOURED: dict[str, Callable[[Pairs, int], str]] = {
    "therapist_gender": lambda pairs, row: f"Is {_gender(pairs, row, 'theirs')}",
    "modalities": lambda pairs, row: f"Uses {_shared_words('modalities', pairs, row)}",
    "identities": lambda pairs, row: f"Trained to work with {_shared_words('identities', pairs, row)}",
    "languages": lambda pairs, row: f"Speaks {_shared_words('languages', pairs, row)}",
}
_PRACTICAL: dict[str, Callable[[Pairs, int], str]] = {
    "availability": lambda pairs, row: "Free at a time asked for",
    "max_distance_km": lambda pairs, row: f"Rooms are {kilometres(_distance(pairs, row))} away",
    "next_opening_by": lambda pairs, row: f"First opening is {_opening(pairs, row)}, soon enough",
}
_BROKEN: dict[str, Callable[[Pairs, int], str]] = {
    "therapist_gender": lambda p, row: (
        f"Is {_gender(p, row, 'theirs')}, where {_gender(p, row, 'asked')} was wished for"
    ),
    "modalities": lambda pairs, row: f"Does not list {_none_of('modalities', pairs, row)}, which was wished for",
    "identities": lambda p, row: f"No training listed with {_none_of('identities', p, row)}, which was wished for",
    "availability": lambda pairs, row: "Not free at any of the times asked for",
    "max_distance_km": _too_far,
    "next_opening_by": lambda pairs, row: (
        f"First opening is {_opening(pairs, row)}, later than the {_latest(pairs, row)} wished for"
    ),
}
