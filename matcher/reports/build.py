"""The clinic owner's report: every section from one clinic's rows."""

import calendar
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

from threadpoolctl import threadpool_limits

from matcher.domain.vocabulary import CONCERNS
from matcher.eligibility.words import in_sentence
from matcher.reports.answers import answers
from matcher.reports.cases import Cases, cases
from matcher.reports.fairness import fairness
from matcher.reports.flow import flow
from matcher.reports.foretold import Foretold, foretell
from matcher.reports.matched import matched
from matcher.reports.nation import nation
from matcher.reports.outcomes import outcomes
from matcher.reports.phrases import span
from matcher.reports.prediction import prediction
from matcher.reports.therapists import therapists
from matcher.reports.values import Period, Report, ReportData, Scope, Section
from matcher.reports.wishes import wishes

#: The sections in the order they are read in.
SECTIONS = ("flow", "outcomes", "matched", "prediction", "wishes", "therapists", "fairness", "nation")
#: The same as they are made: those with most pictures first, so that drawing can begin, and last what needs the trial.
_PLAIN: tuple[Callable[[Cases], Section], ...] = (therapists, matched, flow, outcomes, nation, wishes)
_ON_TRIAL: tuple[Callable[[Cases, Foretold], Section], ...] = (prediction, fairness)


def build_report(
    data: ReportData, scope: Scope, *, today: date, progress: Callable[[Section], object] | None = None
) -> Report:
    """Return the report of a clinic for a scope, whose periods are widened to whole months.

    Whole months keep two reports from being subtracted to a few days' clients.

    Parameters
    ----------
    data, scope
        The clinic's rows, and what the report is about.
    today
        The day the report is made on.
    progress
        Called with each section as it is done.

    Raises
    ------
    ValueError
        If the concern is unknown, or a site is asked for and no sites are given.
    """
    if scope.concern is not None and scope.concern not in CONCERNS:
        raise ValueError("the concern is not one of the clinic's vocabulary")
    if scope.site is not None and (data.sites is None or scope.site not in set(data.sites.values())):
        raise ValueError("the site is not one of those given")
    scope = replace(scope, period=whole_months(scope.period), before=whole_months(scope.before))
    # The matrices are small: two threads would wait for each other longer than they work.
    with threadpool_limits(1):
        made = {}
        for section in _made(cases(data, scope)):
            made[section.key] = section
            if progress is not None:
                progress(section)
    sections = [made[key] for key in SECTIONS]
    return Report(_title(scope), scope, today, tuple(sections), answers(sections))


def _made(found: Cases) -> Iterator[Section]:
    """Give the sections as they are done."""
    for plain in _PLAIN:
        yield plain(found)
    foretold = foretell(found)
    for on_trial in _ON_TRIAL:
        yield on_trial(found, foretold)


def whole_months(period: Period) -> Period:
    """Return a period widened to the first and last day of its months."""
    last = calendar.monthrange(period.end.year, period.end.month)[1]
    return Period(period.start.replace(day=1), period.end.replace(day=last))


def months_before(period: Period) -> Period:
    """Return the whole months just before a period, as many as it has."""
    months = (period.end.year - period.start.year) * 12 + period.end.month - period.start.month + 1
    first = period.start.year * 12 + period.start.month - 1 - months
    return Period(date(first // 12, first % 12 + 1, 1), period.start.replace(day=1) - timedelta(days=1))


def _title(scope: Scope) -> str:
    about = "" if scope.concern is None else f", {in_sentence(CONCERNS[scope.concern].label)}"
    where = "" if scope.site is None else f", {scope.site}"
    return f"What followed the matches: {span(scope.period)}{about}{where}"
