"""Therapists by domain at equal case mix: cards, funnels, and "not enough data" unless the figures can bear more."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.domain.therapist import told_apart
from matcher.domain.vocabulary import DOMAINS
from matcher.features.outcomes import OUTCOMES
from matcher.reports.card import Card, report_cards
from matcher.reports.cases import Cases, at_site, ended_by
from matcher.reports.groups import MEASURED, MEASURED_BEFORE, measured_share
from matcher.reports.phrases import NOT_ENOUGH, in_words
from matcher.reports.suppression import HIDDEN_NOTE, Cells, counted, grouped_there, rounded
from matcher.reports.values import Period, Picture, Section, Table, funnel_stands

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
#: Measured courses from which a therapist is held against others, and reliability from which one is named.
FEWEST_TO_COMPARE = 30
RELIABLE = 0.7
ABOVE, BELOW = "above the average", "below the average"
#: Said of an interval that leaves out the average where the figures are not reliable enough to name anybody.
TOO_UNRELIABLE = "not reliable enough to say"
METHOD = (
    "All courses that ended by the last day of the period; beside them the same by the last day of the period before. "
    "Outcomes are adjusted for what clients bring (start score "
    "and its square, severity, number and kind of concerns, age). Estimates are empirical Bayes: pulled towards the "
    "average as far as chance alone would spread them, the share of variance between therapists being averaged over "
    "its restricted likelihood and the published 5% (2.4 to 8%). Reliability is n r / (1 + (n - 1) r), averaged alike, "
    f"with n in steps of 5 as shown. A comparison needs {FEWEST_TO_COMPARE} measured courses, counted exactly: "
    f"{FEWEST_TO_COMPARE} in steps of 5 may be 28. "
    "The funnel shows unshrunken means; nineteen in twenty therapists who are all alike lie within the 95% limits, 998 "
    "in 1,000 within the 99.8% limits (Spiegelhalter 2005)."
)
CAUTIONS = (
    "Nobody is ranked: the order is alphabetical and says nothing.",
    "A figure is about the courses that were measured, not about a person; it is no ground for discipline.",
    "Therapists who see harder cases are helped by the adjustment only as far as intake recorded what made them hard.",
    "Of twenty therapists who are all alike, one lies outside the 95% limits.",
)
_LABELS = {
    "improvement": "end score, better (SD)",
    "alliance": "alliance (SD)",
    "staying": "staying to the end (SD)",
}
ALL = "all domains"
OUTCOMES_SHOWN = ("improvement", "alliance", "staying")
#: Measured courses and all of them as they may be shown, now and at the end of the period before, each (J,).
Sizes = tuple[Floats, Floats, Floats, Floats]


@dataclass(frozen=True, slots=True, eq=False)
class Cards:
    """The cards of all therapists for one outcome in one domain, with each one's measured courses and all of them."""

    outcome: str
    domain: str
    card: Card | None
    n: Floats
    over: Floats


def therapists(cases: Cases) -> Section:
    """Return the section on therapists."""
    ids, names = named_therapists(cases)
    order = np.argsort(np.array([name.lower() for name in names]), kind="stable")
    asked = [
        *((outcome, None) for outcome in OUTCOMES_SHOWN),
        *(("improvement", place) for place in range(len(DOMAINS))),
    ]
    found, then = ([cards(cases, ids, *one, by) for one in asked] for by in (None, cases.scope.before))
    whole, parts = found[: len(OUTCOMES_SHOWN)], found[len(OUTCOMES_SHOWN) :]
    overall = pd.concat(
        [_rows(now, before, names, order) for now, before in zip(whole, then, strict=False)], ignore_index=True
    )
    before = then[0], then[len(OUTCOMES_SHOWN) :]
    by_domain = _domain_rows(whole[0], parts, before, names, order)
    tables = (
        Table("therapists", "Therapists at equal case mix, in alphabetical order", overall, (HIDDEN_NOTE,)),
        Table("therapists_domains", "The same by domain: end score", by_domain, (HIDDEN_NOTE,)),
    )
    rows = [overall[overall["outcome"] == _LABELS[found.outcome]] for found in whole]
    rows += [by_domain[by_domain["domain"] == in_words(found.domain)] for found in parts]
    counted_of = [set(frame.loc[frame["measured courses"].notna(), "therapist"]) for frame in rows]
    drawn = (_funnel(found, names, order, seen) for found, seen in zip((*whole, *parts), counted_of, strict=True))
    pictures = tuple(picture for picture in drawn if picture is not None)
    return Section(
        "therapists", "Therapists", _sentence(cases, overall, by_domain, len(names)), METHOD, tables, pictures, CAUTIONS
    )


