"""Therapists' profiles and limits: kept by staff, or by a therapist's own code, never written over unseen."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from staffed import INTAKE, OWNER, TODAY, enquire, new_store, ranking

from matcher.services.access import NotAllowedError
from matcher.services.one_enquiry import open_case
from matcher.services.therapist_desk import (
    confirm_openings,
    keep_own,
    keep_profile,
    make_link,
    open_link,
    profile,
    reminders,
    therapist_list,
)
from matcher.store.errors import StaleVersionError, StoreError
from matcher.store.places import take_place
from matcher.store.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def test_a_profile_and_its_limits_are_kept_together_or_not_at_all(store: Store) -> None:
    before = profile(INTAKE, store, "t1")
    after = replace(before.therapist, bio="New here", capacity=4)
    limits = replace(before.limits, primary_concerns=("depression", "ocd"), leave_from=TODAY)
    with pytest.raises(StoreError, match="only concerns they work with: sleep"):
        keep_profile(INTAKE, store, before, after, replace(limits, primary_concerns=("sleep",)))
    four = ("depression", "ocd", "trauma", "depression")
    with pytest.raises(StoreError, match="at most 3"):
        keep_profile(INTAKE, store, before, after, replace(limits, primary_concerns=four))
    assert profile(INTAKE, store, "t1") == before
    keep_profile(INTAKE, store, before, after, limits)
    now = profile(INTAKE, store, "t1")
    assert (now.therapist.bio, now.therapist.capacity, now.limits.primary_concerns) == (
        "New here", 4, ("depression", "ocd"),
    )  # fmt: skip
    with pytest.raises(StaleVersionError):
        keep_profile(INTAKE, store, before, replace(after, bio="Mine"), limits)


def test_a_value_no_folder_can_hold_is_refused(store: Store) -> None:
    before = profile(INTAKE, store, "t1")
    with pytest.raises(StoreError):
        keep_profile(INTAKE, store, before, replace(before.therapist, fee=-5.0), before.limits)


def test_who_has_places_and_was_not_asked_for_a_month_is_reminded_of(store: Store) -> None:
    lines = therapist_list(INTAKE, store, TODAY)
    assert [line.therapist.therapist_id for line in reminders(lines)] == ["t2", "t3", "t4", "t5", "t6"]
    confirm_openings(INTAKE, store, "t2", TODAY)
    assert "t2" not in {line.therapist.therapist_id for line in reminders(therapist_list(INTAKE, store, TODAY))}
    later = TODAY + timedelta(days=31)
    assert "t2" in {line.therapist.therapist_id for line in reminders(therapist_list(INTAKE, store, later))}


def test_a_therapists_own_code_changes_what_is_theirs_and_nothing_else(store: Store) -> None:
    code = make_link(INTAKE, store, "t1", datetime.now(UTC))
    opened = open_link(store, code, None)
    assert opened is not None
    assert opened.therapist.therapist_id == "t1"
    mine = replace(opened.limits, declined_concerns=("trauma",))
    keep_own(store, code, opened, {"bio": "I work slowly", "capacity": 2}, mine, TODAY)
    now = profile(INTAKE, store, "t1")
    assert (now.therapist.bio, now.therapist.capacity, now.therapist.openings_confirmed_on) == (
        "I work slowly",
        2,
        TODAY,
    )
    assert now.limits.declined_concerns == ("trauma",)
    with pytest.raises(StoreError, match="kept by the clinic"):
        keep_own(store, code, now, {"fee": 500.0}, mine, TODAY)
    with pytest.raises(StoreError, match="opens nothing"):
        keep_own(store, code, now, {"bio": "x"}, replace(mine, therapist_id="t2"), TODAY)
    with pytest.raises(StoreError, match="opens nothing"):
        keep_own(store, code, profile(INTAKE, store, "t2"), {"bio": "x"}, mine, TODAY)
    again = make_link(INTAKE, store, "t1", datetime.now(UTC))
    assert open_link(store, code, None) is None
    assert open_link(store, again, "browser") is not None
    assert open_link(store, "AAAA-BBBB-CCCC-DDDD", "browser") is None


def test_what_the_clinic_changed_meanwhile_is_not_written_over_by_a_therapists_code(store: Store) -> None:
    code = make_link(INTAKE, store, "t1", datetime.now(UTC))
    opened = open_link(store, code, None)
    assert opened is not None
    enquire(store, "a")
    with store.writing() as session:
        take_place(session, "t1", "a", "test")
    # The page still says that the place is open.
    with pytest.raises(StaleVersionError):
        keep_own(store, code, opened, {"capacity": opened.therapist.capacity}, opened.limits, TODAY)
    now = profile(INTAKE, store, "t1")
    assert now.therapist.capacity == opened.therapist.capacity - 1
    keep_profile(INTAKE, store, now, now.therapist, replace(now.limits, declined_concerns=("trauma",)))
    with pytest.raises(StaleVersionError):
        keep_own(store, code, now, {}, replace(now.limits, declined_concerns=("grief",)), TODAY)
    assert profile(INTAKE, store, "t1").limits.declined_concerns == ("trauma",)


def test_a_limit_set_by_the_therapist_is_in_force_at_once(store: Store) -> None:
    enquire(store, "a", concerns=(("trauma", 2),))
    before = profile(INTAKE, store, "t1")
    assert "t1" in open_case(INTAKE, store, ranking(store), "a").everyone
    keep_profile(INTAKE, store, before, before.therapist, replace(before.limits, declined_concerns=("trauma",)))
    shown = open_case(INTAKE, store, ranking(store), "a")
    assert "t1" not in shown.everyone


def test_owners_edit_nobody(store: Store) -> None:
    with pytest.raises(NotAllowedError):
        profile(OWNER, store, "t1")
    with pytest.raises(NotAllowedError):
        make_link(OWNER, store, "t1", datetime.now(UTC))
