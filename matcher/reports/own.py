"""A therapist's own report: their own courses, their own trend, and the clinic's average beside it; no colleague's."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from matcher.clinic.encoding import days_of
from matcher.clinic.folder import Clinic
from matcher.evaluation.intervals import Interval
from matcher.reports.card import independent_columns
from matcher.reports.cases import Cases, cases
from matcher.reports.followed import last_month_end
from matcher.reports.groups import MEASURED, measured_share
from matcher.reports.intervals import moments
from matcher.reports.outcomes import outcomes
from matcher.reports.suppression import HIDDEN_NOTE, counted, may_show, rounded
from matcher.reports.therapists import FEWEST_TO_COMPARE, METHOD, RELIABLE, cards, says
from matcher.reports.values import Picture, Report, ReportData, Scope, Section, Table

Bools = NDArray[np.bool_]
#: Measured courses from which a therapist's own trend is drawn.
FEWEST_FOR_TREND = 15
_FEWEST_DAYS = 2
#: How long after their start courses are followed for the trend: nearly all have ended by then.
COURSE_DAYS = 180
_YEAR = 365.25
TREND_METHOD = (
    "Improvement is the fall in score from first to last, over the measure's usual spread at intake, beyond what the "
    "client's case mix foretells by least squares over the whole clinic's courses. Counted are courses followed for "
    f"{COURSE_DAYS} days that ended within them, by the day they began: by the day of the end, the first to be "
    "counted would be the short ones alone. The change a year is the least-squares slope on that day, with a t "
    f"interval, from {FEWEST_FOR_TREND} measured courses on, counted exactly. "
    "The picture has means by half-year with t intervals that allow for skewness (Hall 1992); half-years of too few "
    "courses are left open, and it is left out where fewer than two remain."
)
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
    mine, whole = cases(ReportData(_only(data.clinic, therapist_id)), scope), cases(data, scope)
    name = therapists.loc[therapists["therapist_id"] == therapist_id, "name"].iloc[0]
    sections = (outcomes(mine), _trend(whole, therapist_id), _beside(whole, therapist_id))
    return Report(f"My own outcomes: {name}", scope, today, sections)


def _only(clinic: Clinic, therapist_id: str) -> Clinic:
    episodes = clinic.episodes[clinic.episodes["therapist_id"] == therapist_id].reset_index(drop=True)
    clients = clinic.clients[clinic.clients["client_id"].isin(set(episodes["client_id"]))].reset_index(drop=True)
    return replace(clinic, episodes=episodes, clients=clients)


def _trend(whole: Cases, therapist_id: str) -> Section:
    """Return the change a year in improvement at equal case mix, and its mean by the half-year courses began in."""
    over = _followed(whole)
    beyond = _beyond(whole, over)
    mine = over & (whole.episodes["therapist_id"] == therapist_id).to_numpy(bool)
    kept = mine & ~np.isnan(beyond)
    began = whole.episodes["started_on"][kept]
    if kept.sum() < FEWEST_FOR_TREND or began.nunique() < _FEWEST_DAYS:
        said = (
            f"Fewer than {FEWEST_FOR_TREND} of your courses have been followed for {COURSE_DAYS} days and have a "
            "first and a last score, or all began on one day: too few for a trend."
        )
        return Section("own_trend", "Over time", said, TREND_METHOD)
    change = change_a_year(began, beyond[kept])
    n, all_mine = (may_show(count.sum()) for count in (kept, mine))
    row = {"measured courses": counted([n]), MEASURED: [measured_share(n, all_mine)]}
    ends = {"change a year (SD)": change.value, "from": change.low, "to": change.high}
    frame = pd.DataFrame(row | {name: [round(value, 2)] for name, value in ends.items()})
    title = "Change a year in your clients' improvement, at equal case mix"
    picture = _half_years(began, beyond[kept])
    drawn = () if picture is None else (picture,)
    table = Table("own_change", title, frame, (HIDDEN_NOTE,))
    return Section("own_trend", "Over time", _change_sentence(change), TREND_METHOD, (table,), drawn, _CAUTIONS)


def _followed(whole: Cases) -> Bools:
    """Return the courses (n,) that began in months followed for long enough by the period's end, and ended by then."""
    last = last_month_end(whole.scope.period.end - timedelta(days=COURSE_DAYS))
    began, ended = whole.episodes["started_on"], whole.episodes["ended_on"]
    in_time = (ended - began).dt.days <= COURSE_DAYS
    return np.asarray((began < pd.Timestamp(last) + pd.Timedelta(days=1)) & in_time, dtype=bool)


