"""Attacks on the running app: taking over a tab, claiming to be somebody, working on after the session has ended."""

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from doors import PASSWORD, door_to, everybody
from sockets import open_tab, run
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from matcher.domain.roles import ROLES, Role
from matcher.services import account_rules
from matcher.services.access import ALLOWED, Person
from matcher.services.signing_in import Door, Visitor, sign_in
from matcher.store import sessions
from matcher.store.keys import new_keyring, write_key_file
from matcher.store.store import open_store
from matcher.ui.drafts import new_token, owner_of
from matcher.ui.staff_pages import STAFF_PAGES

HERE = Path(__file__).resolve().parent
SIGNED_OUT = "You are signed out"


@dataclass
class Clinic:
    """The running app and its store, reached from outside."""

    port: int
    door: Door
    people: dict[Role, Person]

    def token(self, role: Role) -> str:
        """Sign somebody in and return their cookie's value."""
        return sign_in(self.door, f"the-{role}", PASSWORD, Visitor("192.0.2.1")).token

    def get(self, path: str, token: str = "", **headers: str) -> tuple[int, str | None]:
        """Ask for an address and return the status and where it leads."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers=sent | ({"Cookie": cookie(token)} if token else {}))
        reply = connection.getresponse()
        reply.read()
        connection.close()
        return reply.status, reply.headers["location"]


def cookie(token: str, draft: str = "") -> str:
    return f"matcher_session={token}" + (f"; matcher_draft={draft}" if draft else "")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    folder = tmp_path_factory.mktemp("live")
    ring, key_file, url = new_keyring(), folder / "key" / "keys.json", f"sqlite:///{folder}/store.sqlite"
    write_key_file(key_file, ring)
    door = door_to(open_store(url, ring))
    people = everybody(door)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = folder / "log.txt"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parents[1])])}
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(HERE / "live_app.py"), str(port), url, str(key_file)],
            cwd=HERE.parents[1],
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    found = Clinic(port, door, people)
    try:
        deadline = time.monotonic() + 120
        while not _serves(found):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield found
    finally:
        process.terminate()
        process.wait(timeout=30)
        door.store.close()


def _serves(clinic: Clinic) -> bool:
    try:
        return clinic.get("/auth/sign-in")[0] == 200
    except OSError:
        return False


def test_a_signed_in_tab_can_be_taken_up_by_its_own_browser_and_by_no_other(clinic: Clinic) -> None:
    token, draft = clinic.token("owner"), new_token()
    kept = sessions.session_hash(token) or ""
    with open_tab(clinic.port, cookie(token, draft)) as tab:
        victim = run(tab, "people")
    assert victim.says("The-Intake")
    spoofed = [
        ("x-app-session", kept),
        ("x-app-account", clinic.people["owner"].account_id),
        ("x-app-draft", owner_of(draft) or ""),
    ]
    others = cookie(clinic.token("intake"), new_token())
    for how, headers in (("", ()), ("", spoofed), (others, ()), (others, spoofed), (cookie(new_token()), spoofed)):
        with open_tab(clinic.port, how, headers, victim.session_id) as tab:
            attacker = run(tab, "people")
        assert attacker.session_id != victim.session_id
        assert not attacker.says("The-Intake")
    # The same question with the right cookies is answered, so the refusals above are the cookies' doing.
    with open_tab(clinic.port, cookie(token, draft), (), victim.session_id) as tab:
        again = run(tab, "people")
    assert again.session_id == victim.session_id
    assert again.says("The-Intake")


def test_a_clients_tab_cannot_be_taken_over_either(clinic: Clinic) -> None:
    draft = new_token()
    with open_tab(clinic.port, f"matcher_draft={draft}") as tab:
        victim = run(tab)
    for how, headers in (
        ("", ()),
        ("", [("x-app-draft", owner_of(draft) or "")]),
        (f"matcher_draft={new_token()}", [("X-App-Draft", owner_of(draft) or "")]),
        (cookie(clinic.token("owner")), ()),
    ):
        with open_tab(clinic.port, how, headers, victim.session_id) as tab:
            assert run(tab).session_id != victim.session_id
    with open_tab(clinic.port, f"matcher_draft={draft}", (), victim.session_id) as tab:
        assert run(tab).session_id == victim.session_id


def test_an_open_tab_ends_with_its_session(clinic: Clinic) -> None:
    token = clinic.token("owner")
    with open_tab(clinic.port, cookie(token)) as tab:
        before = run(tab, "people")
        assert before.says("The-Intake")
        with clinic.door.store.writing() as session:
            sessions.revoke_session(session, sessions.session_hash(token) or "")
        assert run(tab, "people").says(SIGNED_OUT)
    # A new socket of the same browser does not get the old tab back.
    with open_tab(clinic.port, cookie(token), (), before.session_id) as tab:
        after = run(tab, "people")
    assert after.says(SIGNED_OUT)
    assert after.session_id != before.session_id
    assert not after.says("The-Intake")
    assert "people" not in after.pages
    assert clinic.get("/people", token) == (303, "/auth/sign-in?next=people")


def test_a_button_pressed_after_the_session_ended_does_nothing(clinic: Clinic) -> None:
    token = clinic.token("owner")
    with open_tab(clinic.port, cookie(token)) as tab:
        drawn = run(tab, "account")
        button = drawn.widgets["Sign out everywhere"]
        with clinic.door.store.writing() as session:
            sessions.revoke_session(session, sessions.session_hash(token) or "")
        other = clinic.token("owner")
        assert run(tab, "account", button).says(SIGNED_OUT)
    with open_tab(clinic.port, cookie(token), (), drawn.session_id) as tab:
        assert run(tab, "account", button).says(SIGNED_OUT)
    assert clinic.get("/people", other)[0] == 200


def test_a_role_taken_away_is_gone_from_an_open_tab(clinic: Clinic) -> None:
    account_id = clinic.people["administrator"].account_id
    token = clinic.token("administrator")
    with open_tab(clinic.port, cookie(token)) as tab:
        before = run(tab, "people")
        assert "people" in before.pages
        account_rules.change_role(clinic.door.store, account_id, "intake", "test")
        with pytest.raises(ConnectionClosed):
            run(tab, "people")
    # A button of the page before would act with the role before: it is not there to be pressed any more.
    button = next(widget for label, widget in before.widgets.items() if label == "Disable")
    with open_tab(clinic.port, cookie(token), (), before.session_id) as tab:
        after = run(tab, "people", button)
        account_rules.change_role(clinic.door.store, account_id, "administrator", "test")
    assert "people" not in after.pages
    assert not after.says("The-Owner")
    assert all(account.disabled_at is None for account in account_rules.all_accounts(clinic.door.store))


def test_an_idle_session_ends_an_open_tab(clinic: Clinic) -> None:
    token = clinic.token("lead")
    with open_tab(clinic.port, cookie(token)) as tab:
        assert run(tab, "account").says("Clinician lead")
        with clinic.door.store.writing() as session:
            past = sessions.datetime.now(sessions.UTC) - timedelta(minutes=31)
            sessions.note_use(session, sessions.session_hash(token) or "", past)
        assert run(tab, "account").says(SIGNED_OUT)


@pytest.mark.parametrize("role", [*ROLES, None])
def test_every_staff_page_by_its_address(clinic: Clinic, role: Role | None) -> None:
    token = "" if role is None else clinic.token(role)
    forged = {"x_app_session": "f" * 64, "x_app_account": clinic.people["owner"].account_id}
    with open_tab(clinic.port, cookie(token) if token else "") as tab:
        known = set(run(tab).pages)
    for address, page in STAFF_PAGES.items():
        open_to = role is not None and (page.action is None or page.action in ALLOWED[role])
        status, _ = clinic.get(f"/{address}", token, **forged)
        assert status == (200 if open_to else 303 if role is None else 403), address
        assert (address in known) is open_to, address


@pytest.mark.parametrize("role", [*ROLES, None])
def test_every_file_made_for_somebody_by_its_address(clinic: Clinic, role: Role | None) -> None:
    token = "" if role is None else clinic.token(role)
    forged = {"x_app_session": "f" * 64, "x_app_role": "lead", "x_app_account": clinic.people["lead"].account_id}
    for path, action in (("csv.zip", "see_report"), ("client-data.zip?who=nobody", "export_client")):
        status, _ = clinic.get(f"/exports/{path}", token, **forged)
        if role is None:
            assert status == 401, path
        else:
            # Nobody has this reference, and a report on nothing is a report.
            allowed = 404 if action == "export_client" else 200
            assert status == (allowed if action in ALLOWED[role] else 403), path


def test_files_of_a_page_and_uploads_need_a_session(clinic: Clinic) -> None:
    token = clinic.token("intake")
    forged = {"x_app_session": sessions.session_hash(token) or ""}
    for path in ("/media/abc.csv", "/_stcore/upload_file/a/b"):
        assert clinic.get(path)[0] == 401
        assert clinic.get(path, **forged)[0] == 401
        assert clinic.get(path, new_token())[0] == 401
        assert clinic.get(path, token)[0] != 401


def test_another_sites_page_cannot_open_a_socket(clinic: Clinic) -> None:
    with pytest.raises(InvalidStatus):
        connect(
            f"ws://127.0.0.1:{clinic.port}/_stcore/stream",
            additional_headers=[("Cookie", cookie(clinic.token("owner")))],
            origin="https://evil.example",
        )
