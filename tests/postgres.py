"""A throwaway PostgreSQL from Debian's packages, so that every store test runs on a real server too."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_MISSING = "no PostgreSQL server here: install Debian's package postgresql"


def _program(name: str) -> str | None:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    return str(found[-1]) if found else shutil.which(name)


def _run(*words: str) -> None:
    # The server refuses to run as root.
    user = "postgres" if os.geteuid() == 0 else None
    done = subprocess.run(words, user=user, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{Path(words[0]).name} failed: {done.stdout[-500:]} {done.stderr[-500:]}")


@contextmanager
def running_server() -> Iterator[Path]:
    """Start a server on a socket of its own and return the folder that holds its data, log and socket."""
    initdb, pg_ctl = _program("initdb"), _program("pg_ctl")
    if initdb is None or pg_ctl is None:
        pytest.skip(_MISSING)
    folder = Path(tempfile.mkdtemp(prefix="pg"))
    folder.chmod(0o755)
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off -c max_connections=60"
    try:
        _run(initdb, "-D", str(data), "-U", "matcher", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
        _run(pg_ctl, "-D", str(data), "-l", str(folder / "log"), "-w", "-o", options, "start")
        try:
            yield folder
        finally:
            _run(pg_ctl, "-D", str(data), "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_folder() -> Iterator[Path]:
    """Return the folder of a server that runs as long as the tests."""
    with running_server() as folder:
        yield folder


def url_of(folder: Path) -> str:
    """Return the URL of a running server's own database."""
    return f"postgresql+psycopg://matcher@/postgres?host={folder}"


@pytest.fixture(scope="session")
def postgres_url(postgres_folder: Path) -> str:
    """Return the URL of the server's own database; tests make theirs beside it."""
    return url_of(postgres_folder)
