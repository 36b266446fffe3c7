"""Exports of practice software: columns mapped once and remembered, looked at first, all loaded or nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from staffed import INTAKE, OWNER, new_store, open_places

from matcher.clinic import ClinicError
from matcher.services import practice_files
from matcher.services.access import NotAllowedError
from matcher.services.practice_columns import guess
from matcher.services.practice_files import preview, read_export, remembered_maps, take_in
from matcher.services.therapist_desk import keep_profile, profile
from matcher.store.clinics import TableCounts
from matcher.store.errors import StaleVersionError
from matcher.store.store import Store

EXPORT = b"""\
Practitioner ID,Full Name,Specialties,Formats,Spots,Session Fee,Room
t1,Asha Demir-Lee,depression;sleep,in_person,3,190,4
n1,Nia Okoro,grief,telehealth,2,,1
"""


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return new_store(tmp_path)


def test_columns_are_guessed_and_what_is_not_ours_is_left_out() -> None:
    frame = read_export(EXPORT)
    assert guess(list(frame.columns)) == {
        "Practitioner ID": "therapist_id",
        "Full Name": "name",
        "Specialties": "concerns",
        "Formats": "formats",
        "Spots": "capacity",
        "Session Fee": "fee",
    }


def test_an_export_is_taken_in_and_keeps_what_it_does_not_speak_of(store: Store) -> None:
    frame = read_export(EXPORT)
    mapping = guess(list(frame.columns))
    assert preview(frame, mapping).problem == ""
    assert take_in(INTAKE, store, frame, mapping, "Our software") == TableCounts(1, 1, 0)
    known = profile(INTAKE, store, "t1").therapist
    assert (known.name, known.fee, known.capacity) == ("Asha Demir-Lee", 190.0, 3)
    assert str(known.openings_confirmed_on) == "2026-11-20"
    assert open_places(store, "n1") == 2
    assert remembered_maps(INTAKE, store) == {"Our software": mapping}
    assert take_in(INTAKE, store, frame, mapping, "") == TableCounts(0, 0, 2)


def test_a_bad_row_is_said_and_nothing_is_loaded(store: Store) -> None:
    frame = read_export(EXPORT.replace(b"t1,Asha Demir-Lee,depression;sleep", b"t1,Asha,nonsense"))
    mapping = guess(list(frame.columns))
    assert "row 1, column concerns" in preview(frame, mapping).problem
    with pytest.raises(ClinicError, match="column concerns"):
        take_in(INTAKE, store, frame, mapping, "x")
    assert remembered_maps(INTAKE, store) == {}
    assert profile(INTAKE, store, "t1").therapist.name == "Asha Demir"


def test_what_somebody_changes_while_a_file_is_read_is_not_written_over(store: Store, monkeypatch) -> None:
    frame = read_export(EXPORT)
    before = profile(INTAKE, store, "t1")
    filled = practice_files._filled

    def meanwhile(*given):
        keep_profile(INTAKE, store, before, replace(before.therapist, bio="Written meanwhile"), before.limits)
        return filled(*given)

    monkeypatch.setattr(practice_files, "_filled", meanwhile)
    with pytest.raises(StaleVersionError):
        take_in(INTAKE, store, frame, guess(list(frame.columns)), "x")
    now = profile(INTAKE, store, "t1").therapist
    assert (now.bio, now.name) == ("Written meanwhile", "Asha Demir")
    assert remembered_maps(INTAKE, store) == {}


def test_a_file_that_is_no_csv_is_refused() -> None:
    with pytest.raises(ClinicError, match="cannot be read"):
        read_export(b"\xff\xfe\x00")


def test_owners_load_nobody(store: Store) -> None:
    frame = read_export(EXPORT)
    with pytest.raises(NotAllowedError):
        take_in(OWNER, store, frame, guess(list(frame.columns)), "x")
