"""How often each therapist was put before clients, and how full they are: nobody should be shown to nobody."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.reports.cases import Cases, at_site, window
from matcher.reports.suppression import HIDDEN_NOTE, counted, grouped_there
from matcher.reports.values import Table

Bools = NDArray[np.bool_]
BEFORE = ", period before"


def exposure_table(cases: Cases) -> Table:
    """Return lists shown on, courses begun and courses going on by therapist, in alphabetical order."""
    every = cases.data.clinic.therapists
    frame = every[at_site(every["therapist_id"], cases.data, cases.scope)].reset_index(drop=True)
    ids = pd.Index(frame["therapist_id"])
    going = (cases.episodes["ending"] == "ongoing").to_numpy(bool)
    own = cases.episodes["therapist_id"]
    columns: dict[str, pd.Series[int]] = {}
    slates = cases.data.slates
    # None yet has its columns too: that they come with the first list would tell when it was shown.
    if slates is not None:
        # Whoever staff chose instead of a list was not on it.
        slates = slates[slates["rank"].notna()]
        made = pd.to_datetime(slates["made_at"], utc=True).dt.tz_localize(None)
        known = slates["client_id"].isin(set(cases.clients["client_id"])).to_numpy(bool)
        for words, period in (("", cases.scope.period), (BEFORE, cases.scope.before)):
            shown = window(made, period)
            columns[f"lists shown on{words}"] = _shown(
                ids, slates["therapist_id"], known & shown.inside, known & shown.earlier
            )
    for words, begun in (("", cases.begins), (BEFORE, cases.begins_before)):
        columns[f"courses begun{words}"] = _shown(ids, own, begun.inside, begun.earlier)
    columns["courses going on"] = _shown(ids, own, going, np.zeros_like(going))
    table = pd.DataFrame({"therapist": frame["name"], **columns})
    order = np.argsort(frame["name"].str.lower().to_numpy(object), kind="stable")
    note = "Alphabetical; the order says nothing. Courses going on are as of now."
    return Table(
        "exposure", "Exposure and caseload by therapist", table.iloc[order].reset_index(drop=True), (note, HIDDEN_NOTE)
    )


def _shown(ids: pd.Index, seen: pd.Series, inside: Bools, earlier: Bools) -> "pd.Series[int]":
    n, before = (_count(ids, seen[rows]) for rows in (inside, earlier))
    return counted(grouped_there(n, before))


def _count(ids: pd.Index, seen: pd.Series) -> NDArray[np.float64]:
    rows = ids.get_indexer(pd.Index(seen))
    return np.bincount(rows[rows >= 0], minlength=len(ids)).astype(np.float64)
