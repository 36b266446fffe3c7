"""A catalogue opened from disk ranks as the one it was written from, without being read into memory."""

from pathlib import Path

import numpy as np
import pytest

from matcher.clinic import Clinic, arrays
from matcher.clinic.encoding import encode_therapists
from matcher.clinic.mapped import open_table, write_table
from matcher.clinic.problems import ClinicError
from matcher.ranking.recommender import Recommender
from matcher.simulation import simulate_clinic


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    made = simulate_clinic(40, 23, seed=3)
    return Clinic(made.therapists, made.clients, made.episodes)


@pytest.mark.parametrize("rows", [5, 1000])
def test_a_mapped_catalogue_ranks_the_same(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    fitted = Recommender().fit(clinic)
    expected = fitted.rank(clinic.clients, 4)
    write_table(fitted.therapists_, tmp_path / "catalogue")
    monkeypatch.setattr(arrays, "PART_ROWS", rows)
    table = open_table(tmp_path / "catalogue")
    assert all(isinstance(part.concerns, np.memmap) for part in table.parts)
    found = Recommender().attach_table(table, fitted.learned_).rank(clinic.clients, 4)
    np.testing.assert_array_equal(found.therapist_rows, expected.therapist_rows)
    np.testing.assert_allclose(found.benefit, expected.benefit, atol=1e-6)
    assert table.ids == fitted.therapists_.ids


def test_writing_again_replaces_and_a_broken_folder_is_refused(clinic: Clinic, tmp_path: Path) -> None:
    folder = tmp_path / "catalogue"
    with pytest.raises(ClinicError, match="holds no catalogue"):
        open_table(folder)
    write_table(encode_therapists(clinic.therapists), folder)
    write_table(encode_therapists(clinic.therapists.head(3)), folder)
    assert len(open_table(folder)) == 3
    (folder / "numbers-fee.npy").write_bytes(b"not an array")
    with pytest.raises(ClinicError, match="write it again"):
        open_table(folder)
    write_table(encode_therapists(clinic.therapists), folder)
    np.save(folder / "numbers-fee.npy", np.zeros(4, dtype=np.float32))
    with pytest.raises(ClinicError, match="different lengths: write it again"):
        open_table(folder)
    assert [path.name for path in tmp_path.iterdir()] == ["catalogue"]
    (folder / "table.json").write_text('{"schema": 99}')
    with pytest.raises(ClinicError, match="another version"):
        open_table(folder)


def test_a_write_that_was_stopped_leaves_the_catalogue_there_was(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "catalogue"
    write_table(encode_therapists(clinic.therapists.head(3)), folder)
    moves = Path.rename

    def stopped(path: Path, target: Path) -> Path:
        if path.suffix == ".part":
            raise KeyboardInterrupt
        return moves(path, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", stopped)
        with pytest.raises(KeyboardInterrupt):
            write_table(encode_therapists(clinic.therapists), folder)
    assert len(open_table(folder)) == 3


def test_ids_may_be_written_in_any_script(clinic: Clinic, tmp_path: Path) -> None:
    named = clinic.therapists.head(3).assign(therapist_id=["zoë", "李明", "t3"])
    write_table(encode_therapists(named), tmp_path / "catalogue")
    assert set(open_table(tmp_path / "catalogue").ids) == {"zoë", "李明", "t3"}
