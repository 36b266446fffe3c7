"""What followed courses that ended: alliance, change by each measure's rules, endings, and how much was measured."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.vocabulary import MEASURES
from matcher.reports.cases import ALLIANCE, Cases, Course, Window
from matcher.reports.groups import MEASURED, MEASURED_BEFORE, measured_share
from matcher.reports.intervals import (
    Estimates,
    Moments,
    mean_difference,
    moments,
    rounded_shares,
    share_difference,
)
from matcher.reports.phrases import about, percent, span
from matcher.reports.suppression import HIDDEN_NOTE, Cells, counted, few_words, may_show
from matcher.reports.values import Picture, Section, Table

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
METHOD = (
    "Courses count in the period in which they ended. Improvement and deterioration are changes from first to last "
    "score of at least the measure's own reliable change; recovery is of those who began at or above the measure's "
    "cut-off (caseness) and ended below it; the effect is the mean fall over the measure's usual spread at intake. "
    "Cut-offs, reliable change and spread come from the reference table of measures, with their sources. Shares have "
    "Wilson 95% intervals that allow for rounding, means t intervals that allow for skewness (Hall 1992); those "
    "of differences between periods come from both periods' own (Newcombe 1998; Zou & Donner 2008)."
)


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of the section: a share of people of whom something is known, or a mean."""

    key: str
    label: str
    share: bool = True
    digits: int = 0


SHARES: tuple[Figure, ...] = (
    Figure("improved", "reliably improved"),
    Figure("recovered", "recovered, of those who began as a case"),
    Figure("deteriorated", "reliably deteriorated"),
    Figure("planned", "ended as planned"),
    Figure("dropped_out", "dropped out"),
    Figure("changed", "changed therapist"),
)
MEANS: tuple[Figure, ...] = (
    Figure("alliance", "alliance, 0 to 10", False, 1),
    Figure("alliance_goal", "alliance on goals, 0 to 10", False, 1),
    Figure("alliance_task", "alliance on tasks, 0 to 10", False, 1),
    Figure("alliance_bond", "alliance as a bond, 0 to 10", False, 1),
    Figure("effect", "improvement, in standard deviations", False, 2),
)


def outcomes(cases: Cases) -> Section:
    """Return the section on what followed."""
    now, before = cases.ends, cases.ends_before
    shares, means = _share_rows(cases, now, before), _mean_rows(cases, now, before)
    sentence = _sentence(cases, shares)
    picture = Picture(
        "outcomes", "intervals", "What followed, in the period and the one before", sentence, _drawn(shares), "%"
    )
    tables = (
        Table("outcomes", "What followed, in shares of courses", shares, (HIDDEN_NOTE,)),
        Table("outcome_means", "What followed, in means", means, (HIDDEN_NOTE,)),
        _rules(),
    )
    return Section("outcomes", "What followed", sentence, METHOD, tables, (picture,), _cautions(shares))


def values_of(cases: Cases, key: str) -> Floats:
    """Return an outcome (n,) by its key, NaN where not measured."""
    if key in ALLIANCE:
        return cases.episodes[key].to_numpy(np.float64)
    found: Floats = getattr(cases.followed, key)
    return found


def eligible(course: Course, key: str) -> Bools:
    """Return which courses a figure could have been measured in: recovery asks for caseness at the start."""
    return course.case == 1 if key == "recovered" else np.ones(len(course.case), dtype=bool)


def _share_rows(cases: Cases, now: Window, before: Window) -> pd.DataFrame:
    found = [_period_shares(cases, rows) for rows in (now, before)]
    (ended, n, k, said), (ended_before, n_before, k_before, _) = found
    here, then = rounded_shares(k, n), rounded_shares(k_before, n_before)
    change = share_difference(here, then)
    return pd.DataFrame(
        {
            "what followed": [figure.label for figure in SHARES],
            "courses": counted(ended),
            "measured": counted(n),
            MEASURED: measured_share(n, ended),
            "share (%)": np.round(100 * here.value),
            "from (%)": np.round(100 * here.low),
            "to (%)": np.round(100 * here.high),
            "in words": said,
            "period before, measured": counted(n_before),
            MEASURED_BEFORE: measured_share(n_before, ended_before),
            "period before (%)": np.round(100 * then.value),
            "before, from (%)": np.round(100 * then.low),
            "before, to (%)": np.round(100 * then.high),
            "change (points)": np.round(100 * change.value),
            "change, from": np.round(100 * change.low),
            "change, to": np.round(100 * change.high),
        }
    )


