"""The pages under /auth, found when somebody first needs them: clients never do, and their libraries take a second."""

from anyio import to_thread
from starlette.routing import Router
from starlette.types import ASGIApp, Receive, Scope, Send

from matcher.ui.loading import IMPORTS


class LazyDoor:
    """The pages under /auth, loaded when somebody first opens one."""

    def __init__(self) -> None:
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on to the page it is for."""
        if self._app is None:
            self._app = await to_thread.run_sync(_load)
        await self._app(scope, receive, send)


def _load() -> ASGIApp:
    with IMPORTS:
        from matcher.ui.auth_routes import ROUTES  # noqa: PLC0415

    return Router(ROUTES)
