"""Clinics whose every figure has a known truth, and the rows of a report's tables beside it."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.reports.cases import Cases, cases
from matcher.reports.fairness import ERROR, _figures
from matcher.reports.flow import flow
from matcher.reports.followed import FOLLOW_DAYS
from matcher.reports.foretold import Foretold
from matcher.reports.groups import mean_by_group
from matcher.reports.matched import WAYS, ways_matched
from matcher.reports.outcomes import MEANS, SHARES, outcomes, values_of
from matcher.reports.own import _trend
from matcher.reports.prediction import _rivals_table
from matcher.reports.values import ReportData, Section
from matcher.reports.ways import STEPS, days_to, ways
from tests.reports.made_clinics import WHOLE, scope

#: A figure's name, the ends of its interval, the truth, and what rounding the table's figures may take away.
Row = tuple[str, float, float, float, float]
#: How often each step follows the one before, and the mean days it takes: whoever takes over 90 in all counts as lost.
WAY = {"offered": (0.85, 8.0), "booked": (0.8, 12.0), "first": (0.9, 15.0), "third": (0.75, 25.0)}
#: How often lots are drawn in a clinic: drawn once, 200 clinics tell 95 in 100 from 90 hardly well enough.
LOTS = 4
_COLUMN = {"first": "first_session_at", "third": "third_session_at"}


def days_on_the_way(n: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Return the days (n,) from an enquiry to each step, NaN where it was never reached, alike for everybody."""
    days, gone = {}, np.zeros(n)
    for step, (share, mean) in WAY.items():
        gone = gone + np.where(rng.random(n) < share, rng.exponential(mean, n), np.nan)
        days[step] = gone
    return days


@cache
def true_way() -> dict[str, tuple[float, float]]:
    """Return the share of all who come to each step in time, and the median days of those who do."""
    found = {}
    for step, days in days_on_the_way(1_000_000, np.random.default_rng(0)).items():
        came = days[days <= FOLLOW_DAYS]
        found[STEPS[step]] = len(came) / len(days), float(np.median(came))
    return found


def with_known_way(made: Cases, seed: int) -> Cases:
    """Return a clinic whose clients enquired evenly over both periods and came as far as chance alone took them."""
    rng = np.random.default_rng(seed)
    clinic, n = made.data.clinic, len(made.clients)
    start, end = pd.Timestamp(scope().before.start, tz="UTC"), pd.Timestamp(WHOLE.end, tz="UTC")
    received = pd.Series(start + pd.to_timedelta(rng.uniform(0, (end - start).days, n), "D")).dt.floor("s")
    enquiries = pd.DataFrame({"client_id": clinic.clients["client_id"], "received_at": received, "state": "booked"})
    for step, days in days_on_the_way(n, rng).items():
        enquiries[_COLUMN.get(step, f"{step}_at")] = received + pd.to_timedelta(days, "D")
    nobody = Clinic(clinic.therapists, clinic.clients, clinic.episodes.iloc[:0])
    return cases(ReportData(nobody, enquiries=enquiries.assign(closed_reason=None, closed_at=pd.NaT)), scope())


def flow_rows(found: Cases) -> Iterator[Row]:
    """Give every share and median of the flow beside its truth, of the period and of the one before."""
    steps, times = (table.frame for table in flow(found).tables[:2])
    for row in steps.iloc[1:].to_dict("records"):
        share = 100 * true_way()[row["step"]][0]
        yield f"flow, {row['step']}", row["from (%)"], row["to (%)"], share, 0.5
        yield f"flow, {row['step']}, period before", row["before, from (%)"], row["before, to (%)"], share, 0.5
    for row in times.to_dict("records"):
        step = row["from enquiry until they"]
        yield f"median days, {step}", row["from"], row["to"], true_way()[step][1], 0.5


#: The figures of ways that few people came by, and how few they are at most.
SMALL, FEW = "small ways", 20
#: How often each clinic's ways are dealt anew: dealt once, 200 clinics give 85 such intervals, and as few as 76 of them
#: may hold the truth by chance alone.
DEALS = 20


def _by_way(found: Cases) -> dict[str, np.ndarray]:
    """Return what is told as a mean of each course that ended, NaN where not known."""
    waited = days_to(ways(found).frame, "first")[found.client_rows]
    return {"alliance": found.followed.alliance, "improvement": found.followed.effect, "days waited": waited}


