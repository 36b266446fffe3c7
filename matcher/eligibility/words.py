"""Codes, money, distances and dates in the words people use, ready to stand inside a sentence."""

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from functools import cache
from math import ceil
from typing import Literal

from matcher.domain.message import Amount, Day, Joined, Message
from matcher.domain.recommendation import Status, WishReceipt
from matcher.domain.vocabulary import CONCERNS, FORMATS, FUNDING, GENDERS, IDENTITIES, MODALITIES

TRAINED_WITH = Message("Trained with")
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
    "mon": Message("Monday"),
    "tue": Message("Tuesday"),
    "wed": Message("Wednesday"),
    "thu": Message("Thursday"),
    "fri": Message("Friday"),
    "sat": Message("Saturday"),
    "sun": Message("Sunday"),
}
_PARTS = {"morning": Message("morning"), "afternoon": Message("afternoon"), "evening": Message("evening")}
_TOGETHER = {
    Message("weekday mornings"): tuple(f"{day}_morning" for day in list(_DAYS)[:5]),
    Message("weekday afternoons"): tuple(f"{day}_afternoon" for day in list(_DAYS)[:5]),
    Message("weekday evenings"): tuple(f"{day}_evening" for day in list(_DAYS)[:5]),
    Message("weekends"): tuple(f"{day}_{part}" for day in ("sat", "sun") for part in _PARTS),
}
_NONE = Message("none")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@cache
def label_of(column: str, code: str) -> Message:
    """Return the plain words for a code of a therapist's column, such as ``("formats", "phone")``: by phone."""
    if column == "languages":
        return Message(code.title())
    if column == "availability":
        day, _, part = code.partition("_")
        return Message("{day} {part}", day=_DAYS[day], part=_PARTS.get(part, part))
    return Message(in_sentence(_LABELS.get(column, {}).get(code, code.replace("_", " "))))


def labels_of(column: str, codes: Sequence[str], last: Literal["and", "or"] = "and") -> str:
    """Return the plain words for several codes, joined for a sentence; ``none`` where there are none."""
    return (
        joined(_times(codes) if column == "availability" else [label_of(column, code) for code in codes], last) or _NONE
    )


def community_receipt(code: str, trained_with: Collection[str], *, must: bool = False) -> WishReceipt:
    """Return the line of a receipt for one community; not known where a therapist names none at all."""
    label = Message("{title}: {words}", title=TRAINED_WITH, words=labels_of("identities", [code]))
    status: Status = "honoured" if code in trained_with else "not_honoured" if trained_with else "unknown"
    return WishReceipt("identities", label, status, must)


def _times(codes: Sequence[str]) -> list[Message]:
    """Return times as clients are asked for them: five evenings of a week are one answer."""
    left, words = list(codes), []
    for whole, parts in _TOGETHER.items():
        if set(parts) <= set(left):
            words.append(whole)
            left = [code for code in left if code not in parts]
    return [*words, *(label_of("availability", code) for code in left)]


def in_sentence(label: str) -> str:
    """Return a label with a small first letter, unless it starts with a name or an acronym."""
    first = label.split(" ", maxsplit=1)[0]
    keeps = first in _NAMES or any(letter.isupper() for letter in first[1:])
    return label if keeps else label[:1].lower() + label[1:]


def joined(words: Sequence[str], last: Literal["and", "or"] = "and") -> str:
    """Return words as a list in a sentence: a, b and c; longer ones are set apart by commas."""
    ordered = sorted(words, key=lambda word: "," in word)
    if len(ordered) < 2:
        return ordered[0] if ordered else ""
    comma = "," if any(inner in word for word in ordered for inner in (",", " and ", " or ")) else ""
    return Joined(f"{', '.join(ordered[:-1])}{comma} {last} {ordered[-1]}", ordered, last)


def money(amount: float) -> Amount:
    """Return an amount with its currency sign: $180, or $180.50."""
    cents = round(float(amount) * 100)
    text = f"${cents // 100:,}" if cents % 100 == 0 else f"${cents / 100:,.2f}"
    return Amount(text, cents / 100, money=True)


def number(amount: float) -> Amount:
    """Return a number without needless zeros: 15, or 7.5."""
    return Amount(f"{amount:g}", amount)


def kilometres(distance: float) -> Message:
    """Return a distance rounded up, to a tenth below 20 km, so that one over a limit never reads as the limit."""
    tenths = ceil(round(float(distance) * 10, 4))
    whole = tenths >= 200 or tenths % 10 == 0
    text = f"{ceil(tenths / 10)}" if whole else f"{tenths / 10:.1f}"
    return Message("{number} km", number=Amount(text, float(text)))


def day_of(days: float) -> date:
    """Return the date of a number of days since 1970."""
    return date(1970, 1, 1) + timedelta(days=int(days))


def plain_date(days: float) -> Day:
    """Return a date as people say it: 3 December 2026."""
    day = day_of(days)
    return Day(f"{day.day} {_MONTHS[day.month - 1]} {day.year}", day)
