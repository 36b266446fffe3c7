"""Refuses what no page of ours ever sends over its websocket: Streamlit's own reading fails on a text message."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: "Cannot accept this type of data", RFC 6455.
_UNSUPPORTED = 1003


class BinaryFrames:
    """Closes a websocket that is sent text, which Streamlit 1.67 would answer with an error in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on but text messages."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return

        async def binary() -> Message:
            message = await receive()
            if message["type"] == "websocket.receive" and message.get("bytes") is None:
                await send({"type": "websocket.close", "code": _UNSUPPORTED})
                return {"type": "websocket.disconnect", "code": _UNSUPPORTED}
            return message

        await self._app(scope, binary, send)
