"""Many clients at once, each speaking Streamlit's own messages as a browser does: the real journey, timed by answer.

A visitor opens the first page for a draft cookie, opens the websocket, and goes through the pages: reads, answers,
continues, with a pause after each. A rerun's time is from the message sent to the script's end. Traffic goes to this
machine alone, for a bounded time.
"""

import asyncio
import http.client
import random
import time
from dataclasses import dataclass, field

import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

THINK_SECONDS = 3.0
#: Answers given on a page before going on: about 43 reruns from the first page to the cards, as a person might need.
_MOST_ANSWERS = 1
_KINDS = {
    "radio": "string_value",
    "checkbox": "bool_value",
    "text_area": "string_value",
    "text_input": "string_value",
}
#: What to pick where the first answer would lead off the way; by a part of the widget's key.
_PICKS = {"safety": "No", "age": "25", "for_whom": "Me", "first_nations": "No"}

#: A telephone number kept for fiction in Australia, and an address that belongs to nobody.
_TEXTS = {"phone": "0491 570 156", "email": "robin@example.org"}


@dataclass
class Load:
    """What came of a run: each rerun's seconds by page, journeys that ended with a reference, and what went wrong.

    Seconds count from a moment on, ``since``: until then people come.
    """

    since: float = 0.0
    seconds: dict[str, list[float]] = field(default_factory=dict)
    to_matches: list[float] = field(default_factory=list)
    journeys: int = 0
    troubles: list[str] = field(default_factory=list)

    def all_seconds(self) -> list[float]:
        return sorted(second for page in self.seconds.values() for second in page)


@dataclass
class Widget:
    """One thing on the page that can be answered or pressed."""

    id: str
    kind: str
    label: str
    options: list[str]

    @property
    def key(self) -> str:
        parts = self.id.split("-", 2)
        return parts[2] if len(parts) == 3 else ""


