"""The package as a stranger gets it: built from the checkout, installed without it, and used."""

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the programs of an environment that shares our dependencies but holds matcher as an installed wheel."""
    folder = tmp_path_factory.mktemp("wheel")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(ROOT)], check=True)
    wheel = next(folder.glob("matcher-*.whl"))
    # Its own environment, with our dependencies behind it: a second download of all of them would prove no more.
    venv.create(folder / "env", with_pip=True)
    bin_folder = folder / "env" / "bin"
    site = next((folder / "env" / "lib").glob("python*/site-packages"))
    ours = next(path for path in sys.path if path.endswith("site-packages"))
    subprocess.run([bin_folder / "pip", "install", "--quiet", "--no-deps", str(wheel)], check=True)
    # Plain path lines do not run the editable hook that would bring the checkout back.
    (site / "dependencies.pth").write_text(ours + "\n")
    return bin_folder


def run(program: Path, *arguments: str, cwd: Path) -> str:
    # A PYTHONPATH that points at the checkout would hide what the wheel lacks.
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    finished = subprocess.run([program, *arguments], check=True, capture_output=True, text=True, cwd=cwd, env=plain)
    return finished.stdout


@pytest.mark.slow
def test_the_wheel_holds_its_reference_data(installed: Path, tmp_path: Path) -> None:
    code = "import matcher, matcher.domain.reference as r; print(r.data_path('reference', 'effects.csv'))"
    assert "_data/reference/effects.csv" in run(installed / "python", "-c", code, cwd=tmp_path)


@pytest.mark.slow
def test_an_installed_matcher_recommends(installed: Path, tmp_path: Path) -> None:
    rows = json.loads(run(installed / "matcher", "recommend", "--top", "1", "--json", cwd=tmp_path))
    assert rows[0]["client_id"]
    assert any(row["therapist_id"] for row in rows)


@pytest.mark.slow
def test_an_installed_matcher_reads_text(installed: Path, tmp_path: Path) -> None:
    found = json.loads(run(installed / "matcher", "concerns", "I cannot sleep at night", "--json", cwd=tmp_path))
    assert found[0]["concern"] == "sleep"
