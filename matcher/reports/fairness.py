"""Whether groups of clients fare alike: who came, waits, wishes, what followed, and how wrong predictions were."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from matcher.clinic.codes import split_cell
from matcher.domain.vocabulary import AGE_GROUPS
from matcher.features.wishes import honoured_of_known
from matcher.reports.cases import Cases, Window, window
from matcher.reports.exposure import exposure_table
from matcher.reports.followed import FOLLOW_DAYS, followed, stand_in
from matcher.reports.foretold import Foretold
from matcher.reports.groups import (
    Grouped,
    as_drawn,
    as_table,
    beside_before,
    bounded_mean_by_group,
    in_percent,
    mean_by_group,
    share_by_group,
)
from matcher.reports.phrases import POINTS_TO_FEW, listed, span
from matcher.reports.suppression import HIDDEN_NOTE, LEAST, rounded
from matcher.reports.values import Picture, Section, Table
from matcher.reports.ways import days_to, ways, within_days

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Codes = NDArray[np.intp]
METHOD = (
    "Clients are grouped by what intake recorded. Each group's figure stands beside its difference from the others, "
    "not at equal case mix: from everybody in the other groups shown for shares, from everybody else for means "
    "(intervals of a difference from both sides' own: Newcombe 1998; Zou & Donner 2008; those of means allow for "
    f"skewness: Hall 1992). Who came is told of those who enquired, each followed for {FOLLOW_DAYS} "
    "days, as in the first section. Waits are days from an enquiry to the first session after it, of those who began "
    "in the period; wishes, of clients who began in it, the importance-weighted share honoured of those of which it "
    "is known, and beside it of how many clients any wish is not known; where hardly anybody's wishes fell short, or "
    "hardly anybody's were met, the share is not shown, as it would count them. Alliance, improvement and dropping "
    "out are of courses that ended in the period. The prediction error is what followed less what the model "
    "foretold, in standard deviations, each outcome weighted by how often it was measured in that group: 0 where it "
    "is right on average. With many groups and figures, one difference in twenty lies outside its 95% interval by "
    "chance; a group is called clearly higher or lower only where a 99.8% interval leaves out 0."
)
#: Group names with fewer clients than this share of all are put together: small groups are hidden, not singled out.
_FEWEST_SHARE = 0.01
OTHER, UNKNOWN = "other", "not recorded"
ClientGroups = dict[str, tuple[Codes, list[str]]]


def fairness(cases: Cases, foretold: Foretold) -> Section:
    """Return the section on fairness."""
    figures = _figures(cases, foretold)
    tables, drawn, apart = [], [], []
    months = followed(cases)
    # How soon those came who began in the period needs no following.
    notes = (HIDDEN_NOTE, ERROR_NOTE, *stand_in(months, cases.scope, "Who came"))
    for kind, (codes, labels) in client_groups(cases.clients).items():
        frames = []
        for figure in figures:
            grouped = figure.by(codes, labels, figure.now)
            found = as_table(grouped, "group", "figure", figure.digits)
            if figure.before is not None:
                found = beside_before(found, "group", figure.by(codes, labels, figure.before), figure.digits)
            sides = _sides(grouped)
            found.insert(list(found).index("difference, to") + 1, CLEAR, found["group"].map(sides))
            found.insert(0, "what", figure.name)
            frames.append(found)
            plain = figure.name.removesuffix(" (%)").removesuffix(" (SD)")
            if figure.name == CAME and months.stands_in:
                plain += f" (enquiries of {span(months.now)})"
            apart += [
                f"{plain} {_PLAINLY[side]} for {kind} “{label}”" for label, side in sides.items() if side in _PLAINLY
            ]
            if figure.name == WAIT:
                drawn.append(as_drawn(grouped, figure.digits, kind))
        frame = pd.concat(frames, ignore_index=True)
        tables.append(Table(f"fairness_{kind.replace(' ', '_')}", f"By {kind}", frame, notes))
    compared = any(frame.frame[CLEAR].isin((HIGHER, LOWER, NO_DIFFERENCE)).any() for frame in tables)
    sentence = _sentence(cases, apart, compared)
    waits = pd.concat(drawn, ignore_index=True)
    picture = Picture(
        "fairness_waits", "intervals", "Days from enquiry to first session, by group", sentence, waits, "days"
    )
    cautions = (
        "A difference says that groups fared differently, not why: they differ in needs, limits and times.",
        "Waits and wishes are of those who began: a group of which fewer came may look well served in both.",
        "No clear difference may only mean that there are too few clients to see one.",
    )
    return Section(
        "fairness", "Do groups of clients fare alike?", sentence, METHOD, (*tables, exposure_table(cases)), (picture,),
        cautions,
    )  # fmt: skip


WAIT = "days waited"
CAME = f"came to a first session within {FOLLOW_DAYS} days (%)"
ERROR = "prediction error (SD)"
HONOURED, ANY_UNKNOWN = "wishes honoured (%)", "any wish not known (%)"
ERROR_NOTE = (
    "The prediction error has no period before: the model is tried on the latest courses up to the period's end, which "
    "reach back beyond its beginning. Measured is then the share of the trial's later courses whose therapist could "
    "still be suggested to that client today: only of these was anything foretold. Some outcome is known of each."
)
#: The column that says which groups lie apart, and what it says.
CLEAR, HIGHER, LOWER = "what it says", "clearly higher", "clearly lower"
NO_DIFFERENCE = "no clear difference"
#: Said of a group whose figure is shown where all others' are hidden.
ALONE = "nothing to compare it with"
_PLAINLY = {HIGHER: "higher", LOWER: "lower"}


@dataclass(frozen=True, slots=True, eq=False)
class _Figure:
    """One figure: its values (n,), whose they are, which rows lie in the period and which in the one before."""

    name: str
    digits: int
    values: Floats | Callable[[Codes, int], Floats]
    clients: Codes
    now: Window | None
    before: Window | None
    share: bool = False
    bounded: bool = False
    could: Bools | None = None

    def by(self, codes: Codes, labels: list[str], window: Window | None) -> Grouped:
        """Return the figure by client group."""
        own = codes[self.clients]
        values = self.values(own, len(labels)) if callable(self.values) else self.values
        if self.share:
            return in_percent(share_by_group(values, own, labels, window, self.could))
        by_group = bounded_mean_by_group if self.bounded else mean_by_group
        return by_group(values, own, labels, window, self.could)


def _figures(cases: Cases, foretold: Foretold) -> list[_Figure]:
    pairs, rows = cases.first_met
    met = cases.client_rows[rows]
    later = cases.rows_of_clients(pd.Series(foretold.client_ids, dtype=object))
    began = (cases.begins.at(rows), cases.begins_before.at(rows))
    ended, own, course = (cases.ends, cases.ends_before), cases.client_rows, cases.followed
    honoured, blank = honoured_of_known(pairs)
    asked = ~np.isnan(blank)
    return [
        *_on_the_way(cases),
        _Figure(HONOURED, 0, 100 * honoured, met, *began, bounded=True, could=asked),
        _Figure(ANY_UNKNOWN, 0, np.where(asked, blank > 0, np.nan), met, *began, share=True, could=asked),
        _Figure("alliance, 0 to 10", 1, course.alliance, own, *ended),
        _Figure("reliably improved (%)", 0, course.improved, own, *ended, share=True),
        _Figure("dropped out (%)", 0, course.dropped_out, own, *ended, share=True),
        # The trial's later courses reach across periods.
        _Figure(ERROR, 2, foretold.error, later, None, None),
    ]


def _on_the_way(cases: Cases) -> Iterator[_Figure]:
    """Give who came in time of those followed for as long, and how long those who began had waited."""
    frame, months = ways(cases).frame, followed(cases)
    asked = cases.rows_of_clients(frame["client_id"])
    came = np.asarray(within_days(frame, FOLLOW_DAYS)["first"].notna(), dtype=np.float64)
    now, before = (window(frame["received"], period) for period in (months.now, months.before))
    # Whoever never had a therapist belongs to no site: of a site nearly everybody came.
    if cases.scope.site is None:
        yield _Figure(CAME, 0, came, asked, now, before, share=True)
    now, before = (window(frame["first"], period) for period in (cases.scope.period, cases.scope.before))
    yield _Figure(WAIT, 0, days_to(frame, "first"), asked, now, before)


def client_groups(clients: pd.DataFrame) -> ClientGroups:
    """Return the groups of each kind: every client's code (n,) and the groups' names."""
    age = clients["age"].to_numpy(np.float64)
    ages = np.full(len(clients), UNKNOWN, dtype=object)
    for code, (low, high) in AGE_GROUPS.items():
        ages[(np.floor(age) >= low) & (np.floor(age) <= high)] = code.replace("_", " ")
    spoken, distinct = pd.factorize(clients["languages"], use_na_sentinel=True)
    languages = np.array([*(_language(cell) for cell in distinct), UNKNOWN], dtype=object)[spoken]
    community = np.where(clients["identities"].notna(), "asked for their community", "did not ask")
    gender = clients["gender"].fillna(UNKNOWN).str.replace("_", " ").to_numpy(object)
    kinds = {"age group": ages, "gender": gender, "language": languages, "community": community}
    return {kind: _coded(names.astype(object)) for kind, names in kinds.items()}


def _language(cell: object) -> str:
    codes = split_cell(cell)
    return UNKNOWN if not codes else "English" if "english" in codes else "another language only"


def _coded(names: NDArray[np.object_]) -> tuple[Codes, list[str]]:
    """Return codes and names, most clients first; rare names share one group.

    Who is rare and who comes first go by counts in steps of 5 and, of those alike, by the alphabet: by the exact count,
    a name that comes or goes, or changes place with another, would tell of a single client.
    """
    codes, found = pd.factorize(names, sort=True)
    rare = rounded(np.bincount(codes, minlength=len(found))) < max(LEAST, _FEWEST_SHARE * float(rounded(len(names))))
    merged, labels = pd.factorize(np.where(rare, OTHER, found), sort=True)
    put = merged[codes]
    order = np.argsort(-rounded(np.bincount(put, minlength=len(labels))), kind="stable")
    return order.argsort()[put], labels[order].tolist()


def _sides(grouped: Grouped) -> dict[str, str]:
    """Return on which side of the others a group's figure lies by more than many looks explain, or that it does not."""
    found = grouped.difference
    # How much wider a 99.8 % interval is than a 95 % one: the more so, the fewer degrees of freedom.
    wider = stats.t.ppf(0.999, grouped.degrees) / stats.t.ppf(0.975, grouped.degrees)
    low, high = found.value - wider * (found.value - found.low), found.value + wider * (found.high - found.value)
    hidden = ~np.isnan(grouped.n) & np.isnan(grouped.figure.value)
    sides = np.select([hidden, np.isnan(low), low > 0, high < 0], [POINTS_TO_FEW, ALONE, HIGHER, LOWER], NO_DIFFERENCE)
    named = {label: str(side) for label, side in zip(grouped.labels, sides, strict=True)}
    return named | {label: "not one group of people" for label in (UNKNOWN, OTHER) if label in named}


def _sentence(cases: Cases, apart: list[str], compared: bool) -> str:
    when = span(cases.scope.period)
    if not compared:
        return (
            f"In {when} nothing could be compared: too few clients of any group, or too few of the others, are known."
        )
    if not apart:
        return (
            f"In {when} no group of clients clearly fared differently from the others in any figure that could be "
            "compared."
        )
    few = apart[:4]
    more = f", and in {len(apart) - len(few)} more" if len(apart) > len(few) else ""
    return f"In {when} some groups clearly differed from the others: {listed(few)}{more}; the tables say how."
