"""Whether a higher predicted benefit goes with better outcomes: the model beside duller rivals, told when it loses."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.evaluation.candidates import OURS
from matcher.evaluation.comparison import FEWEST_ROWS, Difference
from matcher.evaluation.intervals import Interval
from matcher.evaluation.off_policy import OffPolicyEstimate
from matcher.evaluation.report import EvaluationReport
from matcher.evaluation.sentences import LIMITS, too_few
from matcher.reports.cases import Cases
from matcher.reports.foretold import MOST_COURSES, Foretold
from matcher.reports.groups import MEASURED, measured_share
from matcher.reports.phrases import listed
from matcher.reports.policy import first_by_benefit
from matcher.reports.suppression import HIDDEN_NOTE, LEAST, STEP, Cells, counted, may_show, rounded
from matcher.reports.values import Picture, Section, Table

Floats = NDArray[np.float64]
METHOD = (
    f"The most recent {MOST_COURSES:,} courses at most are split by time: the model and its rivals learn from the "
    "first 70% as they were known on that day, and the rest judge them. A course's outcome counts beyond what the "
    "client's case mix foretold. Each figure is how much better courses went, in standard deviations, for each "
    "standard deviation the therapist stood higher in the ranking; intervals are clustered by therapist and by client. "
    "Today's next opening puts first whoever has the next opening now, which is all that is recorded. What always "
    "putting the highest predicted benefit first would have given is a self-normalised inverse-probability estimate "
    "from the lists shown and the logged chance with which each therapist stood in that place; it is refused where "
    "they overlap too little, or where every place was certain."
)
SILENT = (
    "The app draws no list by chance: every place is certain, so that another way of matching cannot be judged from "
    "its lists. It can be only where a clinic draws the order with known chances and keeps them, which Python alone "
    "can do (the propensities of save_slate)."
)
OPENINGS = (
    "Today's next opening is held against courses that began long before it: it stands in the table, where it can be "
    "looked at, but no verdict rests on it."
)
NO_BEFORE = (
    "There is no period before here: the trial takes the latest courses up to the period's end, whenever they began, "
    "so that it would mostly be compared with itself."
)
MEASURED_NOTE = (
    "Measured is the share of the trial's later courses of which alliance, end score and ending are all known. The "
    "others count by what is known of them; courses of which nothing is known are left out."
)
_VERDICTS = {1: "did better", -1: "did worse", 0: "cannot tell yet"}
#: What stands in place of a verdict on today's next opening.
NO_VERDICT = "no verdict"
_NEXT_OPENING = "next available"
_NAMES = {"case mix only": "the client alone", _NEXT_OPENING: "today's next opening"}


def prediction(cases: Cases, foretold: Foretold) -> Section:
    """Return the section on whether predictions hold."""
    report = foretold.report
    policy, lists, all_lists = first_by_benefit(cases)
    # In steps of 5: whether the tables are there would tell the exact count.
    few = too_few(report.counts) is not None or float(rounded(report.counts.compared)) < FEWEST_ROWS + STEP
    tables = [] if few else [_rivals_table(report), _calibration_table(report)]
    tables.append(_policy_table(policy, float(measured_share(may_show(lists), may_show(all_lists)))))
    pictures = () if few else _pictures(report)
    refused = () if policy.refused is None else (f"No estimate of another way of matching: {_why(policy)}", SILENT)
    rivals = () if few else (OPENINGS,)
    cautions = (*LIMITS, *rivals, NO_BEFORE, *refused)
    return Section(
        "prediction",
        "Does a higher predicted benefit go with better outcomes?",
        _sentence(report, few),
        METHOD,
        tuple(tables),
        pictures,
        cautions,
    )


def _rivals_table(report: EvaluationReport) -> Table:
    rows = [_row(_NAMES.get(result.recommender, result.recommender), result.association) for result in report.results]
    for row, difference in zip(rows[1:], report.differences, strict=True):
        interval = _against(report, difference)
        aside = difference.theirs == _NEXT_OPENING
        row |= {
            "learned model less this": round(interval.value, 3),
            "difference, from": round(interval.low, 3),
            "difference, to": round(interval.high, 3),
            "the learned model": NO_VERDICT if aside else _verdict(difference, interval),
        }
    *_, measured = _calibration_counts(report)
    note = (
        "The client alone foretells the same whoever the therapist, so there the difference is the squared error the "
        "learned model saves."
    )
    frame = pd.DataFrame(rows)
    frame.loc[0, "the learned model"] = "is this one"
    frame.insert(1, MEASURED, measured)
    title = "The learned model beside its rivals, on later courses"
    return Table("rivals", title, frame, (note, MEASURED_NOTE, HIDDEN_NOTE))


def _row(name: str, interval: Interval) -> dict[str, object]:
    values = (interval.value, interval.low, interval.high)
    return {"ranking by": name} | {
        column: round(value, 3) for column, value in zip(("SD per SD", "from", "to"), values, strict=True)
    }


def _against(report: EvaluationReport, difference: Difference) -> Interval:
    ours = report.result(OURS)
    if difference.theirs == "case mix only" and ours is not None and ours.error_reduction is not None:
        return ours.error_reduction
    return difference.interval


def _verdict(difference: Difference, interval: Interval) -> str:
    return _VERDICTS[interval.side if interval is not difference.interval else difference.verdict]


def _calibration_counts(report: EvaluationReport) -> tuple[Floats, Floats, float]:
    """Return each third's courses and those of which all is known, and the share of these in all thirds.

    They add up to the counts behind that share: a third hidden alone could be subtracted from it.
    """
    counts = [(group.realised.n, group.complete) for group in report.calibration]
    n, complete = np.array(counts, dtype=np.float64).reshape(-1, 2).T
    cells = Cells()
    places = cells.add_all(n), cells.add_all(complete)
    totals = cells.add(n.sum()), cells.add(complete.sum())
    for total, parts in zip(totals, places, strict=True):
        cells.add_up(total, parts)
    shown = cells.shown()
    return shown[places[0]], shown[places[1]], float(measured_share(shown[totals[1]], shown[totals[0]]))


def _calibration_rows(report: EvaluationReport) -> pd.DataFrame:
    n, complete, _ = _calibration_counts(report)
    rows = [
        {
            "predicted": group.predicted,
            "observed": group.realised.value,
            "low": group.realised.low,
            "high": group.realised.high,
            "n": size,
            "complete": float(measured_share(known, size)),
        }
        for group, size, known in zip(report.calibration, n.tolist(), complete.tolist(), strict=True)
    ]
    frame = pd.DataFrame(rows, columns=["predicted", "observed", "low", "high", "n", "complete"]).astype(float).round(3)
    return frame[frame["n"].notna()].reset_index(drop=True)


def _calibration_table(report: EvaluationReport) -> Table:
    frame = _calibration_rows(report).rename(
        columns={
            "predicted": "predicted benefit (SD)",
            "observed": "what followed (SD)",
            "low": "from",
            "high": "to",
            "n": "courses",
            "complete": MEASURED,
        }
    )
    frame["courses"] = counted(frame["courses"])
    return Table("calibration", "Predicted benefit and what followed, by thirds", frame, (MEASURED_NOTE, HIDDEN_NOTE))


def _pictures(report: EvaluationReport) -> tuple[Picture, ...]:
    frame = _calibration_rows(report)
    if frame.empty:
        return ()
    rises = "rises" if frame["observed"].is_monotonic_increasing else "does not rise steadily"
    alt = f"What followed {rises} from the third with the lowest predicted benefit to that with the highest."
    return (Picture("calibration", "calibration", "Predicted benefit and what followed", alt, frame, "SD", 0.0),)


def _policy_table(policy: OffPolicyEstimate, measured: float) -> Table:
    told = policy.refused is None
    values = (policy.interval.value, policy.interval.low, policy.interval.high) if told else (np.nan,) * 3
    row: dict[str, object] = {"if the highest predicted benefit always came first": "benefit beyond usual (SD)"}
    row |= {name: round(value, 3) for name, value in zip(("estimate", "from", "to"), values, strict=True)}
    row[MEASURED] = measured
    row["worth this many courses"] = may_show([policy.effective_n])[0]
    row["why not"] = "" if told else _why(policy)
    frame = pd.DataFrame([row])
    frame["worth this many courses"] = counted(frame["worth this many courses"])
    note = "Measured is the share of the lists that a course followed of which something is known."
    without = "There is no period before: it takes every list shown so far."
    return Table("policy", "Another way of matching, judged from the lists shown", frame, (note, without))


def _why(policy: OffPolicyEstimate) -> str:
    """Return why there is no estimate, without exact counts."""
    said = policy.refused or ""
    # In steps of 5: that a single course followed a list is not told apart from that none did.
    if rounded(policy.interval.n) < LEAST:
        return "Too few courses, if any, followed a list that was kept with its chances."
    few = "Too little overlap: the lists shown are worth too few courses for this question."
    return few if "worth" in said else said


def _sentence(report: EvaluationReport, few: bool) -> str:
    if few:
        return (
            "Too few later courses to tell whether predictions hold; until then the ranking rests on published "
            "effects, moved by as much as the courses there are can tell."
        )
    ours = report.result(OURS)
    side = 0 if ours is None else ours.association.side
    said = {
        1: "Courses the model scored higher went better than the clients' case mix foretold",
        -1: "Courses the model scored higher went worse than the clients' case mix foretold",
        0: "Whether courses the model scored higher went better cannot be told yet",
    }[side]
    found: dict[str, list[str]] = {}
    for difference in report.differences:
        if difference.theirs == _NEXT_OPENING:
            continue
        verdict = _verdict(difference, _against(report, difference))
        found.setdefault(verdict, []).append(_NAMES.get(difference.theirs, difference.theirs))
    parts = [
        f"it {verdict} than {listed(found[verdict])}" for verdict in ("did worse", "did better") if verdict in found
    ]
    if "cannot tell yet" in found:
        parts.append(f"later courses cannot tell it from {listed(found['cannot tell yet'])} yet")
    return "; ".join((said, *parts)) + "."
