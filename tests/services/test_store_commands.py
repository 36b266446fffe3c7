"""The store's commands, run as people run them."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import delete, update
from stores import CANARY, assert_same_clinic, small_clinic
from typer.testing import CliRunner, Result

from matcher.cli import app
from matcher.clinic import read_clinic, write_clinic
from matcher.clinic.rows import client_frame
from matcher.config import read_settings
from matcher.domain.client import Client
from matcher.domain.recommendation import Slate
from matcher.services import clinic_data
from matcher.services.training import train
from matcher.store.enquiries import ASKED_TO_ERASE, add_enquiry, add_event, enquiry_of, record_safety_call
from matcher.store.keeping import put_client
from matcher.store.models import add_model
from matcher.store.queue import raised_clients
from matcher.store.rows import Contact, client_of, keep_contact
from matcher.store.slates import CLIENT, MadeWith, keep_catalogue, save_slate
from matcher.store.store import Store
from matcher.store.tables import contacts, models
from matcher.store.therapist_desk import TherapistSettings, change_settings


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, store_url: str) -> Path:
    """Return an empty folder in which a store of each kind would be made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MATCHER_KEY_FILE", str(tmp_path / "key" / "keys.json"))
    monkeypatch.setenv("MATCHER_STORE_URL", store_url)
    write_clinic(small_clinic(), tmp_path / "folder")
    return tmp_path


def run(*words: str, code: int = 0) -> Result:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == code, result.output
    return result


def test_a_folder_goes_in_and_comes_out_byte_for_byte(place: Path) -> None:
    counts = json.loads(run("import", "folder", "--json").stdout)
    assert counts["clients"] == {"added": 3, "changed": 0, "unchanged": 0}
    assert "3 clients" in run("export", "out").stdout
    files = {path.name: path.read_bytes() for path in (place / "out").iterdir()}
    assert files == {path.name: path.read_bytes() for path in (place / "folder").iterdir()}
    assert (place / "out").stat().st_mode & 0o077 == 0
    again = json.loads(run("import", "out", "--json").stdout)
    assert again["clients"] == {"added": 0, "changed": 0, "unchanged": 3}


def test_bad_rows_are_set_aside_and_can_be_mended_and_loaded_again(place: Path) -> None:
    path = place / "folder" / "clients.csv"
    path.write_text(path.read_text().replace("depression:2", "depression:9", 1))
    result = run("import", "folder", "--json")
    assert json.loads(result.stdout)["clients"]["added"] == 2
    assert "clients.csv, line 2, column concerns" in result.stderr
    assert (place / "folder" / "rejected_clients.csv").exists()
    mended = place / "mended"
    mended.mkdir()
    (mended / "therapists.csv").write_bytes((place / "folder" / "therapists.csv").read_bytes())
    rejected = (place / "folder" / "rejected_clients.csv").read_text()
    (mended / "clients.csv").write_text(rejected.replace("depression:9", "depression:2"))
    assert json.loads(run("import", "mended", "--json").stdout)["clients"]["added"] == 1


def test_a_folder_unusable_as_a_whole_loads_nothing(place: Path) -> None:
    (place / "folder" / "clients.csv").write_text("client_id\nx\n")
    assert "concerns" in run("import", "folder", code=2).stderr
    run("import", "nowhere", code=2)


def test_commands_use_the_store_once_it_is_there(place: Path) -> None:
    run("import", "folder")
    suggested = run("recommend", "--top", "1").stdout
    assert [line.split(",")[0] for line in suggested.splitlines()[1:]] == ["c0", "c1", "c2"]
    assert "t1" in run("explain", "c0", "t1").stdout


def test_commands_on_the_store_hold_to_limits_therapists_set_and_place_who_has_nobody_yet(place: Path) -> None:
    run("import", "folder")
    store = clinic_data.clinic_store(read_settings())
    with store.writing() as session:
        (concern, _), *_ = client_of(session, "c0", "test").value.concerns
        change_settings(session, TherapistSettings("t1", declined_concerns=(concern,)), "test")
        add_enquiry(session, "c0", "web", "test")
        add_enquiry(session, "c1", "web", "test", state="booked", therapist_id="t1")
    assert "never to be suggested" in run("explain", "c0", "t1").stdout
    assert [line.split(",")[0] for line in run("assign").stdout.splitlines()[1:]] == ["c0", "c2"]
    with store.writing() as session:
        change_settings(session, TherapistSettings("t1", leave_from=date(2026, 1, 1), version=1), "test")
    store.close()
    assert ",t1," not in run("assign").stdout
    assert ",t1," in run("assign", "--clinic", "folder").stdout


