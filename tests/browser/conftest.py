"""One app process and one Chromium for all browser tests."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, expect, sync_playwright

HERE = Path(__file__).resolve().parent
CHROMIUM = os.environ.get("MATCHER_CHROMIUM", "/usr/bin/chromium")
CHROMIUM_ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SIZES = {"phone": (390, 844), "desktop": (1280, 800)}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# Machines that run tests do other things as well.
expect.set_options(timeout=20_000)


@pytest.fixture(scope="session")
def address(tmp_path_factory):
    """Return the address of the real app on the small fake clinic."""
    with serving("fake_app.py", tmp_path_factory) as url:
        yield url


@pytest.fixture(scope="session")
def demo_address(tmp_path_factory):
    """Return the address of the real app on the demo clinic and its real ranking."""
    with serving("demo_app.py", tmp_path_factory) as url:
        yield url


@contextmanager
def serving(script: str, tmp_path_factory):
    port = free_port()
    log = tmp_path_factory.mktemp("app") / "log.txt"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, str(HERE / script), str(port)], stdout=output, stderr=subprocess.STDOUT
        )
    url = f"http://127.0.0.1:{port}/"
    try:
        _wait_for(f"{url}health", process, log)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def _wait_for(url: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(url, timeout=1) as reply:
                if reply.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"the app did not start: {log.read_text()}")


@pytest.fixture(scope="session")
def chromium():
    """Return a running Chromium, or skip with the reason there is none."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"no Chromium at {CHROMIUM}: install Debian's chromium or set MATCHER_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=CHROMIUM_ARGS)
        yield browser
        browser.close()


@dataclass
class Visitor:
    """One browser of one person, and everything it asked of another host."""

    context: BrowserContext
    page: Page
    address: str
    scheme: str = "light"
    #: Whether they leave the site, which leads to another host.
    leaves: bool = False
    elsewhere: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def open(self, step: str = "") -> None:
        self.page.goto(self.address + step)
        expect(self.page.get_by_role("heading", level=1)).to_be_visible()

    def settle(self) -> None:
        """Wait until Streamlit has drawn everything and nothing is still fading in or out."""
        expect(self.page.locator("[data-testid=stApp][data-test-script-state=notRunning]")).to_be_visible()
        expect(self.page.locator("[data-stale=true]")).to_have_count(0)
        self.page.wait_for_timeout(200)

    def in_each_look(self, *sizes: str) -> Iterator[str]:
        """Show the page as it is in light and in dark, at its own size or at each of some, and then as it was."""
        own = self.page.viewport_size
        for size in sizes or ("",):
            across, down = SIZES.get(size, (own["width"], own["height"]))
            self.page.set_viewport_size({"width": across, "height": down})
            for scheme in ("light", "dark"):
                self.page.emulate_media(color_scheme=scheme)
                expect(self.page.locator("[data-testid=stApp]")).to_have_css("color-scheme", scheme)
                self.settle()
                yield f"{size} {scheme}"
        self.page.emulate_media(color_scheme=self.scheme)
        self.page.set_viewport_size(own)
        self.settle()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def choose(self, words: str) -> None:
        """Choose the first answer of these words, as a person would: by touching its label."""
        answer = self.page.get_by_text(words, exact=True)
        self.page.locator("label:has(input)").filter(has=answer).first.click()

    def at(self, title: str) -> None:
        expect(self.page.get_by_role("heading", level=1, name=title)).to_be_visible()

    def on(self, title: str, button: str = "Continue") -> None:
        self.press(button)
        self.at(title)

    def close(self) -> None:
        with suppress(Error):
            self.context.close()


@pytest.fixture
def visit(chromium: Browser, address: str):
    """Return a way to open new browsers, phone or desktop, light or dark: none may ask anything of another host."""
    opened: list[Visitor] = []

    def arrive(size: str = "phone", scheme: str = "light", width: int | None = None) -> Visitor:
        across, down = SIZES[size]
        context = chromium.new_context(
            viewport={"width": width or across, "height": down}, color_scheme=scheme, reduced_motion="reduce"
        )
        page = context.new_page()
        page.set_default_timeout(45_000)
        visitor = Visitor(context, page, address, scheme)
        page.on("request", lambda sent: _note(visitor, sent.url))
        page.on("console", lambda said: visitor.refused.append(said.text) if "Content Security" in said.text else None)
        opened.append(visitor)
        return visitor

    yield arrive
    for visitor in opened:
        visitor.close()
    assert [url for visitor in opened if not visitor.leaves for url in visitor.elsewhere] == []


def _note(visitor: Visitor, url: str) -> None:
    if not url.startswith((visitor.address, "data:", "blob:")):
        visitor.elsewhere.append(url)


def pytest_collection_modifyitems(items):
    """Mark every test here as one that drives a browser, and may be tried once more.

    A browser, a server and other tests share two cores, and a click now and then falls between two redraws. The run's
    summary lists what had to be tried again.
    """
    for item in items:
        if HERE in Path(str(item.fspath)).resolve().parents:
            item.add_marker(pytest.mark.browser)
            if item.get_closest_marker("benchmark") is None and item.get_closest_marker("flaky") is None:
                item.add_marker(pytest.mark.flaky(reruns=1))
