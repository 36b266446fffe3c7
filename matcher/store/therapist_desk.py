"""What a therapist settles for themselves: leave, concerns they do not take on, what they put first, how to write."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sqlalchemy import Row, func, insert, select
from sqlalchemy.orm import Session

from matcher.domain.vocabulary import CONCERNS
from matcher.store.audit import record
from matcher.store.enquiry_tables import therapist_settings
from matcher.store.errors import StaleVersionError, StoreError
from matcher.store.rows import change_row
from matcher.store.store import sealer_of
from matcher.store.tables import therapists

#: More than three first concerns say no more than none.
MOST_PRIMARY: Final = 3


@dataclass(frozen=True, slots=True)
class TherapistSettings:
    """One therapist's own limits; version 0 where none were ever set."""

    therapist_id: str
    leave_from: date | None = None
    leave_until: date | None = None
    declined_concerns: tuple[str, ...] = ()
    primary_concerns: tuple[str, ...] = ()
    email: str | None = None
    version: int = 0

    def away(self, on: date) -> bool:
        """Tell whether the therapist is on leave on a day; leave without an end goes on."""
        begun = self.leave_from is not None and self.leave_from <= on
        return begun and (self.leave_until is None or on <= self.leave_until)


def settings_of(session: Session, therapist_id: str) -> TherapistSettings:
    """Return a therapist's own limits, blank where none were set."""
    row = session.execute(
        select(therapist_settings).where(therapist_settings.c.therapist_id == therapist_id)
    ).one_or_none()
    return TherapistSettings(therapist_id) if row is None else _settings(session, row)


def hold_still(session: Session, therapist_ids: Iterable[str]) -> None:
    """Wait until nobody else is changing these therapists or their limits, and keep them so until this is written.

    In one order, so that two who move places between the same therapists never wait for each other.
    """
    wanted = sorted(therapist_ids)
    for column in (therapists.c.therapist_id, therapist_settings.c.therapist_id):
        session.execute(select(column).where(column.in_(wanted)).order_by(column).with_for_update())


def all_settings(session: Session) -> dict[str, TherapistSettings]:
    """Return the limits of every therapist who set any, by id; addresses stay sealed."""
    columns = [column for column in therapist_settings.c if column.name != "email"]
    return {row.therapist_id: _settings(session, row) for row in session.execute(select(*columns))}


def change_settings(session: Session, wanted: TherapistSettings, actor: str) -> int:
    """Write a therapist's limits over the version they were read as and return the new version.

    Raises
    ------
    StaleVersionError
        If somebody else changed them meanwhile.
    StoreError
        If a concern is not known, there are more than three first ones, or leave ends before it begins.
    """
    _check(wanted)
    row: dict[str, Any] = {
        "leave_from": wanted.leave_from,
        "leave_until": wanted.leave_until,
        "declined_concerns": ";".join(wanted.declined_concerns) or None,
        "primary_concerns": ";".join(wanted.primary_concerns) or None,
        "email": None,
    }
    if wanted.email:
        sealer = sealer_of(session)
        row["email"] = sealer.seal(wanted.email.encode(), "therapist_settings", "email", wanted.therapist_id)
    record(session, actor, "changed", "therapist settings", wanted.therapist_id)
    if wanted.version:
        return change_row(session, therapist_settings, wanted.therapist_id, wanted.version, row)
    # Two who set the first limits at once: whoever comes second waits here, and then sees the first.
    session.execute(
        select(therapists.c.position).where(therapists.c.therapist_id == wanted.therapist_id).with_for_update()
    )
    if settings_of(session, wanted.therapist_id).version:
        raise StaleVersionError("these limits were set by somebody else meanwhile: look at them again.")
    session.execute(insert(therapist_settings), {"therapist_id": wanted.therapist_id, **row})
    return 1


def therapist_stamp(session: Session) -> tuple[int, int, int]:
    """Return what differs as soon as a therapist, a place, or a limit of theirs changes."""
    people = session.execute(select(func.count(), func.coalesce(func.sum(therapists.c.version), 0))).one()
    limits = session.scalar(select(func.coalesce(func.sum(therapist_settings.c.version), 0)))
    return int(people[0]), int(people[1]), int(limits or 0)


def _settings(session: Session, row: Row[Any]) -> TherapistSettings:
    values = row._asdict()
    sealed = values.pop("email", None)
    email = None
    if sealed is not None:
        email = sealer_of(session).open(sealed, "therapist_settings", "email", row.therapist_id).decode()
    values |= {name: _codes(values[name]) for name in ("declined_concerns", "primary_concerns")}
    return TherapistSettings(**values, email=email)


def _codes(cell: str | None) -> tuple[str, ...]:
    return tuple(code for code in (cell or "").split(";") if code)


def _check(wanted: TherapistSettings) -> None:
    if unknown := sorted({*wanted.declined_concerns, *wanted.primary_concerns} - set(CONCERNS)):
        raise StoreError(f"not known as concerns: {', '.join(unknown)}.")
    if len(wanted.primary_concerns) > MOST_PRIMARY:
        raise StoreError(f"at most {MOST_PRIMARY} concerns can come first.")
    if both := sorted(set(wanted.declined_concerns) & set(wanted.primary_concerns)):
        raise StoreError(f"cannot both come first and be turned down: {', '.join(both)}.")
    if wanted.leave_until is not None and (wanted.leave_from is None or wanted.leave_until < wanted.leave_from):
        raise StoreError("leave ends on or after the day it begins.")
