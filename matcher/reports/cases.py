"""A clinic's courses of therapy made ready to be counted: what followed each, by its measure's own rules."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from matcher.clinic.codes import parts_of
from matcher.clinic.encoding import (
    ClientTable,
    TherapistTable,
    days_of,
    encode_clients,
    encode_therapists,
    start_severity,
)
from matcher.clinic.pairs import Pairs
from matcher.domain.vocabulary import CONCERNS, DOMAINS, MEASURES, Measure
from matcher.features.case_mix import case_mix
from matcher.features.outcomes import outcomes
from matcher.reports.values import Period, ReportData, Scope

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]
ALLIANCE: tuple[str, ...] = ("alliance_goal", "alliance_task", "alliance_bond")
_CONCERN_CODES = tuple(CONCERNS)


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Which of n rows lie in a period (n,), and which came before it began."""

    inside: Bools
    earlier: Bools

    def at(self, rows: ArrayLike) -> "Window":
        """Return the window of some of the rows, given by place or by yes and no."""
        kept = np.asarray(rows)
        return Window(self.inside[kept], self.earlier[kept])

    def counts(self, yes: Bools) -> tuple[float, float]:
        """Return how many of whom something holds lie in the period, and how many before it."""
        return float((yes & self.inside).sum()), float((yes & self.earlier).sum())


def window(days: pd.Series, period: Period) -> Window:
    """Return which days or moments lie in a period and which before it; neither where missing."""
    return Window(within(days, period), np.asarray(days < pd.Timestamp(period.start), dtype=bool))


@dataclass(frozen=True, slots=True, eq=False)
class Course:
    """What followed n courses, each (n,): NaN where it was not measured, and yes or no as 1 or 0.

    ``effect`` is the fall in score over the measure's usual spread at intake; ``recovered`` is known of those who began
    as a case; the rules and figures are those of ``data/reference/measures.csv``.
    """

    alliance: Floats
    effect: Floats
    improved: Floats
    deteriorated: Floats
    recovered: Floats
    case: Floats
    dropped_out: Floats
    planned: Floats
    changed: Floats


@dataclass(frozen=True, eq=False)
class Cases:
    """A clinic's courses within a report's scope, n rows in the order of ``episodes``; see ``cases``.

    ``client_rows`` (n,) are rows of ``clients`` and of ``client_table``; ``case_mix`` (n, 15) is the client as of the
    course and ``scores`` (n, 3) alliance, improvement and staying, columns as in ``features``; ``concern`` (n,) is the
    place of the client's main concern in ``CONCERNS``.
    """

    data: ReportData
    scope: Scope
    episodes: pd.DataFrame
    clients: pd.DataFrame
    therapists: TherapistTable
    client_table: ClientTable
    client_rows: NDArray[np.intp]
    case_mix: Floats
    scores: Floats
    concern: NDArray[np.intp]
    followed: Course

    def __len__(self) -> int:
        return len(self.episodes)

    @cached_property
    def place_of_client(self) -> "pd.Index[Any]":
        """The clients' ids, to find rows of ``clients`` by."""
        found: pd.Index[Any] = pd.Index(self.clients["client_id"].to_numpy(object))
        return found

    @cached_property
    def therapist_rows(self) -> NDArray[np.intp]:
        """Each course's row of ``therapists`` (n,), -1 where the therapist is no longer listed."""
        ids = pd.Index(np.array(self.therapists.ids, dtype=object))
        return np.asarray(ids.get_indexer(pd.Index(self.episodes["therapist_id"].to_numpy(object))), dtype=np.intp)

    @cached_property
    def first_course(self) -> NDArray[np.intp]:
        """Each client's first course (c,) as a row of ``episodes``, -1 where they have none."""
        latest_first = self.episodes["started_on"].argsort(kind="stable").to_numpy()[::-1]
        first = np.full(len(self.clients), -1, dtype=np.intp)
        first[self.client_rows[latest_first]] = latest_first
        return first

    @cached_property
    def first_met(self) -> tuple[Pairs, NDArray[np.intp]]:
        """Every client beside the therapist of their first course, where still listed, and those courses' rows."""
        first = np.sort(self.first_course[self.first_course >= 0])
        rows = first[self.therapist_rows[first] >= 0]
        clients = self.client_table.take(self.client_rows[rows])
        met = self.therapists.take(self.therapist_rows[rows])
        started = days_of(self.episodes["started_on"].iloc[rows])
        # What a client met with was the day they began, not the therapist's next opening today.
        return Pairs(clients, replace(met, days={**met.days, "next_opening": started}), grid=False), rows

    def rows_of_clients(self, ids: pd.Series) -> NDArray[np.intp]:
        """Return the row of each client id (n,), -1 where it is not within the scope."""
        return np.asarray(self.place_of_client.get_indexer(pd.Index(ids.to_numpy(object))), dtype=np.intp)

    @cached_property
    def ends(self) -> Window:
        """Courses by whether they ended in the period, or before it."""
        return window(self.episodes["ended_on"], self.scope.period)

    @cached_property
    def ends_before(self) -> Window:
        """Courses by whether they ended in the period before, or earlier still."""
        return window(self.episodes["ended_on"], self.scope.before)

    @cached_property
    def begins(self) -> Window:
        """Courses by whether they began in the period, or before it."""
        return window(self.episodes["started_on"], self.scope.period)

    @cached_property
    def begins_before(self) -> Window:
        """Courses by whether they began in the period before, or earlier still."""
        return window(self.episodes["started_on"], self.scope.before)

    @property
    def ended(self) -> Bools:
        """Courses that ended in the period."""
        return self.ends.inside

    @property
    def ended_before(self) -> Bools:
        """Courses that ended in the period before."""
        return self.ends_before.inside

    @cached_property
    def so_far(self) -> Bools:
        """Courses that ended by the period's last day, however long ago."""
        return ended_by(self.episodes["ended_on"], self.scope.period)

    @cached_property
    def domain(self) -> NDArray[np.intp]:
        """Each course's main domain: that of the client's most severe concern."""
        of = np.array([DOMAINS.index(CONCERNS[code].domain) for code in _CONCERN_CODES], dtype=np.intp)
        return np.asarray(np.where(self.concern >= 0, of[self.concern], -1), dtype=np.intp)