def named_therapists(cases: Cases) -> tuple[list[str], list[str]]:
    """Return the ids and names of therapists listed, at the scope's site where it names one.

    Those who share a name have their id put to it.
    """
    frame = cases.data.clinic.therapists
    called = told_apart(dict(zip(frame["therapist_id"], frame["name"], strict=True)))
    here = frame.loc[at_site(frame["therapist_id"], cases.data, cases.scope), "therapist_id"].tolist()
    return here, [called[one] for one in here]


def cards(cases: Cases, ids: list[str], outcome: str, domain: int | None = None, by: Period | None = None) -> Cards:
    """Return all listed therapists' cards; those who have left share in the estimates but are not shown.

    They are of courses that ended by the last day of the period, or of ``by``.
    """
    y = cases.scores[:, OUTCOMES.index(outcome)]
    over = cases.so_far if by is None else ended_by(cases.episodes["ended_on"], by)
    over = over & (True if domain is None else cases.domain == domain)
    kept = np.flatnonzero(over & ~np.isnan(y))
    # The last place stands for -1: a therapist who is no longer listed.
    place = np.append(pd.Index(ids).get_indexer(pd.Index(np.array(cases.therapists.ids, dtype=object))), -1)
    unit = place[cases.therapist_rows[kept]].astype(np.intp)
    listed = place[cases.therapist_rows[over]]
    left = cases.episodes["therapist_id"].iloc[kept[unit < 0]]
    codes, others = pd.factorize(left)
    unit[unit < 0] = len(ids) + codes
    count = len(ids) + len(others)
    card = report_cards(y[kept], cases.case_mix[kept], unit, count) if len(kept) else None
    n = np.bincount(unit, minlength=count).astype(np.float64)[: len(ids)]
    whole = np.bincount(listed[listed >= 0], minlength=len(ids)).astype(np.float64)
    return Cards(outcome, ALL if domain is None else DOMAINS[domain], card, n, whole)


def _rows(
    found: Cards, then: Cards, names: list[str], order: NDArray[np.intp], sizes: Sizes | None = None
) -> pd.DataFrame:
    """Return one row a therapist; figures only where they may be compared, now and at the end of the period before."""
    counts = (found.n, found.over, then.n, then.over)
    n, whole, n_before, whole_before = sizes or [grouped_there(part) for part in counts]
    frame = pd.DataFrame({"therapist": names, "outcome": _LABELS[found.outcome], "measured courses": counted(n)})
    frame[MEASURED] = measured_share(n, whole)
    values = np.full((3, len(names)), np.nan)
    reliability = np.full(len(names), np.nan)
    if found.card is not None:
        values = np.array([part[: len(names)] for part in (found.card.value, found.card.low, found.card.high)])
        # Of the exact count, reliability in full would tell the count.
        reliability = found.card.reliability_of(n)
    # By the exact count: who has 30 is compared. A count that is hidden beside a small one hides the comparison too.
    told = (found.n >= FEWEST_TO_COMPARE) & ~np.isnan(n)
    for name, value in zip(("from the average", "from", "to"), values, strict=True):
        frame[name] = np.where(told, value, np.nan).round(2)
    frame["reliability"] = np.where(told, reliability, np.nan).round(2)
    frame["what it says"] = says(values[1], values[2], reliability, told)
    if then.card is not None:
        could = told & (then.n >= FEWEST_TO_COMPARE)
        parts = (then.card.value, then.card.low, then.card.high)
        earlier = [np.where(could, part[: len(names)], np.nan) for part in parts]
    else:
        earlier, could = [np.full(len(names), np.nan)] * 3, np.zeros(len(names), dtype=bool)
    frame[MEASURED_BEFORE] = np.where(could, measured_share(n_before, whole_before), np.nan)
    for name, value in zip(("from the average, period before", "before, from", "before, to"), earlier, strict=True):
        frame[name] = np.round(value, 2)
    return frame.iloc[order].reset_index(drop=True)


