"""Match-outcome reports: which rows, which period, made once and given as page, PDF, CSV or JSON."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Final

import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.clinic.problems import ClinicError
from matcher.domain.vocabulary import CONCERNS
from matcher.reports.build import SECTIONS, build_report, months_before, whole_months
from matcher.reports.followed import newest_day
from matcher.reports.values import Period, Report, ReportData, Scope, Section
from matcher.services.access import Person, needs
from matcher.services.clinic_data import demo_clinic
from matcher.services.sites import site_names, sites_of
from matcher.simulation.demo import WORLD
from matcher.simulation.on_the_way import OnTheWay, on_the_way
from matcher.store.audit import record
from matcher.store.clinics import holds_demo, load_clinic
from matcher.store.report_rows import enquiry_frame, given_way_frame, slate_frame
from matcher.store.staff_rows import therapist_rows
from matcher.store.store import Store

#: How long a period is where nobody names one.
USUAL_MONTHS = 12
_FIRST_DAY = date(1950, 1, 1)


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody asks a report about; None leaves it to the usual."""

    start: date | None = None
    end: date | None = None
    concern: str | None = None
    site: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """A clinic's rows brought together from parts, and the newest day of all its rows, None where it has none."""

    clinic: Clinic
    newest: date | None


def report_steps() -> int:
    """Return how many steps making a report takes, for whoever shows progress."""
    return len(SECTIONS)


@needs("see_report")
def owner_report(person: Person, store: Store, asked: Asked) -> Report:
    """Return the report of the store's clinic, and note who made it.

    Raises
    ------
    ClinicError
        If the period, the concern or the site cannot be reported on.
    """
    return store_report(store, asked, person.account_id)


@needs("see_report")
def usual_period(person: Person, store: Store) -> Period:
    """Return the period a report is about where nobody names one."""
    return usual_months(store_data(store))


@needs("see_report")
def sites(person: Person, store: Store) -> list[str]:
    """Return the sites a report can be about; none where the clinic has not two."""
    with store.reading() as session:
        return site_names(sites_of(therapist_rows(session)))


def store_report(
    store: Store,
    asked: Asked,
    actor: str,
    progress: Callable[[Section], object] | None = None,
    rows: Gathered | None = None,
) -> Report:
    """Return the report of a store's clinic, and note who made it; raises as `data_report`.

    ``rows`` are its clients and episodes where they were read in parts before.
    """
    data = store_data(store, None if rows is None else rows.clinic)
    with store.reading() as session:
        if holds_demo(session):
            data = _with_made_up_ways(data)
    report = data_report(data, asked, progress, None if rows is None else rows.newest)
    with store.writing() as session:
        period = report.scope.period
        about = {"from": period.start.isoformat(), "to": period.end.isoformat(), "concern": report.scope.concern}
        about["site"] = report.scope.site
        record(session, actor, "made report", "clinic", "", **about)
        return _made_up(report) if holds_demo(session) else report


def data_report(
    data: ReportData, asked: Asked, progress: Callable[[Section], object] | None = None, newest: date | None = None
) -> Report:
    """Return the report of a clinic's rows, the same in whatever order they come.

    ``newest`` is the clinic's newest day where ``data`` holds the rows of one concern alone.

    Raises
    ------
    ClinicError
        If the period, the concern or the site cannot be reported on; the message says what to mend.
    """
    scope = scope_of(data, asked, newest)
    data = replace(data, clinic=_in_order(data.clinic), newest=newest)
    return build_report(data, scope, today=datetime.now(UTC).date(), progress=progress)


def clinic_report(clinic: Clinic, asked: Asked, progress: Callable[[Section], object] | None = None) -> Report:
    """Return the report of a clinic folder; raises as `data_report`."""
    return gathered_report(Gathered(clinic, None), asked, progress)


def gathered_report(rows: Gathered, asked: Asked, progress: Callable[[Section], object] | None = None) -> Report:
    """Return the report of a clinic folder whose rows were brought together before; raises as `data_report`."""
    data = ReportData(rows.clinic, sites=sites_of(rows.clinic.therapists))
    return data_report(data, asked, progress, rows.newest)


def demo_report(asked: Asked, progress: Callable[[Section], object] | None = None) -> Report:
    """Return the report of the made-up demo clinic, labelled so; raises as `data_report`."""
    clinic = demo_clinic()
    data = _with_made_up_ways(ReportData(clinic, sites=sites_of(clinic.therapists)))
    return _made_up(data_report(data, asked, progress))


def store_data(store: Store, clinic: Clinic | None = None) -> ReportData:
    """Return a store's rows for a report: the clinic, each enquiry's way, and the slates shown."""
    clinic = clinic or load_clinic(store)
    with store.reading() as session:
        enquiries = _with_imported(enquiry_frame(session), clinic.clients)
        slates, given_way = slate_frame(session), given_way_frame(session)
        return ReportData(clinic, enquiries, slates, sites=sites_of(clinic.therapists), given_way=given_way)


