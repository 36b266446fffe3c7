"""The cookies of signed-in people: names, what keeps them from scripts and other sites, and how they are read.

Under TLS their names start with ``__Host-``, which a browser accepts only from this very host, over TLS, for every
path: nobody on a neighbouring host can plant one.
"""

from collections.abc import Mapping
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.responses import Response

SESSION: Final = "matcher_session"
DEVICE: Final = "matcher_device"
FORM: Final = "matcher_form"
OPENID: Final = "matcher_openid"
PROFILE: Final = "matcher_profile"
#: How long a browser is remembered as one that has signed in before.
DEVICE_SECONDS: Final = 400 * 24 * 3600


def read(headers: Headers, scheme: str, name: str) -> str | None:
    """Return a cookie's value under the name it has for this scheme."""
    return of(cookie_parser(headers.get("cookie", "")), scheme, name)


def of(sent: Mapping[str, str], scheme: str, name: str) -> str | None:
    """Return a cookie's value among those sent, under the name it has for this scheme."""
    return sent.get(_full(scheme, name))


def put(response: Response, scheme: str, name: str, value: str, seconds: int | None = None) -> None:
    """Set a cookie; without ``seconds`` it goes when the browser is closed."""
    response.set_cookie(_full(scheme, name), value, max_age=seconds, **_kept(scheme))


def drop(response: Response, scheme: str, name: str) -> None:
    """Let a browser forget a cookie."""
    response.delete_cookie(_full(scheme, name), **_kept(scheme))


def is_secure(scheme: str) -> bool:
    """Return whether a request came over TLS, as the server or a proxy it trusts says."""
    return scheme in ("https", "wss")


def _full(scheme: str, name: str) -> str:
    return f"__Host-{name}" if is_secure(scheme) else name


def _kept(scheme: str) -> dict[str, Any]:
    # Lax, not strict: whoever comes back from the sign-in provider, or by a link in a notice, is still signed in.
    return {"path": "/", "httponly": True, "samesite": "lax", "secure": is_secure(scheme)}
