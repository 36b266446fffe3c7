"""A word typed by a client into the real app is looked for in everything that leaves or stays: found nowhere."""

import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from real_server import RealServer, serving
from steps import HEADINGS, HELP, MATCHES, agree, fill

from matcher.services.access import Person
from matcher.services.fit_checks import ask_fit_check_code
from matcher.store.accounts import add_account
from matcher.store.keys import read_key_file
from matcher.store.sessions import open_session
from matcher.store.store import Store, open_store
from matcher.ui import wording_fit as wf
from matcher.ui import wording_matches as wm
from matcher.ui import wording_staff as wst

pytestmark = pytest.mark.slow

WORD = "QQcanary7"
#: What a person could say at each place where words are typed; the last one speaks of danger.
ABOUT = f"I worry all the time {WORD}about"
DANGER = f"I want to end my life {WORD}danger"
NAME, PHONE, NOTE = f"{WORD}name", f"0491 570 006 {WORD}phone", f"{WORD}note"
#: Doors at which errors are provoked, the word in path, query, header and body.
DOORS = ("", "words", "health", "nowhere", "a/b", "auth/sign-in", "auth/link", "_stcore/health", "_stcore/metrics",
         "_stcore/host-config", "_stcore/upload_file/x/y", "_stcore/script-health-check", "media/x", "component/x",
         "summary", "leave", "assets/x", "oauth2callback", "exports/x.pdf", "exports/client-data.zip")  # fmt: skip


def spellings(word: str) -> list[bytes]:
    forms = [form.encode(kind) for form in (word, word.lower()) for kind in ("utf-8", "utf-16-le")]
    return [*forms, word.encode().hex().encode(), word.lower().encode().hex().encode()]


def files_with(word: str, folder: Path) -> list[str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path) for path in files if any(form in path.read_bytes() for form in spellings(word))]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Run the real server with a log level at which libraries say all they have to say."""
    with serving(tmp_path_factory.mktemp("real"), STREAMLIT_LOGGER_LEVEL="debug") as running:
        yield running


@pytest.fixture
def person(visit, server: RealServer):
    visitor = visit("phone")
    visitor.address = server.address
    visitor.asked = []
    visitor.page.on("request", lambda sent: visitor.asked.append(f"{sent.method} {sent.url} {sent.headers}"))
    return visitor


class Stay(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: one of them leaves for another site."""

    def redirect_request(self, *_: object) -> None:
        return None


OPENER = urllib.request.build_opener(Stay)


def answer(request: urllib.request.Request) -> str:
    """Return everything an answer says, an error's too."""
    try:
        reply = OPENER.open(request, timeout=20)
    except urllib.error.HTTPError as error:
        reply = error
    with reply:
        return f"{reply.status} {reply.headers} {reply.read().decode(errors='replace')}"


def provoke(server: RealServer) -> str:
    """Knock at every door with the word in the path, the query, a header, a cookie and a body; return what is said."""
    said = []
    for door in DOORS:
        for path in (door, f"{door}/{WORD}", f"{door}?about={WORD}&x=%00"):
            for method, body in (("GET", None), ("POST", f"name={WORD}&password={WORD}".encode()), ("PUT", b"{")):
                headers = {"cookie": f"matcher_draft={WORD}; matcher_session={WORD}", "x-app-draft": WORD}
                request = urllib.request.Request(server.address + path, body, headers, method=method)
                said.append(f"{method} /{door}: {answer(request)}")
    return "\n".join(said)


def tables_with_it_in_the_clear(server: RealServer) -> list[str]:
    """Return the columns of the database in which the word can be read without the keys."""
    with sqlite3.connect(server.folder / "data" / "store.sqlite") as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [
            name
            for name in names
            if WORD.lower() in str(connection.execute(f"SELECT * FROM {name}").fetchall()).lower()
        ]


@contextmanager
def behind(server: RealServer) -> Iterator[Store]:
    """Open the server's store as whoever holds its keys can."""
    store = open_store(f"sqlite:///{server.folder}/data/store.sqlite", read_key_file(server.folder / "keys.json"))
    try:
        yield store
    finally:
        store.close()


def kept_behind_the_keys(server: RealServer) -> str:
    """Return every client, draft and fit check as whoever holds the keys reads them."""
    with behind(server) as store, store.reading() as session:
        found = []
        for table, key, column in (
            ("drafts", "owner", "private"),
            ("clients", "client_id", "private"),
            ("enquiries", "client_id", "private"),
            ("contacts", "client_id", "private"),
            ("fit_checks", "fit_check_id", "answers"),
        ):
            rows = session.connection().exec_driver_sql(f"SELECT {key}, {column} FROM {table}").all()
            found += [store.sealer.open(sealed, table, column, name).decode() for name, sealed in rows if sealed]
    return "\n".join(found)


