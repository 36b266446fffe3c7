"""What became of a client's wishes with one therapist, as sentences: honoured, not honoured, or not known."""

from collections.abc import Callable

import numpy as np

from matcher.clinic.encoding import CLIENT_SETS
from matcher.clinic.pairs import Pairs
from matcher.domain.message import Message
from matcher.domain.recommendation import WishReceipt
from matcher.domain.vocabulary import STYLES
from matcher.eligibility.reasons import BLANKS, GENDER_WORDS, SIDES, more_than_wished
from matcher.eligibility.words import joined, kilometres, labels_of, number, plain_date

# A style this far from the middle of the -1 to 1 scale has a side.
_LEANS = 0.2


def honoured_sentence(wish: str, pairs: Pairs, row: int, *, must: bool) -> str:
    """Return how an aligned pair's therapist honours a wish, nothing for limits that everyone suggested keeps."""
    if wish in _PRACTICAL:
        return _PRACTICAL[wish](pairs, row)
    if wish not in _HONOURED:
        return ""
    what = _HONOURED[wish](pairs, row)
    return Message("{what}, as asked", what=what) if must else Message("{what}, as wished", what=what)


def honoured_styles(receipt: tuple[WishReceipt, ...], pairs: Pairs, row: int) -> str:
    """Return one sentence for all wished-for styles that are honoured; names those where both lean the same way."""
    status = {wish.wish: wish.status for wish in receipt if wish.wish in STYLES}
    honoured = [name for name, what in status.items() if what == "honoured"]
    leans = [side for name in honoured if (side := _shared_side(name, pairs, row))]
    # Near the middle there is no side to name; that is worth saying only where no other style is off the wish.
    near = len(leans) < len(honoured) == len(status)
    if not leans:
        return Message("Way of working is close to what was wished for") if near else ""
    if near:
        return Message("Way of working is {sides}, as wished, and otherwise close to the wish", sides=joined(leans))
    return Message("Way of working is {sides}, as wished", sides=joined(leans))


def broken_sentences(receipt: tuple[WishReceipt, ...], pairs: Pairs, row: int) -> list[Message]:
    """Return a sentence for each wish that is not honoured, all styles in one."""
    wishes = [wish.wish for wish in receipt if wish.status == "not_honoured"]
    styles = [more_than_wished(name, pairs, row) for name in wishes if name in STYLES]
    sentences = [_BROKEN[name](pairs, row) for name in wishes if name in _BROKEN]
    return sentences + ([Message("Way of working is {styles} than wished", styles=joined(styles))] if styles else [])


def unknown_sentences(receipt: tuple[WishReceipt, ...]) -> list[Message]:
    """Return a sentence for each wish or limit on which nothing is known of the therapist, all styles in one."""
    wishes = [wish.wish for wish in receipt if wish.status == "unknown"]
    styles = [name for name in wishes if name in STYLES]
    if len(styles) < 2:
        return [BLANKS[name] for name in wishes]
    every = len(styles) == sum(wish.wish in STYLES for wish in receipt)
    return [
        *(BLANKS[name] for name in wishes if name not in STYLES),
        Message("The way of working is not known") if every else Message("Parts of the way of working are not known"),
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
    low, high = SIDES[name]
    return high if theirs > 0 else low


def _gender(pairs: Pairs, row: int, side: str) -> str:
    codes = (pairs.therapists.sets["gender"] if side == "theirs" else pairs.clients.sets["therapist_gender"]).names(row)
    return joined([GENDER_WORDS[code] for code in codes], "or")


def _none_of(wish: str, pairs: Pairs, row: int) -> str:
    return labels_of(CLIENT_SETS[wish], _missing(wish, pairs, row), "or")


def _too_far(pairs: Pairs, row: int) -> Message:
    return Message(
        "Rooms are {distance} away, further than the {most} km wished for",
        distance=kilometres(_distance(pairs, row)),
        most=number(float(pairs.clients.numbers["max_distance_km"][row])),
    )


def _distance(pairs: Pairs, row: int) -> float:
    one = np.array([row])
    return float(Pairs(pairs.clients.take(one), pairs.therapists.take(one), grid=False).distance_km()[0])


def _opening(pairs: Pairs, row: int) -> str:
    return plain_date(float(pairs.therapists.days["next_opening"][row]))


def _latest(pairs: Pairs, row: int) -> str:
    return plain_date(float(pairs.clients.days["next_opening_by"][row]))


_Sentence = Callable[[Pairs, int], Message]
_HONOURED: dict[str, _Sentence] = {
    "therapist_gender": lambda p, row: Message("Is {theirs}", theirs=_gender(p, row, "theirs")),
    "modalities": lambda p, row: Message("Uses {approaches}", approaches=_shared_words("modalities", p, row)),
    "identities": lambda p, row: Message(
        "Trained to work with {communities}", communities=_shared_words("identities", p, row)
    ),
    "languages": lambda p, row: Message("Speaks {languages}", languages=_shared_words("languages", p, row)),
}
_PRACTICAL: dict[str, _Sentence] = {
    "availability": lambda p, row: Message("Free at a time asked for"),
    "max_distance_km": lambda p, row: Message("Rooms are {distance} away", distance=kilometres(_distance(p, row))),
    "next_opening_by": lambda p, row: Message("First opening is {opening}, soon enough", opening=_opening(p, row)),
}
_BROKEN: dict[str, _Sentence] = {
    "therapist_gender": lambda p, row: Message(
        "Is {theirs}, where {asked} was wished for", theirs=_gender(p, row, "theirs"), asked=_gender(p, row, "asked")
    ),
    "modalities": lambda p, row: Message(
        "Does not list {missing}, which was wished for", missing=_none_of("modalities", p, row)
    ),
    "identities": lambda p, row: Message(
        "No training listed with {missing}, which was wished for", missing=_none_of("identities", p, row)
    ),
    "languages": lambda p, row: Message(
        "Does not list {missing}, which was wished for", missing=_none_of("languages", p, row)
    ),
    "availability": lambda p, row: Message("Not free at any of the times asked for"),
    "max_distance_km": _too_far,
    "next_opening_by": lambda p, row: Message(
        "First opening is {opening}, later than the {latest} wished for",
        opening=_opening(p, row),
        latest=_latest(p, row),
    ),
}
