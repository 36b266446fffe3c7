"""What goes wrong on a cluster, in words a person can act on."""

from typing import Final

from distributed import KilledWorker
from distributed.client import ClosedClientError, FutureCancelledError
from distributed.comm import CommClosedError
from distributed.shuffle._exceptions import P2PConsistencyError, P2POutOfDiskError

_MORE_MEMORY = "give workers more memory, or cut the data into smaller parts"
_SCHEDULER_GONE = ("scheduler-connection-lost", "scheduler-restart")
#: The first that fits, so that a failure comes before the wider kind it is one of.
_SAID: Final[tuple[tuple[type[BaseException] | tuple[type[BaseException], ...], str], ...]] = (
    (MemoryError, f"a worker had no memory left for a part: {_MORE_MEMORY}."),
    (P2POutOfDiskError, "a worker's disk is full: make room where workers keep their files (`--local-directory`)."),
    (P2PConsistencyError, "workers came or went while rows were brought together: run it again."),
    (
        (ClosedClientError, CommClosedError, ConnectionError, TimeoutError),
        "the cluster at {address} went away ({kind}): run it again.",
    ),
    (OSError, "a worker cannot read or write {file}: every worker must see the same files."),
)


def in_words(error: BaseException, address: str) -> str | None:
    """Return what a failure of the cluster at an address says, and what to do; None where it is none of the cluster."""
    match error:
        case FileExistsError():
            return None
        case KilledWorker():
            times = error.allowed_failures + 1
            return f"a worker died {times} times on the same part, most likely for lack of memory: {_MORE_MEMORY}."
        case FutureCancelledError():
            return _cancelled(error, address)
        # Dask says no more than this of whatever happened while rows went from worker to worker.
        case RuntimeError() if str(error).startswith("P2P") and not isinstance(error, P2PConsistencyError):
            return f"rows could not be brought together between workers ({error.__cause__ or error}): run it again."
    words = next((words for kinds, words in _SAID if isinstance(error, kinds)), None)
    named = {"address": address, "kind": type(error).__name__, "file": getattr(error, "filename", None) or error}
    return None if words is None else words.format(**named)


def _cancelled(error: FutureCancelledError, address: str) -> str:
    if error.reason in _SCHEDULER_GONE:
        return f"the scheduler at {address} went away: run it again."
    lost = "the workers that held some of the rows died, most likely for lack of memory"
    return f"{lost}: {_MORE_MEMORY}, and run it again."
