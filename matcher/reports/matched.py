"""What followed by how the match came about, and recommended against usual at equal case mix."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.reports.adjusted import FEWEST_IN_ARM, Comparison, compare_arms
from matcher.reports.cases import Cases, Course, Window
from matcher.reports.groups import (
    Grouped,
    as_drawn,
    as_table,
    beside_before,
    in_percent,
    mean_by_group,
    measured_share,
    share_by_group,
)
from matcher.reports.intervals import side_of_three
from matcher.reports.outcomes import eligible
from matcher.reports.phrases import about, listed
from matcher.reports.suppression import HIDDEN_NOTE, counted, grouped_there, may_show, rounded
from matcher.reports.values import Picture, Section, Table

WAYS: tuple[str, ...] = (
    "recommended first",
    "another from the list",
    "recommended, place on the list not known",
    "limits relaxed by staff",
    "limits loosened by the client",
    "placed by staff as usual",
    "staff chose otherwise",
    "change of therapist",
    "not recorded",
)
_WAY = "how the match came about"
METHOD = (
    "Courses that ended in the period, by how client and therapist came together; the place on the list is known where "
    "the list shown was kept. Shares have Wilson 95% intervals that allow for rounding, means t intervals that allow "
    "for skewness (Hall 1992), differences intervals from both sides' own (Newcombe 1998; Zou & Donner 2008). The "
    "adjusted comparison takes all courses that ended by the last day of the period: weighted least squares on the "
    "arm, the start score and its square, the severity, number and kind of concerns and age, with jackknife intervals "
    "clustered by client. It leaves out courses that were neither recommended nor placed as usual. An outcome is "
    "called better or worse by a 98.3% interval: three are looked at together, and so chance alone names one in no "
    "more than one report in twenty. Where clients were assigned by chance and the chance was logged (which only "
    "Python can hand in, as ReportData.trial), they are analysed by the arm they were given, each by the first course "
    "after, and weighted by its inverse."
)
CONFOUNDED = (
    "Confounded: clients were not assigned by chance. Those who took a recommendation may differ from those placed as "
    "usual in ways nobody recorded, so a difference is no proof that recommending did it."
)
RANDOMISED = (
    "Chance assigned the clients, with logged probabilities, but outcomes are of those who began, whose course ended "
    "and who were measured: where the arms differ in these, a difference is not only what recommending did."
)
NO_BEFORE = "There is no period before: it takes all courses that had ended by then, and would mostly repeat itself."
NEITHER_FEW = (
    "Courses that were neither recommended nor placed as usual are compared with neither; too few to say how many."
)
_OUTCOME_WORDS = {
    "alliance": "alliance (standard deviations)",
    "improvement": "end score, better (standard deviations)",
    "staying": "stayed to the end (points of 100)",
}


def matched(cases: Cases) -> Section:
    """Return the section on how matches came about."""
    ways = ways_matched(cases)
    figures = _figures(cases.followed, ways, cases.ends)
    earlier = _figures(cases.followed, ways, cases.ends_before)
    comparisons, randomised = compare_arms(cases, cases.so_far)
    tables = [_counts(cases, ways)]
    tables += [
        Table(
            f"matched_{key}",
            f"{label.capitalize()}, by how the match came about",
            beside_before(as_table(grouped, _WAY, _with_unit(key, label), digits), _WAY, before, digits),
            (HIDDEN_NOTE,),
        )
        for (key, label, grouped, digits), (_, _, before, _) in zip(figures, earlier, strict=True)
    ]
    tables.append(_comparison_table(comparisons, randomised))
    return Section(
        "matched",
        "By how the match came about",
        _sentence(cases, comparisons, randomised),
        METHOD,
        tuple(tables),
        tuple(_picture(*figure) for figure in figures if figure[0] in _DRAWN),
        (*((RANDOMISED,) if randomised else (CONFOUNDED, *_left_out(cases, ways))), _what_ways_show()),
    )


def _figures(followed: Course, code: NDArray[np.intp], window: Window) -> tuple[tuple[str, str, Grouped, int], ...]:
    """Return each figure's key, name, values by way and digits."""
    return (
        ("improved", "reliably improved", _share(followed, "improved", code, window), 0),
        ("recovered", "recovered, of those who began as a case", _share(followed, "recovered", code, window), 0),
        ("deteriorated", "reliably deteriorated", _share(followed, "deteriorated", code, window), 0),
        ("dropped_out", "dropped out", _share(followed, "dropped_out", code, window), 0),
        ("alliance", "alliance, 0 to 10", mean_by_group(followed.alliance, code, WAYS, window), 1),
    )


