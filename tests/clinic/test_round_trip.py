from pathlib import Path
from tempfile import TemporaryDirectory

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import TEXT, clinics

from matcher.clinic import (
    Clinic,
    canonical_clients,
    canonical_episodes,
    canonical_therapists,
    client_frame,
    clients_from,
    read_clinic,
    therapist_frame,
    therapists_from,
    write_clinic,
)
from matcher.clinic.cells import guard, is_formula, unguard

NAMES = ("therapists", "clients", "episodes")


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.slow
@given(clinics())
@settings(max_examples=25, deadline=None)
def test_what_is_written_reads_back_equal_and_is_written_again_byte_for_byte(clinic: Clinic) -> None:
    with TemporaryDirectory() as name:
        first, second = Path(name) / "first", Path(name) / "second"
        write_clinic(clinic, first)
        again = read_clinic(first)
        assert [problem for problem in again.problems if problem.kind == "row"] == []
        for table in NAMES:
            pd.testing.assert_frame_equal(getattr(again, table), getattr(clinic, table))
        write_clinic(again, second)
        assert bytes_of(second) == bytes_of(first)


@pytest.mark.slow
@given(clinics())
@settings(max_examples=12, deadline=None)
def test_a_canonical_frame_is_its_own_canonical_form(clinic: Clinic) -> None:
    pd.testing.assert_frame_equal(canonical_clients(clinic.clients), clinic.clients)
    pd.testing.assert_frame_equal(canonical_therapists(clinic.therapists), clinic.therapists)
    pd.testing.assert_frame_equal(canonical_episodes(clinic.episodes), clinic.episodes)


@pytest.mark.slow
@given(clinics())
@settings(max_examples=12, deadline=None)
def test_rows_become_values_and_values_rows(clinic: Clinic) -> None:
    pd.testing.assert_frame_equal(therapist_frame(therapists_from(clinic.therapists)), clinic.therapists)
    # A Client value has no room for how much each wish weighs.
    without_weights = canonical_clients(clinic.clients.drop(columns="importance"))
    pd.testing.assert_frame_equal(client_frame(clients_from(clinic.clients)), without_weights)


@given(TEXT | st.text())
def test_no_written_cell_starts_a_formula_and_reading_gives_the_cell_back(cell: str) -> None:
    assert unguard(guard(cell)) == cell
    assert not (is_formula(guard(cell)) and guard(cell).lstrip()[:1] in "=+-@")