def _in_order(clinic: Clinic) -> Clinic:
    """Return a clinic with its rows by id: courses begun on one day are then taken in the same order every time."""
    return replace(
        clinic,
        clients=clinic.clients.sort_values("client_id", ignore_index=True),
        episodes=clinic.episodes.sort_values("episode_id", ignore_index=True),
    )


def _with_imported(enquiries: pd.DataFrame, clients: pd.DataFrame) -> pd.DataFrame | None:
    """Return the enquiries and those of clients who came in by a folder, of whom only the day is known; None if all."""
    imported = clients.loc[~clients["client_id"].isin(set(enquiries["client_id"])), ["client_id", "enquired_at"]]
    if enquiries.empty:
        return None
    if imported.empty:
        return enquiries
    rows = pd.DataFrame(
        {
            "client_id": imported["client_id"].astype(object),
            "source": "import",
            "received_at": pd.to_datetime(imported["enquired_at"]).dt.tz_localize("UTC"),
        }
    )
    return (
        pd.concat([enquiries, rows.reindex(columns=enquiries.columns)], ignore_index=True) if len(rows) else enquiries
    )


def scope_of(data: ReportData, asked: Asked, newest: date | None = None) -> Scope:
    """Return what a report is about: the months asked for or the usual ones, against those just before.

    The usual ones end with the ``newest`` day, by default the newest of the rows.

    Raises
    ------
    ClinicError
        If the period is upside down, or the concern or the site is unknown.
    """
    check_place(data.sites, asked)
    usual = usual_months(data, newest)
    end = asked.end or (usual.end if asked.start is None else max(usual.end, asked.start))
    start = asked.start or _months_back(end, USUAL_MONTHS)
    if start > end:
        raise ClinicError(f"the period ends on {end} before it begins on {start}: give other days.")
    if start < _FIRST_DAY:
        raise ClinicError(f"{start} is too early: the first day a report can begin on is {_FIRST_DAY}.")
    period = whole_months(Period(start, end))
    return Scope(period, months_before(period), asked.concern, asked.site)


def check_place(sites: Mapping[str, str] | None, asked: Asked) -> None:
    """Make sure that the concern and the site asked about are known, before any row is read; raises as `scope_of`."""
    known = site_names(sites)
    if asked.site is not None and not known:
        raise ClinicError("this clinic has one site only, as far as its therapists' places tell: leave the site out.")
    if asked.site is not None and asked.site not in known:
        raise ClinicError(f"{asked.site!r} is no site of this clinic: use one of {'; '.join(known)}.")
    if asked.concern is not None and asked.concern not in CONCERNS:
        raise ClinicError(f"{asked.concern!r} is no concern: use one of {', '.join(CONCERNS)}.")


def usual_months(data: ReportData, newest: date | None = None) -> Period:
    """Return the last twelve whole months a clinic has rows of; up to today where it has none."""
    newest = newest or newest_day(data.clinic.clients, data.clinic.episodes) or datetime.now(UTC).date()
    return whole_months(Period(_months_back(newest, USUAL_MONTHS), newest))


def _with_made_up_ways(data: ReportData) -> ReportData:
    """Return the demo clinic's rows with what its folder does not hold, drawn for the report alone.

    Who enquired in the app itself keeps what the app knows of them.
    """
    made, own = _ways_of_the_demo(), data.enquiries
    clients = data.clinic.clients
    mine = None if own is None else own[own["source"] != "import"]
    known = set() if mine is None else set(mine["client_id"])
    here = (set(clients["client_id"]) | set(made.lost["client_id"])) - known
    enquiries, slates, given = (
        _joined(drawn[drawn["client_id"].isin(here)], kept)
        for drawn, kept in ((made.enquiries, mine), (made.slates, data.slates), (made.given_way, data.given_way))
    )
    people = pd.concat([clients, made.lost.astype(clients.dtypes.to_dict())], ignore_index=True)
    clinic = replace(data.clinic, clients=people)
    return replace(data, clinic=clinic, enquiries=enquiries, slates=slates, given_way=given)


@cache
def _ways_of_the_demo() -> OnTheWay:
    # Always the same, and read only.
    return on_the_way(demo_clinic(), WORLD)


def _joined(drawn: pd.DataFrame, kept: pd.DataFrame | None) -> pd.DataFrame:
    return drawn if kept is None or kept.empty else pd.concat([drawn, kept.astype(object)], ignore_index=True)


#: Said where a figure rests on what the demo clinic's folder does not hold.
_DRAWN: Final = (
    "This clinic is made up: how its enquiries went, who never came, and the lists shown, their order left to chance, "
    "are drawn for this report alone and stand nowhere else in the app."
)
_RESTS_ON_IT: Final = ("flow", "prediction", "wishes")


def _made_up(report: Report) -> Report:
    sections = tuple(
        replace(one, cautions=(_DRAWN, *one.cautions)) if one.key in _RESTS_ON_IT else one for one in report.sections
    )
    return replace(report, title=f"{report.title} (made-up clinic)", sections=sections)


def _months_back(end: date, months: int) -> date:
    """Return the first day of the month from which ``months`` months reach to the end of the given one."""
    first = end.year * 12 + end.month - months
    return date(first // 12, first % 12 + 1, 1)