def test_commands_on_the_store_withhold_who_waits_for_a_call_and_not_who_had_it(place: Path) -> None:
    path = place / "folder" / "clients.csv"
    path.write_text(path.read_text().replace("I cannot sleep 0", "I want to end my life"))
    run("import", "folder")
    store = clinic_data.clinic_store(read_settings())
    with store.writing() as session:
        add_enquiry(session, "c0", "web", "test", needs_person=True)
        # Raised by something else than their words.
        add_enquiry(session, "c1", "web", "test", needs_person=True)
        add_enquiry(session, "c2", "web", "test", needs_reading=True)
    withheld = "A safety concern was raised"
    for command in ("recommend", "assign"):
        said = run(command)
        assert [line.split(",")[0] for line in said.stdout.splitlines() if withheld in line] == ["c0", "c1"]
    assert "1 left out" in said.stderr
    with store.writing() as session:
        record_safety_call(session, "c0", 1, "a1", "spoke", "")
    store.close()
    for command in ("recommend", "assign"):
        (line,) = [line for line in run(command).stdout.splitlines() if line.startswith("c0,")]
        assert (withheld in line, "t1" in line) == (False, True)
    assert run("recommend", "--clients", str(path)).stdout.count(withheld) == 2


def test_placing_from_the_store_says_whom_it_leaves_out_and_still_places_who_was_imported(place: Path) -> None:
    courses = (place / "folder" / "episodes.csv").read_text().splitlines()
    names = courses[0].split(",")
    ongoing = [cell if name != "ending" else "ongoing" for name, cell in zip(names, courses[2].split(","), strict=True)]
    (place / "folder" / "episodes.csv").write_text("\n".join([courses[0], ",".join(ongoing)]) + "\n")
    run("import", "folder")
    store = clinic_data.clinic_store(read_settings())
    with store.writing() as session:
        for client_id, concerns in (("looked", "sleep"), ("unnamed", ""), ("erase", "sleep")):
            put_client(session, Client(client_id, ((concerns, 1),) if concerns else ()), "client")
        row = client_frame([Client("looked", (("sleep", 1),))])
        made_with = MadeWith(keep_catalogue(session, small_clinic().therapists))
        save_slate(session, Slate("looked"), row, made_with, CLIENT)
        for client_id in ("unnamed", "erase"):
            add_enquiry(session, client_id, "web", "test")
        add_event(session, "erase", ASKED_TO_ERASE, "client")
    store.close()
    said = run("assign")
    # c1 has a therapist, and c0 and c2 wait without an enquiry or a course.
    assert [line.split(",")[0] for line in said.stdout.splitlines()[1:]] == ["c0", "c2"]
    told = " ".join(said.stderr.split())
    assert "3 left out: " in told
    assert "they asked to be erased" in told
    assert "1 named no concern yet" in told
    assert len(run("assign", "--clinic", "folder").stdout.splitlines()) == 4


def on_top(store: Store) -> set[str]:
    with store.reading() as session:
        return set(raised_clients(session))


def test_danger_in_a_folder_is_on_top_of_the_enquiries_and_once(place: Path) -> None:
    (place / "folder" / "episodes.csv").write_text(
        "episode_id,client_id,therapist_id,started_on\ne0,c2,t1,2026-04-01\n"
    )
    path = place / "folder" / "clients.csv"
    calm = path.read_text()
    path.write_text(
        calm.replace("I cannot sleep 0", "I want to end my life").replace("sleep 2", "sleep. I want to die")
    )
    said = run("import", "folder", "--json")
    assert json.loads(said.stdout)["clients"]["added"] == 3
    assert "1 told of danger" in " ".join(said.stderr.split())
    store = clinic_data.clinic_store(read_settings())
    # Of c2, who has or had a therapist, somebody knows.
    assert on_top(store) == {"c0"}
    with store.writing() as session:
        record_safety_call(session, "c0", 1, "a1", "spoke_go_on", "Safe")
        add_enquiry(session, "c1", "web", "test", state="closed", closed_reason="no_answer")
    assert "told of danger" not in run("import", "folder").stderr
    assert on_top(store) == set()
    path.write_text(path.read_text().replace("I cannot sleep 1", "I want to kill myself"))
    assert "1 told of danger" in " ".join(run("import", "folder").stderr.split())
    assert on_top(store) == {"c1"}
    with store.reading() as session:
        assert enquiry_of(session, "c1", "test").state == "new"
    run("export", "out")
    with store.writing() as session:
        record_safety_call(session, "c1", 2, "a1", "spoke_go_on", "Safe")
    run("import", "out")
    assert on_top(store) == set()
    store.close()


def test_an_empty_store_is_said_so_and_serving_fills_it_with_the_demo(place: Path) -> None:
    settings = read_settings()
    clinic_data.clinic_store(settings, make=True).close()
    assert "matcher import FOLDER" in run("recommend", code=2).stderr
    clinic_data.serving_store(settings).close()
    assert_same_clinic(clinic_data.default_clinic(settings), clinic_data.demo_clinic())
    clinic_data.serving_store(settings).close()
    run("import", "folder")
    assert_same_clinic(clinic_data.default_clinic(settings), small_clinic())


