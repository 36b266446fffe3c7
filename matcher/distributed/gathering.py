"""Rows brought together from parts: each is read, opened, checked and cut down where it lies."""

from collections.abc import Callable
from typing import Any, TypeVar

from distributed import Client

from matcher.distributed.cluster import REDUCING, watch
from matcher.distributed.parts import Part

Progress = Callable[[int, int], object]
Kept = TypeVar("Kept")


def gather_parts(
    client: Client, parts: list[Any], keep: Callable[[Part], Kept], progress: Progress | None = None
) -> list[Kept]:
    """Return what ``keep`` leaves of each part (delayed `Part` objects), in their order.

    Raises
    ------
    ClinicError
        If a part cannot be used: it has other columns or codes than the contract's.
    ClusterError
        If the cluster fails for good; a worker lost on the way is made up for by the others.
    """
    loaded = client.compute(parts, retries=1)
    kept = [client.submit(keep, part, pure=False, priority=REDUCING) for part in loaded]
    del loaded
    watch(list(kept), progress)
    return list(client.gather(kept))
