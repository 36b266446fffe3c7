"""A connection to a Dask cluster somebody runs, and waiting for what it works on."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from typing import Any

import dask
from distributed import Client, Future, as_completed

from matcher.distributed.errors import ClusterError
from matcher.distributed.failures import in_words

#: What makes room goes before what takes it: a part is reduced before the next is read, and merged before that.
REDUCING, _MERGING = 1, 2
#: How many partial results are merged in one task: few enough to stay small, enough to keep the tree flat.
_MERGED_AT_ONCE = 4
#: Seconds a scheduler is given to have a worker.
_WORKERS_WITHIN = 5
#: How often a result is looked for, and for how long a run goes on without a worker that takes work.
_WAIT_SECONDS, _WORKERLESS_SECONDS = 0.02, 60


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
    except (OSError, TimeoutError, ValueError, TypeError) as error:
        secured = " (tls:// needs Dask's own settings, distributed.comm.tls)" if address.startswith("tls:") else ""
        raise ClusterError(
            f"no Dask scheduler answers at {address} ({type(error).__name__}): start one with `dask scheduler`, "
            f"start workers with `dask worker ADDRESS`, and give that address{secured}."
        ) from None
    try:
        _check_workers(client, address)
        yield client
    except ClusterError:
        raise
    except Exception as error:
        said = in_words(error, address)
        if said is None:
            raise
        raise ClusterError(said) from None
    finally:
        client.close()


def shared(client: Client, value: Any) -> Future:
    """Return a future of a value that many tasks need, which no worker's death can take away.

    It travels as a task of its own, which the scheduler can give again. What is scattered is lost with the last
    worker that holds it, and Dask lets go of all copies but one.
    """
    with dask.config.set({"distributed.admin.large-graph-warning-threshold": sys.maxsize}):
        return client.submit(_given, value, pure=False)


def _given(value: Any) -> Any:
    return value


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

    Raises
    ------
    ClusterError
        If for a minute no worker does anything: all have gone, or wait for memory.
    """
    total = len(waiting)
    client = waiting[0].client if waiting else None
    finished = as_completed(waiting)
    waiting.clear()
    for done in range(1, total + 1):
        _until(finished.has_ready, client)
        future = next(finished)
        if future.status != "finished":
            # Results stay on the workers; only a failure is fetched, and raised.
            future.result()
        if progress is not None:
            progress(done, total)


def _until(ready: Callable[[], bool], client: Client) -> None:
    """Wait for something, as long as there is a worker that takes work, or one may still come back."""
    looked = since = time.monotonic()
    while not ready():
        time.sleep(_WAIT_SECONDS)
        now = time.monotonic()
        if now - looked < _WORKERS_WITHIN:
            continue
        looked, workers = now, client.scheduler_info(n_workers=-1)["workers"].values()
        if any(_works(worker) for worker in workers):
            since = now
        elif now - since > _WORKERLESS_SECONDS:
            why = "every worker waits for memory" if workers else "no worker is left"
            raise ClusterError(f"{why}: start workers with more memory, or cut the data into smaller parts.")


def _works(worker: dict[str, Any]) -> bool:
    """Tell whether a worker takes work, or, waiting for memory, still does what it has begun."""
    return worker["status"] == "running" or bool(worker["metrics"]["task_counts"].get("executing"))


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
