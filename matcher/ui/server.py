"""The web server: the Streamlit app inside our own routes and middleware, however it is started."""

import asyncio
import logging
import tomllib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from matcher.ui import shell, wiring
from matcher.ui.drafts import DRAFT_COOKIE, DRAFT_HEADER
from matcher.ui.middleware import DraftSession, PageShell, SecurityHeaders, ShutDoors
from matcher.ui.ports import Services

PAGE_SCRIPT = Path(__file__).parent / "main.py"
#: How often expired drafts are swept away.
PURGE_SECONDS = 300.0
CONFIG_FILE = Path(__file__).parent / ".streamlit" / "config.toml"


def app_parts(services: Services | None = None) -> dict[str, Any]:
    """Return the keyword arguments of ``st.App``, and make the services known to the pages.

    ``streamlit run`` finds an app only where ``st.App(...)`` is written out, so ``app.py`` writes it out.
    """
    services = wiring.install(services or wiring.real_services())
    settings = services.settings
    return {
        "routes": [
            Route("/health", _health),
            Route("/leave", _leave, methods=["GET", "POST"]),
            Mount("/assets", StaticFiles(directory=shell.ASSETS)),
        ],
        "middleware": [
            Middleware(SecurityHeaders),
            Middleware(ShutDoors),
            Middleware(PageShell, document=shell.document(settings), not_found=shell.not_found(settings)),
            Middleware(DraftSession),
        ],
        "lifespan": _lifespan,
    }


def create_app(services: Services | None = None) -> st.App:
    """Return the whole web app, ready for any ASGI server."""
    return st.App(PAGE_SCRIPT, **app_parts(services))


def serve(host: str = "127.0.0.1", port: int = 8501) -> None:
    """Serve the app until it is stopped."""
    settings = _flat(tomllib.loads(CONFIG_FILE.read_text(encoding="utf-8")))
    create_app().run(config={**settings, "server.address": host, "server.port": port})


@asynccontextmanager
async def _lifespan(_app: st.App) -> AsyncIterator[dict[str, Any]]:
    # The model is loaded beside the first page, not before it: nobody needs it until the last step.
    Thread(target=_warm, name="matcher-warm-up", daemon=True).start()
    purging = asyncio.create_task(_purge())
    try:
        yield {}
    finally:
        purging.cancel()


async def _purge() -> None:
    while True:
        await asyncio.sleep(PURGE_SECONDS)
        wiring.services().drafts.purge()


def _warm() -> None:
    try:
        wiring.services().matching()
    except Exception as error:
        logging.getLogger(__name__).error("The therapists could not be loaded: %s", type(error).__name__)


async def _health(_request: Request) -> Response:
    return JSONResponse({"status": "ok"})


async def _leave(request: Request) -> Response:
    services = wiring.services()
    owner = request.headers.get(DRAFT_HEADER)
    if owner is not None:
        services.drafts.delete(owner)
    response: Response = (
        Response(status_code=204)
        if request.method == "POST"
        else RedirectResponse(services.settings.leave_url, status_code=303)
    )
    response.delete_cookie(DRAFT_COOKIE, httponly=True, samesite="lax")
    response.headers["cache-control"] = "no-store"
    return response


def _flat(table: dict[str, Any], prefix: str = "") -> dict[str, Any]:
    options: dict[str, Any] = {}
    for name, value in table.items():
        if isinstance(value, dict):
            options.update(_flat(value, f"{prefix}{name}."))
        else:
            options[f"{prefix}{name}"] = value
    return options
