"""Our own layer around Streamlit: security headers, the page shell, the draft cookie, and doors that stay shut.

Who somebody is stands in `identity`, what opens to whom in `staff_doors`.
"""

from collections.abc import Sequence
from pathlib import PurePosixPath

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matcher.ui.addresses import PAGES
from matcher.ui.drafts import DRAFT_COOKIE, new_token, owner_of

#: Streamlit 1.67 runs under this policy; 'unsafe-inline' is for the styles it writes, never for scripts.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "worker-src 'self' blob:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
SECURITY_HEADERS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cross-origin-opener-policy": "same-origin",
}
#: Streamlit's own doors that no page of ours uses: its counters, its agent interface, components by address.
SHUT = ("/_stcore/metrics", "/_stcore/agent", "/component")
_NOT_PAGES = ("/_stcore", "/static", "/assets", "/health", "/leave", "/oauth2callback", "/auth")


class SecurityHeaders:
    """Puts the security headers on every answer, and keeps documents and exported files out of every cache."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and add the headers to the answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers[name] = value
                if headers.get("content-type", "").startswith("text/html") or is_under(scope["path"], ("/media",)):
                    headers["cache-control"] = "no-store"
            await send(message)

        await self._app(scope, receive, with_headers)


class ShutDoors:
    """Answers 404 where Streamlit would offer something no page of ours uses."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a shut path, pass every other on."""
        if scope["type"] == "http" and is_under(scope["path"], SHUT):
            await PlainTextResponse("Not found", status_code=404)(scope, receive, send)
            return
        await self._app(scope, receive, send)


class PageShell:
    """Serves our own document for every page, so that crisis help is there before and without any script.

    What is no page is answered with a plain one that says so, and has crisis help as well.
    """

    def __init__(self, app: ASGIApp, document: str, not_found: str) -> None:
        self._app = app
        self._document = document
        self._not_found = not_found

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a page's address with the shell, pass every other on."""
        if scope["type"] != "http" or scope["method"] not in {"GET", "HEAD"} or not is_page(scope["path"]):
            await self._app(scope, receive, send)
            return
        await self._answer(scope)(scope, receive, send)

    def _answer(self, scope: Scope) -> Response:
        path = scope["path"]
        if path == "/index.html":
            return RedirectResponse("/", status_code=308)
        if path[1:] not in PAGES:
            # Streamlit would open its own words in its own language, dimmed over crisis help and the way to leave.
            return HTMLResponse(self._not_found, status_code=404)
        response = HTMLResponse(self._document)
        if owner_of(draft_token(Headers(scope=scope))) is None:
            response.set_cookie(
                DRAFT_COOKIE, new_token(), httponly=True, samesite="lax", secure=scope["scheme"] == "https"
            )
        return response


def draft_token(headers: Headers) -> str | None:
    """Return the draft cookie's value, None where the browser sent none."""
    return cookie_parser(headers.get("cookie", "")).get(DRAFT_COOKIE)


def is_page(path: str) -> bool:
    """Tell whether an address is one of a page, as against a file or one of the app's own services."""
    if path == "/index.html":
        return True
    if is_under(path, _NOT_PAGES):
        return False
    return not PurePosixPath(path).suffix


def is_under(path: str, doors: Sequence[str]) -> bool:
    """Tell whether an address is one of some doors or lies behind one."""
    return any(path == door or path.startswith(f"{door}/") for door in doors)