def cases(data: ReportData, scope: Scope) -> Cases:
    """Return a clinic's courses within a scope: all concerns or one, all sites or one."""
    clinic = data.clinic
    clients = clinic.clients
    main = main_concerns(clients["concerns"])
    if scope.concern is not None:
        kept = main == _CONCERN_CODES.index(scope.concern)
        clients, main = clients[kept].reset_index(drop=True), main[kept]
    if scope.site is not None:
        here = clients["client_id"].isin(_clients_at_site(data, scope)).to_numpy(bool)
        clients, main = clients[here].reset_index(drop=True), main[here]
    ids = pd.Index(clients["client_id"].to_numpy(object))
    rows = ids.get_indexer(pd.Index(clinic.episodes["client_id"].to_numpy(object)))
    known = (rows >= 0) & at_site(clinic.episodes["therapist_id"], data, scope)
    episodes = clinic.episodes[known].reset_index(drop=True)
    therapists = encode_therapists(clinic.therapists)
    table = encode_clients(clients, therapists)
    client_rows = np.asarray(rows[known], dtype=np.intp)
    return Cases(
        data,
        scope,
        episodes,
        clients,
        therapists,
        table,
        client_rows,
        _case_mix(episodes, table.take(client_rows)),
        outcomes(episodes),
        main[client_rows],
        what_followed(episodes),
    )


def _case_mix(episodes: pd.DataFrame, clients: ClientTable) -> Floats:
    """Return what each client brought when the course began: a score from after the start is not used."""
    own, started = start_severity(episodes), days_of(episodes["started_on"])
    before = np.where(clients.days["enquired_at"] > started, np.nan, clients.start)
    start = np.where(np.isnan(own), before, own).astype(np.float32)
    return case_mix(replace(clients, start=start))


def at_site(therapist_ids: pd.Series, data: ReportData, scope: Scope) -> Bools:
    """Return which therapists work at the scope's site; all where it names none."""
    if scope.site is None or data.sites is None:
        return np.ones(len(therapist_ids), dtype=bool)
    return np.asarray(therapist_ids.map(dict(data.sites)) == scope.site, dtype=bool)


