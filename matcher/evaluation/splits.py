"""Splits by time: what was known on a day is learned from, what began later is predicted."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from matcher.clinic.folder import Clinic


@dataclass(frozen=True, slots=True, eq=False)
class TimeSplit:
    """A clinic as it was known on the day ``cut``, and the episodes that began on that day or later.

    ``returning`` counts later episodes left out because their client has an earlier one, so that no client is on both
    sides; ``hidden`` counts earlier episodes whose ending came after the cut and is hidden from learning.
    """

    cut: date
    earlier: Clinic
    later: pd.DataFrame
    returning: int
    hidden: int


def time_split(clinic: Clinic, quantile: float = 0.7, on: date | None = None) -> TimeSplit:
    """Split a clinic's episodes by ``started_on``, at a date or at a quantile of the start dates.

    Endings and end scores that were not known on the day are hidden from the earlier side: their episodes count as
    going on. The alliance is asked at about session 3, on a day that is not recorded, and is left as it is.

    Raises
    ------
    ValueError
        If the quantile is not between 0 and 1.
    """
    if not 0 < quantile < 1:
        raise ValueError("the quantile must be between 0 and 1")
    episodes = clinic.episodes
    cut = pd.Timestamp(on) if on is not None else _at_quantile(episodes["started_on"], quantile)
    later = episodes["started_on"] >= cut
    earlier = episodes[~later].reset_index(drop=True)
    client, clients = pd.factorize(episodes["client_id"])
    known_before = np.zeros(len(clients), dtype=bool)
    known_before[client[~later]] = True
    returning = later & known_before[client]
    known, hidden = _as_known_on(earlier, cut)
    return TimeSplit(
        cut.date(),
        Clinic(clinic.therapists, clinic.clients, known),
        episodes[later & ~returning].reset_index(drop=True),
        int(returning.sum()),
        hidden,
    )


def _at_quantile(started_on: pd.Series, quantile: float) -> pd.Timestamp:
    if started_on.empty:
        return pd.Timestamp(1970, 1, 1)
    days = np.sort(started_on.to_numpy(dtype="datetime64[D]"))
    return pd.Timestamp(days[min(int(np.ceil(quantile * len(days))), len(days) - 1)])


def _as_known_on(episodes: pd.DataFrame, day: pd.Timestamp) -> tuple[pd.DataFrame, int]:
    """Return episodes with what came on ``day`` or after hidden, and how many of them that touched."""
    after = (episodes["ended_on"] >= day).to_numpy(bool)
    known = episodes.copy()
    known.loc[after, "ending"] = "ongoing"
    known.loc[after, ["score_end", "sessions"]] = np.nan
    known.loc[after, "ended_on"] = pd.NaT
    return known, int(after.sum())
