"""A connection to a Dask cluster somebody runs, and its failures in words a person can act on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

from distributed import Client, Future, KilledWorker, as_completed
from distributed.client import FutureCancelledError
from distributed.comm import CommClosedError

from matcher.distributed.errors import ClusterError

#: What makes room goes before what takes it: a part is reduced before the next is read, and merged before that.
REDUCING, _MERGING = 1, 2
_SCHEDULER_GONE = ("scheduler-connection-lost", "scheduler-restart")
#: How many partial results are merged in one task: few enough to stay small, enough to keep the tree flat.
_MERGED_AT_ONCE = 4
#: Seconds a scheduler is given to have a worker.
_WORKERS_WITHIN = 5


@contextmanager
def connected(address: str, timeout_seconds: float = 10.0) -> Iterator[Client]:
    """Give a client of the scheduler at an address, such as ``tcp://10.0.0.5:8786``.

    Raises
    ------
    ClusterError
        If no scheduler answers, it has no workers, versions differ, or workers fail for good.
    """
    try:
        client = Client(address, timeout=timeout_seconds)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(
            f"no Dask scheduler answers at {address} ({type(error).__name__}): start one with `dask scheduler`, "
            "start workers with `dask worker ADDRESS`, and give that address."
        ) from None
    try:
        _check_workers(client, address)
        yield client
    except KilledWorker as error:
        raise ClusterError(
            f"a worker died {error.allowed_failures + 1} times on the same part, most likely for lack of memory: "
            "give workers more memory, or cut the data into smaller parts."
        ) from None
    except FutureCancelledError as error:
        if error.reason in _SCHEDULER_GONE:
            raise ClusterError(f"the scheduler at {address} went away: run it again.") from None
        raise ClusterError(
            "the workers that held some of the rows died, most likely for lack of memory: give workers more memory, or "
            "cut the data into smaller parts, and run it again."
        ) from None
    except (CommClosedError, ConnectionError, TimeoutError) as error:
        raise ClusterError(f"the cluster at {address} went away ({type(error).__name__}): run it again.") from None
    except FileExistsError:
        raise
    except OSError as error:
        raise ClusterError(
            f"a worker cannot read or write {error.filename or error}: every worker must see the same files."
        ) from None
    finally:
        client.close()


def merge_all(client: Client, parts: list[Future], merge: Callable[[list[Any]], Any]) -> Future:
    """Return the future of all parts merged in a tree, in their order, so that the result is the same every time.

    Merging goes on beside the work on later parts, on the workers: once the caller lets go of a part, it is kept no
    longer than until it is merged.
    """
    while len(parts) > 1:
        groups = [parts[i : i + _MERGED_AT_ONCE] for i in range(0, len(parts), _MERGED_AT_ONCE)]
        parts = [client.submit(merge, group, pure=False, priority=_MERGING) for group in groups]
    return parts[0]


def watch(waiting: list[Future], progress: Callable[[int, int], object] | None) -> None:
    """Wait for futures, telling how many of how many are done, and let go of each; raises the first failure as it was.

    The list is emptied: what nobody else needs is then kept on no worker.
    """
    total, finished = len(waiting), as_completed(waiting)
    waiting.clear()
    for done, future in enumerate(finished, 1):
        if future.status != "finished":
            # Results stay on the workers; only a failure is fetched, and raised.
            future.result()
        if progress is not None:
            progress(done, total)


def _check_workers(client: Client, address: str) -> None:
    try:
        # Workers that lost their scheduler for a moment come back.
        client.wait_for_workers(1, timeout=_WORKERS_WITHIN)
    except TimeoutError:
        raise ClusterError(
            f"the scheduler at {address} has no workers: start some with `dask worker {address}`."
        ) from None
    try:
        versions = client.run(_version)
    except ModuleNotFoundError:
        raise ClusterError("the workers do not have matcher: install matcher[distributed] on each.") from None
    if set(versions.values()) != {_version()}:
        raise ClusterError(
            f"workers run matcher {', '.join(sorted(set(versions.values())))}, and this is {_version()}: install one."
        )


def _version() -> str:
    return version("matcher")
