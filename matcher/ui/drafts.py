"""Where unfinished answers are kept: under the fingerprint of a cookie that page scripts cannot read."""

import hashlib
import re
import secrets
from typing import Any, Protocol

from matcher.domain.draft import Draft

DRAFT_COOKIE = "matcher_draft"
DRAFT_HEADER = "x-app-draft"
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class Drafts(Protocol):
    """Where unfinished answers are kept between one page load and the next."""

    def load(self, owner: str) -> Draft:
        """Return the owner's answers, empty where there are none."""

    def save(self, owner: str, answers: dict[str, Any], read: Draft) -> Draft:
        """Keep the owner's answers, with what another tab changed since they were read, and return what is kept."""

    def delete(self, owner: str) -> None:
        """Forget the owner's answers."""

    def purge(self) -> None:
        """Forget every draft that has expired."""


def new_token() -> str:
    """Return a fresh cookie value, 256 bits of chance."""
    return secrets.token_urlsafe(32)


def owner_of(token: str | None) -> str | None:
    """Return the fingerprint drafts are kept under, or None where the cookie is not one of ours."""
    if token is None or not _TOKEN.fullmatch(token):
        return None
    return hashlib.sha256(token.encode("ascii")).hexdigest()
