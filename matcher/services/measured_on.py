"""When, of which code and on what machine a cost was measured."""

import os
import subprocess
from datetime import date
from pathlib import Path


def measured_when() -> dict[str, str]:
    """Return the day, and the commit where this code lies in a repository, marked where files differ from it."""
    day = {"day": date.today().isoformat()}
    command = ["git", "describe", "--always", "--dirty", "--exclude=*"]
    try:
        done = subprocess.run(command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return day
    return day | {"commit": done.stdout.strip()}


def machine() -> dict[str, float | int | None]:
    """Return the cores, and the memory in GiB where the system tells it."""
    try:
        memory = round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1)
    except (AttributeError, ValueError, OSError):
        memory = None
    return {"cores": os.cpu_count(), "memory_gib": memory}
