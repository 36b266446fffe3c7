import os
from pathlib import Path

import pandas as pd
import pytest

from matcher.clinic import read_clients, read_clinic

THERAPISTS = "therapist_id,name,concerns,formats,capacity\nT1,Ann,depression,phone,2\n"
CLIENTS = "client_id,concerns,age,colour\nC1,sleep:1,40,red\nC2,sleep:9,41,blue\nC3,sleep:1,42,green,more\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "therapists.csv").write_text(THERAPISTS, encoding="utf-8")
    (tmp_path / "clients.csv").write_text(CLIENTS, encoding="utf-8")
    return tmp_path


def test_rejected_rows_stand_as_they_were_and_load_once_mended(folder: Path) -> None:
    read_clinic(folder)
    rejected = folder / "rejected_clients.csv"
    assert rejected.read_bytes().decode().splitlines() == [
        "client_id,concerns,age,colour",
        "C2,sleep:9,41,blue",
        "C3,sleep:1,42,green,more",
    ]
    unmended, problems, aside = read_clients(rejected)
    assert len(unmended) == 0
    assert [problem.line for problem in problems if problem.kind == "row"] == [2, 3]
    rejected.write_text(rejected.read_text().replace("sleep:9", "sleep:3").replace(",more", ""), encoding="utf-8")
    mended, problems, aside = read_clients(rejected)
    assert mended["concerns"].tolist() == ["sleep:3", "sleep:1"]
    assert len(aside) == 0


def test_the_report_lists_every_problem(folder: Path) -> None:
    clinic = read_clinic(folder)
    report = pd.read_csv(folder / "problems.csv", keep_default_na=False)
    assert list(report.columns) == ["file", "line", "column", "value", "expected", "kind"]
    assert report[["line", "kind"]].to_numpy().tolist() == [[1, "notice"], [3, "row"], [4, "row"]]
    assert len(report) == len(clinic.problems)


def test_the_report_can_go_elsewhere_or_nowhere(folder: Path) -> None:
    before = sorted(path.name for path in folder.iterdir())
    read_clinic(folder, write_report=False)
    read_clinic(folder, report=folder.parent / "elsewhere" / "report")
    assert sorted(path.name for path in folder.iterdir()) == before
    written = {path.name for path in (folder.parent / "elsewhere" / "report").iterdir()}
    assert written == {"rejected_clients.csv", "problems.csv"}


def test_a_mended_folder_takes_the_old_report_away(folder: Path) -> None:
    read_clinic(folder)
    (folder / "clients.csv").write_text("client_id,concerns\nC1,sleep:1\n", encoding="utf-8")
    clinic = read_clinic(folder)
    assert clinic.problems == ()
    assert sorted(path.name for path in folder.iterdir()) == ["clients.csv", "therapists.csv"]


def test_a_rejected_file_somebody_is_mending_is_kept(folder: Path) -> None:
    read_clinic(folder)
    mending = folder / "rejected_clients.csv"
    mending.write_text("half mended", encoding="utf-8")
    later = (folder / "problems.csv").stat().st_mtime_ns + 1_000_000_000
    os.utime(mending, ns=(later, later))
    clinic = read_clinic(folder)
    assert (folder / "rejected_clients.mended.csv").read_text(encoding="utf-8") == "half mended"
    assert "kept as rejected_clients.mended.csv" in str(clinic.problems[-1])
    assert mending.read_text(encoding="utf-8").startswith("client_id")


def test_a_report_that_cannot_be_written_is_a_notice(folder: Path) -> None:
    (folder / "blocked").write_text("a file where a folder should be", encoding="utf-8")
    clinic = read_clinic(folder, report=folder / "blocked" / "report")
    assert len(clinic.clients) == 1
    assert clinic.problems[-1].kind == "notice"
    assert "could not be written" in str(clinic.problems[-1])


def test_a_file_of_the_clinics_own_with_the_reports_name_is_left_alone(folder: Path) -> None:
    (folder / "clients.csv").unlink()
    (folder / "problems.csv").write_text("problem,owner\nroof,Ann\n", encoding="utf-8")
    read_clinic(folder)
    assert (folder / "problems.csv").exists()
