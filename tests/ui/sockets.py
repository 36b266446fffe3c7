"""Speaks Streamlit's own websocket language, as a browser does, or as somebody who pretends to be one."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

TIMEOUT = 30.0


@dataclass
class Drawn:
    """What one run of the page script sent: its session's id, every text, and the pages of the menu."""

    session_id: str = ""
    raw: list[bytes] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    widgets: dict[str, str] = field(default_factory=dict)

    def says(self, text: str) -> bool:
        return any(text.encode() in message for message in self.raw)


def open_tab(
    port: int, cookie: str = "", headers: Iterable[tuple[str, str]] = (), session_id: str = ""
) -> ClientConnection:
    """Open a socket; with ``session_id`` it asks to take up that session."""
    sent = [*headers, *([("Cookie", cookie)] if cookie else [])]
    spoken = ["streamlit", "PLACEHOLDER", *([session_id] if session_id else [])]
    return connect(
        f"ws://127.0.0.1:{port}/_stcore/stream",
        additional_headers=sent,
        subprotocols=spoken,
        origin=f"http://127.0.0.1:{port}",
        max_size=None,
    )


def run(tab: ClientConnection, page: str = "", press: str = "") -> Drawn:
    """Run the page script for a page, or press a button, and return what it drew."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    message.rerun_script.page_name = page
    if press:
        state = message.rerun_script.widget_states.widgets.add()
        state.id, state.trigger_value = press, True
    tab.send(message.SerializeToString())
    drawn = Drawn()
    while True:
        received = tab.recv(timeout=TIMEOUT)
        assert isinstance(received, bytes)
        drawn.raw.append(received)
        answer = ForwardMsg()
        answer.ParseFromString(received)
        kind = answer.WhichOneof("type")
        if kind == "new_session":
            drawn.session_id = answer.new_session.initialize.session_id
        elif kind == "navigation":
            drawn.pages = [one.url_pathname for one in answer.navigation.app_pages]
        elif kind == "delta" and answer.delta.new_element.WhichOneof("type") == "button":
            drawn.widgets[answer.delta.new_element.button.label] = answer.delta.new_element.button.id
        elif kind == "script_finished":
            return drawn
