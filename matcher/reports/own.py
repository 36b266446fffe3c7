"""A therapist's own report: their own courses, their own trend, and the clinic's average beside it; no colleague's."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.reports.cases import Cases, cases
from matcher.reports.groups import MEASURED, measured_share
from matcher.reports.intervals import moments
from matcher.reports.outcomes import outcomes
from matcher.reports.suppression import HIDDEN_NOTE, counted, may_show
from matcher.reports.therapists import FEWEST_TO_COMPARE, METHOD, RELIABLE, cards, says
from matcher.reports.values import Picture, Report, ReportData, Scope, Section, Table

#: Measured courses from which a therapist's own trend is drawn.
FEWEST_FOR_TREND = 15
_CAUTIONS = (
    "The figures are about the courses that were measured, not about you as a therapist.",
    "The adjustment helps only as far as intake recorded what made a case hard.",
    "They are for your own reflection and supervision; on their own they are no ground for any decision.",
)
_NAMES = {"improvement": "end score", "alliance": "alliance", "staying": "staying to the end"}


def own_report(data: ReportData, scope: Scope, therapist_id: str, *, today: date) -> Report:
    """Return one therapist's report; nothing in it tells of another therapist.

    Raises
    ------
    ValueError
        If the clinic has no such therapist.
    """
    therapists = data.clinic.therapists
    if therapist_id not in set(therapists["therapist_id"]):
        raise ValueError("the clinic has no such therapist")
    mine = cases(ReportData(_only(data.clinic, therapist_id)), scope)
    name = therapists.loc[therapists["therapist_id"] == therapist_id, "name"].iloc[0]
    sections = (outcomes(mine), _trend(mine), _beside(cases(data, scope), therapist_id))
    return Report(f"My own outcomes: {name}", scope, today, sections)


def _only(clinic: Clinic, therapist_id: str) -> Clinic:
    episodes = clinic.episodes[clinic.episodes["therapist_id"] == therapist_id].reset_index(drop=True)
    clients = clinic.clients[clinic.clients["client_id"].isin(set(episodes["client_id"]))].reset_index(drop=True)
    return replace(clinic, episodes=episodes, clients=clients)


def _trend(mine: Cases) -> Section:
    """Return the mean improvement of courses by the half-year in which they ended."""
    effect = mine.followed.effect
    kept = mine.so_far & ~np.isnan(effect)
    method = (
        "Mean fall in score from first to last, over the measure's usual spread at intake, by the half-year in which a "
        f"course ended; t intervals. Drawn from {FEWEST_FOR_TREND} measured courses on; half-years of too "
        "few are left open."
    )
    if kept.sum() < FEWEST_FOR_TREND:
        said = f"Fewer than {FEWEST_FOR_TREND} of your courses have a first and a last score: too few for a trend."
        return Section("own_trend", "Over time", said, method)
    ended = mine.episodes["ended_on"][kept]
    half = (ended.dt.year * 2 + (ended.dt.month > 6)).to_numpy(np.intp)
    first = int(half.min())
    found = moments(effect[kept], half - first, int(half.max()) - first + 1)
    n = may_show(found.n)
    few = np.isnan(n)
    spans = [np.where(few, np.nan, part) for part in (found.interval.value, found.interval.low, found.interval.high)]
    months = [f"{(first + at) // 2} {'Jul–Dec' if (first + at) % 2 else 'Jan–Jun'}" for at in range(len(found.n))]
    frame = pd.DataFrame({"month": months, "value": spans[0], "low": spans[1], "high": spans[2]}).round(2)
    frame["n"] = counted(n)
    said = "How much your clients improved, half-year by half-year; where intervals overlap much, nothing has changed."
    picture = Picture("own_trend", "trend", "Improvement of your clients over time", said, frame, "SD")
    return Section("own_trend", "Over time", said, method, (), (picture,), _CAUTIONS)


def _beside(whole: Cases, therapist_id: str) -> Section:
    """Return where a therapist's shrunken, adjusted estimates lie beside the clinic's average."""
    rows = []
    for outcome in ("improvement", "alliance", "staying"):
        found = cards(whole, [therapist_id], outcome)
        told = found.n >= FEWEST_TO_COMPARE if found.card is not None else np.zeros(1, dtype=bool)
        if found.card is None or not told[0]:
            said = says(*(np.full(1, np.nan),) * 3, told)[0]
            rows.append((_NAMES[outcome], found.n[0], found.over[0], *(np.nan,) * 4, said))
            continue
        value, low, high, reliability = (
            part[:1] for part in (found.card.value, found.card.low, found.card.high, found.card.reliability)
        )
        said = says(low, high, reliability, told)[0]
        rows.append((_NAMES[outcome], found.n[0], found.over[0], value[0], low[0], high[0], reliability[0], said))
    columns = ["outcome", "measured courses", MEASURED, "from the average", "from", "to", "reliability", "what it says"]
    frame = pd.DataFrame(rows, columns=columns).round(2)
    n = may_show(frame["measured courses"])
    frame[MEASURED] = measured_share(n, may_show(frame[MEASURED]))
    frame["measured courses"] = counted(n)
    apart = frame[frame["what it says"].isin(("above the average", "below the average"))]
    sentence = "Beside the clinic's average at equal case mix: " + (
        "; ".join(f"{row.outcome} {row[8]}" for row in apart.itertuples())
        or "nothing can be told apart from it with the courses measured so far"
    )
    note = f"A comparison needs {FEWEST_TO_COMPARE} measured courses, and a reliability of {RELIABLE:g} to be named."
    table = Table("own_beside", "You beside the clinic's average", frame, (HIDDEN_NOTE, note))
    return Section("own_beside", "Beside the clinic", f"{sentence}.", METHOD, (table,), (), _CAUTIONS)
