"""Each client's way from enquiry to third session, from the store's enquiries or worked out from courses."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matcher.reports.cases import Cases, within
from matcher.reports.values import Period

STEPS: dict[str, str] = {
    "received": "enquired",
    "offered": "were offered a therapist",
    "booked": "booked a first session",
    "first": "came to a first session",
    "third": "came to a third session",
}


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """One row an enquiry: client_id, received, offered, booked, first (moments), third (yes or no), state and reason.

    ``recorded`` names the steps that the clinic's records tell of.
    """

    frame: pd.DataFrame
    recorded: tuple[str, ...]

    def of(self, period: Period) -> pd.DataFrame:
        """Return the enquiries received in a period."""
        return self.frame[within(self.frame["received"], period)]

    def earlier(self, period: Period) -> pd.DataFrame:
        """Return the enquiries received before a period."""
        return self.frame[self.frame["received"] < pd.Timestamp(period.start)]


def ways(cases: Cases) -> Ways:
    """Return every client's way; steps nobody recorded are left out of ``recorded``, never guessed."""
    enquiries = cases.data.enquiries
    if enquiries is None:
        frame = pd.DataFrame({"client_id": cases.clients["client_id"], "received": cases.clients["enquired_at"]})
        frame[["offered", "booked"]] = pd.NaT
        frame[["state", "reason"]] = None
    else:
        kept = enquiries[enquiries["client_id"].isin(set(cases.clients["client_id"]))]
        moments = {
            name: pd.to_datetime(kept[f"{name}_at"], utc=True).dt.tz_localize(None)
            for name in ("received", "offered", "booked", "first_session")
        }
        frame = pd.DataFrame({"client_id": kept["client_id"], **moments})
        frame = frame.assign(state=kept["state"], reason=kept["closed_reason"])
    frame = frame.reset_index(drop=True)
    # No course is row -1, which is nowhere in the index.
    first = cases.first_course[cases.rows_of_clients(frame["client_id"])]
    begun = cases.episodes["started_on"].reindex(first).reset_index(drop=True)
    # A course that began before the enquiry belongs to an earlier one.
    begun = begun.where(begun >= frame["received"].dt.normalize())
    frame["first"] = frame["first_session"].fillna(begun) if "first_session" in frame else begun
    sessions = cases.episodes["sessions"].reindex(first).reset_index(drop=True).where(begun.notna())
    frame["third"] = (sessions >= 3).fillna(False)
    recorded = tuple(STEPS) if enquiries is not None else ("received", "first", "third")
    return Ways(frame, recorded)


def reached(frame: pd.DataFrame, steps: tuple[str, ...]) -> list[float]:
    """Return how many came at least as far as each step: who came to a later one came past those before."""
    came = np.column_stack([frame[step].to_numpy(bool) if step == "third" else frame[step].notna() for step in steps])
    past = np.logical_or.accumulate(came[:, ::-1], axis=1)[:, ::-1]
    return [float(count) for count in past.sum(axis=0)]


def days_to(frame: pd.DataFrame, step: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return the days (n,) from an enquiry to a step, NaN where it was not reached or came before."""
    days = (frame[step] - frame["received"]).dt.total_seconds().to_numpy(np.float64) / 86_400
    return np.where(days > -1, np.maximum(days, 0), np.nan)
