"""A therapist's own outcomes: a plain page that asks for their code, and their report as a page of its own."""

from functools import partial

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from matcher.reports.html import html
from matcher.reports.values import Report
from matcher.services.own_outcomes import report_by_code
from matcher.store.attempts import TooManyTriesError
from matcher.ui import plain_page as p
from matcher.ui import wiring
from matcher.ui import wording_owner as wo
from matcher.ui.addresses import OWN
from matcher.ui.entry import in_thread, refused, too_many, visitor, with_form
from matcher.ui.form_guard import FormRefusedError, read_form


async def answer(request: Request) -> Response:
    """Ask for the code, or show the report it opens."""
    if request.method != "POST":
        return _form(request)
    try:
        fields = await read_form(request)
        report = await in_thread(partial(_report, fields.get("code", ""), visitor(request).address))
    except FormRefusedError as error:
        return refused(error.status)
    except TooManyTriesError as error:
        return _form(request, {"": too_many(error)}, 429)
    if report is None:
        return _form(request, {"code": wo.OWN_WRONG}, 400)
    return HTMLResponse(await in_thread(partial(html, report)))


def _report(code: str, asker: str) -> Report | None:
    return report_by_code(wiring.services().store(), code, asker)


def _form(request: Request, problems: p.Problems | None = None, status: int = 200) -> Response:
    field = p.Field("code", wo.OWN_CODE, hint=wo.OWN_CODE_HINT).html(problems or {})

    def body(proof: str) -> str:
        return p.paragraph(wo.OWN_LEAD) + p.form(OWN, proof, field, wo.OWN_OPEN)

    return with_form(request, wo.OWN_TITLE, body, problems=problems, status=status)
