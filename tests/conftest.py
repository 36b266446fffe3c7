"""What every test may use: the shared data folder, or a clear reason why it is missing."""

import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings
from postgres import postgres_folder, postgres_url
from stores import ready_postgres, ready_sqlite, ring, store, store_url
from streamlit.components.v2 import manifest_scanner

__all__ = ["postgres_folder", "postgres_url", "ready_postgres", "ready_sqlite", "ring", "store", "store_url"]

ROOT = Path(__file__).resolve().parent.parent
# No deadline: machines that run tests do other things as well. CI tries every property on more examples afterwards.
settings.register_profile("quick", deadline=None, max_examples=15)
settings.register_profile("thorough", deadline=None, max_examples=200)
settings.load_profile("quick")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Give each worker one thread: workers side by side have one core each, and more threads wait for one another."""
    for library in ("OMP", "OPENBLAS", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")


@pytest.fixture(scope="session", autouse=True)
def _components_looked_for_once() -> Iterator[None]:
    """Let Streamlit look for components in all installed packages once, and not again for each app a test runs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """Return the folder of real data beside the checkout, which is never committed."""
    folder = Path(os.environ.get("MATCHER_SHARED", ROOT.parent / "shared")) / "data"
    if not folder.is_dir():
        pytest.skip(f"the real data are not at {folder}; set MATCHER_SHARED to the folder that holds data/")
    return folder
