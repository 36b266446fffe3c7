"""A therapist's own link over HTTP: what it opens, what it leaves behind in the browser, and what it refuses."""

from datetime import UTC, datetime

import pytest
from http_app import browser, pages, send
from staffed import INTAKE, new_store

from matcher.services.therapist_desk import make_link, open_link
from matcher.ui import cookies
from matcher.ui import wording_therapists as w
from matcher.ui.addresses import PROFILE, PROFILE_LINK


@pytest.fixture
def store(tmp_path):
    store = new_store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def app(store, monkeypatch):
    with pages(store, monkeypatch) as made:
        yield made


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_the_link_leads_to_the_profile_and_is_gone_in_two_minutes(app, store, scheme: str) -> None:
    code = make_link(INTAKE, store, "t2", datetime.now(UTC))
    client = browser(app, scheme)
    assert "/assets/link.js" in client.get(PROFILE_LINK).text
    done = send(client, PROFILE_LINK, link=f"{scheme}://match.example.org{PROFILE_LINK}#{code}")
    assert (done.status_code, done.headers["location"]) == (303, PROFILE)
    (kept,) = [cookie for cookie in done.headers.get_list("set-cookie") if cookies.PROFILE in cookie]
    for part in ("Max-Age=120", "HttpOnly", "SameSite=lax"):
        assert part in kept
    carried = cookies.of(client.cookies, scheme, cookies.PROFILE)
    assert carried is not None
    opened = open_link(store, carried, None)
    assert opened is not None
    assert opened.therapist.therapist_id == "t2"


def test_a_link_that_was_replaced_opens_nothing_and_guessing_ends(app, store) -> None:
    old = make_link(INTAKE, store, "t2", datetime.now(UTC))
    make_link(INTAKE, store, "t2", datetime.now(UTC))
    client = browser(app)
    refused = send(client, PROFILE_LINK, link=old)
    assert (refused.status_code, w.OWN_WRONG in refused.text) == (410, True)
    assert "/assets/link.js" not in refused.text
    assert [send(client, PROFILE_LINK, link=old).status_code for _ in range(10)][-1] == 429
    assert cookies.of(client.cookies, "http", cookies.PROFILE) is None
    assert client.post(PROFILE_LINK, data={"link": old}).status_code in (400, 403)
