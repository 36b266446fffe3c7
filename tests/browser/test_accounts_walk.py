"""From the first start to a second person at work, as people do it: links, sign-in, People, account and log."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import HERE, _wait_for, free_port
from playwright.sync_api import Browser, Page, expect

from matcher.ui import wording_accounts as wa

pytestmark = pytest.mark.slow
PASSWORD = "tall river candle seven"
WIDEST = (
    "Math.max(document.documentElement.scrollWidth, document.querySelector('main,[data-testid=stMain]').scrollWidth)"
)
#: Where to leave pictures of every screen for a person to look at.
PICTURES = os.environ.get("MATCHER_TEST_PICTURES")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """Return the address and the folder of the app on its first start."""
    port, log = free_port(), tmp_path / "log.txt"
    with log.open("wb") as output:
        command = [sys.executable, str(HERE / "account_server.py"), str(port), str(tmp_path)]
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)
    try:
        _wait_for(f"http://127.0.0.1:{port}/health", process, log)
        yield f"http://127.0.0.1:{port}", tmp_path
    finally:
        process.terminate()
        process.wait(timeout=30)


def browser(chromium: Browser, width: int, scheme: str) -> Page:
    context = chromium.new_context(
        viewport={"width": width, "height": 850}, color_scheme=scheme, reduced_motion="reduce"
    )
    page = context.new_page()
    page.set_default_timeout(30_000)
    return page


def at(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible(timeout=60_000)


def sound(page: Page, name: str) -> None:
    """Nothing on this page is inaccessible, and nothing hangs over its side."""
    if page.locator("[data-testid=stApp]").count():
        expect(page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
        expect(page.locator("[data-stale=true]")).to_have_count(0)
        page.wait_for_timeout(400)
    width = page.viewport_size["width"]
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}-{width}.png", full_page=True)
    found = Axe().run(page).response["violations"]
    grave = [rule for rule in found if rule["impact"] in ("serious", "critical")]
    assert [(name, rule["id"], rule["nodes"][0]["html"][:200]) for rule in grave] == []
    assert page.evaluate(WIDEST) <= width, name


def set_password(page: Page, **fields: str) -> None:
    for label, value in fields.items():
        page.locator(f"[name={label}]").fill(value)
    for box in page.locator("input[type=password]").all():
        box.fill(PASSWORD)
    page.get_by_role("button", name="Save and sign in").click()


@pytest.mark.parametrize(("width", "scheme"), [(390, "light"), (1280, "dark")])
def test_from_the_first_start_to_a_second_person(
    chromium: Browser, site: tuple[str, Path], width: int, scheme: str
) -> None:
    address, folder = site
    owner = browser(chromium, width, scheme)
    owner.goto((folder / "owner-link").read_text())
    at(owner, wa.OWNER_TITLE)
    sound(owner, "first-owner")
    set_password(owner, name="ada", display_name="Ada N.")
    owner.goto(f"{address}/people")
    at(owner, wa.PEOPLE_TITLE)
    sound(owner, "people")
    owner.get_by_role("textbox", name=wa.INVITE_NAME).fill("Ben O.")
    owner.get_by_role("textbox", name=wa.INVITE_ACCOUNT).fill("ben@clinic.example")
    owner.get_by_role("button", name=wa.INVITE_BUTTON).click()
    expect(owner.get_by_text(wa.LINK_READY.format(name="Ben O."))).to_be_visible()
    sound(owner, "people-link")
    link = owner.locator("[data-testid=stCode] code").inner_text()
    owner.get_by_text(wa.PERSON_MANAGE.format(name="Ben O.")).click()
    sound(owner, "people-manage")

    ben = browser(chromium, width, scheme)
    ben.goto(link.replace("127.0.0.1:8501", address.removeprefix("http://")))
    at(ben, "Welcome, Ben O.")
    sound(ben, "invited")
    set_password(ben)
    ben.goto(f"{address}/account")
    at(ben, wa.ACCOUNT_TITLE)
    sound(ben, "account")
    ben.get_by_role("button", name=wa.SIGN_OUT_HERE, exact=True).click()
    at(ben, wa.SIGNED_OUT_TITLE)
    expect(ben.get_by_role("dialog")).to_have_count(0)
    sound(ben, "signed-out")

    ben.get_by_role("link", name=wa.SIGN_IN_AGAIN).click()
    at(ben, wa.SIGN_IN_TITLE)
    sound(ben, "sign-in")
    ben.get_by_label(wa.NAME).fill("ben@clinic.example")
    ben.get_by_label(wa.PASSWORD).fill("not this one at all")
    ben.get_by_role("button", name=wa.SIGN_IN_BUTTON).click()
    expect(ben.get_by_text(wa.WRONG).first).to_be_visible()
    sound(ben, "sign-in-wrong")
    ben.get_by_label(wa.PASSWORD).fill(PASSWORD)
    ben.get_by_role("button", name=wa.SIGN_IN_BUTTON).click()
    ben.wait_for_url(lambda url: "/auth/" not in url)
    assert ben.goto(f"{address}/audit-log").status == 403

    owner.goto(f"{address}/audit-log")
    at(owner, wa.AUDIT_TITLE)
    owner.get_by_role("button", name=wa.AUDIT_CHECK).click()
    expect(owner.get_by_text("none changed, removed or added")).to_be_visible()
    owner.get_by_role("textbox", name=wa.AUDIT_FILTER).fill("ben@clinic.example")
    owner.keyboard.press("Tab")
    expect(owner.get_by_role("cell", name="failed to sign in to")).to_be_visible()
    expect(owner.get_by_role("cell", name="imported")).to_have_count(0)
    sound(owner, "audit-log")
