"""The README says what is so: every command is in it, and what can be run in it runs."""

import re
from pathlib import Path

import pytest
import typer

from matcher.cli import app

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    assert f"`matcher {command}" in README


def test_every_documented_command_and_option_exists() -> None:
    written = re.findall(r"`matcher ([a-z-]+)([^`]*)`", README)
    assert written
    for command, rest in written:
        group = [COMMANDS[command], *getattr(COMMANDS[command], "commands", {}).values()]
        known = {option for entry in group for parameter in entry.params for option in parameter.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= known


def test_the_python_in_the_readme_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    assert blocks
    for block in blocks:
        exec(compile(block, "README.md", "exec"), {})


def test_the_two_commands_are_there() -> None:
    assert "matcher serve" in README
    assert "<!-- test command -->" in README


def test_links_to_files_lead_somewhere() -> None:
    named = re.findall(r"`((?:data|notebooks|matcher|tests)/[\w./-]*)`", README)
    assert named
    assert [name for name in named if not (ROOT / name).exists()] == []