_DRAWN = ("improved", "dropped_out", "alliance")


def _share(followed: Course, key: str, code: NDArray[np.intp], window: Window) -> Grouped:
    return in_percent(share_by_group(getattr(followed, key), code, WAYS, window, eligible(followed, key)))


def ways_matched(cases: Cases) -> NDArray[np.intp]:
    """Return how each course's match came about (n,), a place in ``WAYS``."""
    by = cases.episodes["matched_by"].to_numpy(object)
    rank, relaxed, loosened = _places(cases)
    listed = np.isin(by, ("recommended", "client_choice"))
    code = np.select(
        [
            by == "rematch",
            listed & relaxed,
            listed & loosened,
            listed & (rank == 1),
            listed & (rank > 1),
            by == "client_choice",
            by == "recommended",
            by == "usual",
            by == "override",
        ],
        [7, 3, 4, 0, 1, 1, 2, 5, 6],
        8,
    )
    return np.asarray(code, dtype=np.intp)


def _places(cases: Cases) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """Return each course's place on the list its client was last shown before (NaN unknown), and if limits were up.

    That they were relaxed by staff is told apart from that the client loosened them.
    """
    slates = cases.data.slates
    n = len(cases)
    if slates is None or slates.empty:
        return np.full(n, np.nan), np.zeros(n, dtype=bool), np.zeros(n, dtype=bool)
    made = pd.to_datetime(slates["made_at"], utc=True).dt.tz_localize(None)
    known = {name: slates[name].fillna(False) if name in slates else False for name in ("relaxed", "loosened")}
    shown = slates.assign(made=made, **known)
    pairs = pd.DataFrame(
        {
            "course": np.arange(n),
            "client_id": cases.episodes["client_id"],
            "therapist_id": cases.episodes["therapist_id"],
            "started": cases.episodes["started_on"] + pd.Timedelta(days=1),
        }
    )
    columns = ["client_id", "therapist_id", "slate_id", "made", "rank", "relaxed", "loosened"]
    lists = shown.drop_duplicates("slate_id")[["client_id", "slate_id", "made"]]
    before = pairs.merge(lists, on="client_id")
    # The last list shown before, whoever stood on it: an earlier one was no longer before the client.
    before = before[before["made"] < before["started"]].sort_values("made", kind="stable")
    before = before.drop_duplicates("course", keep="last")[["course", "therapist_id", "slate_id"]]
    last = before.merge(shown[columns], on=["slate_id", "therapist_id"]).drop_duplicates("course")
    rank, given = np.full(n, np.nan), np.zeros((2, n), dtype=bool)
    rank[last["course"]] = last["rank"]
    given[:, last["course"]] = last[["relaxed", "loosened"]].to_numpy(bool).T
    return rank, given[0], given[1]


def _counts(cases: Cases, code: NDArray[np.intp]) -> Table:
    columns: dict[str, object] = {_WAY: list(WAYS)}
    for name, window in (("courses", cases.ends), ("courses, period before", cases.ends_before)):
        n, before = (np.bincount(code[rows], minlength=len(WAYS)) for rows in (window.inside, window.earlier))
        columns[name] = counted(grouped_there(n, before))
    frame = pd.DataFrame(columns)
    frame = frame[frame.iloc[:, 1:].notna().any(axis=1)].reset_index(drop=True)
    return Table("matched", "Courses that ended, by how the match came about", frame, (HIDDEN_NOTE,))


def _with_unit(key: str, label: str) -> str:
    return label if key == "alliance" else f"{label} (%)"


def _picture(key: str, label: str, grouped: Grouped, digits: int) -> Picture:
    title = f"{label.capitalize()}, by how the match came about"
    alt = f"{title}, with 95% intervals; the table has the numbers."
    unit = "" if key == "alliance" else "%"
    return Picture(f"matched_{key}", "intervals", title, alt, as_drawn(grouped, digits), unit)


