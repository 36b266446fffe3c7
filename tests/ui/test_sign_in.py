"""The sign-in pages over HTTP: whom they let in, what other sites and planted cookies cannot do, what they hold."""

from datetime import UTC, datetime

import pytest
from doors import HERE, PASSWORD, door_to, join
from http_app import browser, pages, proof, send
from sqlalchemy import select

from matcher.config import Settings
from matcher.domain.vocabulary import crisis_lines
from matcher.services import account_rules, one_time_links, signing_in
from matcher.store import audit, sessions
from matcher.store.account_tables import sessions as rows
from matcher.store.keys import new_keyring
from matcher.store.store import open_store
from matcher.ui.drafts import new_token

NEW = "another river candle"


@pytest.fixture
def door(tmp_path):
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite", new_keyring())
    yield door_to(store)
    store.close()


@pytest.fixture
def app(door, monkeypatch):
    with pages(door.store, monkeypatch) as made:
        yield made


@pytest.fixture
def ada(door):
    return join(door, "ada", "owner").person


def sign_in(client, name="ada", password=PASSWORD, **fields):
    return send(client, "/auth/sign-in", name=name, password=password, **fields)


def live(door):
    with door.store.reading() as session:
        return session.execute(select(rows).where(rows.c.revoked_at.is_(None))).all()


def test_somebody_signs_in_and_out(app, door, ada):
    client = browser(app)
    reply = sign_in(client, next="account")
    assert (reply.status_code, reply.headers["location"]) == (303, "/account")
    assert client.get("/who").text == "Ada"
    assert client.get("/auth/sign-in").headers["location"].startswith("/")
    asked = client.get("/auth/sign-out")
    assert "signed in as Ada" in asked.text
    assert client.get("/who").text == "Ada"
    out = client.post("/auth/sign-out", data={"form": proof(asked.text)})
    assert out.headers["location"] == "/auth/signed-out"
    assert "matcher_session" not in client.cookies
    assert len(live(door)) == 1
    assert "signed out" in client.get("/auth/signed-out").text


def test_a_cookie_kept_from_before_signing_out_opens_nothing(app, ada):
    client = browser(app)
    sign_in(client)
    kept = client.cookies["matcher_session"]
    send(client, "/auth/sign-out")
    thief = browser(app)
    thief.cookies.set("matcher_session", kept)
    assert thief.get("/who").text == "nobody"


def test_whoever_signed_out_in_a_tab_can_sign_in_again_at_once(app, door, ada):
    """A tab ends its session without a request, so the browser still carries the cookie and has just been known."""
    client = browser(app)
    sign_in(client)
    assert client.get("/who").text == "Ada"
    signing_in.sign_out(door, sessions.session_hash(client.cookies["matcher_session"]))
    again = client.get("/auth/sign-in")
    assert again.status_code == 200, again.headers.get("location")
    assert client.get("/who").text == "nobody"
    assert sign_in(client).status_code == 303
    assert client.get("/who").text == "Ada"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(app, ada, scheme):
    client = browser(app, scheme)
    prefix = "__Host-" if scheme == "https" else ""
    for reply in (client.get("/auth/sign-in"), sign_in(client)):
        for cookie in reply.headers.get_list("set-cookie"):
            assert cookie.startswith(f"{prefix}matcher_")
            assert "HttpOnly" in cookie
            assert "SameSite=lax" in cookie
            assert "Path=/" in cookie
            assert "Domain" not in cookie
            assert ("Secure" in cookie) is (scheme == "https")
    assert client.get("/who").text == "Ada"


def test_a_session_planted_before_signing_in_is_worth_nothing(app, door, ada):
    planted = new_token()
    client = browser(app)
    client.cookies.set("matcher_session", planted)
    sign_in(client)
    fresh = [cookie.value for cookie in client.cookies.jar if cookie.name == "matcher_session"]
    assert any(value != planted for value in fresh)
    with door.store.reading() as session:
        assert sessions.signed_in(session, sessions.session_hash(planted), door.idle) is None
    attacker = browser(app)
    attacker.cookies.set("matcher_session", planted)
    assert attacker.get("/who").text == "nobody"


