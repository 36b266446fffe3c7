"""Changing one's own password: a plain page for whoever is signed in, which asks for the current one first."""

from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from matcher.services.access import Person
from matcher.services.passwords import LEAST, PasswordRefusedError
from matcher.services.signing_in import Entry, WrongPasswordError, change_password
from matcher.store.attempts import TooManyTriesError
from matcher.ui import door
from matcher.ui import plain_page as p
from matcher.ui import wording_accounts as wa
from matcher.ui.entry import in_thread, let_in, too_many, visitor, with_form
from matcher.ui.form_guard import read_form
from matcher.ui.identity import PERSON


async def show_password(request: Request) -> Response:
    """Show the form; nobody signed in goes to sign in first."""
    person = request.scope.get(PERSON)
    return _not_signed_in() if person is None else _page(request)


async def take_password(request: Request) -> Response:
    """Check the current password and set the new one."""
    fields = await read_form(request)
    person = request.scope.get(PERSON)
    if person is None:
        return _not_signed_in()
    if fields.get("new_password", "") != fields.get("repeat", ""):
        return _page(request, {"repeat": wa.NOT_THE_SAME})
    try:
        entry = await in_thread(partial(_change, request, person, fields))
    except PasswordRefusedError as error:
        return _page(request, {"new_password": str(error)})
    except WrongPasswordError:
        return _page(request, {"password": wa.CURRENT_WRONG})
    except TooManyTriesError as error:
        return _page(request, {"": too_many(error)}, 429)
    return let_in(request, entry, "account")


def _change(request: Request, person: Person, fields: dict[str, str]) -> Entry:
    current, new = fields.get("password", ""), fields.get("new_password", "")
    return change_password(door.door(), person, current, new, visitor(request))


def _page(request: Request, problems: p.Problems | None = None, status: int = 400) -> Response:
    hint = wa.NEW_PASSWORD_HINT.format(least=LEAST)
    fields = (
        p.Field("password", wa.CURRENT_PASSWORD, "password", fills="current-password"),
        p.Field("new_password", wa.NEW_PASSWORD, "password", hint, fills="new-password"),
        p.Field("repeat", wa.REPEAT, "password", fills="new-password"),
    )
    inside = "".join(field.html(problems or {}) for field in fields)

    def body(proof: str) -> str:
        form = p.form("/auth/password", proof, inside, wa.CHANGE_PASSWORD_BUTTON)
        return p.paragraph(wa.CHANGE_PASSWORD_LEAD) + form + p.link("/account", wa.CHANGE_PASSWORD_BACK)

    return with_form(request, wa.CHANGE_PASSWORD, body, problems=problems, status=status if problems else 200)


def _not_signed_in() -> Response:
    return RedirectResponse("/auth/sign-in?next=account", status_code=303)
