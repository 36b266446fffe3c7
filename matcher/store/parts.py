"""A stored clinic in parts: ranges of clients, each with all of their episodes, for reading on several machines."""

from itertools import pairwise

import pandas as pd
from sqlalchemy import ColumnElement, func, select

from matcher.store.frames import CLIENTS_KEPT, EPISODES_KEPT, MATCHABLE, THERAPISTS_KEPT, frame_of
from matcher.store.store import Store
from matcher.store.tables import clients, episodes

#: What clients wrote is of no use to sums, and is left out.
_LEFT_OUT = ("about",)


def client_ranges(store: Store, size: int) -> list[tuple[int, int]]:
    """Return half-open ranges of client positions that hold at most ``size`` clients each."""
    with store.reading() as session:
        last = session.scalar(select(func.max(clients.c.position)))
    if last is None:
        return []
    return list(pairwise([*range(0, last + 1, size), last + 1]))


def load_therapists(store: Store) -> pd.DataFrame:
    """Return the store's therapists in canonical form."""
    with store.reading() as session:
        return frame_of(session, THERAPISTS_KEPT)


def load_clients(store: Store, first: int, stop: int) -> pd.DataFrame:
    """Return the clients at positions ``first`` up to ``stop`` in canonical form, but who named no concern yet."""
    with store.reading() as session:
        return frame_of(session, CLIENTS_KEPT, where=_between(first, stop) & MATCHABLE)


def load_part(store: Store, first: int, stop: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the clients at positions ``first`` up to ``stop`` without their own words, and all of their episodes."""
    here = _between(first, stop)
    theirs = episodes.c.client_id.in_(select(clients.c.client_id).where(here))
    with store.reading() as session:
        people = frame_of(session, CLIENTS_KEPT, where=here & MATCHABLE)
        courses = frame_of(session, EPISODES_KEPT, where=theirs)
    blank = {name: pd.Series(pd.NA, index=people.index, dtype="str") for name in _LEFT_OUT}
    return people.assign(**blank), courses


def _between(first: int, stop: int) -> ColumnElement[bool]:
    return (clients.c.position >= first) & (clients.c.position < stop)
