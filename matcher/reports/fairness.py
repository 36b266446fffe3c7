"""Whether groups of clients fare alike: waits, wishes, alliance, improvement, and how wrong predictions were."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.codes import split_cell
from matcher.domain.vocabulary import AGE_GROUPS
from matcher.features.wishes import preference_fit
from matcher.reports.cases import Cases, Window
from matcher.reports.exposure import exposure_table
from matcher.reports.foretold import Foretold
from matcher.reports.groups import (
    Grouped,
    as_drawn,
    as_table,
    beside_before,
    in_percent,
    mean_by_group,
    share_by_group,
)
from matcher.reports.phrases import listed, span
from matcher.reports.suppression import FEWEST, HIDDEN_NOTE
from matcher.reports.values import Picture, Section, Table

Floats = NDArray[np.float64]
Codes = NDArray[np.intp]
METHOD = (
    "Clients are grouped by what intake recorded. Each group's figure stands beside its difference from everybody else "
    "of whom it is known: Newcombe's 95% interval for shares, Welch's for means. Waits are days from enquiry to first "
    "session, wishes the importance-weighted share honoured (half where it is not known) of clients who began in the "
    "period; alliance and improvement are of courses that ended in it. The prediction error is what followed less what "
    "the model foretold, in standard deviations: 0 where it is right on average. With many groups and figures, one "
    "difference in twenty lies outside its 95% interval by chance; the opening sentence goes by 99.8% intervals."
)
#: Group names with fewer clients than this share of all are put together: small groups are hidden, not singled out.
_FEWEST_SHARE = 0.01
#: How much wider a 99.8 % interval is than a 95 % one.
_WIDER = 3.0902 / 1.959964
OTHER, UNKNOWN = "other", "not recorded"
ClientGroups = dict[str, tuple[Codes, list[str]]]


def fairness(cases: Cases, foretold: Foretold) -> Section:
    """Return the section on fairness."""
    figures = _figures(cases, foretold)
    tables, drawn, apart = [], [], []
    for kind, (codes, labels) in client_groups(cases.clients).items():
        frames = []
        for figure in figures:
            grouped = figure.by(codes, labels, figure.now)
            found = as_table(grouped, "group", "figure", figure.digits)
            if figure.before is not None:
                found = beside_before(found, "group", figure.by(codes, labels, figure.before), figure.digits)
            frames.append(found.assign(what=figure.name)[["what", *found.columns]])
            plain = figure.name.removesuffix(" (%)").removesuffix(" (SD)")
            apart += [f"{plain} {side} for {kind} “{label}”" for label, side in _apart(grouped)]
            if figure.name == WAIT:
                drawn.append(as_drawn(grouped, figure.digits, kind))
        frame = pd.concat(frames, ignore_index=True)
        tables.append(Table(f"fairness_{kind.replace(' ', '_')}", f"By {kind}", frame, (HIDDEN_NOTE, ERROR_NOTE)))
    sentence = _sentence(cases, apart)
    waits = pd.concat(drawn, ignore_index=True)
    picture = Picture(
        "fairness_waits", "intervals", "Days from enquiry to first session, by group", sentence, waits, "days"
    )
    cautions = (
        "A difference says that groups fared differently, not why: they differ in needs, limits and times.",
        "No clear difference may only mean that there are too few clients to see one.",
    )
    return Section(
        "fairness", "Do groups of clients fare alike?", sentence, METHOD, (*tables, exposure_table(cases)), (picture,),
        cautions,
    )  # fmt: skip


WAIT = "days waited"


@dataclass(frozen=True, slots=True, eq=False)
class _Figure:
    """One figure: its values (n,), whose they are, which rows lie in the period and which in the one before."""

    name: str
    digits: int
    values: Floats
    clients: Codes
    now: Window | None
    before: Window | None
    share: bool = False

    def by(self, codes: Codes, labels: list[str], window: Window | None) -> Grouped:
        """Return the figure by client group."""
        if self.share:
            return in_percent(share_by_group(self.values, codes[self.clients], labels, window))
        return mean_by_group(self.values, codes[self.clients], labels, window)


def _figures(cases: Cases, foretold: Foretold) -> list[_Figure]:
    pairs, rows = cases.first_met
    met = cases.client_rows[rows]
    later = cases.rows_of_clients(pd.Series(foretold.client_ids, dtype=object))
    began = (cases.begins.at(rows), cases.begins_before.at(rows))
    ended, own, followed = (cases.ends, cases.ends_before), cases.client_rows, cases.followed
    return [
        _Figure(WAIT, 0, days_waited(cases, rows), met, *began),
        _Figure("wishes honoured (%)", 0, 100 * preference_fit(pairs), met, *began),
        _Figure("alliance, 0 to 10", 1, followed.alliance, own, *ended),
        _Figure("reliably improved (%)", 0, followed.improved, own, *ended, share=True),
        _Figure("dropped out (%)", 0, followed.dropped_out, own, *ended, share=True),
        # The trial's later courses reach across periods.
        _Figure(ERROR, 2, foretold.followed - foretold.expected, later, None, None),
    ]


def days_waited(cases: Cases, rows: Codes) -> Floats:
    """Return the days (n,) from enquiry to first session of first courses, NaN where not known."""
    met = cases.client_rows[rows]
    waited = (cases.episodes["started_on"].iloc[rows].to_numpy("datetime64[D]")
              - cases.clients["enquired_at"].iloc[met].to_numpy("datetime64[D]"))  # fmt: skip
    wait = np.where(np.isnat(waited), np.nan, waited.astype("timedelta64[D]").astype(np.float64))
    return np.where(wait >= 0, wait, np.nan)


ERROR = "prediction error (SD)"
ERROR_NOTE = (
    "The prediction error has no period before: the model is tried on the latest courses up to the period's end, which "
    "reach back beyond its beginning. Measured is then of the trial's courses, each of which has some outcome."
)


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
    """Return codes and names, most clients first; rare names share one group."""
    codes, found = pd.factorize(names)
    rare = np.bincount(codes, minlength=len(found)) < max(FEWEST, _FEWEST_SHARE * len(names))
    merged, labels = pd.factorize(np.where(rare, OTHER, found))
    put = merged[codes]
    order = np.argsort(-np.bincount(put, minlength=len(labels)), kind="stable")
    return order.argsort()[put], labels[order].tolist()


def _apart(grouped: Grouped) -> list[tuple[str, str]]:
    """Return the groups whose figure lies further from everybody else's than many looks explain, and on which side."""
    found = grouped.difference
    low, high = found.value - _WIDER * (found.value - found.low), found.value + _WIDER * (found.high - found.value)
    return [
        (label, "higher" if a > 0 else "lower")
        for label, a, b in zip(grouped.labels, low, high, strict=True)
        if (a > 0 or b < 0) and label not in (UNKNOWN, OTHER)
    ]


def _sentence(cases: Cases, apart: list[str]) -> str:
    when = span(cases.scope.period)
    if not apart:
        return f"In {when} no group of clients clearly fared differently from the others in any of the figures below."
    few = apart[:4]
    more = f", and in {len(apart) - len(few)} more" if len(apart) > len(few) else ""
    return f"In {when} some groups clearly differed from the others: {listed(few)}{more}; the tables say how."