def _clients_at_site(data: ReportData, scope: Scope) -> set[str]:
    """Return the clients with a course at the scope's site, or an enquiry that names a therapist there."""
    episodes, enquiries = data.clinic.episodes, data.enquiries
    found = set(episodes.loc[at_site(episodes["therapist_id"], data, scope), "client_id"])
    if enquiries is not None and "therapist_id" in enquiries:
        found |= set(enquiries.loc[at_site(enquiries["therapist_id"], data, scope), "client_id"])
    return found


def within(days: pd.Series, period: Period) -> Bools:
    """Return which days or moments lie in a period; false where missing."""
    return np.asarray((days >= pd.Timestamp(period.start)) & (days < _after(period)), dtype=bool)


def ended_by(days: pd.Series, period: Period) -> Bools:
    """Return which days lie before the end of a period; false where missing."""
    return np.asarray(days < _after(period), dtype=bool)


def _after(period: Period) -> pd.Timestamp:
    return pd.Timestamp(period.end) + pd.Timedelta(days=1)


def main_concerns(cells: pd.Series) -> NDArray[np.intp]:
    """Return each client's most severe concern (n,) as its place in ``CONCERNS``, the first named of those alike."""
    levels, parts = parts_of(cells)
    read = [name.partition(":") for name in parts.names]
    place = np.array([_CONCERN_CODES.index(code) if code in CONCERNS else -1 for code, _, _ in read], dtype=np.intp)
    weight = np.array([float(said or 2) if code in CONCERNS else 0.0 for code, _, said in read])
    known = np.flatnonzero(place[parts.which] >= 0)
    # Sorting keeps the order of those alike, and the first of each cell is then its worst.
    order = known[np.lexsort((-weight[parts.which[known]], parts.owner[known]))]
    owners, first = np.unique(parts.owner[order], return_index=True)
    table = np.full(parts.cells + 1, -1, dtype=np.intp)
    table[owners] = place[parts.which[order[first]]]
    return table[levels]


def what_followed(episodes: pd.DataFrame) -> Course:
    """Return what followed each course, by its measure's own cut-off and reliable change."""
    rules = np.array([_rules(m) for m in MEASURES.values()] + [(np.nan,) * 4])
    sign, spread, reliable, cutoff = rules[
        pd.Index(list(MEASURES)).get_indexer(pd.Index(episodes["measure"].to_numpy(object)))
    ].T
    start, end = (episodes[name].to_numpy(np.float64) for name in ("score_start", "score_end"))
    change = sign * (start - end)
    case = _case(start, sign, cutoff)
    known = ~np.isnan(change)
    alliance = episodes[list(ALLIANCE)].to_numpy(np.float64)
    parts = (~np.isnan(alliance)).sum(axis=1)
    ending = episodes["ending"].to_numpy(object)
    over = np.isin(ending, ("planned", "dropped_out", "changed_therapist"))
    return Course(
        alliance=np.where(parts > 0, np.nansum(alliance, axis=1) / np.maximum(parts, 1), np.nan),
        effect=change / spread,
        improved=_yes(change >= reliable, known),
        deteriorated=_yes(change <= -reliable, known),
        recovered=_yes(_case(end, sign, cutoff) == 0, known & (case == 1)),
        case=case,
        dropped_out=_yes(ending == "dropped_out", over),
        planned=_yes(ending == "planned", over),
        changed=_yes(ending == "changed_therapist", over),
    )


def _rules(measure: Measure) -> tuple[float, float, float, float]:
    """Return which way is worse, the usual spread at intake, reliable change and cut-off."""
    sign = 1.0 if measure.higher_is_worse else -1.0
    return sign, measure.intake_sd, measure.reliable_change, measure.clinical_cutoff


def _case(score: Floats, sign: Floats, cutoff: Floats) -> Floats:
    """Return whether a score is at caseness: at or above the cut-off, or below it where a higher score is better."""
    at = np.where(sign > 0, score >= cutoff, score < cutoff)
    return _yes(at, ~np.isnan(score) & ~np.isnan(cutoff))


def _yes(true: NDArray[np.bool_], known: Bools) -> Floats:
    return np.where(known, true.astype(np.float64), np.nan)
