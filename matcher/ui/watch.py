"""Watches over an open tab: before anything a signed-in browser sends is read, its session must still be what it was.

Streamlit runs a button's callback before the page script, with whatever the last run handed to it. So a session that
has ended, or an account whose role has changed, is stopped here: the socket is closed, and what was sent is not done.
The browser then opens a new one, and is whoever its cookies now say.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from starlette.types import Message, Receive, Send

#: RFC 6455: the message was refused because of a policy.
_CLOSED: Final = 1008


@dataclass(slots=True)
class Watch:
    """Stands between a socket and the app."""

    receive: Receive
    send: Send
    still: Callable[[], Awaitable[bool]]
    _ended: bool = False

    async def read(self) -> Message:
        """Return what the browser sent, or an end of the connection where its session is no longer what it was."""
        message = await self.receive()
        if message["type"] != "websocket.receive" or await self.still():
            return message
        self._ended = True
        await self.send({"type": "websocket.close", "code": _CLOSED})
        return {"type": "websocket.disconnect", "code": _CLOSED}

    async def write(self, message: Message) -> None:
        """Pass on what the app says; after the end nobody listens."""
        if not self._ended:
            await self.send(message)
