"""A few clients' pages are drawn at a time; whoever comes while they are waits in line.

Python runs one thread at a time, and each thread that waits for it wakes every five milliseconds to ask. With some
twenty pages drawn at once the asking costs more than the drawing: found with 200 people, who then waited ten seconds
while the processor was busy and the interpreter idle three quarters of the time.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Semaphore

#: Enough that a page which waits for the store does not keep the next one waiting.
AT_ONCE = 2
#: Nobody waits for ever behind pages that hang.
LONGEST_WAIT_SECONDS = 10.0

_TURNS = Semaphore(AT_ONCE)


@contextmanager
def in_turn() -> Iterator[None]:
    """Hold one of the places for drawing a page; after ten seconds in line, go on without one."""
    held = _TURNS.acquire(timeout=LONGEST_WAIT_SECONDS)
    try:
        yield
    finally:
        if held:
            _TURNS.release()
