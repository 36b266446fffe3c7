"""Watches over an open tab: before anything a signed-in browser sends is read, its session must still be what it was.

Streamlit runs a button's callback before the page script, with whatever the last run handed to it. So what a tab sends
is not done once its session has ended: in its place the page is drawn anew, which says that it has ended. Where the
role has changed the socket is closed; the browser opens a new one, which is not given the old tab's buttons.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, Literal

from starlette.types import Message, Receive, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

State = Literal["same", "changed", "ended"]
#: RFC 6455: the message was refused because of a policy.
_CLOSED: Final = 1008


@dataclass(slots=True)
class Watch:
    """Stands between a socket and the app."""

    receive: Receive
    send: Send
    state: Callable[[], Awaitable[State]]
    _ended: bool = False

    async def read(self) -> Message:
        """Return what the browser sent, or what takes its place where its session is no longer what it was."""
        message = await self.receive()
        if message["type"] != "websocket.receive":
            return message
        state = await self.state()
        if state == "same":
            return message
        if state == "ended":
            return {"type": "websocket.receive", "bytes": _DRAW_ANEW}
        self._ended = True
        await self.send({"type": "websocket.close", "code": _CLOSED})
        return {"type": "websocket.disconnect", "code": _CLOSED}

    async def write(self, message: Message) -> None:
        """Pass on what the app says; after the end nobody listens."""
        if not self._ended:
            await self.send(message)


def _draw_anew() -> bytes:
    message = BackMsg()
    message.rerun_script.SetInParent()
    return bytes(message.SerializeToString())


#: Names no widget, so no callback runs before the page script.
_DRAW_ANEW: Final = _draw_anew()