@pytest.mark.parametrize(
    "headers",
    [{"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}],
)
def test_another_site_cannot_send_a_form_even_with_its_proof(app, ada, headers):
    assert send(browser(app), "/auth/sign-in", headers, name="ada", password=PASSWORD).status_code == 403


@pytest.mark.parametrize("form", ["", "0" * 64, "é"])
def test_a_form_without_its_proof_is_not_taken(app, ada, form):
    client = browser(app)
    client.get("/auth/sign-in")
    reply = client.post("/auth/sign-in", data={"form": form, "name": "ada", "password": PASSWORD})
    assert reply.status_code == 400
    assert client.get("/who").text == "nobody"


def test_one_browsers_proof_is_no_proof_in_another(app, ada):
    mine = proof(browser(app).get("/auth/sign-in").text)
    victim = browser(app)
    victim.get("/auth/sign-in")
    reply = victim.post("/auth/sign-in", data={"form": mine, "name": "ada", "password": PASSWORD})
    assert reply.status_code == 400
    sign_in(victim)
    assert victim.post("/auth/sign-out", data={"form": mine}).status_code == 400
    assert victim.get("/who").text == "Ada"


@pytest.mark.parametrize(
    ("origin", "site"), [("http://match.example.org", None), ("null", None), (None, "same-origin")]
)
def test_our_own_forms_are_taken(app, ada, origin, site):
    headers = {name: value for name, value in (("origin", origin), ("sec-fetch-site", site)) if value}
    assert send(browser(app), "/auth/sign-in", headers, name="ada", password=PASSWORD).status_code == 303


def test_forms_of_another_size_or_kind_are_not_read(app):
    client = browser(app)
    page = proof(client.get("/auth/sign-in").text)
    assert client.post("/auth/sign-in", data={"form": page, "name": "x" * 20_000}).status_code == 413
    assert client.post("/auth/sign-in", files={"form": ("a", page)}).status_code == 415


@pytest.mark.parametrize("wanted", ["https://evil.example", "//evil.example", "queue/../x", "unknown", "enquiries"])
def test_signing_in_leads_to_pages_of_ones_role_alone(app, ada, wanted):
    location = sign_in(browser(app), next=wanted).headers["location"]
    assert location.startswith("/")
    assert not location.startswith("//")
    assert wanted not in location


def test_a_wrong_password_and_an_unknown_name_are_answered_alike(app, ada):
    answers = [sign_in(browser(app), name, "not this one at all") for name in ("ada", "eve")]
    assert [answer.status_code for answer in answers] == [403, 403]
    one, other = (answer.text.replace('value="eve"', 'value="ada"') for answer in answers)
    assert one.replace(proof(one), "") == other.replace(proof(other), "")
    assert 'role="alert"' in one
    assert "<title>Error: " in one
    assert 'aria-invalid="true"' in one
    assert "not this one" not in one


def test_empty_fields_are_named(app, ada):
    reply = sign_in(browser(app), "", "")
    assert reply.status_code == 400
    assert '<a href="#name">' in reply.text
    assert '<a href="#password">' in reply.text


def test_too_many_tries_say_how_long_to_wait(app, ada):
    for _ in range(10):
        sign_in(browser(app), "ada", "wrong")
    reply = sign_in(browser(app))
    assert reply.status_code == 429
    assert 800 < int(reply.headers["retry-after"]) <= 901
    assert "Wait 15 minutes" in reply.text


def test_a_browser_that_signed_in_before_is_not_shut_out_by_strangers(app, ada):
    mine = browser(app)
    sign_in(mine)
    send(mine, "/auth/sign-out")
    for _ in range(10):
        sign_in(browser(app), "ada", "wrong")
    assert sign_in(browser(app)).status_code == 429
    assert sign_in(mine).status_code == 303


def test_the_first_owner_comes_in_by_the_link(app, door):
    token = one_time_links.first_owner_link(door.store)
    client = browser(app)
    assert "/assets/link.js" in client.get("/auth/link").text
    page = send(client, "/auth/link", link=f"http://match.example.org/auth/link#{token}")
    assert "Make the owner&#x27;s account" in page.text
    given = {"form": proof(page.text), "link": token, "name": "ada", "display_name": "Ada <b>N.</b>"}
    for passwords, said in ((("short", "short"), "at least 15"), ((NEW, "other"), "not the same")):
        again = client.post("/auth/link", data=given | dict(zip(("new_password", "repeat"), passwords, strict=True)))
        assert again.status_code == 400
        assert said in again.text
        assert "Ada &lt;b&gt;N.&lt;/b&gt;" in again.text
        assert NEW not in again.text
    done = client.post("/auth/link", data=given | {"new_password": NEW, "repeat": NEW})
    assert done.status_code == 303
    assert client.get("/who").text == "Ada <b>N.</b>"
    spent = send(browser(app), "/auth/link", link=token)
    assert spent.status_code == 410
    assert "/assets/link.js" not in spent.text


def test_an_invitation_says_whose_it_is_and_resets_end_sessions(app, door, ada):
    invited = account_rules.invite(door.store, "ben", "Ben O.", "intake", ada.account_id)
    client = browser(app)
    page = send(client, "/auth/link", link=invited.token)
    assert "Welcome, Ben O." in page.text
    fields = {"form": proof(page.text), "link": invited.token, "new_password": NEW, "repeat": NEW, "name": "ada"}
    assert client.post("/auth/link", data=fields).status_code == 303
    assert client.get("/who").text == "Ben O."
    with door.store.reading() as session:
        assert {row.account_id for row in session.execute(select(rows))} >= {invited.account_id}


def test_one_changes_ones_own_password_knowing_it(app, door, ada):
    client, elsewhere = browser(app), browser(app)
    assert client.get("/auth/password").headers["location"] == "/auth/sign-in?next=account"
    sign_in(client)
    sign_in(elsewhere)
    wrong = send(client, "/auth/password", password="not it", new_password=NEW, repeat=NEW)
    assert "not your current password" in wrong.text
    done = send(client, "/auth/password", password=PASSWORD, new_password=NEW, repeat=NEW)
    assert (done.status_code, done.headers["location"]) == (303, "/account")
    assert len(live(door)) == 1
    assert sign_in(browser(app)).status_code == 403
    assert sign_in(browser(app), password=NEW).status_code == 303


@pytest.mark.parametrize("path", ["sign-in", "sign-out", "signed-out", "link", "password"])
def test_every_page_is_kept_nowhere_and_has_crisis_help_and_one_heading(app, ada, path):
    client = browser(app)
    sign_in(client)
    if path in ("sign-in", "signed-out", "link"):
        client = browser(app)
    page = client.get(f"/auth/{path}")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.text.count("<h1") == 1
    assert all(line.number in page.text for line in crisis_lines(Settings().country))
    assert "style=" not in page.text
    assert "onclick" not in page.text


def test_signing_in_is_noted_in_the_log(app, door, ada):
    sign_in(browser(app), password="wrong")
    sign_in(browser(app))
    with door.store.reading() as session:
        noted = audit.read_entries(session)
    assert [entry.action for entry in noted[:2]] == ["signed in to", "failed to sign in to"]
    assert all(entry.at <= datetime.now(UTC) for entry in noted)
    assert HERE.address not in str(noted)
