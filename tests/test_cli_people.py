"""The account commands, run as people run them."""

import json
from pathlib import Path

import pytest
from doors import HERE, PASSWORD, door_to
from typer.testing import CliRunner

from matcher.cli import app
from matcher.config import read_settings
from matcher.services import clinic_data, one_time_links
from matcher.services.one_time_links import LinkSpentError
from matcher.services.signing_in import WrongPasswordError, sign_in


@pytest.fixture(autouse=True)
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MATCHER_KEY_FILE", str(tmp_path / "key" / "keys.json"))
    monkeypatch.setenv("MATCHER_PUBLIC_URL", "https://match.example.org")


def run(*words: str, code: int = 0) -> str:
    result = CliRunner().invoke(app, ["user", *words])
    assert result.exit_code == code, result.output
    return result.output


def token_in(output: str) -> str:
    address, _, token = output.strip().splitlines()[-1].partition("#")
    assert address == "https://match.example.org/auth/link"
    return token


def test_accounts_from_the_command_line() -> None:
    owner = token_in(run("add", "ada@clinic.example", "--role", "owner", "--shown", "Ada [b]N."))
    ben = token_in(run("add", "ben", "--role", "intake"))
    door = door_to(clinic_data.clinic_store(read_settings(), make=True))
    for token in (owner, ben):
        one_time_links.take_up_link(door, token, PASSWORD, HERE)
    assert "Ada [b]N." in run("list")
    run("disable", "ben")
    with pytest.raises(WrongPasswordError):
        sign_in(door, "ben", PASSWORD, HERE)
    run("enable", "ben")
    run("role", "ben", "--role", "lead")
    assert sign_in(door, "ben", PASSWORD, HERE).person.role == "lead"
    with pytest.raises(LinkSpentError):
        one_time_links.look_at_link(door, ben, HERE)
    fresh = token_in(run("reset", "ben"))
    with pytest.raises(WrongPasswordError):
        sign_in(door, "ben", PASSWORD, HERE)
    assert one_time_links.look_at_link(door, fresh, HERE).name == "ben"
    assert json.loads(run("list", "--json")) == [
        {"account": "ada@clinic.example", "name": "Ada [b]N.", "role": "owner", "state": "active"},
        {"account": "ben", "name": "ben", "role": "lead", "state": "invited"},
    ]
    door.store.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("add", "two words", "--role", "owner"), "no spaces"),
        (("add", "ben", "--role", "client"), "no role"),
        (("disable", "nobody"), "matcher user list"),
    ],
)
def test_a_mistake_is_one_sentence(words: tuple[str, ...], said: str) -> None:
    output = run(*words, code=2)
    assert said in output
    assert "Traceback" not in output


def test_the_last_who_manages_accounts_stays() -> None:
    door = door_to(clinic_data.clinic_store(read_settings(), make=True))
    token = token_in(run("add", "ada", "--role", "administrator"))
    one_time_links.take_up_link(door, token, PASSWORD, HERE)
    door.store.close()
    assert "last account" in run("disable", "ada", code=2)
    assert "last account" in run("role", "ada", "--role", "intake", code=2)
