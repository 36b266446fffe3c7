"""One thread at a time loads what the first page does without.

Two threads that import halves of the same packages at once may each find the other's half unfinished, and the first
person at the door gets an error: seen here between the sign-in page and the warm-up beside it.
"""

from threading import RLock

IMPORTS = RLock()
