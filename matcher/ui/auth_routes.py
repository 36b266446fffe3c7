"""Every address under /auth, and one answer for forms that are not taken."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from matcher.ui import sign_in, sign_in_link, sign_in_openid, sign_in_password
from matcher.ui.entry import refused
from matcher.ui.form_guard import FormRefusedError

Handler = Callable[[Request], Awaitable[Response]]


def _guarded(handler: Handler) -> Handler:
    async def handle(request: Request) -> Response:
        try:
            response = await handler(request)
        except FormRefusedError as error:
            response = refused(error.status)
        response.headers["cache-control"] = "no-store"
        return response

    return handle


ROUTES = [
    Route("/sign-in", _guarded(sign_in.show_sign_in), methods=["GET"]),
    Route("/sign-in", _guarded(sign_in.take_sign_in), methods=["POST"]),
    Route("/sign-out", _guarded(sign_in.show_sign_out), methods=["GET"]),
    Route("/sign-out", _guarded(sign_in.take_sign_out), methods=["POST"]),
    Route("/signed-out", _guarded(sign_in.show_signed_out), methods=["GET"]),
    Route("/link", _guarded(sign_in_link.show_link), methods=["GET"]),
    Route("/link", _guarded(sign_in_link.take_link), methods=["POST"]),
    Route("/password", _guarded(sign_in_password.show_password), methods=["GET"]),
    Route("/password", _guarded(sign_in_password.take_password), methods=["POST"]),
    Route("/openid", _guarded(sign_in_openid.go_to_issuer), methods=["GET"]),
    Route("/openid/callback", _guarded(sign_in_openid.come_back), methods=["GET"]),
]
