"""A therapist's own link: its code stands behind the # of the address, and opens their profile without being typed.

A browser keeps what stands behind the # to itself, so no server and no log sees it. A script of ours sends it as a
form; a cookie takes it to the page, whose first words to the server come a moment later.
"""

import re
from functools import partial
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from matcher.services.therapist_desk import open_link
from matcher.store.attempts import TooManyTriesError
from matcher.ui import cookies, wiring
from matcher.ui import plain_page as p
from matcher.ui import wording_therapists as w
from matcher.ui.addresses import PROFILE, PROFILE_LINK
from matcher.ui.entry import in_thread, refused, too_many, visitor, with_form
from matcher.ui.form_guard import FormRefusedError, read_form

#: Long enough for a slow telephone to load the page; whoever sits there next finds nothing.
_SECONDS: Final = 120


async def answer(request: Request) -> Response:
    """Take the link's code, and go on to the profile it opens."""
    if request.method != "POST":
        return _form(request)
    try:
        fields = await read_form(request)
        # What opened something has only letters, figures and signs between them.
        code = re.sub("[^0-9A-Za-z]", "", fields.get("link", "").rpartition("#")[2])
        opened = await in_thread(partial(_opens, code, visitor(request).address))
    except FormRefusedError as error:
        return refused(error.status)
    except TooManyTriesError as error:
        return _form(request, too_many(error), 429)
    if not opened:
        return _form(request, w.OWN_WRONG, 410)
    response = RedirectResponse(PROFILE, status_code=303)
    cookies.put(response, request.url.scheme, cookies.PROFILE, code, _SECONDS)
    return response


def _opens(code: str, asker: str) -> bool:
    return open_link(wiring.services().store(), code, asker) is not None


def _form(request: Request, problem: str = "", status: int = 200) -> Response:
    inside = p.Field("link", w.OWN_CODE).html({})
    # After a problem the script stays away, so that it does not send the same link again.
    return with_form(
        request,
        w.OWN_TITLE,
        lambda proof: p.paragraph(w.OWN_LEAD) + p.form(PROFILE_LINK, proof, inside, w.OWN_OPEN),
        problems={"": problem} if problem else None,
        status=status,
        script="" if problem else p.TAKES_LINK,
    )