def says(low: Floats, high: Floats, reliability: Floats, told: Bools) -> list[str]:
    """Return, for each therapist, what may be said: high or low only where the figures are reliable enough."""
    named = told & (reliability >= RELIABLE)
    apart = (low > 0) | (high < 0)
    codes = np.select([~told, ~apart, ~named, low > 0], [0, 1, 2, 3], 4)
    words = (NOT_ENOUGH, "no clear difference", TOO_UNRELIABLE, ABOVE, BELOW)
    return [words[code] for code in codes]


def _domain_rows(
    whole: Cards, parts: list[Cards], then: tuple[Cards, list[Cards]], names: list[str], order: NDArray[np.intp]
) -> pd.DataFrame:
    """Return a row a therapist and domain; sizes hold against both therapists' and domains' sums."""
    before, before_parts = then
    sizes = zip(
        _by_domain(whole.n, [found.n for found in parts]),
        _by_domain(whole.over, [found.over for found in parts]),
        _by_domain(before.n, [found.n for found in before_parts]),
        _by_domain(before.over, [found.over for found in before_parts]),
        strict=True,
    )
    frames = []
    for found, earlier, (n, all_over, n_before, all_before) in zip(parts, before_parts, sizes, strict=True):
        seen = np.where(found.n >= FEWEST_TO_COMPARE, n, np.nan), all_over, n_before, all_before
        frames.append(
            _rows(found, earlier, names, order, seen).drop(columns="outcome").assign(domain=in_words(found.domain))
        )
    frame = pd.concat(frames, ignore_index=True)
    told = frame[frame["what it says"] != NOT_ENOUGH]
    return told[["domain", *(name for name in told.columns if name != "domain")]].reset_index(drop=True)


def _by_domain(whole: Floats, parts: list[Floats]) -> list[Floats]:
    """Return therapists' counts (J,) in each domain as they may be shown beside each therapist's and domain's sum."""
    cells = Cells()
    totals = cells.add_all(whole)
    places = [cells.add_all(counts) for counts in parts]
    for row, total in enumerate(totals):
        cells.add_up(total, [column[row] for column in places])
    for counts, column in zip(parts, places, strict=True):
        cells.add_up(cells.add(counts.sum()), column)
    shown = cells.shown()
    return [shown[column] for column in places]


def _funnel(found: Cards, names: list[str], order: NDArray[np.intp], shown: set[str]) -> Picture | None:
    """Return the funnel of those whose count the table shows: a picture may not tell what is hidden there."""
    if found.card is None:
        return None
    seen = np.array([name in shown for name in names])
    told = order[(found.n[order] >= FEWEST_TO_COMPARE) & seen[order]]
    # Limits in full would tell the exact count.
    n = rounded(found.n[told])
    if not funnel_stands(n):
        return None
    wide, wider = found.card.limits(0.95, n), found.card.limits(0.998, n)
    frame = pd.DataFrame(
        {
            "label": [names[place] for place in told],
            "n": n,
            "value": found.card.raw[told],
            "centre": 0.0,
            "low95": -wide,
            "high95": wide,
            "low998": -wider,
            "high998": wider,
        }
    ).round(2)
    what = f"{_LABELS[found.outcome]}, {in_words(found.domain)}"
    outside = int((np.abs(found.card.raw[told]) > wide).sum())
    alt = (
        f"Funnel of {len(told)} therapists with {FEWEST_TO_COMPARE} or more measured courses: "
        f"{outside} outside the 95% limits."
    )
    return Picture(
        f"funnel_{found.outcome}_{found.domain.replace(' ', '_')}", "funnel", f"Funnel: {what}", alt, frame, "SD", 0.0
    )


def _sentence(cases: Cases, overall: pd.DataFrame, by_domain: pd.DataFrame, count: int) -> str:
    able = overall.loc[overall["what it says"] != NOT_ENOUGH, "therapist"].nunique()
    if not able:
        return (
            f"Up to the end of {cases.scope.period.end:%B %Y} no therapist has the {FEWEST_TO_COMPARE} measured "
            "courses a comparison needs."
        )
    rows = pd.concat([overall, by_domain])
    named = rows.loc[rows["what it says"].isin((ABOVE, BELOW)), "therapist"].nunique()
    said = f"{able} of {count} therapists have enough measured courses, in at least one outcome, to be compared; "
    many = f"{named} of them lie" if named > 1 else "1 of them lies" if named else "none of them lies"
    return f"{said}{many} clearly above or below the clinic's average, which chance can bring about too."
