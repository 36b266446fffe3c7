"""Signing in with OpenID Connect from end to end, against an issuer on loopback."""

import time
from urllib.parse import parse_qs, urlsplit

import pytest
from doors import PASSWORD, door_to, join
from http_app import browser, pages
from issuer import CLIENT, SECRET, running_issuer
from joserfc.jwk import RSAKey

from matcher.config import Settings
from matcher.services import account_rules
from matcher.store import sessions
from matcher.store.keys import new_keyring
from matcher.store.store import open_store

BEN = {"sub": "s1", "email": "ben@clinic.example", "email_verified": True}
CALLBACK = "/auth/openid/callback"


@pytest.fixture(scope="module")
def issuer():
    with running_issuer() as running:
        yield running


@pytest.fixture
def door(tmp_path, issuer):
    store = open_store(f"sqlite:///{tmp_path}/store.sqlite", new_keyring())
    issuer.claims, issuer.signs_with = dict(BEN), None
    made = door_to(store)
    join(made, "ada", "owner")
    account_rules.invite(store, BEN["email"], "Ben", "intake", "test")
    yield made
    store.close()


@pytest.fixture
def app(door, issuer, monkeypatch):
    settings = Settings(oidc_issuer=issuer.address, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
    with pages(door.store, monkeypatch, settings) as made:
        yield made


def arrive(client, issuer, **changed):
    """Go to the issuer, be approved, and come back; ``changed`` is what comes back other than it should."""
    gone = client.get("/auth/openid")
    assert gone.status_code == 302
    code, state = issuer.approve(gone.headers["location"])
    return client.get(CALLBACK, params={"code": code, "state": state, **changed})


def who(client):
    return client.get("/who").text


def test_somebody_with_an_account_ends_in_a_session_row_that_can_be_revoked(app, door, issuer):
    client = browser(app, "https")
    assert "organisation" in client.get("/auth/sign-in").text
    reply = arrive(client, issuer)
    assert reply.status_code == 303
    assert who(client) == "Ben"
    token = client.cookies["__Host-matcher_session"]
    assert "__Host-matcher_openid" not in client.cookies
    with door.store.writing() as session:
        assert sessions.revoke_session(session, sessions.session_hash(token))
    time.sleep(1.05)
    assert who(client) == "nobody"


def test_what_is_sent_to_the_issuer(app, issuer):
    gone = browser(app, "https").get("/auth/openid")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(gone.headers["location"]).query).items()}
    assert asked["redirect_uri"] == f"https://match.example.org{CALLBACK}"
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert {"state", "nonce", "code_challenge"} <= asked.keys()
    assert "openid" in asked["scope"]
    cookie = gone.headers["set-cookie"]
    assert "Max-Age=600" in cookie
    # What we must remember is sealed: neither the state nor the verifier can be read from the cookie.
    assert asked["state"] not in cookie


@pytest.mark.parametrize(
    ("claims", "status"),
    [
        ({"email": "eve@clinic.example"}, 403),
        ({"email_verified": False}, 403),
        ({"email_verified": "true"}, 403),
        ({"nonce": "another"}, 502),
        ({"aud": "another"}, 502),
        ({"iss": "https://else.example"}, 502),
        ({"exp": 1}, 502),
    ],
)
def test_nobody_else_comes_in(app, issuer, claims, status):
    client = browser(app)
    issuer.claims |= claims
    assert arrive(client, issuer).status_code == status
    assert who(client) == "nobody"


def test_a_token_somebody_else_signed_is_refused(app, issuer):
    issuer.signs_with = RSAKey.generate_key(2048, {"kid": "k1"})
    assert arrive(browser(app), issuer).status_code == 502


def test_an_answer_to_another_browsers_question_is_refused(app, issuer):
    gone = browser(app).get("/auth/openid")
    code, state = issuer.approve(gone.headers["location"])
    victim = browser(app)
    assert victim.get(CALLBACK, params={"code": code, "state": state}).status_code == 502
    # Neither with a question of its own: the state is another.
    assert arrive(victim, issuer, state=state).status_code == 502
    forged = browser(app)
    forged.cookies.set("matcher_openid", "00" * 40)
    assert arrive(forged, issuer, state="x").status_code == 502
    assert who(victim) == who(forged) == "nobody"


def test_an_answer_works_once(app, issuer):
    client = browser(app)
    gone = client.get("/auth/openid")
    code, state = issuer.approve(gone.headers["location"])
    answer = {"code": code, "state": state}
    assert client.get(CALLBACK, params=answer).status_code == 303
    assert browser(app).get(CALLBACK, params=answer).status_code == 502


def test_a_refusal_by_the_issuer_is_said_plainly_and_logged_without_words(app, caplog):
    client = browser(app)
    client.get("/auth/openid")
    reply = client.get(CALLBACK, params={"error": "access_denied", "error_description": "QQcanary7", "state": "x"})
    assert reply.status_code == 502
    assert "did not finish" in reply.text
    assert "QQcanary7" not in reply.text + caplog.text


def test_the_subject_counts_once_linked_and_disabling_ends_it(app, door, issuer):
    assert arrive(browser(app), issuer).status_code == 303
    issuer.claims = {"sub": "s1"}
    assert arrive(browser(app), issuer).status_code == 303
    issuer.claims = BEN | {"sub": "s2"}
    assert arrive(browser(app), issuer).status_code == 403
    issuer.claims = dict(BEN)
    account_rules.disable(door.store, account_rules.id_of(door.store, BEN["email"]), "test")
    assert arrive(browser(app), issuer).status_code == 403


def test_where_it_is_not_set_up_there_is_no_such_way(door, monkeypatch):
    with pages(door.store, monkeypatch) as app:
        for path in ("/auth/openid", CALLBACK):
            assert browser(app).get(path).status_code == 404
        assert "organisation" not in browser(app).get("/auth/sign-in").text
        assert PASSWORD not in browser(app).get("/auth/sign-in").text