class Visitor:
    """One browser tab."""

    def __init__(self, port: int, load: Load, seed: int, think: float) -> None:
        self.port, self.load, self.think = port, load, think
        self.random = random.Random(seed)
        #: People read at different speeds: all alike, they would come to the cards in the same half minute.
        self.pace = self.random.uniform(0.7, 1.3) * think
        self.page_hash, self.page, self.pages = "", "", {}
        self.widgets: list[Widget] = []
        self.values: dict[str, tuple[str, object]] = {}
        self.raw: list[bytes] = []

    async def stay(self, until: float) -> None:
        """Go through the journey again and again until a moment."""
        while time.monotonic() < until:
            try:
                await self.journey(until)
            except (OSError, TimeoutError, websockets.WebSocketException, AssertionError) as error:
                self.load.troubles.append(f"{self.page}: {type(error).__name__} {error}")
                await asyncio.sleep(1)

    async def journey(self, until: float) -> None:
        """Go from the first page to a request sent, or until a moment."""
        cookie = await asyncio.to_thread(first_cookie, self.port)
        self.__init__(self.port, self.load, self.random.randrange(10**9), self.think)  # type: ignore[misc]
        async with self.tab(cookie) as tab:
            await self.run(tab)
            stuck = 0
            while time.monotonic() < until and stuck < 4:
                page = self.page
                await self._answer(tab, 7 if page == "request" else _MOST_ANSWERS + 3 * stuck)
                if page == "matches":
                    if not await self._press_first(tab, ("choose-", "pick", "ask-for", "request")):
                        return
                elif not await self._press_first(tab, ("continue",)):
                    return
                stuck = stuck + 1 if self.page == page else 0
                if self.page == "sent":
                    self.load.journeys += 1
                    return
            if stuck:
                self.load.troubles.append(f"{self.page}: no way on")

    def tab(self, cookie: str) -> websockets.connect:
        """Open the page as the browser that was given a cookie."""
        return websockets.connect(
            f"ws://127.0.0.1:{self.port}/_stcore/stream",
            additional_headers={"Cookie": cookie},
            subprotocols=["streamlit", "PLACEHOLDER"],
            origin=f"http://127.0.0.1:{self.port}",
            max_size=None,
            open_timeout=60,
        )

    def says(self, text: str) -> bool:
        """Tell whether the last run drew a text."""
        return any(text.encode() in message for message in self.raw)

    async def set(self, tab: websockets.ClientConnection, key: str, value: object) -> None:
        """Answer the widget whose key ends so."""
        widget = next(widget for widget in self.widgets if widget.key.endswith(key))
        self.values[widget.id] = (_KINDS[widget.kind], value)
        await self.run(tab)

    async def press(self, tab: websockets.ClientConnection, key: str) -> None:
        """Press the button of a key."""
        await self.run(tab, next(widget.id for widget in self.widgets if widget.key == key))

    async def _answer(self, tab: websockets.ClientConnection, most: int) -> None:
        answered = 0
        for widget in list(self.widgets):
            if answered >= most:
                return
            value = self._value(widget)
            if widget.id in self.values or value is None:
                continue
            self.values[widget.id] = (_KINDS[widget.kind], value)
            answered += 1
            await self.run(tab)
            await self._pause()

    def _value(self, widget: Widget) -> object:
        if widget.kind == "radio":
            wanted = next((pick for part, pick in _PICKS.items() if part in widget.key), None)
            fitting = [option for option in widget.options if wanted and option.startswith(wanted)]
            return (fitting or widget.options)[0]
        if widget.kind == "text_input":
            return next((text for part, text in _TEXTS.items() if part in widget.key), "Robin")
        if widget.kind == "text_area":
            return "I worry all the time and cannot sleep before work."
        return True if widget.kind == "checkbox" else None

    async def _press_first(self, tab: websockets.ClientConnection, keys: tuple[str, ...]) -> bool:
        buttons = [widget for widget in self.widgets if widget.kind == "button"]
        found = next((b for key in keys for b in buttons if b.key.startswith(key)), None)
        if found is None:
            self.load.troubles.append(f"{self.page}: none of {keys} among {[b.key for b in buttons]}")
            return False
        before, start = self.page, time.perf_counter()
        await self.run(tab, found.id)
        if before != "matches" and self.page == "matches":
            self.load.to_matches.append(time.perf_counter() - start)
        await self._pause()
        return True

    async def _pause(self) -> None:
        await asyncio.sleep(self.random.uniform(0.5, 1.5) * self.pace)

    async def run(self, tab: websockets.ClientConnection, press: str = "", page: str = "") -> None:
        """Run the page script, for a button pressed or a page opened by its address, and see what it draws."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        message.rerun_script.page_script_hash = self.page_hash
        message.rerun_script.page_name = page
        self.raw = []
        for widget_id, (kind, value) in self.values.items():
            state = message.rerun_script.widget_states.widgets.add()
            state.id = widget_id
            setattr(state, kind, value)
        if press:
            state = message.rerun_script.widget_states.widgets.add()
            state.id, state.trigger_value = press, True
        start = time.perf_counter()
        await tab.send(message.SerializeToString())
        asked_on = self.page or "start"
        while not await self._take(tab):
            pass
        if time.monotonic() >= self.load.since:
            self.load.seconds.setdefault(asked_on, []).append(time.perf_counter() - start)

    async def _take(self, tab: websockets.ClientConnection) -> bool:
        received = await asyncio.wait_for(tab.recv(), 60)
        self.raw.append(received)
        answer = ForwardMsg()
        answer.ParseFromString(received)
        kind = answer.WhichOneof("type")
        if kind == "new_session":
            if answer.new_session.page_script_hash != self.page_hash:
                self.values = {}
            self.page_hash = answer.new_session.page_script_hash
            self.widgets = []
        elif kind == "navigation":
            self.pages = {one.page_script_hash: one.url_pathname for one in answer.navigation.app_pages}
            if answer.navigation.page_script_hash:
                if answer.navigation.page_script_hash != self.page_hash:
                    self.values = {}
                self.page_hash = answer.navigation.page_script_hash
            self.page = self.pages.get(self.page_hash, "") or "start"
        elif kind == "delta" and answer.delta.WhichOneof("type") == "new_element":
            self._see(answer.delta.new_element)
        return kind == "script_finished" and answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY

    def _see(self, element: object) -> None:
        kind = element.WhichOneof("type")  # type: ignore[attr-defined]
        if kind in _KINDS or kind == "button":
            drawn = getattr(element, kind)
            options = list(drawn.options) if kind == "radio" else []
            self.widgets.append(Widget(drawn.id, kind, drawn.label, options))


def first_cookie(port: int) -> str:
    """Open the first page as a browser does, and return the draft cookie it was given."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", "/")
    reply = connection.getresponse()
    reply.read()
    connection.close()
    given = reply.headers["set-cookie"]
    assert given, "no draft cookie"
    return given.split(";")[0]


async def warm(port: int) -> None:
    """Let one client go through the journey once in a hurry, so that a run does not wait for libraries to load."""
    load = Load()
    await Visitor(port, load, 0, 0).journey(time.monotonic() + 120)
    assert load.journeys == 1, load.troubles


async def visit(
    port: int, visitors: int, seconds: float, think: float = THINK_SECONDS, arriving: float | None = None
) -> Load:
    """Let a number of clients go through the journey at once for a time, and return what came of it.

    They come evenly over the ``arriving`` seconds before that time, each beginning anew when done, so that all parts of
    the way are walked at once as on any day; without it, all come within one pause, and to every page together.
    """
    coming = think if arriving is None else arriving
    begin = time.monotonic()
    load = Load(since=begin if arriving is None else begin + arriving)
    until = begin + seconds + (arriving or 0)

    async def one(i: int) -> None:
        await asyncio.sleep(coming * i / visitors)
        await Visitor(port, load, i, think).stay(until)

    await asyncio.gather(*(one(i) for i in range(visitors)))
    return load


def percentile(values: list[float], share: float) -> float:
    """Return the value that a share of sorted values lie below."""
    return values[min(int(share * len(values)), len(values) - 1)] if values else float("nan")
