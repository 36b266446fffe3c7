"""Taking up a one-time link: an invitation, a reset, or the first owner's.

The link's secret stands behind the # of the address, which a browser keeps to itself: no server, log, or other site
sees it. A script of ours takes it out of the address and sends it as a form; without scripts it is pasted by hand.
"""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from matcher.services.one_time_links import (
    LinkSpentError,
    LinkView,
    look_at_link,
    take_up_link,
)
from matcher.services.passwords import LEAST, PasswordRefusedError
from matcher.services.signing_in import Entry
from matcher.store.accounts import AccountError
from matcher.store.attempts import TooManyTriesError
from matcher.ui import door, wiring
from matcher.ui import plain_page as p
from matcher.ui import wording_accounts as wa
from matcher.ui.entry import in_thread, let_in, too_many, visitor, with_form
from matcher.ui.form_guard import read_form


async def show_link(request: Request) -> Response:
    """Show where a link's secret goes; the script fills it in and sends it."""
    return _link_page(request)


async def take_link(request: Request) -> Response:
    """Look at a link, and once a password came with it, use it up."""
    fields = await read_form(request)
    token = fields.get("link", "").strip().rpartition("#")[2]
    try:
        view = await in_thread(lambda: look_at_link(door.door(), token, visitor(request)))
        if "new_password" not in fields:
            return _password_page(request, view, token)
        return await _use(request, view, token, fields)
    except LinkSpentError:
        return _link_page(request, wa.LINK_SPENT, 410)
    except TooManyTriesError as error:
        return _link_page(request, too_many(error), 429)


async def _use(request: Request, view: LinkView, token: str, fields: dict[str, str]) -> Response:
    problems = _problems(view, fields)
    if not problems:
        try:
            return let_in(request, await in_thread(partial(_take_up, request, token, fields)))
        except PasswordRefusedError as error:
            problems = {"new_password": str(error)}
        except AccountError as error:
            problems = {"name": _sentence(error)}
    return _password_page(request, view, token, fields, problems)


def _take_up(request: Request, token: str, fields: dict[str, str]) -> Entry:
    return take_up_link(
        door.door(),
        token,
        fields["new_password"],
        visitor(request),
        name=fields.get("name", ""),
        display_name=fields.get("display_name", ""),
    )


def _problems(view: LinkView, fields: dict[str, str]) -> dict[str, str]:
    if view.name is None and not fields.get("name", "").strip():
        return {"name": wa.NAME_MISSING}
    return {"repeat": wa.NOT_THE_SAME} if fields["new_password"] != fields.get("repeat") else {}


def _link_page(request: Request, problem: str = "", status: int = 200) -> Response:
    inside = p.Field("link", wa.LINK_CODE).html({})
    # After a problem the script stays away, so that it does not send the same link again.
    return with_form(
        request,
        wa.LINK_TITLE,
        lambda proof: p.paragraph(wa.LINK_LEAD) + p.form("/auth/link", proof, inside, wa.LINK_BUTTON),
        problems={"": problem} if problem else None,
        status=status,
        script="" if problem else p.TAKES_LINK,
    )


def _password_page(
    request: Request,
    view: LinkView,
    token: str,
    fields: dict[str, str] | None = None,
    problems: p.Problems | None = None,
) -> Response:
    settings, fields, problems = wiring.services().settings, fields or {}, problems or {}
    title, lead = {
        "owner": (wa.OWNER_TITLE, wa.OWNER_LEAD),
        "invite": (wa.INVITE_TITLE, wa.INVITE_LEAD),
        "reset": (wa.RESET_TITLE, wa.RESET_LEAD),
    }[view.purpose]
    known = {"name": view.display_name, "account": view.name, "clinic": settings.clinic_name}
    asked = [p.Field("name", wa.NAME, hint=wa.NAME_HINT, value=fields.get("name", ""), fills="username")]
    asked.append(p.Field("display_name", wa.DISPLAY_NAME, value=fields.get("display_name", ""), fills="name"))
    if view.name is not None:
        # Shown so that a password manager keeps the password under the right name.
        asked = [p.Field("name", wa.NAME, value=view.name, fills="username", fixed=True)]
    hint = wa.NEW_PASSWORD_HINT.format(least=LEAST)
    asked.append(p.Field("new_password", wa.NEW_PASSWORD, "password", hint=hint, fills="new-password"))
    asked.append(p.Field("repeat", wa.REPEAT, "password", fills="new-password"))
    inside = "".join(field.html(problems) for field in asked)

    def body(proof: str) -> str:
        return p.paragraph(lead.format(**known)) + p.form("/auth/link", proof, inside, wa.SAVE_PASSWORD, link=token)

    return with_form(request, title.format(**known), body, problems=problems, status=400 if problems else 200)


def _sentence(error: AccountError) -> str:
    text = str(error)
    return text[:1].upper() + text[1:]
