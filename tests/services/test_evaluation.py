import json
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from matcher.cli import app
from matcher.clinic import ClinicError, read_clinic
from matcher.domain.reference import data_path
from matcher.evaluation.candidates import available_baselines
from matcher.services import evaluation

RUN = CliRunner()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("made") / "clinic"
    result = RUN.invoke(
        app, ["simulate", "--clients", "60", "--therapists", "5", "--seed", "7", "--out", str(made), "--json"]
    )
    assert result.exit_code == 0, result.output
    assert json.loads(result.stdout)["clients"] == 60
    return made


def test_simulate_writes_a_clinic_that_reads_without_problems_and_its_truth(folder: Path) -> None:
    clinic = read_clinic(folder)
    assert (len(clinic.therapists), len(clinic.clients)) == (5, 60)
    assert clinic.problems == ()
    truth = pd.read_csv(folder / "truth.csv")
    assert len(truth) == 300
    assert {"client_id", "therapist_id", "benefit"} <= set(truth)


def test_the_same_seed_gives_the_same_files(folder: Path, tmp_path: Path) -> None:
    evaluation.simulate(60, 5, 7, tmp_path)
    for name in ("therapists", "clients", "episodes", "truth"):
        assert (tmp_path / f"{name}.csv").read_bytes() == (folder / f"{name}.csv").read_bytes()
    # A made-up clinic may be made again in its own folder.
    evaluation.simulate(10, 2, 8, tmp_path)
    assert len(pd.read_csv(tmp_path / "clients.csv")) == 10


def test_a_real_clinics_folder_is_never_overwritten(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "therapists.csv").write_text("therapist_id\n")
    with pytest.raises(ClinicError, match="give another folder"):
        evaluation.simulate(10, 2, 1, tmp_path)
    result = RUN.invoke(app, ["simulate", "--clients", "10", "--therapists", "2", "--out", str(tmp_path)])
    assert result.exit_code == 2
    assert (tmp_path / "therapists.csv").read_text() == "therapist_id\n"


@pytest.mark.slow
def test_evaluate_prints_a_report_as_text_and_as_json(folder: Path) -> None:
    result = RUN.invoke(app, ["evaluate", "--clinic", str(folder), "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert len(found["results"]) == evaluation.evaluation_steps() == 1 + len(available_baselines())
    assert found["sentences"][0].startswith("Too few later episodes")
    text = RUN.invoke(app, ["evaluate", "--clinic", str(folder), "--on", "2026-06-01"])
    assert text.exit_code == 0, text.output
    assert "before 2026-06-01" in text.stdout
    assert "Too few later episodes" in text.stdout


def test_bad_arguments_are_unusable_input(tmp_path: Path) -> None:
    assert RUN.invoke(app, ["evaluate", "--clinic", str(tmp_path / "none")]).exit_code == 2
    assert RUN.invoke(app, ["evaluate", "--on", "soon"]).exit_code == 2
    assert RUN.invoke(app, ["simulate", "--clients", "-1", "--therapists", "2", "--out", str(tmp_path)]).exit_code == 2
    assert RUN.invoke(app, ["simulate", "--clients", "1", "--therapists", "0", "--out", str(tmp_path)]).exit_code == 2


@pytest.mark.slow
def test_a_made_up_clinic_is_also_judged_by_its_truth(tmp_path: Path) -> None:
    evaluation.simulate(400, 12, 5, tmp_path)
    clinic = read_clinic(tmp_path)
    shares = evaluation.oracle_shares(tmp_path, clinic)
    assert shares is not None
    found = shares.set_index("recommender")
    assert found.loc["learned model", "share"] <= 1
    assert abs(found.loc["case mix only", "gain"]) < found.loc["case mix only", "oracle"]
    assert (found["clients"] == found["clients"].iloc[0]).all()
    # A scorer that knew the truth would have all of the gain: the truth itself says so.
    assert (found["gain"] <= found["oracle"] + 1e-9).all()


def test_a_clinic_without_truth_is_not(tmp_path: Path) -> None:
    clinic = read_clinic(data_path("demo"), write_report=False)
    assert evaluation.oracle_shares(None, clinic) is None
    assert evaluation.oracle_shares(tmp_path, clinic) is None
    (tmp_path / "truth.csv").write_text("client_id\nc1\n")
    with pytest.raises(ClinicError, match="therapist_id"):
        evaluation.oracle_shares(tmp_path, clinic)
