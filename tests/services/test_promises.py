from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.config import WEEKDAYS, Settings
from matcher.services.promises import answer_by

SYDNEY = ZoneInfo("Australia/Sydney")
DEFAULT = Settings()


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SYDNEY)


@pytest.mark.parametrize(
    ("asked", "urgent", "promised"),
    [
        ("2026-11-23T10:00", True, "2026-11-23T12:00"),
        ("2026-11-23T16:30", True, "2026-11-24T10:30"),
        ("2026-11-27T22:00", True, "2026-11-30T11:00"),
        ("2026-11-28T03:00", False, "2026-12-01T17:00"),
        ("2026-11-23T10:00", False, "2026-11-25T10:00"),
        ("2026-11-23T08:59", True, "2026-11-23T11:00"),
        ("2026-11-23T15:00", True, "2026-11-23T17:00"),
        # The clock goes forward on Sunday 4 October 2026: the hours between are still the clinic's own.
        ("2026-10-02T16:00", True, "2026-10-05T10:00"),
    ],
)
def test_only_hours_in_which_somebody_is_there_count(asked: str, urgent: bool, promised: str) -> None:
    assert answer_by(DEFAULT, local(asked), urgent=urgent) == local(promised)


def test_no_holiday_is_promised_away() -> None:
    closed = Settings(closed_on=(date(2026, 12, 25), date(2026, 12, 28)))
    assert answer_by(closed, local("2026-12-24T16:00"), urgent=True) == local("2026-12-29T10:00")


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),
    st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    st.times(time(0), time(12)),
    st.times(time(12, 1), time(23, 59)),
    st.integers(1, 40),
    st.sets(st.dates(date(2026, 1, 1), date(2028, 1, 1)), max_size=20),
)
def test_a_promise_is_in_opening_hours_and_never_sooner_than_asked(asked, days, opens, closes, hours, closed) -> None:
    settings = Settings(
        open_days=tuple(days), opens_at=opens, closes_at=closes, urgent_reply_hours=hours, closed_on=tuple(closed)
    )
    promised = answer_by(settings, asked, urgent=True)
    assert promised - asked >= timedelta(hours=hours)
    there = promised.astimezone(SYDNEY)
    assert opens <= there.time() <= closes or there.time() == closes
    assert WEEKDAYS[there.weekday()] in days
    assert there.date() not in closed
    # Later askers are never answered sooner.
    assert answer_by(settings, asked + timedelta(hours=1), urgent=True) >= promised


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        # Christmas 2026 is a Friday, Boxing Day a Saturday and made up for on Monday.
        ("2026-12-24 16:00", "2026-12-29 10:00"),
        # Both fall on a weekend in 2027: Monday and Tuesday stand for them.
        ("2027-12-24 16:00", "2027-12-29 10:00"),
        # Easter 2027: Good Friday is 26 March, Easter Monday 29 March.
        ("2027-03-25 16:30", "2027-03-30 10:30"),
        ("2027-01-25 16:00", "2027-01-27 10:00"),
    ],
)
def test_nobody_is_promised_for_a_national_holiday(asked: str, answered: str) -> None:
    settings = Settings(country="AU")
    moment = datetime.fromisoformat(asked).replace(tzinfo=settings.zone)
    found = answer_by(settings, moment, urgent=True)
    assert found.astimezone(settings.zone) == datetime.fromisoformat(answered).replace(tzinfo=settings.zone)
    there = answer_by(Settings(country="AU", public_holidays=False), moment, urgent=True)
    assert there < found
