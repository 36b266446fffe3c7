"""Times of day, and the clinic's opening hours taken apart so that another language can put them together."""

import re
from datetime import time
from functools import cache
from typing import Final

from matcher.domain.message import Clock, Joined, Message
from matcher.ui import wording_language as wl

_DAY: Final = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
_TIME: Final = r"\d{1,2}(?::\d{2})? [ap]m"
#: What ``matcher.config.hours_in_words`` writes.
_HOURS: Final = re.compile(rf"({_DAY}(?: to {_DAY}|(?:, {_DAY})*)), ({_TIME}) to ({_TIME})")


def clock(at: time) -> Clock:
    """Return a time of day as people say it: 2:30 pm."""
    minutes = f":{at.minute:02}" if at.minute else ""
    return Clock(f"{at.hour % 12 or 12}{minutes} {'am' if at.hour < 12 else 'pm'}", at)


@cache
def opening_hours(text: str) -> Message | None:
    """Return opening hours as a message of the same words, None for any other text."""
    found = _HOURS.fullmatch(text)
    if found is None:
        return None
    return Message(wl.HOURS, days=_days(found[1]), opens=_clock(found[2]), closes=_clock(found[3]))


def _days(words: str) -> str:
    first, _, last = words.partition(" to ")
    if last:
        return Message(wl.DAYS_IN_A_ROW, first=Message(first), last=Message(last))
    names = [Message(name) for name in words.split(", ")]
    return Joined(words, names) if len(names) > 1 else names[0]


def _clock(words: str) -> Clock:
    hour, _, half = words.partition(" ")
    full, _, minutes = hour.partition(":")
    return clock(time(int(full) % 12 + (12 if half == "pm" else 0), int(minutes or 0)))
