"""Sentences, lists, days, hours and amounts that remember what they were made of, to be said in other languages."""

import datetime
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Literal, Self


class Message(str):
    """English text for everyone who only reads it; ``template`` and ``values`` for whoever says it otherwise.

    Values may be messages themselves. A message that was cut, joined or stored is plain English text again.
    """

    __slots__ = ("template", "values")

    template: str
    values: Mapping[str, Any]

    def __new__(cls, template: str, **values: Any) -> Self:
        """Return the template with its values filled in."""
        made = super().__new__(cls, template.format(**values) if values else template)
        made.template = template
        made.values = values
        return made

    def __reduce__(self) -> tuple[Callable[..., "Message"], tuple[str, dict[str, Any]]]:
        return _message, (self.template, dict(self.values))


class Joined(str):
    """A list inside a sentence: the English words as joined, and the parts for whoever joins them otherwise."""

    __slots__ = ("last", "parts")

    parts: tuple[str, ...]
    last: Literal["and", "or"]

    def __new__(cls, english: str, parts: Sequence[str], last: Literal["and", "or"] = "and") -> Self:
        """Return the English words; ``parts`` may be messages."""
        made = super().__new__(cls, english)
        made.parts = tuple(parts)
        made.last = last
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, tuple[str, ...], str]]:
        return type(self), (str(self), self.parts, self.last)


class Day(str):
    """A date as English words, and the date itself."""

    __slots__ = ("day",)

    day: date

    def __new__(cls, english: str, day: date) -> Self:
        """Return the English words."""
        made = super().__new__(cls, english)
        made.day = day
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, date]]:
        return type(self), (str(self), self.day)


class Clock(str):
    """A time of day as English words, and the time itself."""

    __slots__ = ("time",)

    time: datetime.time

    def __new__(cls, english: str, time: datetime.time) -> Self:
        """Return the English words."""
        made = super().__new__(cls, english)
        made.time = time
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, datetime.time]]:
        return type(self), (str(self), self.time)


class Amount(str):
    """A number as English words, and the number itself; ``money`` where it is a sum of dollars."""

    __slots__ = ("money", "number")

    number: float
    money: bool

    def __new__(cls, english: str, number: float, money: bool = False) -> Self:
        """Return the English words."""
        made = super().__new__(cls, english)
        made.number = number
        made.money = money
        return made

    def __reduce__(self) -> tuple[type[Self], tuple[str, float, bool]]:
        return type(self), (str(self), self.number, self.money)


def _message(template: str, values: Mapping[str, Any]) -> Message:
    return Message(template, **values)
