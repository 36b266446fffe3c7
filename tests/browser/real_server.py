"""``matcher serve`` as a process of its own, on a store of its own, with everything it says kept in a file."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class RealServer:
    """A running server: its address, its folder, and the process."""

    address: str
    folder: Path
    process: "subprocess.Popen[bytes]"

    @property
    def log(self) -> str:
        return (self.folder / "output.txt").read_text(errors="replace")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """Return an environment in which everything the server writes lies in one folder."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MATCHER_", "STREAMLIT_"))}
    for name in ("tmp", "home"):
        (folder / name).mkdir(exist_ok=True)
    own = {"MATCHER_DATA_DIR": folder / "data", "MATCHER_KEY_FILE": folder / "keys.json", "TMPDIR": folder / "tmp"}
    own |= {"HOME": folder / "home", "XDG_CONFIG_HOME": folder / "home"}
    return {**kept, "PYTHONPATH": str(ROOT), **{name: str(path) for name, path in own.items()}, **settings}


@contextmanager
def serving(folder: Path, *words: str, port: int | None = None, **settings: str) -> Iterator[RealServer]:
    """Run ``matcher serve`` until the block ends; on a port known before, it is the same server started again."""
    port = port or free_port()
    with (folder / "output.txt").open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "matcher.cli", "serve", "--port", str(port), *words],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=environment(folder, settings),
        )
    server = RealServer(f"http://127.0.0.1:{port}/", folder, process)
    try:
        _wait(server)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(server: RealServer) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        assert server.process.poll() is None, server.log
        try:
            with urllib.request.urlopen(f"{server.address}health", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise AssertionError(f"the app did not start: {server.log}")
