"""What giving one limit up would open, and how long the wait is where everyone who fits is full: counted, not guessed.

Both are read off the limits every therapist breaks for the client, the same that decide who may be suggested at all.
"""

from datetime import date, timedelta
from typing import Final

import numpy as np

from matcher.clinic.encoding import Floats, TherapistTable, encode_clients
from matcher.clinic.pairs import Pairs
from matcher.clinic.rows import client_frame
from matcher.domain.client import Client
from matcher.domain.steering import TradeOff, Waiting
from matcher.eligibility.limits import BIT, Mask, broken_limits

_EPOCH = date(1970, 1, 1)
#: Never put up for change: who is open, whom to avoid, age, and what somebody works with.
FIXED: Final[frozenset[str]] = frozenset({"capacity", "exclude_therapists", "age", "concerns"})
_WAITING = BIT["capacity"] | BIT["next_opening_by"]


def trade_offs(client: Client, therapists: TherapistTable, today: date, most: int = 2) -> tuple[TradeOff, ...]:
    """Return up to ``most`` limits whose loss would open places, the soonest first opening first, then the most people.

    Exact: the therapists counted break this limit and no other. Empty where nobody is eligible as things are, since
    then `matcher.eligibility.relaxation` says what would have to change.
    """
    mask = _mask(client, therapists)
    if not (mask == 0).any():
        return ()
    openings = _openings(therapists, today)
    now = _earliest(openings[mask == 0])
    found = []
    for limit, bit in BIT.items():
        opened = mask == bit
        if limit in FIXED or not opened.any():
            continue
        sooner = now - _earliest(openings[opened])
        days = int(sooner) if np.isfinite(sooner) and sooner > 0 else 0
        found.append(TradeOff(limit, int(opened.sum()), days))
    found.sort(key=lambda one: (-one.days_sooner, -one.more))
    return tuple(found[:most])


def waiting(client: Client, therapists: TherapistTable, today: date) -> Waiting:
    """Return who would fit once a place opens, and the first day from today on that one of them named."""
    mask = _mask(client, therapists)
    full = ((mask & BIT["capacity"]) != 0) & ((mask & ~np.uint32(_WAITING)) == 0)
    named = therapists.days["next_opening"]
    open_later = full & (named >= _number(today))
    if not open_later.any():
        return Waiting(int(full.sum()))
    row = int(np.flatnonzero(open_later)[np.argmin(named[open_later])])
    return Waiting(int(full.sum()), _day(named[row]), _day(therapists.days["openings_confirmed_on"][row]))


def _mask(client: Client, therapists: TherapistTable) -> Mask:
    table = encode_clients(client_frame([client]), therapists)
    return np.asarray(broken_limits(Pairs(table, therapists))[0])


def _openings(therapists: TherapistTable, today: date) -> Floats:
    # An opening that has come already is one today: it is no sooner than another of today.
    return np.maximum(therapists.days["next_opening"], np.float32(_number(today)))


def _earliest(days: Floats) -> float:
    known = days[~np.isnan(days)]
    return float(known.min()) if len(known) else np.inf


def _number(day: date) -> int:
    return (day - _EPOCH).days


def _day(number: float) -> date | None:
    return None if np.isnan(number) else _EPOCH + timedelta(days=int(number))
