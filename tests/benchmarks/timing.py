"""How long pieces of work take beside each other, for every benchmark alike."""

import time
from collections.abc import Callable


def quickest(
    *calls: Callable[[], object], rounds: int = 3, clock: Callable[[], float] = time.process_time
) -> list[float]:
    """Return each call's best time in seconds, the calls taking turns so that a busy machine is equally unfair to all.

    By the processor's own clock, so that other work on the machine does not count.
    """
    best = [float("inf")] * len(calls)
    for _ in range(rounds):
        for j, call in enumerate(calls):
            begun = clock()
            call()
            best[j] = min(best[j], clock() - begun)
    return best
