"""Every command as its reader meets it: help, results as CSV and JSON, and messages that say what to mend."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest
import typer
from made import client, clinic, therapist
from typer.testing import CliRunner, Result

from matcher.cli import app
from matcher.clinic import write_clinic
from matcher.services.matching import RECOMMEND_COLUMNS

COMMANDS = sorted(typer.main.get_command(app).commands)  # type: ignore[attr-defined]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clinic")
    made = clinic(
        therapist("t1", gender="woman", fee=180, modalities="cbt"),
        therapist("t2", gender="man", fee=120),
        therapist("t3", fee=300, capacity=0),
        people=(
            client("c1", therapist_gender="woman"),
            client("c2", max_fee=100),
            client("c3", risk_raised=True),
            client("c4", concerns="self_harm:2"),
            client("c5", age=7),
        ),
    )
    write_clinic(made, path)
    return path


def table(text: str) -> pd.DataFrame:
    return pd.read_csv(StringIO(text), keep_default_na=False, dtype=str)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str) -> None:
    found = run(command, "--help")
    assert found.exit_code == 0
    assert "Usage" in found.output


@pytest.mark.parametrize("more", [["--safety-checked"], ["--json"], ["--clients", "x.csv"]])
def test_what_does_not_go_with_a_cluster_is_said_before_it_is_asked(folder: Path, more: list[str]) -> None:
    found = run("recommend", "--scheduler", "tcp://127.0.0.1:9", "--clinic", folder, "--out", folder / "s", *more)
    assert (found.exit_code, "do not go with --scheduler" in found.stderr) == (2, True)


def test_recommend_writes_the_contracts_table(folder: Path) -> None:
    found = run("recommend", "--clinic", folder, "--top", 0)
    assert found.exit_code == 0
    rows = table(found.stdout)
    assert tuple(rows.columns) == RECOMMEND_COLUMNS
    assert rows["client_id"].tolist() == ["c1", "c1", "c2", "c3", "c4", "c4", "c5"]
    first = rows.iloc[0]
    assert (first["rank"], first["therapist_id"], first["preference_fit"]) == ("1", "t1", "1.0")
    parts = [float(first[name]) for name in ("alliance", "improvement", "staying")]
    assert float(first["benefit"]) == pytest.approx(sum(parts) / 3, abs=1.01e-6)
    assert "Is a woman, as wished" in first["reasons"].split(";")
    nobody = rows[rows["client_id"] == "c2"].iloc[0]
    assert (nobody["therapist_id"], nobody["rank"], nobody["benefit"]) == ("", "", "")
    assert nobody["cautions"].startswith("If a session could cost $120 instead of $100: 1 therapist would fit.")
    assert rows[rows["client_id"] == "c3"].iloc[0]["cautions"].startswith("A safety concern was raised")
    assert all("safety" in cell.split(";")[0] for cell in rows[rows["client_id"] == "c4"]["cautions"])
    assert rows.iloc[-1]["cautions"] == "No therapist of this clinic works with this age"


def test_recommend_as_json_to_a_file_and_once_safety_was_looked_at(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "slates.json"
    found = run("recommend", "--clinic", folder, "--top", 1, "--safety-checked", "--json", "--out", out)
    assert (found.exit_code, found.stdout) == (0, "")
    rows = json.loads(out.read_text(encoding="utf-8"))
    assert [row["therapist_id"] for row in rows if row["client_id"] == "c3"] == [
        row["therapist_id"] for row in rows if row["client_id"] == "c4"
    ]
    assert next(row for row in rows if row["client_id"] == "c2")["therapist_id"] is None


def test_assign_writes_the_contracts_table_and_says_what_the_plan_is_worth(folder: Path, tmp_path: Path) -> None:
    found = run("assign", "--clinic", folder)
    assert found.exit_code == 0
    rows = table(found.stdout)
    assert rows.columns.tolist() == ["client_id", "therapist_id", "benefit", "rank_for_client", "reason"]
    assert rows["client_id"].tolist() == ["c1", "c2", "c3", "c4", "c5"]
    assert rows["therapist_id"].tolist()[:3] == ["t1", "", ""]
    assert (rows.iloc[0]["rank_for_client"], rows.iloc[2]["rank_for_client"]) == ("1", "")
    assert rows.iloc[2]["reason"].startswith("A safety concern was raised")
    assert rows.iloc[4]["reason"] == "No therapist of this clinic works with this age."
    assert "2 of 5 clients placed; 1 left out until a person has spoken with them" in found.stderr
    out = tmp_path / "plan.json"
    written = run("assign", "--clinic", folder, "--queue-first", "--json", "--out", out)
    assert (written.exit_code, written.stdout) == (0, "")
    assert [row["therapist_id"] is None for row in json.loads(out.read_text(encoding="utf-8"))] == [
        False,
        True,
        True,
        False,
        True,
    ]


def test_recommend_takes_another_file_of_clients(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "more.csv"
    other.write_text("client_id,concerns\nn1,depression:2\nn2,gloom:9\n", encoding="utf-8")
    found = run("recommend", "--clinic", folder, "--clients", other, "--top", 1)
    assert found.exit_code == 0
    assert table(found.stdout)["client_id"].tolist() == ["n1"]
    assert "more.csv, line 3, column concerns" in found.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("recommend", "--clinic", "nowhere"), "nowhere is not a folder"),
        (("recommend", "--clients", "nowhere.csv"), "nowhere.csv"),
        (("recommend", "--model", "nowhere.joblib"), "nowhere.card.json is missing"),
        (("recommend", "--top", "-1"), "--top"),
        (("recommend", "--out", "no/such/folder/x.csv"), "no/such/folder/x.csv"),
        (("assign", "--clinic", "nowhere"), "nowhere is not a folder"),
        (("assign", "--clients", "nowhere.csv"), "nowhere.csv"),
        (("assign", "--model", "nowhere.joblib"), "nowhere.card.json is missing"),
        (("assign", "--out", "no/such/folder/x.csv"), "no/such/folder/x.csv"),
        (("explain", "nobody", "t01"), "no client_id 'nobody'"),
        (("explain", "c00001", "nobody"), "no therapist_id 'nobody'"),
        (("concerns",), "give either texts"),
        (("concerns", "a", "--file", "x.csv"), "give either texts"),
        (("concerns", "--file", "x.csv"), "--file needs --column"),
        (("concerns", "--file", "nowhere.csv", "--column", "text"), "nowhere.csv"),
        (("nonsense",), "nonsense"),
    ],
)
def test_unusable_input_is_told_and_exits_2(arguments: tuple[str, ...], said: str) -> None:
    found = run(*arguments)
    assert found.exit_code == 2
    assert said in " ".join(found.output.split())
    assert "Traceback" not in found.output


def test_explain_says_why_and_why_not(folder: Path) -> None:
    why = run("explain", "c1", "t1", "--clinic", folder)
    assert why.exit_code == 0
    for words in (
        "Rank 1",
        "Therapist's gender",
        "Sum",
        "For: Is a woman, as wished",
        "Therapist's gender: woman: honoured",
    ):
        assert words in why.output
    why_not = run("explain", "c1", "t3", "--clinic", folder)
    assert why_not.exit_code == 0
    assert "Has no open place at the moment." in why_not.output
    told = json.loads(run("explain", "c1", "t1", "--clinic", folder, "--json").stdout)
    terms = told["recommendation"]["contributions"]
    assert sum(term["benefit"] for term in terms) == pytest.approx(told["recommendation"]["benefit"], abs=1e-12)


def test_concerns_of_texts_and_of_a_file(tmp_path: Path) -> None:
    found = run("concerns", "I cannot sleep at night", "I want to kill myself")
    assert found.exit_code == 0
    rows = table(found.stdout)
    assert rows.iloc[0]["concern"] == "sleep"
    assert "suicide" in rows[rows["id"] == "2"].iloc[0]["safety"]
    file = tmp_path / "enquiries.csv"
    file.write_text('key,title,text\na,Panic,"I get panic attacks, often"\nb,,\n', encoding="utf-8")
    people = tmp_path / "clients.csv"
    args = ("--file", file, "--column", "title", "--column", "text", "--id-column", "key", "--clients-out", people)
    rows = table(run("concerns", *args).stdout)
    assert rows[rows["id"] == "a"].iloc[0]["concern"] == "panic"
    assert rows[rows["id"] == "b"].iloc[0]["concern"] == ""
    assert table(people.read_text(encoding="utf-8"))["client_id"].tolist() == ["a"]
    assert run("recommend", "--clients", people, "--top", 1).exit_code == 0
    missing = run("concerns", "--file", file, "--column", "words")
    assert missing.exit_code == 2
    assert "has no column words" in missing.output


def test_a_file_of_enquiries_without_rows(tmp_path: Path) -> None:
    file = tmp_path / "none.csv"
    file.write_text("text\n", encoding="utf-8")
    found = run("concerns", "--file", file, "--column", "text")
    assert found.exit_code == 0
    assert table(found.stdout).empty


@pytest.mark.slow
def test_a_reader_that_stops_early_is_no_error_of_the_input() -> None:
    done = subprocess.run(
        f"{sys.executable} -m matcher.cli recommend --top 3 | head -1",
        shell=True,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith("client_id,rank")
    assert "Traceback" not in done.stderr
    assert "matcher: " not in done.stderr


def test_the_program_as_a_process() -> None:
    command = [sys.executable, "-m", "matcher.cli"]
    good = subprocess.run(
        [*command, "concerns", "I cannot sleep", "--json"], capture_output=True, text=True, check=True
    )
    assert json.loads(good.stdout)[0]["concern"] == "sleep"
    bad = subprocess.run([*command, "recommend", "--clinic", "nowhere"], capture_output=True, text=True, check=False)
    assert bad.returncode == 2
    assert bad.stdout == ""
    assert bad.stderr.startswith("matcher: nowhere is not a folder")
