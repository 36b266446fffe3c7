"""Signing in through the clinic's OpenID Connect provider, with Authlib: authorisation code with PKCE, state and nonce.

It ends in the same session row as a password does, so it can be revoked in the same way. What has to be remembered
between leaving and coming back travels in a sealed cookie for ten minutes.
"""

import logging
from functools import cache
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response

from matcher.config import Settings
from matcher.services.openid_sign_in import Claims, NoAccountError, sign_in_with
from matcher.store.errors import StoreError
from matcher.ui import cookies, door, wiring
from matcher.ui import plain_page as p
from matcher.ui import wording_accounts as wa
from matcher.ui.entry import in_thread, let_in, visitor

CALLBACK: Final = "/auth/openid/callback"
_SECONDS: Final = 600
_TIMEOUT: Final = 10.0
_PLACE: Final = ("cookie", "openid", "")


async def go_to_issuer(request: Request) -> Response:
    """Send somebody to the issuer to say who they are."""
    settings = wiring.services().settings
    if not settings.oidc_issuer:
        return _sorry(wa.NOT_SET_UP, 404)
    request.scope["session"] = {}
    try:
        response: Response = await _client(settings).authorize_redirect(request, _callback(request, settings))
    except Exception as error:
        return _failed(error)
    sealed = door.door().store.sealer.seal_json(request.scope["session"], *_PLACE).hex()
    cookies.put(response, request.url.scheme, cookies.OPENID, sealed, _SECONDS)
    return response


async def come_back(request: Request) -> Response:
    """Check what the issuer says and let in whoever has an account here."""
    settings = wiring.services().settings
    if not settings.oidc_issuer:
        return _sorry(wa.NOT_SET_UP, 404)
    request.scope["session"] = _remembered(request)
    try:
        token = await _client(settings).authorize_access_token(request)
        claims = _claims(token["userinfo"], settings)
    except Exception as error:
        response = _failed(error)
    else:
        response = await _enter(request, claims)
    cookies.drop(response, request.url.scheme, cookies.OPENID)
    return response


async def _enter(request: Request, claims: Claims) -> Response:
    try:
        entry = await in_thread(lambda: sign_in_with(door.door(), claims, visitor(request)))
    except NoAccountError:
        return _sorry(wa.NO_ACCOUNT, 403)
    return let_in(request, entry)


def _claims(said: Any, settings: Settings) -> Claims:
    if str(said["iss"]).rstrip("/") != str(settings.oidc_issuer).rstrip("/"):
        raise ValueError("the token is from another issuer")
    email = said.get("email")
    return Claims(
        issuer=str(said["iss"]),
        subject=str(said["sub"]),
        email=email if isinstance(email, str) else None,
        email_verified=said.get("email_verified") is True,
    )


def _client(settings: Settings) -> Any:
    secret = settings.oidc_client_secret
    return _made(
        str(settings.oidc_issuer).rstrip("/"),
        settings.oidc_client_id or "",
        None if secret is None else secret.get_secret_value(),
    )


@cache
def _made(issuer: str, client_id: str, secret: str | None) -> Any:
    # Part of the openid extra, which a clinic with passwords alone does without.
    from authlib.integrations.starlette_client import OAuth  # type: ignore[import-untyped]  # noqa: PLC0415

    return OAuth().register(
        "clinic",
        client_id=client_id,
        client_secret=secret,
        server_metadata_url=f"{issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email profile", "code_challenge_method": "S256", "timeout": _TIMEOUT},
    )


def _callback(request: Request, settings: Settings) -> str:
    return f"{settings.public_url or str(request.base_url).rstrip('/')}{CALLBACK}"


def _remembered(request: Request) -> dict[str, Any]:
    sealed = cookies.read(request.headers, request.url.scheme, cookies.OPENID)
    try:
        return door.door().store.sealer.open_json(bytes.fromhex(sealed or ""), *_PLACE)
    except (StoreError, ValueError):
        # Then the state the issuer sends back matches nothing, and nobody comes in.
        return {}


def _failed(error: Exception) -> Response:
    # What the issuer said may name the person: only its kind is logged.
    logging.getLogger(__name__).error("A sign-in with OpenID Connect did not finish: %s", type(error).__name__)
    return _sorry(wa.OPENID_FAILED, 502)


def _sorry(words: str, status: int) -> Response:
    body = p.paragraph(words) + p.link("/auth/sign-in", wa.SIGN_IN_AGAIN)
    return p.respond(wiring.services().settings, wa.OPENID_FAILED_TITLE, body, status=status)