def test_backup_restore_rotate_verify_and_doctor(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("import", "folder")
    head = json.loads(run("audit", "verify", "--json").stdout)["head"]
    rows = json.loads(run("backup", "b", "--json").stdout)["rows"]
    assert "a store already" in run("restore", "b", code=2).stderr
    assert "3 values sealed again" in run("rotate-key").stdout
    assert "unbroken" in run("audit", "verify", "--seen", head).stdout
    assert [check["well"] for check in json.loads(run("doctor", "--json").stdout)] == [True] * 8
    monkeypatch.setenv("MATCHER_STORE_URL", f"sqlite:///{place}/restored/store.sqlite")
    assert json.loads(run("restore", "b", "--json").stdout)["rows"] == rows
    assert_same_clinic(clinic_data.default_clinic(read_settings()), small_clinic())
    run("rotate-key", "--forget-old")
    run("doctor")
    assert "not in the key file" in run("restore", "b", code=2).stderr


@pytest.mark.slow
def test_the_doctor_finds_a_value_and_a_model_that_do_not_open(place: Path) -> None:
    run("import", "folder")
    store = clinic_data.clinic_store(read_settings())
    with store.writing() as session:
        keep_contact(session, "c1", Contact("Ada Rao"), "test")
        session.execute(update(contacts).values(private=b"\x00" * 60))
        train(clinic_data.demo_clinic(), place / "model.joblib")
        model_hash = add_model(session, place / "model.joblib", "test")
    assert failed(run("doctor", "--json", code=1)) == ["sealed values"]
    with store.writing() as session:
        session.execute(delete(contacts))
    assert failed(run("doctor", "--json")) == []
    with store.writing() as session:
        altered = store.sealer.seal(b"not the model", "models", "content", model_hash)
        session.execute(update(models).values(content=altered))
    assert failed(run("doctor", "--json", code=1)) == ["model in use"]
    store.close()


def failed(result: Result) -> list[str]:
    return [check["name"] for check in json.loads(result.stdout) if not check["well"]]


def test_a_key_file_that_is_gone_or_open_to_others_is_said_so(place: Path) -> None:
    run("import", "folder")
    key = place / "key" / "keys.json"
    key.chmod(0o640)
    assert "chmod 600" in run("doctor", code=1).stdout
    key.unlink()
    run("recommend", code=2)
    run("doctor", code=1)
    assert "matcher import makes one" in run("backup", "b", code=2).stderr
    assert not key.exists()


def test_the_keys_may_come_from_the_environment(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("import", "folder")
    key = place / "key" / "keys.json"
    monkeypatch.setenv("MATCHER_KEYS", key.read_text())
    key.unlink()
    run("doctor")
    assert "MATCHER_KEYS" in run("rotate-key", code=2).stderr


def test_no_command_says_what_clients_wrote(place: Path) -> None:
    said = ""
    for words in (("import", "folder"), ("backup", "b"), ("doctor",), ("audit", "verify"), ("rotate-key",)):
        result = run(*words)
        said += result.stdout + result.stderr
    assert CANARY.lower() not in said.lower()


def test_old_enquiries_are_purged_by_the_clinics_own_period(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "folder" / "episodes.csv").unlink()
    run("import", "folder")
    monkeypatch.setenv("MATCHER_RETENTION_DAYS", "36500")
    assert "0 enquiries" in run("purge").stdout
    monkeypatch.setenv("MATCHER_RETENTION_DAYS", "1")
    assert "3 enquiries" in run("purge").stdout
    assert len(clinic_data.default_clinic(read_settings()).clients) == 0


def test_nothing_to_look_after_is_said_so(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATCHER_STORE_URL", f"sqlite:///{place}/none/store.sqlite")
    for words in (("export", "out"), ("backup", "b"), ("audit", "verify"), ("rotate-key",), ("purge",)):
        assert "no store yet" in run(*words, code=2).stderr
    assert "none yet" in run("doctor", code=1).stdout
    assert not (place / "none").exists()


@pytest.mark.slow
def test_the_command_killed_at_any_moment_can_be_run_again(place: Path) -> None:
    write_clinic(small_clinic(2000), place / "large")
    command = [sys.executable, "-m", "matcher.cli", "import", "large"]
    chance = random.Random(5)
    for _ in range(12):
        running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ)
        time.sleep(chance.uniform(0.5, 6))
        running.send_signal(signal.SIGKILL)
        running.wait()
        settings = read_settings()
        # Keys are made before the store: without them the command was killed before it began to write.
        if not clinic_data.store_is_there(settings) or not settings.key_file.exists():
            continue
        store = clinic_data.clinic_store(settings)
        there = clinic_data.holds_clinic(store)
        store.close()
        if there:
            assert_same_clinic(clinic_data.default_clinic(settings), read_clinic(place / "large"))
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert_same_clinic(clinic_data.default_clinic(read_settings()), read_clinic(place / "large"))
    run("audit", "verify")
