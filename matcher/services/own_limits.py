"""Limits therapists set themselves: leave closes their places, and a concern they turn down rules them out."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from matcher.store.therapist_desk import TherapistSettings

Limits = Mapping[str, TherapistSettings]


def closed_while_away(therapists: pd.DataFrame, limits: Limits, today: date) -> pd.DataFrame:
    """Return canonical therapists without places of those on leave on a day."""
    away = [therapist for therapist, own in limits.items() if own.away(today)]
    return therapists.assign(capacity=therapists["capacity"].mask(therapists["therapist_id"].isin(away), 0))


def barred(clients: pd.DataFrame, limits: Limits) -> pd.DataFrame:
    """Return canonical clients with the therapists who do not take on one of their concerns ruled out."""
    turned_down = [(t, set(own.declined_concerns)) for t, own in limits.items() if own.declined_concerns]
    if not turned_down:
        return clients
    cells = []
    for concerns, excluded in zip(clients["concerns"], clients["exclude_therapists"], strict=True):
        named = {part.split(":")[0] for part in concerns.split(";")}
        more = [therapist for therapist, codes in turned_down if codes & named]
        before = [] if pd.isna(excluded) else excluded.split(";")
        cells.append(";".join(dict.fromkeys([*before, *more])) or None)
    return clients.assign(exclude_therapists=pd.Series(cells, index=clients.index, dtype="str"))
