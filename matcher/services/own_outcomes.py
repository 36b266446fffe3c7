"""A therapist's own outcomes: for leads and owners by role, for the therapist by a code of their own."""

from datetime import UTC, datetime, timedelta
from typing import Final

from matcher.clinic.problems import ClinicError
from matcher.reports.own import own_report
from matcher.reports.values import Report
from matcher.services.access import Person, needs
from matcher.services.reporting import Asked, scope_of, store_data
from matcher.store.audit import record
from matcher.store.codes import make_code, open_code, withdraw_codes
from matcher.store.staff_rows import therapist_rows
from matcher.store.store import Store

PURPOSE: Final = "therapist_report"
CODE_DAYS: Final = 14


@needs("see_therapist_report")
def therapists(person: Person, store: Store) -> dict[str, str]:
    """Return the clinic's therapists' names by their ids, in alphabetical order."""
    with store.reading() as session:
        rows = therapist_rows(session)
    named = zip(rows["therapist_id"], rows["name"], strict=True)
    return dict(sorted(named, key=lambda pair: str(pair[1]).lower()))


@needs("see_therapist_report")
def report_of(person: Person, store: Store, therapist_id: str) -> Report:
    """Return one therapist's own report, and note who looked.

    Raises
    ------
    ClinicError
        If the clinic has no such therapist.
    """
    return _report(store, therapist_id, person.account_id)


@needs("see_therapist_report")
def new_code(person: Person, store: Store, therapist_id: str) -> str:
    """Return a new code with which a therapist sees their own report for two weeks; earlier ones stop working."""
    with store.writing() as session:
        withdraw_codes(session, PURPOSE, therapist_id=therapist_id)
        until = datetime.now(UTC) + timedelta(days=CODE_DAYS)
        record(session, person.account_id, "made report code", "therapist", therapist_id)
        return make_code(session, PURPOSE, expires_at=until, therapist_id=therapist_id)


def report_by_code(store: Store, code: str, asker: str) -> Report | None:
    """Return the report a therapist's code opens, None where it opens none.

    Parameters
    ----------
    asker
        Whoever types it, so that guessing is slowed.

    Raises
    ------
    TooManyTriesError
        If the asker has typed too many wrong ones.
    """
    with store.writing() as session:
        found = open_code(session, code, PURPOSE, asker=asker)
    if found is None or found.therapist_id is None:
        return None
    return _report(store, found.therapist_id, f"therapist {found.therapist_id}")


def _report(store: Store, therapist_id: str, actor: str) -> Report:
    data = store_data(store)
    try:
        report = own_report(data, scope_of(data, Asked()), therapist_id, today=datetime.now(UTC).date())
    except ValueError as error:
        raise ClinicError(str(error)) from None
    with store.writing() as session:
        record(session, actor, "saw report", "therapist", therapist_id)
    return report
