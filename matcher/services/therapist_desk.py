"""Therapists as staff, or they themselves by a link, keep them: profile, places, leave, limits of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from matcher.clinic.problems import ClinicError
from matcher.clinic.rows import therapists_from
from matcher.domain.therapist import Therapist
from matcher.services.access import Person, needs
from matcher.services.one_enquiry import stale_openings
from matcher.store.audit import record
from matcher.store.codes import make_code, open_code, withdraw_codes
from matcher.store.errors import StoreError
from matcher.store.rows import change_therapist, therapist_of
from matcher.store.staff_rows import Caseload, caseloads, therapist_rows
from matcher.store.store import Store, StoreSession
from matcher.store.therapist_desk import TherapistSettings, all_settings, change_settings, settings_of

#: What a therapist may change of their own profile by their link; the clinic keeps fees, funding and what is checked.
THEIRS: Final[tuple[str, ...]] = (
    "modalities", "availability", "next_opening", "directiveness", "emotional_intensity", "past_focus", "challenge",
    "bio", "capacity",
)  # fmt: skip
ACTOR: Final = "therapist link"
PURPOSE: Final = "therapist_profile"
LINK_DAYS: Final = 90


@dataclass(frozen=True, slots=True)
class Profile:
    """One therapist with their own limits, and the versions to hand back with a change."""

    therapist: Therapist
    version: int
    limits: TherapistSettings


@dataclass(frozen=True, slots=True)
class TherapistLine:
    """One therapist in the list: open places, whether they were confirmed lately, leave, and how full they are."""

    therapist: Therapist
    limits: TherapistSettings
    caseload: Caseload
    stale: bool
    away: bool


@needs("edit_therapists")
def therapist_list(person: Person, store: Store, today: date) -> list[TherapistLine]:
    """Return every therapist in the clinic's order, with what needs somebody's attention."""
    del person
    with store.reading() as session:
        limits, loads = all_settings(session), caseloads(session)
        people = therapists_from(therapist_rows(session))
    lines = []
    for therapist in people:
        own = limits.get(therapist.therapist_id, TherapistSettings(therapist.therapist_id))
        stale = stale_openings(therapist.openings_confirmed_on, today)
        load = loads.get(therapist.therapist_id, Caseload())
        lines.append(TherapistLine(therapist, own, load, stale, own.away(today)))
    return lines


@needs("edit_therapists")
def profile(person: Person, store: Store, therapist_id: str) -> Profile:
    """Return one therapist; raises `NotFoundError` where there is none."""
    del person
    with store.reading() as session:
        return _profile(session, therapist_id)


@needs("edit_therapists")
def keep_profile(person: Person, store: Store, before: Profile, after: Therapist, limits: TherapistSettings) -> None:
    """Write a therapist and their limits over the versions they were read as: both or neither.

    Raises
    ------
    StaleVersionError
        If somebody changed either meanwhile.
    StoreError
        If a limit makes no sense, or a value is none the clinic's folder can hold.
    """
    with store.writing() as session:
        _keep(session, before, after, limits, person.account_id)


@needs("edit_therapists")
def confirm_openings(person: Person, store: Store, therapist_id: str, today: date) -> None:
    """Keep that somebody confirmed a therapist's open places today; raises as `change_therapist`."""
    with store.writing() as session:
        known = therapist_of(session, therapist_id)
        confirmed = replace(known.value, openings_confirmed_on=today)
        change_therapist(session, confirmed, known.version, person.account_id)


@needs("edit_therapists")
def make_link(person: Person, store: Store, therapist_id: str, now: datetime) -> str:
    """Return a code by which a therapist keeps their own profile for some months, shown once; earlier ones end."""
    with store.writing() as session:
        therapist_of(session, therapist_id)
        withdraw_codes(session, PURPOSE, therapist_id=therapist_id)
        record(session, person.account_id, "made profile code", "therapist", therapist_id)
        return make_code(session, PURPOSE, expires_at=now + timedelta(days=LINK_DAYS), therapist_id=therapist_id)


def open_link(store: Store, code: str, asker: str | None) -> Profile | None:
    """Return the profile a therapist's code opens, None where it opens none; whoever holds it needs no account.

    Raises
    ------
    TooManyTriesError
        If the asker, the fingerprint of a browser's cookie, has typed too many wrong ones.
    """
    with store.writing() as session:
        found = open_code(session, code, PURPOSE, asker=asker)
        return None if found is None or found.therapist_id is None else _profile(session, found.therapist_id)


def keep_own(
    store: Store, code: str, before: Profile, changes: Mapping[str, Any], limits: TherapistSettings, today: date
) -> None:
    """Write what a therapist changed of their own by their code, their open places confirmed by that.

    Raises
    ------
    StoreError
        If the code opens nothing, or something else than theirs is to be changed.
    StaleVersionError
        If the clinic changed ``before``, or a place of theirs was taken or given back, meanwhile.
    """
    if not set(changes) <= set(THEIRS):
        raise StoreError("this is kept by the clinic: ask them to change it.")
    with store.writing() as session:
        found = open_code(session, code, PURPOSE)
        whose = {before.therapist.therapist_id, limits.therapist_id}
        if found is None or whose != {found.therapist_id}:
            raise StoreError("this link opens nothing any more: ask the clinic for another.")
        after = replace(before.therapist, **changes, openings_confirmed_on=today)
        _keep(session, before, after, limits, ACTOR)


def reminders(lines: list[TherapistLine]) -> list[TherapistLine]:
    """Return whose open places have to be confirmed: who has some, is here, and was not asked for a month."""
    return [line for line in lines if line.stale and not line.away and line.therapist.capacity > 0]


def _profile(session: StoreSession, therapist_id: str) -> Profile:
    known = therapist_of(session, therapist_id)
    return Profile(known.value, known.version, settings_of(session, therapist_id))


def _keep(session: StoreSession, before: Profile, after: Therapist, limits: TherapistSettings, actor: str) -> None:
    if beyond := set(limits.primary_concerns) - set(after.concerns):
        raise StoreError(f"put first only concerns they work with: {', '.join(sorted(beyond))}.")
    if after != before.therapist:
        try:
            change_therapist(session, after, before.version, actor)
        except ClinicError as error:
            raise StoreError(str(error)) from None
    if limits != before.limits:
        change_settings(session, limits, actor)
