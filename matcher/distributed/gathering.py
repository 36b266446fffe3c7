"""Rows brought together from parts: each is read, opened, checked and cut down where it lies."""

from collections.abc import Callable
from typing import TypeVar

from distributed import Client

from matcher.distributed.cluster import REDUCING, watch
from matcher.distributed.parts import Part, Parts

Progress = Callable[[int, int], object]
Kept = TypeVar("Kept")


def gather_parts(
    client: Client, parts: Parts, keep: Callable[[Part], Kept], progress: Progress | None = None
) -> list[Kept]:
    """Return what ``keep`` leaves of each part, in their order.

    Raises
    ------
    ClinicError
        If a part cannot be used: it has other columns or codes than the contract's, or an id for two rows.
    ClusterError
        If the cluster fails for good; a worker lost on the way is made up for by the others.
    """
    loaded = client.compute(parts.rows, retries=1)
    checks = client.compute(parts.checks, retries=1, priority=REDUCING)
    kept = [client.submit(keep, part, pure=False, priority=REDUCING) for part in loaded]
    del loaded
    watch(list(kept), progress)
    watch(checks, None)
    return list(client.gather(kept))
