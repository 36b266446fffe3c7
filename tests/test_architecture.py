"""The house's rules, as far as a machine can hold them."""

import ast
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "matcher"
MODULES = sorted(PACKAGE.rglob("*.py"))
LONGEST_MODULE = 300
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]


@cache
def imported(path: Path) -> frozenset[str]:
    """Return the top names of everything a module imports, wherever in it the import stands."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names.add(node.module.split(".")[0])
    return frozenset(names)


def room_of(path: Path) -> str:
    """Return the folder of the package a module lies in."""
    return path.relative_to(PACKAGE).parts[0]


def test_imports_point_down() -> None:
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_every_room_must_have_its_place_in_the_layers() -> None:
    contract = SETTINGS["importlinter"]["contracts"][0]
    assert contract["type"] == "layers"
    assert contract["containers"] == ["matcher"]
    assert contract["exhaustive"] is True


@pytest.mark.parametrize(("library", "room"), [("streamlit", "ui"), ("sqlalchemy", "store")])
def test_a_library_stays_in_its_room(library: str, room: str) -> None:
    assert [str(p) for p in MODULES if library in imported(p) and room_of(p) != room] == []
    assert library in SETTINGS["ruff"]["lint"]["flake8-tidy-imports"]["banned-api"]


def test_the_domain_is_standard_library_only() -> None:
    found = frozenset().union(*(imported(path) for path in (PACKAGE / "domain").glob("*.py")))
    assert found <= {*sys.stdlib_module_names, "matcher"}


@pytest.mark.parametrize("library", ["requests", "urllib", "httpx", "aiohttp", "pickle", "pdb"])
def test_nothing_reaches_out_or_unpickles(library: str) -> None:
    assert [str(path) for path in MODULES if library in imported(path)] == []


def test_modules_are_short_and_two_folders_deep_at_most() -> None:
    long = {str(path): n for path in MODULES if (n := len(path.read_text().splitlines())) > LONGEST_MODULE}
    assert long == {}
    assert [str(path) for path in MODULES if len(path.relative_to(PACKAGE).parents) > 3] == []


def test_nothing_is_left_to_do() -> None:
    # Split, so that this line is not found itself.
    words = ("TO" + "DO", "FIX" + "ME", "XX" + "X")
    texts = {path: path.read_text(encoding="utf-8") for path in [*MODULES, *(ROOT / "tests").rglob("*.py")]}
    assert [str(path) for path, text in texts.items() if any(word in text for word in words)] == []


def test_client_pages_remember_through_one_module_alone() -> None:
    named = {path.name for path in (PACKAGE / "ui").glob("*.py") if "session_state" in path.read_text(encoding="utf-8")}
    for_staff = {name for name in named if name.startswith(("staff_", "owner_"))}
    # A therapist's own page, opened by their code.
    assert named - for_staff == {"state.py", "own_profile.py"}