def small_way_means(large: Cases) -> dict[str, float]:
    """Return the true means of what small ways are tried by."""
    return {name: float(np.nanmean(values[large.ended])) for name, values in _by_way(large).items()}


def small_way_rows(found: Cases, true: dict[str, float], seed: int) -> Iterator[Row]:
    """Give the means of ways with the fewest people beside the truth, where the ways are dealt by lot.

    Nobody differs by how they were matched in these worlds, so the courses a way has do not matter; how few they are
    and how many clinics show them stays as it is.
    """
    rng, code = np.random.default_rng(seed), ways_matched(found)[found.ended]
    values = {name: of[found.ended] for name, of in _by_way(found).items()}
    for _ in range(DEALS):
        dealt = rng.permutation(code)
        for name, of in values.items():
            told = mean_by_group(of, dealt, WAYS)
            for place in np.flatnonzero(told.n <= FEW):
                figure, apart = told.figure, told.difference
                yield f"{SMALL}, {name}", figure.low[place], figure.high[place], true[name], 0.0
                yield f"{SMALL}, difference in {name}", apart.low[place], apart.high[place], 0.0, 0.0


@cache
def _true_outcomes(large: Cases) -> dict[str, tuple[float, float]]:
    """Return each outcome's mean in the period and in the one before."""
    return {
        figure.label: tuple(
            float(np.nanmean(values_of(large, figure.key)[when])) for when in (large.ended, large.ended_before)
        )
        for figure in (*SHARES, *MEANS)
    }


def outcome_rows(found: Cases, large: Cases) -> Iterator[Row]:
    """Give every row of what followed beside its truth: the period before, changes, and each part of alliance."""
    shares, means = (table.frame for table in outcomes(found).tables[:2])
    for row in shares.to_dict("records"):
        label = row["what followed"]
        _, before = _true_outcomes(large)[label]
        yield f"{label}, period before", row["before, from (%)"], row["before, to (%)"], 100 * before, 0.5
    for figure, row in zip(MEANS, means.to_dict("records"), strict=True):
        now, before = _true_outcomes(large)[figure.label]
        slack = 0.5 * 10**-figure.digits
        yield f"{figure.label}, in the table", row["from"], row["to"], now, slack
        yield f"{figure.label}, period before", row["before, from"], row["before, to"], before, slack
        yield f"change in {figure.label}", row["change, from"], row["change, to"], now - before, slack


def fairness_rows(found: Cases, foretold: Foretold, seed: int) -> Iterator[Row]:
    """Give every figure's difference between groups drawn by lot: whatever the clinic, nobody differs there."""
    figures = _figures(found, foretold)
    for lot in np.random.default_rng(seed).integers(0, 2, (LOTS, len(found.clients))):
        for figure in figures:
            for words, when in (("", figure.now), (", period before", figure.before)):
                if when is None and (words or figure.name != ERROR):
                    continue
                apart = figure.by(lot, ["one", "other"], when).difference
                yield f"by lot, {figure.name}{words}", apart.low[0], apart.high[0], 0.0, 0.0


def client_alone_row(foretold: Foretold) -> Row:
    """Return what the rivals' table says of the client alone: where nothing can be learnt, learning only errs."""
    row = _rivals_table(foretold.report).frame.set_index("ranking by").loc["the client alone"]
    true = -float(np.nanvar(foretold.expected))
    return "less the client alone, in the table", row["difference, from"], row["difference, to"], true, 0.0005


def therapist_rows(section: Section) -> Iterator[Row]:
    """Give every therapist's figure where all are alike, by outcome and of all domains together: each is truly 0."""
    for table in section.tables:
        for row in table.frame.to_dict("records"):
            of = row.get("outcome", "by domain")
            yield f"therapists, {of}", row["from"], row["to"], 0.0, 0.005
            yield f"therapists, {of}, period before", row["before, from"], row["before, to"], 0.0, 0.005


def own_rows(found: Cases, therapist_ids: list[str]) -> Iterator[Row]:
    """Give some therapists' own change a year and half-years, where nothing changes and nobody differs."""
    for one in therapist_ids:
        section = _trend(found, one)
        for row in (row for table in section.tables for row in table.frame.to_dict("records")):
            yield "own change a year", row["from"], row["to"], 0.0, 0.005
        for row in (row for picture in section.pictures for row in picture.frame.to_dict("records")):
            yield "own half-years", row["low"], row["high"], 0.0, 0.005
