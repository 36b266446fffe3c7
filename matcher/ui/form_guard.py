"""Keeps other sites from sending our forms for somebody: a form is taken only with the proof that we drew it here.

The proof is a hash of a cookie no other site can read: before anybody is signed in one made for the form, afterwards
the session's own, so it ends with the session. The browser's word on where the form came from is asked first.
"""

import hashlib
import hmac
import re
import secrets
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from matcher.ui import cookies

#: The largest of our forms holds a link's secret, two passwords and two names.
MOST_BYTES: Final = 16_384
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class FormRefusedError(Exception):
    """A form that is not taken; ``status`` is the answer's."""

    def __init__(self, status: int) -> None:
        super().__init__("the form is not taken.")
        self.status = status


def proof_for(request: Request) -> tuple[str, str | None]:
    """Return what goes into a form, and the cookie to set with it where the browser has none yet."""
    cookie = _carried(request)
    fresh = None if cookie else secrets.token_urlsafe(32)
    return _proof(cookie or fresh or ""), fresh


def keep(request: Request, response: Response, fresh: str | None) -> Response:
    """Set the cookie that goes with a form's proof."""
    if fresh is not None:
        cookies.put(response, request.url.scheme, cookies.FORM, fresh)
    return response


async def read_form(request: Request) -> dict[str, str]:
    """Return a form's fields, once it is sure that the form is ours.

    Raises
    ------
    FormRefusedError
        If it came from another site, without its proof, or is larger than any of ours.
    """
    if not _from_here(request):
        raise FormRefusedError(403)
    length = request.headers.get("content-length", "")
    if not length.isascii() or not length.isdigit() or int(length) > MOST_BYTES:
        raise FormRefusedError(413)
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        raise FormRefusedError(415)
    sent = await request.form(max_fields=20)
    fields = {name: value for name, value in sent.items() if isinstance(value, str)}
    cookie = _carried(request)
    if cookie is None or not hmac.compare_digest(fields.get("form", "").encode(), _proof(cookie).encode()):
        raise FormRefusedError(400)
    return fields


def _carried(request: Request) -> str | None:
    for name in (cookies.SESSION, cookies.FORM):
        value = cookies.read(request.headers, request.url.scheme, name)
        if value is not None and _TOKEN.fullmatch(value):
            return value
    return None


def _proof(cookie: str) -> str:
    return hashlib.sha256(f"form:{cookie}".encode()).hexdigest()


def _from_here(request: Request) -> bool:
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    # Our own pages send no referrer, so an old browser's origin may be "null"; the proof decides then.
    origin = request.headers.get("origin", "null")
    return origin == "null" or origin.partition("://")[2] == request.headers.get("host")
