"""Match-outcome reports: which rows, which period, made once and given as page, PDF, CSV or JSON."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.clinic.problems import ClinicError
from matcher.domain.vocabulary import CONCERNS
from matcher.reports.build import SECTIONS, build_report, months_before, whole_months
from matcher.reports.values import Period, Report, ReportData, Scope
from matcher.services.access import Person, needs
from matcher.services.clinic_data import demo_clinic
from matcher.services.sites import site_names, sites_of
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


def store_report(store: Store, asked: Asked, actor: str, progress: Callable[[str], object] | None = None) -> Report:
    """Return the report of a store's clinic, and note who made it; raises as `data_report`."""
    data = store_data(store)
    report = data_report(data, asked, progress)
    with store.writing() as session:
        period = report.scope.period
        about = {"from": period.start.isoformat(), "to": period.end.isoformat(), "concern": report.scope.concern}
        about["site"] = report.scope.site
        record(session, actor, "made report", "clinic", "", **about)
        return _made_up(report) if holds_demo(session) else report


def data_report(data: ReportData, asked: Asked, progress: Callable[[str], object] | None = None) -> Report:
    """Return the report of a clinic's rows.

    Raises
    ------
    ClinicError
        If the period, the concern or the site cannot be reported on; the message says what to mend.
    """
    return build_report(data, scope_of(data, asked), today=datetime.now(UTC).date(), progress=progress)


def clinic_report(clinic: Clinic, asked: Asked, progress: Callable[[str], object] | None = None) -> Report:
    """Return the report of a clinic folder; raises as `data_report`."""
    return data_report(ReportData(clinic, sites=sites_of(clinic.therapists)), asked, progress)


def demo_report(asked: Asked, progress: Callable[[str], object] | None = None) -> Report:
    """Return the report of the made-up demo clinic, labelled so; raises as `data_report`."""
    return _made_up(clinic_report(demo_clinic(), asked, progress))


def store_data(store: Store) -> ReportData:
    """Return a store's rows for a report: the clinic, each enquiry's way, and the slates shown."""
    clinic = load_clinic(store)
    with store.reading() as session:
        enquiries = _with_imported(enquiry_frame(session), clinic.clients)
        slates, given_way = slate_frame(session), given_way_frame(session)
        return ReportData(clinic, enquiries, slates, sites=sites_of(clinic.therapists), given_way=given_way)


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


def scope_of(data: ReportData, asked: Asked) -> Scope:
    """Return what a report is about: the months asked for or the usual ones, against those just before.

    Raises
    ------
    ClinicError
        If the period is upside down, or the concern or the site is unknown.
    """
    _check_site(data, asked.site)
    if asked.concern is not None and asked.concern not in CONCERNS:
        raise ClinicError(f"{asked.concern!r} is no concern: use one of {', '.join(CONCERNS)}.")
    usual = usual_months(data)
    end = asked.end or (usual.end if asked.start is None else max(usual.end, asked.start))
    start = asked.start or _months_back(end, USUAL_MONTHS)
    if start > end:
        raise ClinicError(f"the period ends on {end} before it begins on {start}: give other days.")
    if start < _FIRST_DAY:
        raise ClinicError(f"{start} is too early: the first day a report can begin on is {_FIRST_DAY}.")
    period = whole_months(Period(start, end))
    return Scope(period, months_before(period), asked.concern, asked.site)


def _check_site(data: ReportData, site: str | None) -> None:
    known = site_names(data.sites)
    if site is None or site in known:
        return
    if not known:
        raise ClinicError("this clinic has one site only, as far as its therapists' places tell: leave the site out.")
    raise ClinicError(f"{site!r} is no site of this clinic: use one of {'; '.join(known)}.")


def usual_months(data: ReportData) -> Period:
    """Return the last twelve whole months a clinic has rows of; up to today where it has none."""
    newest = max(_days(data.clinic), default=datetime.now(UTC).date())
    return whole_months(Period(_months_back(newest, USUAL_MONTHS), newest))


def _made_up(report: Report) -> Report:
    return replace(report, title=f"{report.title} (made-up clinic)")


def _months_back(end: date, months: int) -> date:
    """Return the first day of the month from which ``months`` months reach to the end of the given one."""
    first = end.year * 12 + end.month - months
    return date(first // 12, first % 12 + 1, 1)


def _days(clinic: Clinic) -> list[date]:
    columns = (clinic.clients["enquired_at"], clinic.episodes["started_on"], clinic.episodes["ended_on"])
    newest = (pd.to_datetime(column).max() for column in columns if len(column))
    # A date mistyped into the future must not empty the report.
    limit = datetime.now(UTC).date() + timedelta(days=1)
    return [min(day.date(), limit) for day in newest if not pd.isna(day)]