def type_everything(person) -> None:
    """Write the word wherever the intake takes words, and raise a danger at the end."""
    agree(person)
    person.choose("Me")
    person.on(HEADINGS[1])
    person.page.get_by_role("textbox").fill(ABOUT)
    person.on(HEADINGS[2])
    person.page.reload()
    person.at(HEADINGS[2])
    person.press("Back")
    person.at(HEADINGS[1])
    expect(person.page.get_by_role("textbox")).to_have_value(ABOUT)
    person.page.get_by_role("textbox").fill(DANGER)
    person.press("Continue")
    person.at(HELP)
    person.settle()
    person.page.get_by_role("textbox", name="A name we can call you").fill(NAME)
    person.page.get_by_role("textbox", name="Your phone number").fill(PHONE)
    person.choose("Yes")
    person.page.get_by_role("textbox", name="something we should know").fill(NOTE)
    person.press("Ask the clinic to call me")
    expect(person.page.get_by_text("will call you by")).to_be_visible()
    person.settle()


def assert_nowhere(person, server: RealServer, *, typed: tuple[str, ...], signed_in: str = "") -> None:
    """Look for the word in every channel; a page a member of staff reads is the only one that shows it."""
    said = provoke(server)
    title, address = person.page.title(), person.page.url
    kept = kept_behind_the_keys(server)
    # The test would find it: it is there, and whoever holds the keys reads it.
    for words in typed:
        assert words in kept, words
    stored = person.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    found = {
        "addresses": [line for line in person.asked if WORD.lower() in line.lower()],
        "title and address": [part for part in (title, address, signed_in) if WORD in part],
        "browser storage": [stored] if WORD in stored else [],
        "output": [line for line in server.log.splitlines() if WORD.lower() in line.lower()],
        "error pages": [line[:200] for line in said.splitlines() if WORD in line],
        "tables": tables_with_it_in_the_clear(server),
        "files": files_with(WORD, server.folder),
    }
    print({name: len(lines) for name, lines in found.items()})
    assert {name: lines for name, lines in found.items() if lines} == {}
    assert person.elsewhere == []


def test_nothing_a_client_typed_is_found_anywhere_but_behind_the_keys(person, server: RealServer) -> None:
    type_everything(person)
    assert_nowhere(person, server, typed=(f"{WORD}danger", NAME, PHONE, NOTE))


def send_a_request(person) -> tuple[str, ...]:
    """Go through to a request with the word in every box of it; return what was typed."""
    fill(person)
    person.choose("By video")
    for heading in HEADINGS[13:]:
        person.on(heading)
    person.on(MATCHES, "See who could suit you")
    person.page.get_by_role("button", name="Ask for ").first.click()
    person.at(wm.REQUEST_TITLE)
    person.settle()
    boxes = (wm.NAME, wm.PRONOUNS, wm.EMAIL, wm.NOTE)
    typed = (f"{WORD}0", f"{WORD}1", f"{WORD}2@example.org", f"{WORD}3 call after six")
    for box, words in zip(boxes, typed, strict=True):
        person.page.get_by_role("textbox", name=box).fill(words)
        person.page.keyboard.press("Tab")
        person.settle()
    person.choose("You may e-mail me")
    person.settle()
    person.on(wm.SENT_TITLE, wm.SEND)
    person.settle()
    return typed


def sign_in(person, server: RealServer) -> None:
    """Give this browser the session of somebody at the front desk."""
    with behind(server) as store, store.writing() as session:
        account = add_account(session, "mira", "Mira", "intake", "test")
        token = open_session(session, account.account_id, timedelta(hours=1))
    person.context.add_cookies([{"name": "matcher_session", "value": token, "url": server.address}])


def fit_check_code(server: RealServer) -> str:
    with behind(server) as store:
        with store.reading() as session:
            clients = session.connection().exec_driver_sql("SELECT client_id FROM slates ORDER BY made_at DESC")
            client_id = str(clients.scalar())
            therapist = str(session.connection().exec_driver_sql("SELECT therapist_id FROM therapists").scalar())
        return ask_fit_check_code(Person("mira", "Mira", "intake"), store, client_id, therapist, 1)


def test_nor_what_came_with_a_request_a_fit_check_and_the_staffs_reading_of_both(
    person, visit, server: RealServer
) -> None:
    typed = send_a_request(person)
    person.open("fit")
    person.settle()
    person.page.get_by_role("textbox").fill(fit_check_code(server))
    person.on(wf.FIT_TITLE, wf.CODE_OPEN)
    person.page.get_by_role("textbox").fill(f"{WORD}4 heard")
    person.on(wf.DONE_TITLE, wf.SEND)
    person.settle()
    staff = visit("desktop")
    staff.address, staff.asked = server.address, person.asked
    staff.page.on("request", lambda sent: staff.asked.append(f"{sent.method} {sent.url} {sent.headers}"))
    sign_in(staff, server)
    staff.open("enquiries")
    staff.settle()
    row = staff.page.locator("[data-testid=stHorizontalBlock]").filter(has_text=typed[0])
    row.get_by_role("button").first.click()
    expect(staff.page.get_by_role("heading", level=1)).to_contain_text(wst.CASE_TITLE)
    expect(staff.page.get_by_text(typed[3]).first).to_be_visible()
    staff.settle()
    assert staff.elsewhere == []
    names = f"{staff.page.title()} {staff.page.url}"
    assert_nowhere(person, server, typed=(*typed, f"{WORD}4 heard"), signed_in=names)
