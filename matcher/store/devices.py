"""Browsers that have signed in to an account before, so that strangers' failed tries do not count against them.

The cookie says which accounts, to nobody but this store: a random number, and a keyed hash of it with each name.
"""

import hmac
import re
import secrets
from typing import Final

from sqlalchemy.orm import Session

from matcher.store.hashes import keyed_hash

#: How many colleagues may share one browser.
MOST: Final = 6
_COOKIE = re.compile(r"[A-Za-z0-9_-]{22}(\.[0-9a-f]{64}){1,6}")


def is_known(session: Session, cookie: str | None, name: str) -> bool:
    """Return whether a browser has signed in with this name before."""
    if cookie is None or not _COOKIE.fullmatch(cookie):
        return False
    number, *kept = cookie.split(".")
    mine = keyed_hash(session, "device", number, name)
    return any(hmac.compare_digest(mine, other) for other in kept)


def device_number(cookie: str) -> str:
    """Return the part of a browser's cookie that stays the same when another colleague signs in."""
    return cookie.split(".", 1)[0]


def remembered(session: Session, cookie: str | None, name: str) -> str:
    """Return the cookie of a browser that has now signed in with this name too."""
    if cookie is None or not _COOKIE.fullmatch(cookie):
        cookie = secrets.token_urlsafe(16)
    number, *kept = cookie.split(".")
    mine = keyed_hash(session, "device", number, name)
    return ".".join((number, mine, *[other for other in kept if other != mine][: MOST - 1]))
