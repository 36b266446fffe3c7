"""Each client's way from enquiry to third session, from the store's enquiries or worked out from courses."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matcher.clinic.encoding import days_of
from matcher.reports.cases import Cases, within
from matcher.reports.suppression import LEAST, rounded
from matcher.reports.values import Period

STEPS: dict[str, str] = {
    "received": "enquired",
    "offered": "were offered a therapist",
    "booked": "booked a first session",
    "first": "came to a first session",
    "third": "came to a third session",
}
_MOMENTS: dict[str, str] = {
    "received": "received_at",
    "offered": "offered_at",
    "booked": "booked_at",
    "first": "first_session_at",
    "third": "third_session_at",
}
#: Read beside the steps: when an enquiry was closed, for whatever reason.
_CLOSED = "closed_at"
#: More than there are days between any two, to tell clients apart by.
_STEP = 10.0**7


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """One row an enquiry: client_id, the moments of each step and of closing, past_third, state and reason.

    ``past_third`` is yes for whoever came to a third session, on whatever day: many records tell no day of it.
    ``recorded`` names the steps that the clinic's records tell of, and ``dated`` those whose days they tell of enough
    people to be shown.
    """

    frame: pd.DataFrame
    recorded: tuple[str, ...]
    dated: tuple[str, ...]

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
        kept = cases.clients[["client_id", "enquired_at"]].rename(columns={"enquired_at": "received_at"})
    else:
        kept = enquiries[enquiries["client_id"].isin(set(cases.clients["client_id"]))]
    kept = kept.reindex(columns=["client_id", *_MOMENTS.values(), _CLOSED, "state", "closed_reason"])
    kept = kept.reset_index(drop=True)
    columns = _MOMENTS | {"closed": _CLOSED}
    moments = {name: pd.to_datetime(kept[column], utc=True).dt.tz_localize(None) for name, column in columns.items()}
    told = {"client_id": kept["client_id"], "state": kept["state"], "reason": kept["closed_reason"]}
    frame = pd.DataFrame(told | moments)
    # No course is row -1, which is nowhere in the index.
    first = _course_after(cases, frame)
    begun = cases.episodes["started_on"].reindex(first).reset_index(drop=True)
    frame["first"] = frame["first"].fillna(begun)
    frame["third"] = frame["third"].where(frame["third"] >= frame["received"])
    sessions = cases.episodes["sessions"].reindex(first).reset_index(drop=True).where(begun.notna())
    frame["past_third"] = (sessions >= 3).fillna(False).to_numpy(bool) | frame["third"].notna()
    recorded = tuple(STEPS) if enquiries is not None else ("received", "first", "third")
    # In steps of 5: a row of the table would tell when the first of all days of a third session was kept.
    thirds_dated = rounded(frame["third"].notna().sum()) >= LEAST
    dated = tuple(step for step in recorded[1:] if step != "third" or thirds_dated)
    return Ways(frame, recorded, dated)


def _course_after(cases: Cases, frame: pd.DataFrame) -> "np.ndarray[tuple[int], np.dtype[np.intp]]":
    """Return each enquiry's first course from its day on (n,) as a row of ``episodes``, -1 where there is none.

    One that began before the enquiry belongs to an earlier enquiry.
    """
    clients, asked = cases.rows_of_clients(frame["client_id"]), days_of(frame["received"].dt.normalize())
    started = days_of(cases.episodes["started_on"])
    order = np.lexsort((started, cases.client_rows))
    # One number for a client and a day, in the order of both: no day is as large as the step between clients.
    courses = cases.client_rows[order] * _STEP + started[order]
    place = np.searchsorted(courses, np.where(np.isnan(asked), np.inf, clients * _STEP + asked))
    found = np.append(order, -1)[place]
    there = (found >= 0) & (np.append(cases.client_rows, -1)[found] == clients)
    return np.asarray(np.where(there, found, -1), dtype=np.intp)


def reached(frame: pd.DataFrame, steps: tuple[str, ...]) -> list[float]:
    """Return how many came at least as far as each step: who came to a later one came past those before."""
    came = np.column_stack([frame["past_third"] if step == "third" else frame[step].notna() for step in steps])
    past = np.logical_or.accumulate(came[:, ::-1], axis=1)[:, ::-1]
    return [float(count) for count in past.sum(axis=0)]


def within_days(frame: pd.DataFrame, days: int) -> pd.DataFrame:
    """Return enquiries with only those steps that came within so many days of them.

    A third session of which no day is known counts where the first came in time.
    """
    kept = frame.copy()
    undated = frame["past_third"] & frame["third"].isna()
    for step in (*STEPS, "closed"):
        if step != "received":
            kept[step] = frame[step].where(days_to(frame, step) <= days)
    kept["past_third"] = kept["third"].notna() | (undated & kept["first"].notna())
    return kept


def days_to(frame: pd.DataFrame, step: str) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return the days (n,) from an enquiry to a step, NaN where it was not reached or came before."""
    days = (frame[step] - frame["received"]).dt.total_seconds().to_numpy(np.float64) / 86_400
    return np.where(days > -1, np.maximum(days, 0), np.nan)
