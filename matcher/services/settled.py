"""What staff and therapists settled in the store, as it bears on whom commands suggest: limits, leave, safety calls."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

import pandas as pd

from matcher.config import Settings
from matcher.services.clinic_data import clinic_store, store_is_there
from matcher.services.own_limits import Limits, barred, closed_while_away
from matcher.store.queue import checked_clients, off_the_list, open_clients, raised_clients, unnamed
from matcher.store.store import Store
from matcher.store.therapist_desk import all_settings
from matcher.store.waiting_since import begun_anew


@dataclass(frozen=True, slots=True)
class Settled:
    """Therapists' own limits, and clients by id: who waits for a call about safety, who had it, whom not to place.

    Whom not to place is what `matcher.store.queue.off_the_list` says, and how many cannot be, `unnamed`; ``begun`` is
    since when those wait who came back.
    """

    limits: Limits
    raised: frozenset[str] = frozenset()
    spoken: frozenset[str] = frozenset()
    off_the_list: frozenset[str] = frozenset()
    unnamed: int = 0
    begun: Mapping[str, datetime] = field(default_factory=dict)

    def therapists(self, therapists: pd.DataFrame, settings: Settings) -> pd.DataFrame:
        """Return canonical therapists without places of those who are on leave today."""
        return closed_while_away(therapists, self.limits, datetime.now(settings.zone).date())

    def clients(self, clients: pd.DataFrame) -> pd.DataFrame:
        """Return canonical clients of the store as they may be matched: those who wait for a call are withheld."""
        raised = clients["client_id"].isin(self.raised)
        called = after_calls(clients, self.spoken - self.raised)
        return barred(called.assign(risk_raised=called["risk_raised"].mask(raised, True)), self.limits)

    def for_clients(self) -> "Settled":
        """Return what bears on clients alone."""
        return replace(self, limits={t: own for t, own in self.limits.items() if own.declined_concerns})


def settled(settings: Settings) -> Settled:
    """Return what is settled in the store, nothing where there is none; raises `StoreError` if it cannot be opened."""
    if not store_is_there(settings):
        return Settled({})
    store = clinic_store(settings)
    try:
        return settled_in(store)
    finally:
        store.close()


def settled_in(store: Store) -> Settled:
    """Return what is settled in an open store."""
    with store.reading() as session:
        return Settled(
            all_settings(session),
            raised_clients(session),
            checked_clients(session),
            off_the_list(session),
            unnamed(session),
            begun_anew(session, open_clients(session)),
        )


def after_calls(clients: pd.DataFrame, spoken: frozenset[str]) -> pd.DataFrame:
    """Return canonical clients of whom those spoken with about safety are no longer withheld."""
    # The words stay where they are; what somebody spoke with the client about no longer asks for a person.
    called = clients["client_id"].isin(spoken)
    return clients.assign(
        risk_raised=clients["risk_raised"].mask(called, False), about=clients["about"].mask(called, pd.NA)
    )
