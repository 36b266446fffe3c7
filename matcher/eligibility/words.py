"""Codes, money, distances and dates in the words people use, ready to stand inside a sentence."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil

from matcher.domain.vocabulary import CONCERNS, FORMATS, FUNDING, GENDERS, IDENTITIES, MODALITIES

_LABELS: dict[str, dict[str, str]] = {
    "gender": GENDERS,
    "formats": FORMATS,
    "funding": FUNDING,
    "identities": IDENTITIES,
    "modalities": {code: modality.label for code, modality in MODALITIES.items()},
    "concerns": {code: concern.label for code, concern in CONCERNS.items()},
}
# First words of labels that keep their capital inside a sentence; acronyms keep theirs anyway.
_NAMES = frozenset({"Aboriginal", "Christian", "Gestalt", "Medicare", "Muslim"})
_DAYS = {
    "mon": "Monday",
    "tue": "Tuesday",
    "wed": "Wednesday",
    "thu": "Thursday",
    "fri": "Friday",
    "sat": "Saturday",
    "sun": "Sunday",
}


def label_of(column: str, code: str) -> str:
    """Return the plain words for a code of a therapist's column, such as ``("formats", "phone")``: by phone."""
    if column == "languages":
        return code.title()
    if column == "availability":
        day, _, part = code.partition("_")
        return f"{_DAYS[day]} {part}"
    return in_sentence(_LABELS.get(column, {}).get(code, code.replace("_", " ")))


def labels_of(column: str, codes: Sequence[str], last: str = "and") -> str:
    """Return the plain words for several codes, joined for a sentence; ``none`` where there are none."""
    return joined([label_of(column, code) for code in codes], last) or "none"


def in_sentence(label: str) -> str:
    """Return a label with a small first letter, unless it starts with a name or an acronym."""
    first = label.split(" ", maxsplit=1)[0]
    keeps = first in _NAMES or any(letter.isupper() for letter in first[1:])
    return label if keeps else label[:1].lower() + label[1:]


def joined(words: Sequence[str], last: str = "and") -> str:
    """Return words as a list in a sentence: a, b and c; longer ones are set apart by commas."""
    ordered = sorted(words, key=lambda word: "," in word)
    if len(ordered) < 2:
        return "".join(ordered)
    comma = "," if any(inner in word for word in ordered for inner in (",", " and ", " or ")) else ""
    return f"{', '.join(ordered[:-1])}{comma} {last} {ordered[-1]}"


def money(amount: float) -> str:
    """Return an amount with its currency sign: $180, or $180.50."""
    cents = round(float(amount) * 100)
    return f"${cents // 100:,}" if cents % 100 == 0 else f"${cents / 100:,.2f}"


def kilometres(distance: float) -> str:
    """Return a distance rounded up, to a tenth below 20 km, so that one over a limit never reads as the limit."""
    tenths = ceil(round(float(distance) * 10, 4))
    return f"{ceil(tenths / 10)} km" if tenths >= 200 or tenths % 10 == 0 else f"{tenths / 10:.1f} km"


def day_of(days: float) -> date:
    """Return the date of a number of days since 1970."""
    return date(1970, 1, 1) + timedelta(days=int(days))


def plain_date(days: float) -> str:
    """Return a date as people say it: 3 December 2026."""
    day = day_of(days)
    return f"{day.day} {day:%B %Y}"
