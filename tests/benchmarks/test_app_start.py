"""How long the app takes from process start to its first page, beside a bare one-line app in the same run."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
HELLO = "import streamlit as st\nst.title('Hello')\n"
BARE = "import streamlit as st\napp = st.App('hello.py')\n"


def start_seconds(folder: Path, store: Path) -> float:
    """Return the seconds until ``app.py`` in a folder has served its first document whole."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "uvicorn", "app:app", "--port", str(port), "--log-level", "error"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    environment |= {"MATCHER_DATA_DIR": str(store), "MATCHER_KEY_FILE": str(store / "keys.json")}
    begun = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, env=environment)
    try:
        while not _served(f"http://127.0.0.1:{port}/"):
            assert process.poll() is None, "the app ended before it served a page"
            assert time.perf_counter() - begun < 120, "the app did not start"
            time.sleep(0.02)
        return time.perf_counter() - begun
    finally:
        process.terminate()
        process.wait(timeout=30)


def _served(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as reply:
            return reply.status == 200 and b'id="root"' in reply.read()
    except OSError:
        return False


@pytest.mark.benchmark
def test_the_first_page_is_not_long_after_a_bare_apps(tmp_path, record_property):
    (tmp_path / "hello.py").write_text(HELLO)
    (tmp_path / "app.py").write_text(BARE)
    # In turns, so that whatever else the machine does falls on both; the best of three each.
    pairs = [(start_seconds(tmp_path, tmp_path), start_seconds(ROOT, tmp_path / f"store{i}")) for i in range(3)]
    bare, ours = min(pair[0] for pair in pairs), min(pair[1] for pair in pairs)
    record_property("bare_seconds", round(bare, 2))
    record_property("app_seconds", round(ours, 2))
    print(f"\nfirst page: app {ours:.2f} s, bare Streamlit {bare:.2f} s, ratio {ours / bare:.1f}")
    assert ours / bare < 6
