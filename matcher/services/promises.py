"""By when a person answers: hours counted only while somebody is there, in the clinic's own time zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count

from dateutil.easter import easter

from matcher.config import WEEKDAYS, Settings

#: A clinic that is closed for longer than this has its dates wrong; then the promise is made from what it was set.
_MOST_DAYS = 400


def answer_by(settings: Settings, asked_at: datetime, *, urgent: bool = False) -> datetime:
    """Return the moment in UTC by which a person answers what was asked at a moment.

    Only opening hours count: what comes in on a Friday night is answered from Monday morning on, and no holiday is
    promised away.
    """
    left = timedelta(hours=settings.urgent_reply_hours if urgent else settings.reply_hours)
    for opens, closes in _open_times(settings, asked_at):
        begins = max(opens, asked_at)
        if closes - begins >= left:
            return (begins + left).astimezone(UTC)
        left -= max(closes - begins, timedelta(0))
    raise AssertionError("a clinic opens again")


def _open_times(settings: Settings, asked_at: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield when the clinic opens and closes, from the day of a moment on, in UTC: the clock may change in between."""
    first = asked_at.astimezone(settings.zone).date()
    for days in count():
        day = first + timedelta(days=days)
        closed = days <= _MOST_DAYS and _is_closed(settings, day)
        if WEEKDAYS[day.weekday()] in settings.open_days and not closed:
            yield _moment(settings, day, "opens_at"), _moment(settings, day, "closes_at")


def _is_closed(settings: Settings, day: date) -> bool:
    national = settings.public_holidays and settings.country == "AU" and day in _national_holidays(day.year)
    return national or day in settings.closed_on


@cache
def _national_holidays(year: int) -> frozenset[date]:
    """Return Australia's public holidays of the whole nation (Fair Work Act 2009, section 115).

    The sovereign's birthday and holidays of one state differ from place to place: a clinic names those itself. What
    falls on a weekend moves to the next working day.
    """
    fixed = [date(year, month, day) for month, day in ((1, 1), (1, 26), (4, 25), (12, 25), (12, 26))]
    found = {easter(year) - timedelta(days=2), easter(year) + timedelta(days=1), *fixed}
    for fixed_day in fixed:
        day = fixed_day
        while day.weekday() >= 5 or (day in found and day != fixed_day):
            day += timedelta(days=1)
        found.add(day)
    return frozenset(found)


def _moment(settings: Settings, day: date, name: str) -> datetime:
    return datetime.combine(day, getattr(settings, name), settings.zone).astimezone(UTC)
