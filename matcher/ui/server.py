"""The web server: the Streamlit app inside our own routes and middleware, however it is started."""

import os
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import streamlit as st
from anyio import to_thread
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from matcher.ui import downloads, health, shell, summary, wiring
from matcher.ui.binary_frames import BinaryFrames
from matcher.ui.door import session_of
from matcher.ui.drafts import DRAFT_COOKIE, DRAFT_HEADER
from matcher.ui.identity import Identity
from matcher.ui.lazy_door import LazyDoor
from matcher.ui.middleware import PageShell, SecurityHeaders, ShutDoors
from matcher.ui.plain_page import refusal
from matcher.ui.ports import Services
from matcher.ui.running import lifespan
from matcher.ui.staff_doors import StaffDoors, page_at

PAGE_SCRIPT = Path(__file__).parent / "main.py"
CONFIG_FILE = Path(__file__).parent / ".streamlit" / "config.toml"


def app_parts(services: Services | None = None) -> dict[str, Any]:
    """Return the keyword arguments of ``st.App``, and make the services known to the pages.

    ``streamlit run`` finds an app only where ``st.App(...)`` is written out, so ``app.py`` writes it out.
    """
    services = wiring.install(services or wiring.real_services())
    settings = services.settings
    return {
        "routes": [
            *health.routes(),
            Route("/leave", _leave, methods=["GET", "POST"]),
            Route(summary.PATH, summary.save_summary),
            Mount("/auth", LazyDoor()),
            *downloads.ROUTES,
            Mount("/assets", StaticFiles(directory=shell.ASSETS)),
        ],
        "middleware": [
            *_hosts(settings.host_names),
            Middleware(SecurityHeaders),
            Middleware(Identity, look_up=session_of),
            Middleware(ShutDoors),
            Middleware(BinaryFrames),
            Middleware(StaffDoors, page_at=page_at, refusal=refusal(settings)),
            Middleware(PageShell, document=shell.document(settings), not_found=shell.not_found(settings)),
        ],
        "lifespan": lifespan,
        # Without any, Streamlit looks through its folders for a file of them whenever a page asks who is there.
        "secrets": {"matcher": {}},
    }


def create_app(services: Services | None = None) -> st.App:
    """Return the whole web app, ready for any ASGI server."""
    return st.App(PAGE_SCRIPT, **app_parts(services))


def serve(host: str = "127.0.0.1", port: int = 8501, trusted_proxies: Sequence[str] = ()) -> None:
    """Serve the app until it is stopped.

    Parameters
    ----------
    trusted_proxies
        Addresses whose X-Forwarded-For and X-Forwarded-Proto are believed, besides those of the settings.
    """
    app = create_app()
    believed = (*wiring.services().settings.trusted_proxies, *trusted_proxies)
    # The server underneath reads who it may believe here, and would otherwise believe every program on this machine.
    os.environ["FORWARDED_ALLOW_IPS"] = ",".join(believed)
    settings = _flat(tomllib.loads(CONFIG_FILE.read_text(encoding="utf-8")))
    app.run(config={**settings, "server.address": host, "server.port": port})


async def _leave(request: Request) -> Response:
    services = wiring.services()
    owner = request.headers.get(DRAFT_HEADER)
    if owner is not None:
        await to_thread.run_sync(services.drafts.delete, owner)
    response: Response = (
        Response(status_code=204)
        if request.method == "POST"
        else RedirectResponse(services.settings.leave_url, status_code=303)
    )
    response.delete_cookie(DRAFT_COOKIE, httponly=True, samesite="lax")
    response.headers["cache-control"] = "no-store"
    return response


def _hosts(names: Sequence[str]) -> list[Middleware]:
    return [Middleware(TrustedHostMiddleware, allowed_hosts=list(names), www_redirect=False)] if names else []


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    options: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            options.update(_flat(value, f"{prefix}{name}."))
        else:
            options[f"{prefix}{name}"] = value
    return options
