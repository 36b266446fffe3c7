"""What opens only to people who are signed in: their pages, and the files Streamlit keeps for a page.

Streamlit hands a file to whoever knows its address, and takes one from whoever names a session; here both need a live
session. A staff page's address leads to the sign-in page for nobody, and to a refusal for another role. The page
script checks again, since pages change without a request.
"""

from collections.abc import Callable
from typing import Final

from anyio import to_thread
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from matcher.services.access import Person
from matcher.ui.desk import StaffPage
from matcher.ui.identity import PERSON
from matcher.ui.loading import IMPORTS
from matcher.ui.middleware import is_page, is_under

SIGN_IN: Final = "/auth/sign-in"
_FILES: Final = ("/media", "/_stcore/upload_file")


class StaffDoors:
    """Answers for addresses that need somebody signed in, passes every other on."""

    def __init__(self, app: ASGIApp, page_at: Callable[[str], StaffPage | None], refusal: str) -> None:
        self._app = app
        self._page_at = page_at
        self._refusal = refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse, send to the sign-in page, or pass on."""
        answer = await self._answer(scope) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)

    async def _answer(self, scope: Scope) -> Response | None:
        path, person = scope["path"], scope[PERSON]
        if is_under(path, _FILES):
            return None if person is not None else PlainTextResponse("Sign in first", status_code=401)
        if path == "/" or not is_page(path):
            return None
        page = await to_thread.run_sync(self._page_at, path[1:])
        return None if page is None else self._for_page(path[1:], page, person)

    def _for_page(self, address: str, page: StaffPage, person: Person | None) -> Response | None:
        if page.open_to(person):
            return None
        if person is None:
            return RedirectResponse(f"{SIGN_IN}?next={address}", status_code=303)
        return HTMLResponse(self._refusal, status_code=403)


def page_at(address: str) -> StaffPage | None:
    """Return the staff page of an address, loading the pages when somebody first asks."""
    with IMPORTS:
        from matcher.ui.staff_pages import STAFF_PAGES  # noqa: PLC0415

    return STAFF_PAGES.get(address)