def _beyond(whole: Cases, over: Bools) -> NDArray[np.float64]:
    """Return the improvement (n,) of some courses beyond what the case mix foretells, NaN elsewhere."""
    known = np.flatnonzero(over & ~np.isnan(whole.followed.effect))
    beyond = np.full(len(whole), np.nan)
    columns = independent_columns(whole.case_mix[known])
    y = whole.followed.effect[known]
    if len(known) > columns.shape[1] + 2:
        beyond[known] = y - columns @ np.linalg.lstsq(columns, y, rcond=None)[0]
    return beyond


def change_a_year(began: pd.Series, effect: NDArray[np.float64]) -> Interval:
    """Return the least-squares change a year in improvement (n,) by the day courses began (n,), with a t interval."""
    fit = stats.linregress(days_of(began).astype(np.float64) / _YEAR, effect)
    half = stats.t.ppf(0.975, len(effect) - 2) * fit.stderr
    return Interval(float(fit.slope), float(fit.slope - half), float(fit.slope + half), len(effect), len(effect))


def _change_sentence(change: Interval) -> str:
    span = f"{change.value:+.2f} SD a year (95% interval {change.low:.2f} to {change.high:.2f})".replace("-", "−")
    said = {1: "Your clients have come to improve more", -1: "Your clients have come to improve less"}
    usual = said.get(change.side, "No clear change over time in how much your clients improve")
    return f"{usual}, at equal case mix, by when courses began: {span}."


def _half_years(began: pd.Series, effect: NDArray[np.float64]) -> Picture | None:
    """Return the mean improvement by half-year, None where fewer than two of them have enough courses to be shown."""
    half = (began.dt.year * 2 + (began.dt.month > 6)).to_numpy(np.intp)
    first = int(half.min())
    found = moments(effect, half - first, int(half.max()) - first + 1)
    n = may_show(found.n)
    few = np.isnan(n)
    if (~few).sum() < 2:
        return None
    spans = [np.where(few, np.nan, part) for part in (found.interval.value, found.interval.low, found.interval.high)]
    months = [f"{(first + at) // 2} {'Jul–Dec' if (first + at) % 2 else 'Jan–Jun'}" for at in range(len(found.n))]
    frame = pd.DataFrame({"month": months, "value": spans[0], "low": spans[1], "high": spans[2]}).round(2)
    frame["n"] = counted(n)
    said = (
        "How much your clients improved beyond their case mix, by the half-year in which they began; where intervals "
        "overlap much, nothing has changed."
    )
    return Picture("own_trend", "trend", "Improvement of your clients over time", said, frame, "SD")


def _beside(whole: Cases, therapist_id: str) -> Section:
    """Return where a therapist's shrunken, adjusted estimates lie beside the clinic's average."""
    rows = []
    for outcome in ("improvement", "alliance", "staying"):
        found = cards(whole, [therapist_id], outcome)
        n = rounded(found.n)
        told = found.n >= FEWEST_TO_COMPARE if found.card is not None else np.zeros(1, dtype=bool)
        if found.card is None or not told[0]:
            said = says(*(np.full(1, np.nan),) * 3, told)[0]
            rows.append((_NAMES[outcome], found.n[0], found.over[0], *(np.nan,) * 4, said))
            continue
        value, low, high = (part[:1] for part in (found.card.value, found.card.low, found.card.high))
        reliability = found.card.reliability_of(n)
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
    note = (
        f"A comparison needs {FEWEST_TO_COMPARE} measured courses, counted exactly, and a reliability of "
        f"{RELIABLE:g} to be named."
    )
    table = Table("own_beside", "You beside the clinic's average", frame, (HIDDEN_NOTE, note))
    return Section("own_beside", "Beside the clinic", f"{sentence}.", METHOD, (table,), (), _CAUTIONS)
