"""What must hold on every screen: accessible, nothing sideways, crisis help in view, nothing asked of other hosts."""

import urllib.error
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

PAGES = ("", "words", "safety", "concerns", "weight", "style", "comfort", "meeting", "cost", "last", "matches", "help")
WIDEST = "Math.max(document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth)"
AU_NUMBERS = ("000", "13 11 14", "1300 659 467", "13 92 76", "1300 22 4636", "1800 55 1800", "1800 737 732")


def fill(visitor):
    """Give enough answers that every page has something on it."""
    visitor.open("words")
    visitor.page.get_by_role("textbox").fill("I worry")
    visitor.on("A question about your safety")
    visitor.on("What would you like help with?")
    visitor.choose("Worry and anxiety")
    expect(visitor.page.get_by_text("You have chosen: Worry and anxiety.")).to_be_visible()
    visitor.on("How much is it weighing on you?")
    visitor.on("How would you like a therapist to work with you?")
    visitor.on("Who would you feel comfortable with?")
    visitor.choose("A woman")
    expect(visitor.page.get_by_text("How much does their gender matter")).to_be_visible()
    visitor.on("How and when could you meet?")


@pytest.mark.parametrize(
    ("size", "scheme"),
    [
        ("phone", "light"),
        pytest.param("desktop", "dark", marks=pytest.mark.slow),
        pytest.param("phone", "dark", marks=pytest.mark.slow),
        pytest.param("desktop", "light", marks=pytest.mark.slow),
    ],
)
def test_no_fault_of_access_on_any_screen(visit, size, scheme):
    visitor = visit(size, scheme)
    fill(visitor)
    faults = []
    for path in PAGES:
        visitor.open(path)
        visitor.settle()
        found = Axe().run(visitor.page).response["violations"]
        faults += [(path, f["impact"], f["id"], f["nodes"][0]["html"][:200]) for f in found]
    assert faults == []
    assert visitor.elsewhere == []


def test_every_screen_of_a_very_narrow_phone(visit):
    """Nothing goes sideways, buttons are large enough, crisis help is in view, and one heading says where one is."""
    visitor = visit("phone", width=320)
    fill(visitor)
    headings = []
    for path in PAGES:
        visitor.open(path)
        visitor.settle()
        assert visitor.page.evaluate(WIDEST) <= 320, path
        expect(visitor.page.locator("#crisis").get_by_role("link", name="13 11 14")).to_be_in_viewport(ratio=1)
        expect(visitor.page.get_by_role("heading", level=1)).to_have_count(1)
        headings.append(visitor.page.get_by_role("heading", level=1).inner_text())
        for name in ("Start", "Continue", "See who could suit you", "Back"):
            for button in visitor.page.get_by_role("button", name=name, exact=True).all():
                assert button.bounding_box()["height"] >= 44, (path, name)
    assert visitor.page.get_by_role("link", name="Leave this site").bounding_box()["height"] >= 44
    assert len(set(headings)) == len(PAGES)


def test_the_crisis_bar_never_covers_what_has_focus(visit):
    visitor = visit("phone")
    visitor.open("style")
    visitor.settle()
    bar = visitor.page.locator("#crisis").bounding_box()
    button = visitor.page.get_by_role("button", name="Continue", exact=True)
    # A page still drawing may move focus to its heading once more: ask again until the button keeps it.
    for _ in range(20):
        button.focus()
        visitor.page.wait_for_timeout(250)
        if button.evaluate("e => e === document.activeElement") and button.bounding_box()["y"] < bar["y"]:
            break
    expect(button).to_be_focused()
    assert button.bounding_box()["y"] + button.bounding_box()["height"] <= bar["y"]


def test_without_javascript_there_is_crisis_help_and_a_number_to_call(chromium, address):
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto(address)
    expect(page.get_by_role("link", name="13 11 14")).to_be_visible()
    expect(page.get_by_text("(02) 5550 0142")).to_be_visible()
    expect(page.get_by_role("link", name="Leave this site")).to_have_attribute("href", "/leave")
    context.close()


@pytest.mark.parametrize("path", ["", "matches", "no/such/page"])
def test_the_raw_document_holds_the_numbers_and_the_policy(address, path):
    try:
        with urllib.request.urlopen(address + path) as reply:
            body, headers = reply.read().decode(), reply.headers
    except urllib.error.HTTPError as lost:
        with lost:
            body, headers = lost.read().decode(), lost.headers
    assert all(number in body for number in AU_NUMBERS)
    assert headers["content-security-policy"].startswith("default-src 'self'; script-src 'self';")
    assert headers["cache-control"] == "no-store"


def test_the_server_is_well_and_its_counters_are_not_public(address):
    with urllib.request.urlopen(f"{address}health") as reply:
        assert reply.read() == b'{"status":"ok"}'
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{address}_stcore/metrics")
