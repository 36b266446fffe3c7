"""The sign-in pages behind the same middleware as the app, asked over HTTP without a server; cheap passwords."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

import httpx
import pytest
from doors import PASSWORDS
from fakes import fake_services
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Mount, Route

from matcher.config import Settings
from matcher.services import signing_in
from matcher.store.store import Store
from matcher.ui import downloads, wiring
from matcher.ui.auth_routes import ROUTES
from matcher.ui.door import session_of
from matcher.ui.identity import PERSON, Identity
from matcher.ui.middleware import SecurityHeaders


@contextmanager
def pages(store: Store, monkeypatch: pytest.MonkeyPatch, settings: Settings | None = None) -> Iterator[Starlette]:
    """Give the pages on a store, with passwords that cost next to nothing."""
    monkeypatch.setattr(signing_in, "usual_passwords", lambda: PASSWORDS)
    wiring.install(fake_services(settings or Settings(), store=lambda: store))

    async def who(request):
        person = request.scope[PERSON]
        return PlainTextResponse("nobody" if person is None else person.name)

    middleware = [Middleware(SecurityHeaders), Middleware(Identity, look_up=session_of)]
    routes = [Mount("/auth", routes=ROUTES), *downloads.ROUTES, Route("/who", who), Route("/{page}", who)]
    app = Starlette(routes=routes, middleware=middleware)
    app.state.transport = Direct(app)
    try:
        yield app
    finally:
        app.state.transport.close()


class Direct(httpx.BaseTransport):
    """Hands each request to an app in a loop of its own, without a server."""

    def __init__(self, app: Starlette) -> None:
        self._inner = httpx.ASGITransport(app=app)
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(self._ask(request), self._loop).result(timeout=60)

    async def _ask(self, request: httpx.Request) -> httpx.Response:
        sent = httpx.Request(request.method, request.url, headers=request.headers, content=request.read())
        reply = await self._inner.handle_async_request(sent)
        return httpx.Response(reply.status_code, headers=reply.headers, content=await reply.aread())

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._loop.close()


def browser(app: Starlette, scheme: str = "http") -> httpx.Client:
    """Return a browser of its own; closed with the app's transport."""
    return httpx.Client(transport=app.state.transport, base_url=f"{scheme}://match.example.org")


def proof(page: str) -> str:
    """Return the proof in a page's form."""
    found = re.search(r'name="form" value="([0-9a-f]{64})"', page)
    assert found is not None, page
    return found[1]


def send(client: httpx.Client, path: str, headers: dict[str, str] | None = None, **fields: str):
    """Open a page's form, fill it in and send it."""
    return client.post(path, data={"form": proof(client.get(path).text), **fields}, headers=headers)
