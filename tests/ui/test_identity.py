"""What a browser can and cannot say of itself, and what opens to whom, request by request."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest
from asgi import ask
from starlette.responses import PlainTextResponse
from streamlit.proto.BackMsg_pb2 import BackMsg

from matcher.services.access import Person
from matcher.ui import cookies
from matcher.ui.desk import StaffPage
from matcher.ui.drafts import DRAFT_COOKIE, DRAFT_HEADER, new_token, owner_of
from matcher.ui.identity import ACCOUNT_HEADER, ENDED, PERSON, ROLE_HEADER, SESSION, SESSION_HEADER, Identity
from matcher.ui.middleware import SecurityHeaders
from matcher.ui.staff_doors import StaffDoors

ADA = Person("a1", "Ada", "owner")


class Seen:
    def __init__(self):
        self.scope = None

    @property
    def headers(self):
        return dict(self.scope["headers"])

    def ours(self):
        return sorted(name.decode() for name in self.headers if name.lower().startswith(b"x-app"))

    async def __call__(self, scope, receive, send):
        self.scope = scope
        if scope["type"] == "http":
            await PlainTextResponse("streamlit")(scope, receive, send)


class Rows:
    """The session rows of a store, and how often they were asked for."""

    def __init__(self, **rows):
        self.rows, self.asked = rows, 0

    def __call__(self, token):
        self.asked += 1
        found = self.rows.get(token)
        if isinstance(found, Exception):
            raise found
        return found


def signed(token, name=cookies.SESSION):
    return [("cookie", f"{name}={token}")]


def test_a_browser_cannot_claim_anothers_draft_or_session():
    seen, token = Seen(), new_token()
    forged = [(DRAFT_HEADER, owner_of(new_token())), ("X-App-Draft", "me"), ("x-app-role", "owner")]
    forged += [(SESSION_HEADER, "f" * 64), ("X-APP-ACCOUNT", "a1")]
    ask(Identity(seen, Rows()), headers=[*forged, ("cookie", f"other=1; {DRAFT_COOKIE}={token}")])
    assert seen.headers[DRAFT_HEADER.encode()] == owner_of(token).encode()
    assert seen.ours() == [DRAFT_HEADER]
    assert seen.scope[PERSON] is seen.scope[SESSION] is None


@pytest.mark.parametrize("cookie", ["", "matcher_draft=short", "matcher_draft=" + "a" * 44, 'matcher_draft="; x'])
@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_cookie_that_is_not_ours_has_no_draft(cookie, kind):
    seen = Seen()
    ask(Identity(seen, Rows()), headers=[(DRAFT_HEADER, "forged"), ("cookie", cookie)], scope_type=kind)
    assert seen.ours() == []


@pytest.mark.parametrize("kind", ["http", "websocket"])
def test_a_live_session_becomes_headers_and_a_dead_one_nothing(kind):
    seen, live, dead = Seen(), new_token(), new_token()
    app = Identity(seen, Rows(**{live: ("hash", ADA)}))
    ask(app, "/_stcore/stream", headers=signed(live), scope_type=kind)
    assert (seen.headers[SESSION_HEADER.encode()], seen.headers[ACCOUNT_HEADER.encode()]) == (b"hash", b"a1")
    assert seen.headers[ROLE_HEADER.encode()] == b"owner"
    assert seen.scope[PERSON] == ADA
    ask(app, "/_stcore/stream", headers=signed(dead), scope_type=kind)
    # An open tab learns that its session has ended; a request is simply nobody's.
    assert seen.ours() == ([SESSION_HEADER] if kind == "websocket" else [])
    assert seen.headers.get(SESSION_HEADER.encode(), ENDED.encode()) == ENDED.encode()
    assert seen.scope[PERSON] is None


def test_every_request_asks_the_store_anew_and_files_of_the_app_never():
    token = new_token()
    rows = Rows(**{token: ("hash", ADA)})
    seen = Seen()
    app = Identity(seen, rows)
    for path in ("/static/js/a.js", "/assets/shell.css", "/health"):
        ask(app, path, headers=signed(token))
    assert rows.asked == 0
    for kind, path in (("http", "/people"), ("websocket", "/_stcore/stream"), ("http", "/media/a.csv")):
        rows.rows[token] = ("hash", ADA)
        ask(app, path, headers=signed(token), scope_type=kind)
        assert seen.scope[PERSON] == ADA
        del rows.rows[token]
        ask(app, path, headers=signed(token), scope_type=kind)
        assert seen.scope[PERSON] is None
    assert rows.asked == 6


def test_a_page_lets_the_browser_forget_a_session_that_has_ended():
    live, dead = new_token(), new_token()
    app = Identity(Seen(), Rows(**{live: ("hash", ADA)}))
    assert 'matcher_session="";' in ask(app, "/words", headers=signed(dead)).header("set-cookie")
    assert ask(app, "/words", headers=signed(live)).header("set-cookie") is None
    assert ask(app, "/_stcore/health", headers=signed(dead)).header("set-cookie") is None


def talk(app, token, messages):
    """Open a socket, send messages, and return what the app read and what the browser was told."""
    read, told, waiting = [], [], [{"type": "websocket.connect"}, *messages]

    async def receive():
        message = waiting.pop(0) if waiting else {"type": "websocket.disconnect", "code": 1000}
        if "before" in message:
            message.pop("before")()
        return message

    async def send(message):
        told.append(message["type"])

    async def reader(scope, receive, send):
        while (message := await receive())["type"] != "websocket.disconnect":
            read.append(message.get("bytes"))
        await send({"type": "websocket.send", "bytes": b"late"})

    headers = [(name.encode(), value.encode()) for name, value in signed(token)]
    scope = {"type": "websocket", "path": "/_stcore/stream", "scheme": "ws", "headers": headers}
    with ThreadPoolExecutor(1) as thread:
        thread.submit(lambda: asyncio.run(Identity(reader, app)(scope, receive, send))).result()
    return read, told


def test_a_tab_whose_session_has_ended_can_only_have_its_page_drawn_anew():
    token = new_token()
    rows = Rows(**{token: ("hash", ADA)})
    first = {"type": "websocket.receive", "bytes": b"1"}
    end = {"type": "websocket.receive", "bytes": b"2", "before": lambda: rows.rows.update({token: None})}
    read, _ = talk(rows, token, [first, end, first])
    assert read[:2] == [None, b"1"]
    for instead in read[2:]:
        message = BackMsg()
        message.ParseFromString(instead)
        assert message.WhichOneof("type") == "rerun_script"
        assert not message.rerun_script.widget_states.widgets
    assert len(read) == 4


@pytest.mark.parametrize("now", [("hash", Person("a1", "Ada", "intake")), ("hash", Person("a2", "Ada", "owner"))])
def test_what_a_tab_sends_is_not_read_once_its_session_is_not_what_it_was(now):
    token = new_token()
    rows = Rows(**{token: ("hash", ADA)})
    end = {"type": "websocket.receive", "bytes": b"2", "before": lambda: rows.rows.update({token: now})}
    first = {"type": "websocket.receive", "bytes": b"1"}
    assert talk(rows, token, [first, end, first]) == ([None, b"1"], ["websocket.close"])
    renamed = ("hash", Person("a1", "Ada N.", "owner"))
    rows.rows[token] = ("hash", ADA)
    fine = {"type": "websocket.receive", "bytes": b"2", "before": lambda: rows.rows.update({token: renamed})}
    assert talk(rows, token, [first, fine]) == ([None, b"1", b"2"], ["websocket.send"])


def test_a_store_that_cannot_answer_lets_nobody_in_and_says_nothing_of_why(caplog):
    seen, token = Seen(), new_token()
    ask(Identity(seen, Rows(**{token: RuntimeError("QQcanary7")})), headers=signed(token))
    assert seen.scope[PERSON] is None
    assert "RuntimeError" in caplog.text
    assert "QQcanary7" not in caplog.text


def test_under_tls_only_a_cookie_no_neighbour_can_plant_counts():
    token = new_token()
    rows = Rows(**{token: ("hash", ADA)})
    for name, person in ((cookies.SESSION, None), (f"__Host-{cookies.SESSION}", ADA)):
        seen = Seen()
        ask(Identity(seen, rows), headers=signed(token, name), scheme="https")
        assert seen.scope[PERSON] == person


PAGES = {"people": StaffPage("People", "manage_accounts", print), "account": StaffPage("You", None, print)}


def through(path, person, method="GET"):
    async def with_person(scope, receive, send):
        doors = StaffDoors(Seen(), PAGES.get, "<p>not your role</p>")
        await SecurityHeaders(doors)({**scope, PERSON: person}, receive, send)

    return ask(with_person, path, method)


INTAKE = Person("b1", "Ben", "intake")


@pytest.mark.parametrize(
    ("path", "nobody", "intake", "owner"),
    [
        ("/people", 303, 403, 200),
        ("/account", 303, 200, 200),
        ("/media/abc.csv", 401, 200, 200),
        ("/_stcore/upload_file/a/b", 401, 200, 200),
        ("/words", 200, 200, 200),
        ("/", 200, 200, 200),
        ("/mediation", 200, 200, 200),
    ],
)
def test_what_opens_to_whom(path, nobody, intake, owner):
    assert [through(path, person).status for person in (None, INTAKE, ADA)] == [nobody, intake, owner]


def test_nobody_is_sent_to_sign_in_and_then_back():
    assert through("/people", None).header("location") == "/auth/sign-in?next=people"
    assert through("/people", INTAKE).body == "<p>not your role</p>"


def test_a_file_of_a_page_is_kept_nowhere():
    assert through("/media/abc.csv", ADA).header("cache-control") == "no-store"