def _period_shares(cases: Cases, rows: Window) -> tuple[Floats, Floats, Floats, list[str]]:
    """Return courses, those measured and those of whom it holds, for each figure, as they may be shown and in words."""
    cells = Cells()
    places: list[tuple[int, int, int]] = []
    ended = cells.add(*rows.counts(np.ones(len(cases), dtype=bool)))
    case = cells.add(*rows.counts(cases.followed.case == 1))
    for figure in SHARES:
        whole = case if figure.key == "recovered" else ended
        value, could = values_of(cases, figure.key), eligible(cases.followed, figure.key)
        known = cells.add(*rows.counts(could & ~np.isnan(value)))
        places.append((whole, known, cells.part_of(known, *rows.counts(could & (value == 1)))))
    ending = {figure.key: place[2] for place, figure in zip(places, SHARES, strict=True) if figure.key in ENDING_KEYS}
    # First: where few changed therapist, it is planned endings that are hidden with them, never dropping out.
    cells.add_up(ending["dropped_out"] + 1, [ending["planned"], ending["changed"]])
    cells.add_up(places[3][1], list(ending.values()))
    shown = cells.shown()
    wholes, measured, holding = (shown[[place[i] for place in places]] for i in range(3))
    rest = shown[[place[2] + 1 for place in places]]
    stepped = cells.stepped()
    said = [few_words(stepped[part], stepped[part + 1], stepped[known]) for _, known, part in places]
    return wholes, measured, np.where(np.isnan(rest), np.nan, holding), said


ENDING_KEYS = ("planned", "dropped_out", "changed")


def _mean_rows(cases: Cases, now: Window, before: Window) -> pd.DataFrame:
    everyone = np.ones(len(cases), dtype=bool)
    rows: list[dict[str, object]] = []
    courses, courses_before = (float(may_show(*period.counts(everyone))) for period in (now, before))
    for figure in MEANS:
        (here, n), (then, n_before) = (_moments(values_of(cases, figure.key), rows_) for rows_ in (now, before))
        change = mean_difference(here, then)
        rows.append(
            {"what followed": figure.label, "courses": courses, "measured": n, MEASURED: measured_share(n, courses)}
            | _named(here.interval, ("mean", "from", "to"), figure.digits)
            | {"period before, measured": n_before, MEASURED_BEFORE: measured_share(n_before, courses_before)}
            | _named(then.interval, ("period before", "before, from", "before, to"), figure.digits)
            | _named(change, ("change", "change, from", "change, to"), figure.digits)
        )
    frame = pd.DataFrame(rows)
    return frame.assign(**{name: counted(frame[name]) for name in _COUNTS})


_COUNTS = ("courses", "measured", "period before, measured")


def _moments(values: Floats, rows: Window) -> tuple[Moments, float]:
    """Return the moments of a period's rows as one group, and how many were measured; NaN where too few were."""
    found = moments(values[rows.inside], np.zeros(int(rows.inside.sum()), dtype=np.intp), 1)
    n = float(may_show(*rows.counts(~np.isnan(values))))
    gone = np.array([np.nan if np.isnan(n) else 0.0])
    return Moments(found.n, found.mean + gone, found.variance + gone, found.third), n


def _named(found: Estimates, names: tuple[str, str, str], digits: int) -> dict[str, float]:
    values = (found.value, found.low, found.high)
    return {name: float(np.round(value[0], digits)) for name, value in zip(names, values, strict=True)}


def _drawn(shares: pd.DataFrame) -> pd.DataFrame:
    columns = ["what followed", "share (%)", "from (%)", "to (%)", "measured"]
    earlier = ["what followed", "period before (%)", "before, from (%)", "before, to (%)", "period before, measured"]
    names = ["label", "value", "low", "high", "n"]
    parts = [
        shares[picked].set_axis(names, axis=1).assign(group=group)
        for picked, group in ((columns, "this period"), (earlier, "the period before"))
    ]
    return pd.concat(parts, ignore_index=True)


def _rules() -> Table:
    # Of every measure there is: a table of those used would tell when the first client filled one in.
    rows = [
        {
            "measure": m.label,
            "case when": f"{m.clinical_cutoff:g} or more" if m.higher_is_worse else f"below {m.clinical_cutoff:g}",
            "reliable change": m.reliable_change,
            "usual spread at intake": m.intake_sd,
            "source": m.source,
        }
        for m in MEASURES.values()
    ]
    columns = ["measure", "case when", "reliable change", "usual spread at intake", "source"]
    return Table("measure_rules", "The rules of each measure", pd.DataFrame(rows, columns=columns))


def _sentence(cases: Cases, shares: pd.DataFrame) -> str:
    when, first = span(cases.scope.period), shares.iloc[0]
    if pd.isna(first["courses"]):
        return f"Too few courses ended in {when} to say what followed."
    said = f"{about(first['courses']).capitalize()} courses ended in {when}"
    if pd.isna(first["share (%)"]):
        return f"{said}; too few of them have a first and a last score to say how many improved."
    return (
        f"{said}; of the {percent(first['measured (%)'] / 100)} with a first and a last score, "
        f"{first['share (%)']:.0f}% reliably improved (95% interval {first['from (%)']:.0f} to {first['to (%)']:.0f}%)."
    )


def _cautions(shares: pd.DataFrame) -> tuple[str, ...]:
    said = [
        "Hidden does not mean none, and fewer than 10 does not mean safe: look at the records of whoever got worse.",
        "Change from first to last score includes what would have happened without therapy.",
        "Clients who do badly are asked less often, so figures of those measured may flatter.",
    ]
    measured = shares.iloc[0]["measured (%)"]
    if not pd.isna(measured) and measured < 70:
        said.append(f"Only {measured:.0f}% of courses have both scores: read improvement and recovery with care.")
    return tuple(said)
