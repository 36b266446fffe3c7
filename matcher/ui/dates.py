"""Moments as a client reads them, in the clinic's own time."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from matcher.ui import wording_start as ws
from matcher.ui.catalogue import plain_day
from matcher.ui.hours import clock
from matcher.ui.language import say


def moment(at: datetime, zone: ZoneInfo, say: Callable[..., str] = say) -> str:
    """Return a moment as people say it: "2:30 pm on Tuesday 24 November 2026"; ``say`` where no page is drawn."""
    here = at.astimezone(zone)
    weekday = say(ws.WEEKDAYS[here.weekday()])
    return say(ws.MOMENT, clock=clock(here.time()), weekday=weekday, day=plain_day(here.date()))
