"""How often each therapist was put before clients, and how full they are: nobody should be shown to nobody."""

import numpy as np
import pandas as pd

from matcher.reports.cases import Cases, within
from matcher.reports.suppression import HIDDEN_NOTE, Cells, counted
from matcher.reports.values import Table


def exposure_table(cases: Cases) -> Table:
    """Return lists shown on, courses begun and courses going on by therapist, in alphabetical order."""
    frame = cases.data.clinic.therapists
    ids = pd.Index(frame["therapist_id"])
    began = _count(ids, cases.episodes.loc[cases.began, "therapist_id"])
    going = _count(ids, cases.episodes.loc[cases.episodes["ending"] == "ongoing", "therapist_id"])
    columns = {"courses begun in the period": began, "courses going on": going}
    slates = cases.data.slates
    if slates is not None and len(slates):
        made = pd.to_datetime(slates["made_at"], utc=True).dt.tz_localize(None)
        known = slates["client_id"].isin(set(cases.clients["client_id"])) & within(made, cases.scope.period)
        columns = {"lists shown on": _count(ids, slates.loc[known, "therapist_id"]), **columns}
    table = pd.DataFrame({"therapist": frame["name"]} | {name: _shown(counts) for name, counts in columns.items()})
    order = np.argsort(frame["name"].str.lower().to_numpy(object), kind="stable")
    note = "Alphabetical; the order says nothing."
    return Table(
        "exposure", "Exposure and caseload by therapist", table.iloc[order].reset_index(drop=True), (note, HIDDEN_NOTE)
    )


def _count(ids: pd.Index, seen: pd.Series) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    rows = ids.get_indexer(pd.Index(seen))
    return np.bincount(rows[rows >= 0], minlength=len(ids)).astype(np.float64)


def _shown(counts: np.ndarray[tuple[int], np.dtype[np.float64]]) -> "pd.Series[int]":
    cells = Cells()
    there = np.flatnonzero(counts > 0)
    places = cells.add_all(counts[there])
    cells.add_up(cells.add(counts.sum()), places)
    shown = np.full(len(counts), np.nan)
    shown[there] = cells.shown()[places]
    return counted(shown)
