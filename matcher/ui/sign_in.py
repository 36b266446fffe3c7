"""Signing in with a password, and signing out: plain pages that need no script."""

from functools import partial
from html import escape

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from matcher.services.signing_in import WrongPasswordError, sign_in, sign_out
from matcher.store.attempts import TooManyTriesError
from matcher.ui import cookies, door, wiring
from matcher.ui import plain_page as p
from matcher.ui import wording_accounts as wa
from matcher.ui.entry import home, in_thread, let_in, too_many, visitor, with_form
from matcher.ui.form_guard import read_form
from matcher.ui.identity import PERSON, SESSION


async def show_sign_in(request: Request) -> Response:
    """Show the sign-in page; whoever is signed in goes on."""
    wanted = request.query_params.get("next", "")
    person = request.scope.get(PERSON)
    if person is not None:
        return RedirectResponse(home(person, wanted), status_code=303)
    return _sign_in_page(request, wanted)


async def take_sign_in(request: Request) -> Response:
    """Check a name and password."""
    fields = await read_form(request)
    name, password, wanted = (fields.get(field, "") for field in ("name", "password", "next"))
    empty = {"name": wa.NAME_MISSING} if not name.strip() else {}
    empty |= {"password": wa.PASSWORD_MISSING} if not password else {}
    if empty:
        return _sign_in_page(request, wanted, name, empty, 400)
    try:
        entry = await in_thread(lambda: sign_in(door.door(), name, password, visitor(request)))
    except WrongPasswordError:
        return _sign_in_page(request, wanted, name, {"name": wa.WRONG}, 403)
    except TooManyTriesError as error:
        response = _sign_in_page(request, wanted, name, {"": too_many(error)}, 429)
        response.headers["retry-after"] = str(error.seconds)
        return response
    return let_in(request, entry, wanted)


async def show_sign_out(request: Request) -> Response:
    """Ask whether to sign out, since following a link must not do it."""
    person = request.scope.get(PERSON)
    if person is None:
        return RedirectResponse("/auth/signed-out", status_code=303)
    lead = p.paragraph(wa.SIGN_OUT_LEAD.format(name=person.name))
    back = p.link(home(person), wa.SIGN_OUT_BACK)
    return with_form(
        request,
        wa.SIGN_OUT_TITLE,
        lambda proof: lead + p.form("/auth/sign-out", proof, "", wa.SIGN_OUT_BUTTON) + back,
    )


async def take_sign_out(request: Request) -> Response:
    """End the session and let the browser forget it."""
    await read_form(request)
    kept = request.scope.get(SESSION)
    if kept is not None:
        await in_thread(partial(_end, kept))
    response = RedirectResponse("/auth/signed-out", status_code=303)
    cookies.drop(response, request.url.scheme, cookies.SESSION)
    return response


async def show_signed_out(_request: Request) -> Response:
    """Say that nobody is signed in any more."""
    body = p.paragraph(wa.SIGNED_OUT_LEAD) + p.link("/auth/sign-in", wa.SIGN_IN_AGAIN)
    return p.respond(wiring.services().settings, wa.SIGNED_OUT_TITLE, body)


def _end(kept: str) -> None:
    sign_out(door.door(), kept)


def _sign_in_page(
    request: Request, wanted: str, name: str = "", problems: p.Problems | None = None, status: int = 200
) -> Response:
    settings, problems = wiring.services().settings, problems or {}
    fields = (
        p.Field("name", wa.NAME, hint=wa.NAME_HINT, value=name, fills="username"),
        p.Field("password", wa.PASSWORD, "password", fills="current-password"),
    )
    inside = "".join(field.html(problems) for field in fields)
    otherwise = p.link("/auth/openid", wa.SIGN_IN_OTHERWISE, "button") if settings.oidc_issuer else ""
    around = p.paragraph(wa.FORGOTTEN, "quiet") + f'<p class="quiet">{escape(wa.SIGN_IN_CLIENTS)} '
    around += f'<a href="/">{escape(wa.SIGN_IN_CLIENTS_LINK)}</a></p>'
    lead = p.paragraph(wa.SIGN_IN_LEAD.format(clinic=settings.clinic_name))

    def body(proof: str) -> str:
        return lead + otherwise + p.form("/auth/sign-in", proof, inside, wa.SIGN_IN_BUTTON, next=wanted[:100]) + around

    return with_form(request, wa.SIGN_IN_TITLE, body, problems=problems, status=status)
