import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from matcher.ui.binary_frames import BinaryFrames


def talk(messages, scope_type="websocket"):
    """Return what an app behind it receives until it is told the connection ended, and what is sent back."""
    left, received, sent = list(messages), [], []

    async def app(_scope, receive, _send):
        while not received or received[-1]["type"] == "websocket.receive":
            received.append(await receive())

    async def receive():
        return left.pop(0)

    async def send(message):
        sent.append(message)

    # In a thread of its own: a browser test in the same run leaves a loop running in this one.
    with ThreadPoolExecutor(max_workers=1) as thread:
        thread.submit(lambda: asyncio.run(BinaryFrames(app)({"type": scope_type}, receive, send))).result()
    return received, sent


END = {"type": "websocket.disconnect", "code": 1000}
BYTES = {"type": "websocket.receive", "bytes": b"x"}


def test_binary_messages_and_the_end_pass_as_they_are():
    assert talk([BYTES, BYTES, END]) == ([BYTES, BYTES, END], [])


@pytest.mark.parametrize("text", [{"text": "x"}, {"text": "x", "bytes": None}, {}])
def test_text_ends_the_connection_cleanly(text):
    received, sent = talk([BYTES, {"type": "websocket.receive", **text}, END])
    assert received == [BYTES, {"type": "websocket.disconnect", "code": 1003}]
    assert sent == [{"type": "websocket.close", "code": 1003}]


def test_requests_are_none_of_its_business():
    request = {"type": "http.request"}
    assert talk([request], scope_type="http") == ([request], [])
