"""From the people to a request, and from a fit check to a change, as a person does it: phone and desktop, no faults."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from steps import to_matches

pytestmark = pytest.mark.slow
WIDEST = "Math.max(document.documentElement.scrollWidth, document.querySelector('[data-testid=stMain]').scrollWidth)"
SIZES = pytest.mark.parametrize(("size", "scheme"), [("phone", "light"), ("desktop", "dark")])


#: Every button and link of our own that is no part of a sentence, with what it says.
TARGETS = """[...document.querySelectorAll(
    '[data-testid=stMain] button, [data-testid=stMain] .ways a, #leave')]
    .filter(target => target.offsetParent !== null && target.textContent.trim())
    .map(target => [target.textContent.trim(), target.getBoundingClientRect().height])"""


def sound(visitor):
    """Nothing here is inaccessible, in light or in dark, hangs over the side of any phone, or is too small to touch."""
    for look in visitor.in_each_look():
        found = Axe().run(visitor.page).response["violations"]
        assert [(look, fault["id"], fault["nodes"][0]["html"][:200]) for fault in found] == []
    own = visitor.page.viewport_size
    assert visitor.page.evaluate(WIDEST) <= own["width"]
    visitor.page.set_viewport_size({"width": 320, "height": own["height"]})
    visitor.settle()
    assert visitor.page.evaluate(WIDEST) <= 320
    targets = visitor.page.evaluate(TARGETS)
    assert targets
    assert [(name, high) for name, high in targets if high < 44] == []
    visitor.page.set_viewport_size(own)
    visitor.settle()


def names(visitor):
    return visitor.page.locator(".person h2").all_inner_texts()


@SIZES
def test_from_the_people_to_a_request_and_its_summary(visit, size, scheme):
    visitor = visit(size, scheme)
    to_matches(visitor)
    page = visitor.page
    visitor.settle()
    before = names(visitor)
    page.get_by_text("What matters most to you?").click()
    visitor.settle()
    more = page.get_by_role("radiogroup", name="Soon and near").locator("label").filter(has_text="More")
    moved = page.get_by_role("status").filter(has_text="moved up")
    for _ in range(3):
        # On a busy machine the box may still be opening under the first click.
        more.click()
        visitor.settle()
        if moved.count():
            break
        page.wait_for_timeout(2_000)
    expect(moved).to_contain_text("Soon and near")
    visitor.settle()
    assert names(visitor)[:2] == before[1::-1]
    sound(visitor)
    visitor.on("Side by side", "Compare side by side")
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.get_by_role("rowheader", name="Cost")).to_be_visible()
    sound(visitor)
    visitor.on("How can we reach you?", f"Ask for {before[1]}")
    visitor.press("Send my request")
    expect(page.get_by_role("alert")).to_contain_text("Give a phone number or an e-mail address")
    sound(visitor)
    page.get_by_role("textbox", name="Phone number").fill("0491 570 006")
    page.keyboard.press("Tab")
    visitor.settle()
    visitor.choose("You may send me a text")
    visitor.settle()
    visitor.on("We have your request", "Send my request")
    expect(page.get_by_role("main")).to_contain_text("KOALA-4821")
    sound(visitor)
    visitor.on("Your summary", "My summary, to print or save")
    sound(visitor)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Save as a file").click()
    assert "KOALA-4821" in waiting.value.path().read_text()
    page.evaluate("window.print = () => { window.printed = true; }")
    visitor.press("Print")
    assert page.evaluate("window.printed")
    # Whoever comes back, even after a reload, is not asked again.
    visitor.open("matches")
    visitor.settle()
    visitor.on("We have your request", "We have your request")
    assert visitor.elsewhere == []
    assert visitor.refused == []


def test_a_printed_summary_holds_the_summary_and_not_the_page_around_it(visit):
    visitor = visit("phone")
    to_matches(visitor)
    visitor.settle()
    visitor.open("summary")
    visitor.at("Your summary")
    visitor.page.emulate_media(media="print")
    expect(visitor.page.get_by_role("heading", name="What you told us")).to_be_visible()
    expect(visitor.page.locator("#crisis")).to_be_hidden()
    expect(visitor.page.get_by_role("button", name="Print")).to_be_hidden()


@SIZES
def test_from_a_fit_check_to_a_change(visit, size, scheme):
    visitor = visit(size, scheme)
    visitor.open("fit")
    sound(visitor)
    visitor.page.get_by_role("textbox").fill("OPEN")
    visitor.on("How is it going with your therapist?", "Open")
    heard = visitor.page.get_by_role("radiogroup", name="I feel listened to, and not judged.")
    heard.locator("label").filter(has_text="Not at all").click()
    visitor.settle()
    sound(visitor)
    visitor.on("Thank you", "Send my answers")
    sound(visitor)
    visitor.on("What felt wrong?", "Yes, tell us what")
    visitor.choose("I felt judged")
    visitor.settle()
    sound(visitor)
    visitor.on("Hard, or not right?")
    expect(visitor.page.get_by_role("main")).to_contain_text("I felt judged. I would like to tell you")
    sound(visitor)
    visitor.on("Changing is fine", "I would like to change to another therapist")
    expect(visitor.page.get_by_role("main")).to_contain_text("You need not tell your story again")
    sound(visitor)
    visitor.on("We are on it", "Ask for a change")
    expect(visitor.page.get_by_role("main")).to_contain_text("KOALA-4821")
    sound(visitor)
    assert visitor.elsewhere == []
