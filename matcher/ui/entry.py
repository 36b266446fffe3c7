"""What every way in shares: who is at the door, work off the event loop, and the answer to somebody let in."""

from collections.abc import Callable
from typing import Final, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from matcher.services.access import Person
from matcher.services.signing_in import Entry, Visitor
from matcher.store.attempts import TooManyTriesError
from matcher.store.sessions import session_hash
from matcher.ui import cookies, form_guard, wiring
from matcher.ui import plain_page as p
from matcher.ui import wording_accounts as wa
from matcher.ui.staff_pages import STAFF_PAGES

Result = TypeVar("Result")
#: A password's hash takes 64 MiB and a tenth of a second: a few at once, however many ask.
_AT_ONCE: Final = 2
_limiters: list[CapacityLimiter] = []


async def in_thread(work: Callable[[], Result]) -> Result:
    """Do something slow beside the event loop, a few at once."""
    if not _limiters:
        _limiters.append(CapacityLimiter(_AT_ONCE))
    return await to_thread.run_sync(work, limiter=_limiters[0])


def visitor(request: Request) -> Visitor:
    """Return what a browser brings along."""
    scheme, headers = request.url.scheme, request.headers
    return Visitor(
        address="" if request.client is None else request.client.host,
        device=cookies.read(headers, scheme, cookies.DEVICE),
        session_hash=session_hash(cookies.read(headers, scheme, cookies.SESSION)),
    )


def home(person: Person, wanted: str = "") -> str:
    """Return the address to go to after signing in: the page asked for, if it is one of theirs, else their first."""
    page = STAFF_PAGES.get(wanted)
    if page is not None and page.open_to(person):
        return f"/{wanted}"
    return next(f"/{address}" for address, page in STAFF_PAGES.items() if page.open_to(person) and page.in_menu)


def let_in(request: Request, entry: Entry, wanted: str = "") -> Response:
    """Send somebody on who has come in, with their session in a cookie made just now."""
    response = RedirectResponse(home(entry.person, wanted), status_code=303)
    scheme = request.url.scheme
    cookies.put(response, scheme, cookies.SESSION, entry.token)
    cookies.put(response, scheme, cookies.DEVICE, entry.device, cookies.DEVICE_SECONDS)
    cookies.drop(response, scheme, cookies.FORM)
    return response


def with_form(
    request: Request,
    title: str,
    body: Callable[[str], str],
    *,
    problems: p.Problems | None = None,
    status: int = 200,
    script: str = "",
) -> Response:
    """Return a page whose body is made with a form's proof, and set the cookie the proof needs."""
    proof, fresh = form_guard.proof_for(request)
    settings = wiring.services().settings
    page = p.respond(settings, title, body(proof), problems=problems, status=status, script=script)
    return form_guard.keep(request, page, fresh)


def too_many(error: TooManyTriesError) -> str:
    """Say how long to wait."""
    minutes = -(-error.seconds // 60)
    return wa.TOO_MANY.format(wait=wa.A_MINUTE if minutes == 1 else wa.MINUTES.format(minutes=minutes))


def refused(status: int) -> HTMLResponse:
    """Return the page for a form that was not taken."""
    words = wa.OTHER_SITE if status == 403 else wa.STALE_FORM
    body = p.paragraph(words) + p.link("/auth/sign-in", wa.SIGN_IN_AGAIN)
    return p.respond(wiring.services().settings, wa.FORM_REFUSED_TITLE, body, status=status)
