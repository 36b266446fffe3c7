"""The one way in which anybody is somebody: our cookies, checked here, become headers Streamlit believes.

Whatever ``x-app-`` header a browser sends is taken away first. The draft's owner and the session's hash go into
``st.user``, which Streamlit compares before it lets a socket take up an existing session.
"""

import logging
import re
from collections.abc import Callable
from functools import partial
from typing import Final, TypeAlias

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from matcher.services.access import Person
from matcher.ui import cookies
from matcher.ui.drafts import DRAFT_HEADER, owner_of
from matcher.ui.middleware import draft_token, is_page
from matcher.ui.watch import State, Watch

ACCOUNT_HEADER: Final = "x-app-account"
SESSION_HEADER: Final = "x-app-session"
ROLE_HEADER: Final = "x-app-role"
#: What stands for the session of an open tab whose cookie's session has ended.
ENDED: Final = "ended"
#: Where the person signed in, and the session's hash, stand in a request's scope.
PERSON: Final = "matcher.person"
SESSION: Final = "matcher.session"
_OURS: Final = b"x-app-"
_NO_QUESTION: Final = ("/static/", "/assets/", "/health")
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")

#: A live session's hash and whose it is.
Found: TypeAlias = tuple[str, Person]


class Identity:
    """Replaces what a browser says of itself by what its cookies prove.

    The store is asked on every request: a tab ends its session without one, and another process may, so what was seen
    a moment ago proves nothing.
    """

    def __init__(self, app: ASGIApp, look_up: Callable[[str], Found | None]) -> None:
        self._app = app
        self._look_up = look_up

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on with our own headers alone, and the person in its scope."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        sent = Headers(scope=scope)
        headers = [(name, value) for name, value in scope["headers"] if not name.lower().startswith(_OURS)]
        owner = owner_of(draft_token(sent))
        if owner is not None:
            headers.append((DRAFT_HEADER.encode(), owner.encode()))
        token = None if scope.get("path", "").startswith(_NO_QUESTION) else _token(scope, sent)
        socket = scope["type"] == "websocket"
        found = None if token is None else await self._find(token)
        if found is not None:
            ours = (SESSION_HEADER, found[0]), (ACCOUNT_HEADER, found[1].account_id), (ROLE_HEADER, found[1].role)
            headers += [(name.encode(), value.encode()) for name, value in ours]
        elif socket and token is not None:
            headers.append((SESSION_HEADER.encode(), ENDED.encode()))
        kept, person = found or (None, None)
        scope = {**scope, "headers": headers, PERSON: person, SESSION: kept}
        if socket and token is not None and found is not None:
            watch = Watch(receive, send, partial(self._state, token, found))
            receive, send = watch.read, watch.write
        elif token is not None and found is None and is_page(scope["path"]):
            send = _forgetting(scope, send)
        await self._app(scope, receive, send)

    async def _find(self, token: str) -> Found | None:
        return await to_thread.run_sync(self._ask, token)

    def _ask(self, token: str) -> Found | None:
        try:
            return self._look_up(token)
        except Exception as error:
            # A store that cannot answer lets nobody in.
            logging.getLogger(__name__).error("A session could not be looked up: %s", type(error).__name__)
            return None

    async def _state(self, token: str, found: Found) -> State:
        now = await self._find(token)
        if now is None:
            return "ended"
        (kept, person), (kept_then, person_then) = now, found
        same = (kept, person.account_id, person.role) == (kept_then, person_then.account_id, person_then.role)
        return "same" if same else "changed"


def _token(scope: Scope, sent: Headers) -> str | None:
    token = cookies.read(sent, scope.get("scheme", "http"), cookies.SESSION)
    return token if token is not None and _TOKEN.fullmatch(token) else None


def _forgetting(scope: Scope, send: Send) -> Send:
    """Let the browser forget a session that has ended, when it next asks for a page."""
    gone = Response()
    cookies.drop(gone, scope.get("scheme", "http"), cookies.SESSION)

    async def forget(message: Message) -> None:
        if message["type"] == "http.response.start":
            MutableHeaders(scope=message).append("set-cookie", gone.headers["set-cookie"])
        await send(message)

    return forget
