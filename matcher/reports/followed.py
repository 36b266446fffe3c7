"""Equal time to come: enquiries of whole months, each followed for as many days, the period and the one before alike.

Counting whoever has come by now would let the newest enquirers, who have had least time, look as if they stayed away.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pandas as pd

from matcher.reports.cases import Cases
from matcher.reports.values import Period

#: How long after their enquiry people are followed.
FOLLOW_DAYS = 90
_MOMENTS = ("received_at", "offered_at", "closed_at")


@dataclass(frozen=True, slots=True)
class Followed:
    """The first months of a period of which everybody was followed, as many of the one before, and who is too recent.

    Where there are none, a period ends the day before it begins.
    """

    now: Period
    before: Period
    recent: Period


def followed(cases: Cases) -> Followed:
    """Return the months of a report's periods in which everybody who enquired has been followed."""
    period, before = cases.scope.period, cases.scope.before
    last = last_month_end(newest_of(cases) - timedelta(days=FOLLOW_DAYS))
    now = _until(period, last)
    months = _months(now)
    return Followed(now, _until(before, _month_end(before.start, months)), Period(_next_day(now.end), period.end))


def newest_of(cases: Cases) -> date:
    """Return the newest day a clinic's rows tell of; the last of the period where they tell of none."""
    clinic, enquiries = cases.data.clinic, cases.data.enquiries
    days = [cases.data.newest or newest_day(clinic.clients, clinic.episodes)]
    if enquiries is not None:
        days += [_day(enquiries[name]) for name in _MOMENTS if name in enquiries]
    known = [day for day in days if day is not None]
    return max(known) if known else cases.scope.period.end


def newest_day(clients: pd.DataFrame, episodes: pd.DataFrame) -> date | None:
    """Return the newest day of some clients and episodes, tomorrow at the latest; None where there is none."""
    columns = (clients["enquired_at"], episodes["started_on"], episodes["ended_on"])
    known = [day for column in columns if (day := _day(column)) is not None]
    return max(known) if known else None


def _day(column: pd.Series) -> date | None:
    newest = pd.to_datetime(column, utc=True).max()
    if pd.isna(newest):
        return None
    # A date mistyped into the future must not empty the report.
    day: date = min(newest.date(), datetime.now(UTC).date() + timedelta(days=1))
    return day


def last_month_end(day: date) -> date:
    """Return the last month's end that lies by a day."""
    end = date(day.year, day.month, calendar.monthrange(day.year, day.month)[1])
    return end if end == day else day.replace(day=1) - timedelta(days=1)


def _until(period: Period, last: date) -> Period:
    return Period(period.start, max(min(period.end, last), period.start - timedelta(days=1)))


def _months(period: Period) -> int:
    end = _next_day(period.end)
    return (end.year - period.start.year) * 12 + end.month - period.start.month


def _month_end(start: date, months: int) -> date:
    """Return the last day of so many months from the first of one."""
    first = start.year * 12 + start.month - 1 + months
    return date(first // 12, first % 12 + 1, 1) - timedelta(days=1)


def _next_day(day: date) -> date:
    return day + timedelta(days=1)
