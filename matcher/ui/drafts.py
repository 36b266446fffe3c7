"""Unfinished answers, kept on this machine under the fingerprint of a cookie that page scripts cannot read."""

import copy
import hashlib
import re
import secrets
import time
from collections.abc import Callable
from threading import Lock
from typing import Any, Protocol

DRAFT_COOKIE = "matcher_draft"
DRAFT_HEADER = "x-app-draft"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class Drafts(Protocol):
    """Where unfinished answers are kept between one page load and the next."""

    def load(self, owner: str) -> dict[str, Any]:
        """Return the owner's answers, empty where there are none."""

    def save(self, owner: str, answers: dict[str, Any]) -> None:
        """Keep a copy of the owner's answers."""

    def delete(self, owner: str) -> None:
        """Forget the owner's answers."""

    def purge(self) -> None:
        """Forget every draft that has expired."""


class MemoryDrafts:
    """Drafts in this process's memory: gone when it ends, when unused for a while, or when there are too many."""

    def __init__(
        self, keep_seconds: float = 7200.0, most: int = 5000, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._keep_seconds = keep_seconds
        self._most = most
        self._clock = clock
        self._lock = Lock()
        self._drafts: dict[str, tuple[float, dict[str, Any]]] = {}

    def load(self, owner: str) -> dict[str, Any]:
        """Return a copy of the owner's answers, empty where there are none or they have expired."""
        with self._lock:
            saved = self._drafts.get(owner)
            if saved is None:
                return {}
            if self._clock() - saved[0] > self._keep_seconds:
                del self._drafts[owner]
                return {}
            return copy.deepcopy(saved[1])

    def save(self, owner: str, answers: dict[str, Any]) -> None:
        """Keep a copy of the owner's answers as the newest draft."""
        with self._lock:
            self._drafts.pop(owner, None)
            self._drafts[owner] = (self._clock(), copy.deepcopy(answers))
            self._drop_old()

    def delete(self, owner: str) -> None:
        """Forget the owner's answers."""
        with self._lock:
            self._drafts.pop(owner, None)

    def purge(self) -> None:
        """Forget every draft that has expired, so that none outlives its promise because nobody came."""
        with self._lock:
            self._drop_old()

    def _drop_old(self) -> None:
        # Insertion order is age, so the oldest come first.
        oldest = self._clock() - self._keep_seconds
        expired = [owner for owner, (saved_at, _) in self._drafts.items() if saved_at < oldest]
        surplus = list(self._drafts)[: max(0, len(self._drafts) - self._most)]
        for owner in {*expired, *surplus}:
            del self._drafts[owner]


def new_token() -> str:
    """Return a fresh cookie value, 256 bits of chance."""
    return secrets.token_urlsafe(32)


def owner_of(token: str | None) -> str | None:
    """Return the fingerprint drafts are kept under, or None where the cookie is not one of ours."""
    if token is None or not _TOKEN.fullmatch(token):
        return None
    return hashlib.sha256(token.encode("ascii")).hexdigest()
