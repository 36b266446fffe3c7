"""What must hold on every screen: accessible, nothing sideways, crisis help in view, nothing asked of other hosts."""

import urllib.error
import urllib.request

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import SIZES
from playwright.sync_api import expect
from steps import HELP, agree, fill

PAGES = (
    "", "before", "by-phone", "later", "return", "who", "words", "safety", "concerns", "weight", "hopes", "past",
    "past-helped", "past-not", "style", "hard-times", "comfort", "training", "at-ease", "meeting", "times", "cost",
    "you", "last", "matches", "help",
)  # fmt: skip
WIDEST = "Math.max(document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth)"
AU_NUMBERS = ("000", "13 11 14", "1300 659 467", "13 92 76", "1300 22 4636", "1800 55 1800", "1800 737 732")


def faults_of(visitor, where):
    """Return what shuts somebody out, on a phone and on a desktop, in light and in dark."""
    return [
        (where, look, fault["impact"], fault["id"], fault["nodes"][0]["html"][:200])
        for look in visitor.in_each_look("phone", "desktop")
        for fault in Axe().run(visitor.page).response["violations"]
    ]


@pytest.mark.slow
def test_no_fault_of_access_on_any_screen_nor_on_a_very_narrow_phone(visit):
    """Nothing goes sideways, buttons are large enough, crisis help is in view, one heading says where one is."""
    visitor = visit()
    fill(visitor)
    headings, faults = [], []
    for path in PAGES:
        visitor.open(path)
        faults += faults_of(visitor, path)
        expect(visitor.page.get_by_role("heading", level=1)).to_have_count(1)
        headings.append(visitor.page.get_by_role("heading", level=1).inner_text())
        visitor.page.set_viewport_size({"width": 320, "height": SIZES["phone"][1]})
        visitor.settle()
        faults += narrow_faults(visitor.page, path)
        visitor.page.set_viewport_size(dict(zip(("width", "height"), SIZES["phone"], strict=True)))
    assert len(set(headings)) == len(PAGES)
    assert faults == []
    assert visitor.elsewhere == []


def narrow_faults(page, where):
    """Return what hangs over the side, lies below crisis help or is too small to touch."""
    expect(page.locator("#crisis").get_by_role("link", name="13 11 14")).to_be_in_viewport(ratio=1)
    wide = page.evaluate(WIDEST)
    named = ("Start", "Continue", "See who could suit you", "Back")
    buttons = [button for name in named for button in page.get_by_role("button", name=name, exact=True).all()]
    buttons.append(page.get_by_role("link", name="Leave this site"))
    small = [button.inner_text() for button in buttons if button.bounding_box()["height"] < 44]
    return [(where, "sideways", wide)] * (wide > 320) + [(where, "small", name) for name in small]


@pytest.mark.slow
def test_no_fault_of_access_in_what_pages_turn_into(visit):
    """Problems named, a code shown, a call better, and help with its form, each with what unfolds there."""
    visitor, faults = visit(), []
    visitor.open("before")
    visitor.press("Continue")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    faults += faults_of(visitor, "no consent")
    agree(visitor, "you")
    visitor.choose("I use a different term")
    expect(visitor.page.get_by_text("Which term do you use?").first).to_be_visible()
    visitor.choose("Yes, Aboriginal")
    expect(visitor.page.get_by_role("heading", name="Would any of these help you to feel safe?")).to_be_visible()
    faults += faults_of(visitor, "you, unfolded")
    visitor.open("concerns")
    visitor.press("Continue")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    visitor.page.get_by_text("Mood, loss and change").click()
    faults += faults_of(visitor, "no concern, list open")
    visitor.on("Come back later", "Save and come back later")
    visitor.press("Show my code")
    expect(visitor.page.get_by_text("To come back, open this site")).to_be_visible()
    faults += faults_of(visitor, "code shown")
    visitor.open("who")
    visitor.choose("My partner and me, or my family")
    visitor.on("This is better by phone")
    faults += faults_of(visitor, "by phone")
    visitor.open("safety")
    visitor.choose("Yes, or I am not sure")
    visitor.on(HELP)
    faults += faults_of(visitor, "help")
    calling = visitor.page.get_by_role("button", name="Ask the clinic to call me")
    assert calling.bounding_box()["height"] >= 44
    visitor.press("Ask the clinic to call me")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    faults += faults_of(visitor, "help, no number")
    assert faults == []


@pytest.mark.slow
def test_the_crisis_bar_never_covers_what_has_focus(visit):
    visitor = visit("phone")
    agree(visitor, "style")
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
    expect(page.get_by_role("link", name="(02) 5550 0142").first).to_be_visible()
    expect(page.get_by_role("link", name="Leave this site")).to_have_attribute("href", "/leave")
    context.close()


def test_a_mistyped_address_says_so_and_covers_neither_crisis_help_nor_the_way_to_leave(visit):
    visitor = visit("phone")
    page = visitor.page
    reply = page.goto(f"{visitor.address}nowhere")
    assert reply is not None
    assert reply.status == 404
    visitor.at("This page is not here")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("link", name="13 11 14").click(trial=True)
    expect(page.get_by_role("link", name="Leave this site")).to_be_visible()
    page.get_by_role("link", name="Go to the first page").click()
    visitor.at("Find a therapist you could talk to")


@pytest.mark.parametrize("path", ["", "matches", "no/such/page", "nowhere"])
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
