"""Cells as practice software in Australia writes them: dates day first, and lists with commas, turned into ours."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, tzinfo
from typing import Any, Final

import pandas as pd

#: Our columns that hold a list: a comma parts its words as a semicolon does.
LISTS: Final = frozenset(
    {
        "concerns", "modalities", "identities", "languages", "age_groups", "formats", "funding", "availability",
        "therapist_gender", "must_have",
    }
)  # fmt: skip
#: Our columns that hold a day; `enquired_at` may hold the time too.
_DAYS: Final = ("openings_confirmed_on", "next_opening", "next_opening_by", "started_on", "ended_on")
_DATES: Final = (*_DAYS, "enquired_at")
_CLOCK: Final = r"(?:,?\s+(?P<clock>\d{1,2}:\d{2}(?::\d{2})?\s*(?:[ap]m)?))?"
_NUMBERS: Final = re.compile(rf"(\d{{1,2}})([/.-])(\d{{1,2}})\2(\d{{4}}){_CLOCK}", re.ASCII | re.IGNORECASE)
_NAMED: Final = re.compile(rf"(\d{{1,2}})([\s-])([a-z]{{3,9}})\.?\2(\d{{4}}){_CLOCK}", re.ASCII | re.IGNORECASE)
_MONTHS: Final = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_CLOCKS: Final = ("%H:%M", "%H:%M:%S", "%I:%M%p", "%I:%M:%S%p")


@dataclass(frozen=True, slots=True)
class DateDoubt:
    """A column whose dates in numbers leave a doubt: a date of it, and the day it is read as, or None where unread."""

    column: str
    written: str
    read_as: date | None


def parts_of(cell: str, column: str) -> list[str]:
    """Return the words of one cell: many in our columns that hold lists, one in the others."""
    parts = re.split("[;,]", cell) if column in LISTS else [cell]
    return [part.strip() for part in parts]


def with_words(cell: Any, column: str, words: Mapping[str, str]) -> str:
    """Return a cell with our words for theirs, its list parted by semicolons."""
    return ";".join(words.get(part, part) for part in parts_of(str(cell), column))


def with_dates(frame: pd.DataFrame, zone: tzinfo) -> tuple[pd.DataFrame, tuple[DateDoubt, ...]]:
    """Return rows under our column names with their dates as YYYY-MM-DD, and the columns that leave a doubt.

    Dates in numbers are read day first, never month first. A column with a date that could only be month first is left
    as it is, so that its rows are set aside; one that could be either is read day first, and said to be in doubt. A day
    that comes with a time of day loses the time.

    A time of an enquiry without a zone is one of ``zone`` and is given its offset from UTC. Of an hour that comes twice
    when clocks are put back it is the first; an hour that clocks leave out counts as the one after (PEP 495).
    """
    dated, doubts = frame.copy(deep=False), []
    for column in [name for name in _DATES if name in frame and frame.columns.is_unique]:
        cells = [None if pd.isna(cell) else str(cell).strip() for cell in frame[column]]
        doubt = _doubt(column, cells)
        if doubt:
            doubts.append(doubt)
        if doubt is None or doubt.read_as:
            dated[column] = pd.Series(
                [cell and _ours(cell, column, zone) for cell in cells], index=frame.index, dtype=frame[column].dtype
            )
    return dated, tuple(doubts)


def _doubt(column: str, cells: list[str | None]) -> DateDoubt | None:
    """Return what makes a column doubtful: a date that is month first for sure, or else none that is surely not."""
    found = [at for cell in cells if cell and (at := _NUMBERS.fullmatch(cell))]
    for at in found:
        if int(at[1]) <= 12 < int(at[3]) <= 31:
            return DateDoubt(column, at[0], None)
    if any(int(at[1]) > 12 for at in found):
        return None
    for at in found:
        if int(at[1]) != int(at[3]) and (read_as := _day(at[4], at[3], at[1])):
            return DateDoubt(column, at[0], read_as)
    return None


def _ours(cell: str, column: str, zone: tzinfo) -> str:
    """Return a date as YYYY-MM-DD, with its time where the column has one, and anything else as it stands."""
    if at := _NUMBERS.fullmatch(cell):
        month = at[3]
    elif at := _NAMED.fullmatch(cell):
        month = next((n for n, known in enumerate(_MONTHS, 1) if known.startswith(at[3].casefold())), 0)
    else:
        return cell if column in _DAYS else _with_offset(cell, zone)
    day = _day(at[4], month, at[1])
    if day is None or column in _DAYS or not at["clock"]:
        return day.isoformat() if day else cell
    clock = _clock(re.sub(r"\s", "", at["clock"]))
    return datetime.combine(day, clock, zone).isoformat() if clock else cell


def _with_offset(cell: str, zone: tzinfo) -> str:
    """Return an ISO date-time without a zone with its offset, and anything else, a day alone too, as it stands."""
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        return cell
    return cell if len(cell) <= len("YYYY-MM-DD") or at.tzinfo else at.replace(tzinfo=zone).isoformat()


def _clock(written: str) -> time | None:
    for form in _CLOCKS:
        try:
            return datetime.strptime(written, form).time()
        except ValueError:
            continue
    return None


def _day(year: str, month: int | str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
