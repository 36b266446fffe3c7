"""Files made for whoever is signed in and asks, never kept, never at an open address: reports, and a client's data."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Final

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from matcher.services.access import NotAllowedError, Person
from matcher.ui import wiring
from matcher.ui.addresses import CLIENT_DATA, DOWNLOADS, HANDOVER_SHEET, OWN, PROFILE_LINK
from matcher.ui.identity import PERSON
from matcher.ui.loading import IMPORTS

if TYPE_CHECKING:
    from matcher.services.reporting import Asked

#: What of a reference or id may stand in a file's name.
_SPOKEN: Final = re.compile("[A-Za-z0-9]+")
_KEPT_NOWHERE: Final = {"cache-control": "no-store", "pragma": "no-cache"}


async def download(request: Request) -> Response:
    """Return a report's file for a person whose role includes it; 401 for nobody, 403 for another role."""
    person = request.scope.get(PERSON)
    if not isinstance(person, Person):
        return _refusal("Sign in first.", 401)
    kind = request.path_params["name"].partition(".")[0]
    try:
        start, end = (_day(request.query_params.get(name)) for name in ("from", "to"))
        concern, site = (request.query_params.get(name) or None for name in ("concern", "site"))
        name, media_type, content = await to_thread.run_sync(_made, person, kind, (start, end, concern, site))
    except NotAllowedError:
        return _refusal("Your role does not include this.", 403)
    except (KeyError, ValueError):
        return _refusal("There is no such file.", 404)
    headers = {**_KEPT_NOWHERE, "content-disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=media_type, headers=headers)


async def client_data(request: Request) -> Response:
    """Return everything held about one client, for a person whose role includes it; 404 where there is nobody."""
    return await _about_somebody(request, _client_file, ("client-data", "zip"), "application/zip")


async def handover(request: Request) -> Response:
    """Return the handover sheet kept last of one client, for a person whose role includes it; 404 where none is."""
    return await _about_somebody(request, _handover_sheet, ("handover", "txt"), "text/plain; charset=utf-8")


async def _about_somebody(
    request: Request, make: Callable[[Person, str], bytes | None], name: tuple[str, str], media_type: str
) -> Response:
    person = request.scope.get(PERSON)
    if not isinstance(person, Person):
        return _refusal("Sign in first.", 401)
    asked = request.query_params.get("who", "")
    try:
        content = await to_thread.run_sync(make, person, asked)
    except NotAllowedError:
        return _refusal("Your role does not include this.", 403)
    if content is None:
        return _refusal("Nobody here has this reference or id.", 404)
    called = "-".join([name[0], *_SPOKEN.findall(asked)])[:80]
    headers = {**_KEPT_NOWHERE, "content-disposition": f'attachment; filename="{called}.{name[1]}"'}
    return Response(content, media_type=media_type, headers=headers)


async def own_outcomes(request: Request) -> Response:
    """Ask a therapist for their code, or show them their own outcomes."""
    # As heavy as a report, and hardly ever asked for.
    with IMPORTS:
        from matcher.ui.own_outcomes import answer  # noqa: PLC0415

    response = await answer(request)
    response.headers.update(_KEPT_NOWHERE)
    return response


async def own_link(request: Request) -> Response:
    """Take a therapist's own link and go on to their profile."""
    with IMPORTS:
        from matcher.ui.own_link import answer  # noqa: PLC0415

    response = await answer(request)
    response.headers.update(_KEPT_NOWHERE)
    return response


ROUTES: Final = (
    Route(CLIENT_DATA, client_data, methods=["GET"]),
    Route(HANDOVER_SHEET, handover, methods=["GET"]),
    Route(f"{DOWNLOADS}/{{name}}", download, methods=["GET"]),
    Route(OWN, own_outcomes, methods=["GET", "POST"]),
    Route(PROFILE_LINK, own_link, methods=["GET", "POST"]),
)


def _made(
    person: Person, kind: str, about: tuple[date | None, date | None, str | None, str | None]
) -> tuple[str, str, bytes]:
    # Pictures and the store's libraries take a second to import, and the first page needs none of them.
    with IMPORTS:
        from matcher.services import report_files, reporting  # noqa: PLC0415

    report_files.FORMATS[kind]
    asked: Asked = reporting.Asked(*about)
    report = reporting.owner_report(person, wiring.services().store(), asked)
    return report_files.file_of(report, kind)


def _client_file(person: Person, asked: str) -> bytes | None:
    with IMPORTS:
        from matcher.services.privacy import export_client  # noqa: PLC0415
        from matcher.store.errors import NotFoundError  # noqa: PLC0415

    try:
        return export_client(person, wiring.services().store(), asked)
    except NotFoundError:
        return None


def _handover_sheet(person: Person, reference: str) -> bytes | None:
    with IMPORTS:
        from matcher.services.handover import handover_text  # noqa: PLC0415
        from matcher.store.errors import NotFoundError  # noqa: PLC0415

    services = wiring.services()
    try:
        return handover_text(person, services.store(), services.settings, reference, datetime.now(UTC)).encode()
    except NotFoundError:
        return None


def _day(text: str | None) -> date | None:
    return None if not text else date.fromisoformat(text)


def _refusal(words: str, status: int) -> Response:
    return PlainTextResponse(words, status_code=status, headers=_KEPT_NOWHERE)