def _comparison_table(comparisons: tuple[Comparison, ...], randomised: bool) -> Table:
    rows = [
        {
            "what followed": _OUTCOME_WORDS[found.outcome],
            "recommended, courses": float(may_show(found.recommended)),
            "recommended, measured (%)": measured_share(may_show(found.recommended), may_show(found.all_recommended)),
            "usual, courses": float(may_show(found.usual)),
            "usual, measured (%)": measured_share(may_show(found.usual), may_show(found.all_usual)),
            "difference": _points(found, found.interval.value),
            "from": _points(found, found.interval.low),
            "to": _points(found, found.interval.high),
        }
        for found in comparisons
    ]
    frame = pd.DataFrame(rows)
    for name in ("recommended, courses", "usual, courses"):
        frame[name] = counted(frame[name])
    few = f"Differences not shown: fewer than about {FEWEST_IN_ARM} courses with a known outcome on one side."
    label = "assigned by chance" if randomised else "confounded"
    title = f"Recommended less usual, at equal case mix ({label})"
    return Table("recommended_usual", title, frame, (few, NO_BEFORE, HIDDEN_NOTE))


def _left_out(cases: Cases, code: NDArray[np.intp]) -> tuple[str, ...]:
    """Return which courses are compared with neither arm, and how many where that may be shown."""
    counts = np.bincount(code[cases.so_far], minlength=len(WAYS))
    shown = grouped_there(counts)
    own = float(((cases.episodes["matched_by"] == "client_choice").to_numpy(bool) & cases.so_far).sum())
    # What the client chose is spread over the ways that go by a list: where one of these is hidden, so is this.
    listed_ways = [WAYS.index(way) for way in _BY_A_LIST]
    hidden = bool((np.isnan(shown[listed_ways]) & (rounded(counts[listed_ways]) > 0)).any())
    parts = [("of which the client chose who", float("nan") if hidden else float(may_show(own)))]
    parts += [(words, float(shown[WAYS.index(way)])) for way, words in _NEITHER.items()]
    if all(np.isnan(n) for _, n in parts):
        return (NEITHER_FEW,)
    # Every part is named, whatever its count: named only from one on, the first of them would show month by month.
    said = [f"{'some or none' if np.isnan(n) else about(n)} {words}" for words, n in parts]
    return (f"Compared with neither, of all courses that had ended by then: {listed(said)}.",)


_BY_A_LIST = WAYS[:5]
_NEITHER = {
    "staff chose otherwise": "where staff chose otherwise",
    "change of therapist": "after a change of therapist",
    "not recorded": "of which it is not recorded",
}


def _points(found: Comparison, value: float) -> float:
    return round(100 * value, 0) if found.outcome == "staying" else round(value, 2)


def _sentence(cases: Cases, comparisons: tuple[Comparison, ...], randomised: bool) -> str:
    until = f"{cases.scope.period.end:%B %Y}"
    known = [(found.outcome, _side(found)) for found in comparisons if not np.isnan(found.interval.low)]
    if not known:
        return (
            f"Up to the end of {until} there are too few courses of each kind to compare recommended with usual "
            "matches."
        )
    said = "; ".join(f"{_NOUNS[outcome]} {side}" for outcome, side in known)
    why = "chance assigned them" if randomised else "who was recommended was not left to chance, so this is no proof"
    return f"Recommended against usual matches at equal case mix, of all courses that ended by {until}: {said} ({why})."


_NOUNS = {"alliance": "alliance", "improvement": "improvement", "staying": "staying to the end"}


def _side(found: Comparison) -> str:
    """Return which way an outcome differs, by the numbers as the table has them."""
    ends = (_points(found, value) for value in (found.interval.value, found.interval.low, found.interval.high))
    return {1: "was better", -1: "was worse", 0: "showed no clear difference"}[side_of_three(*ends)]


def _what_ways_show() -> str:
    return (
        "The figures by way show what followed for whom, not what each way does: clients, therapists and times differ "
        "between them, and staff step in where a case is hard."
    )
