import pytest
from asgi import ask
from starlette.responses import HTMLResponse, PlainTextResponse

from matcher.ui.drafts import DRAFT_COOKIE
from matcher.ui.middleware import PageShell, SecurityHeaders, ShutDoors, is_page


async def inner(scope, receive, send):
    await PlainTextResponse("streamlit")(scope, receive, send)


async def document(scope, receive, send):
    await HTMLResponse("<p>page</p>")(scope, receive, send)


def test_every_answer_carries_the_policy_and_no_document_is_kept():
    page = ask(SecurityHeaders(document))
    assert "script-src 'self';" in page.header("content-security-policy")
    assert "unsafe-eval" not in page.header("content-security-policy")
    assert page.header("x-frame-options") == "DENY"
    assert page.header("referrer-policy") == "no-referrer"
    assert page.header("cache-control") == "no-store"
    assert ask(SecurityHeaders(inner)).header("cache-control") is None


@pytest.mark.parametrize(
    "path",
    ["/_stcore/metrics", "/_stcore/agent/interact", "/component/x"],
)
def test_doors_no_page_uses_stay_shut(path):
    assert ask(ShutDoors(inner), path).status == 404


@pytest.mark.parametrize("path", ["/", "/_stcore/health", "/static/js/a.js", "/mediation"])
def test_other_doors_stay_open(path):
    assert ask(ShutDoors(inner), path).status == 200


def test_every_page_is_the_shell_and_the_first_one_sets_a_cookie_scripts_cannot_read():
    shell = PageShell(inner, "<p>shell</p>", "<p>lost</p>")
    first = ask(shell, "/words")
    assert first.body == "<p>shell</p>"
    cookie = first.header("set-cookie")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    token = cookie.split("=", 1)[1].split(";")[0]
    again = ask(shell, "/words", headers=[("cookie", f"{DRAFT_COOKIE}={token}")])
    assert again.header("set-cookie") is None


def test_other_addresses_are_lost_pages_files_or_streamlits_own():
    shell = PageShell(inner, "<p>shell</p>", "<p>lost</p>")
    for path in ("/a/b", "/nowhere", "/word", "/words/", "/Words", "/enquiries/x"):
        assert ask(shell, path).status == 404
        assert ask(shell, path).body == "<p>lost</p>"
    assert ask(shell, "/index.html").status == 308
    assert ask(shell, "/static/js/a.js").body == "streamlit"
    assert ask(shell, "/words", method="POST").body == "streamlit"


@pytest.mark.parametrize(
    ("path", "page"),
    [("/", True), ("/matches", True), ("/favicon.png", False), ("/_stcore/stream", False), ("/health", False)],
)
def test_which_addresses_are_pages(path, page):
    assert is_page(path) is page
