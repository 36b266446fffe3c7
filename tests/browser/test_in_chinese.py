"""The whole journey in Chinese, on the demo clinic's real reasons: no English of ours is left on any page."""

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from matcher.ui import wording as w
from matcher.ui import wording_matches as wm
from matcher.ui import wording_questions as wq
from matcher.ui import wording_start as ws
from matcher.ui.catalogue import LANGUAGES, in_language, translations

pytestmark = pytest.mark.slow
CHINESE = LANGUAGES["zh"]
#: Proper names, and words Australian services go by in any language.
NAMES = (
    "Banksia Street Clinic",
    "Suicide Call Back Service",
    "Kids Helpline",
    "Beyond Blue",
    "Mental Health Treatment Plan",
    "bulk billing",
    "TIS National",
    "Medicare Mental Health",
)
SENTENCE = re.compile(r"[A-Za-z]+(?:[ ,'’-]+[A-Za-z]+){2,}")
VISIBLE = """() => {
  const said = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const home = node.parentElement;
    if (!node.data.trim() || home.closest('script, style, noscript, svg, [lang^="en"]:not(html)')) continue;
    if (home.closest('[data-testid="stIconMaterial"]') || !home.checkVisibility()) continue;
    said.push(node.data.trim());
  }
  for (const part of document.querySelectorAll("#root [placeholder], #root [aria-label]")) {
    if (part.checkVisibility() && !part.closest('[lang^="en"]:not(html)')) said.push(part.placeholder || "");
  }
  return said;
}"""


def zh(text, **values):
    return in_language(CHINESE, text, **values)


@pytest.fixture
def address(demo_address):
    return demo_address


@pytest.fixture
def size():
    return "phone"


@pytest.fixture
def visitor(visit, size):
    """Return a browser, a phone unless a test says otherwise, on the first page, switched to Chinese by its button."""
    found = visit(size)
    found.page.goto(found.address)
    # The first page of a process just started waits for its libraries.
    expect(found.page.get_by_role("heading", level=1)).to_be_visible(timeout=30_000)
    found.page.get_by_role("button", name=CHINESE.name, exact=True).click()
    found.at(zh(ws.START_TITLE))
    found.settle()
    expect(found.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    return found


def checked(visitor, names=()):
    """Look at the page as it stands: nothing of ours in English, nothing scrolls sideways."""
    visitor.settle()
    english = {text for text, other in translations(CHINESE).items() if text != other}
    for text in visitor.page.evaluate(VISIBLE):
        for name in (*NAMES, *names):
            text = text.replace(name, "")  # noqa: PLW2901
        assert text not in english
        assert not SENTENCE.search(text), text
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    keep = os.environ.get("MATCHER_SCREENSHOTS")
    if keep:
        folder = Path(keep)
        folder.mkdir(parents=True, exist_ok=True)
        count = len(list(folder.glob("*.png")))
        visitor.page.screenshot(path=folder / f"{count:02}.png")


def onward(visitor, title, key="continue", names=()):
    visitor.page.locator(f".st-key-{key} button").first.click()
    visitor.at(zh(title))
    checked(visitor, names)


def tick(visitor, words, **values):
    visitor.page.locator("label:has(input)").filter(
        has=visitor.page.get_by_text(zh(words, **values), exact=True)
    ).first.click()
    visitor.settle()


def to_words(visitor):
    checked(visitor)
    onward(visitor, ws.BEFORE_TITLE)
    visitor.page.locator(".st-key-group-consent label:has(input)").first.click()
    visitor.settle()
    onward(visitor, wq.WHO_TITLE)
    tick(visitor, "Me")
    onward(visitor, wq.WORDS_TITLE)


def to_last(visitor):
    to_words(visitor)
    visitor.page.get_by_role("textbox").fill("我最近压力很大，睡不好，想找人谈谈。")
    onward(visitor, wq.SAFETY_TITLE)
    expect(visitor.page.get_by_text(zh(wq.SAFETY_UNREAD))).to_be_visible()
    tick(visitor, "No, none of this")
    onward(visitor, wq.CONCERNS_TITLE)
    for theme in visitor.page.locator("#root summary").all():
        theme.click()
    tick(visitor, "Stress or burnout")
    tick(visitor, "Sleep")
    checked(visitor)
    onward(visitor, wq.WEIGHT_TITLE)
    tick(visitor, "A lot")
    onward(visitor, wq.HOPES_TITLE)
    onward(visitor, wq.PAST_TITLE)
    tick(visitor, "Yes")
    onward(visitor, wq.PAST_HELPED_TITLE)
    tick(visitor, "I felt heard")
    onward(visitor, wq.PAST_NOT_TITLE)
    onward(visitor, wq.STYLE_TITLE)
    tick(visitor, "Mostly me")
    onward(visitor, wq.HARD_TITLE)
    onward(visitor, wq.COMFORT_TITLE)
    tick(visitor, "A woman")
    tick(visitor, "mandarin")
    checked(visitor)
    onward(visitor, wq.TRAINING_TITLE)
    onward(visitor, wq.AT_EASE_TITLE)
    for theme in visitor.page.locator("#root summary").all():
        theme.click()
    checked(visitor)
    onward(visitor, wq.MEETING_TITLE)
    tick(visitor, "By video")
    onward(visitor, wq.TIMES_TITLE)
    tick(visitor, "Weekday evenings")
    checked(visitor)
    onward(visitor, wq.COST_TITLE)
    visitor.page.get_by_role("spinbutton").fill("220")
    tick(visitor, "Medicare rebate")
    checked(visitor)
    onward(visitor, wq.YOU_TITLE)
    onward(visitor, wq.LAST_TITLE)


def people(visitor):
    return [name.inner_text() for name in visitor.page.locator("article h2").all()]


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_from_the_first_page_to_a_request_and_its_summary(visitor):
    to_last(visitor)
    visitor.page.locator(".st-key-continue button").click()
    visitor.at(zh(wm.MATCHES_TITLE))
    expect(visitor.page.get_by_role("article")).to_have_count(3)
    names = people(visitor)
    for theme in visitor.page.locator("#root summary").all():
        theme.click()
    checked(visitor, names)
    onward(visitor, wm.COMPARE_TITLE, "compare", names)
    onward(visitor, wm.MATCHES_TITLE, "back", names)
    onward(visitor, wm.REQUEST_TITLE, "choose-1", names)
    onward(visitor, wm.REQUEST_TITLE, "continue", names)
    visitor.page.get_by_label(zh(wm.PHONE), exact=True).fill("02 5550 0142")
    tick(visitor, wm.SAFE["phone"])
    onward(visitor, wm.SENT_TITLE, "continue", names)
    onward(visitor, wm.SUMMARY_TITLE, "summary", names)


def test_nobody_fits(visitor):
    to_last(visitor)
    visitor.page.goto(visitor.address + "comfort")
    visitor.at(zh(wq.COMFORT_TITLE))
    weight = visitor.page.locator(".st-key-ask-languages_weight label:has(input)")
    weight.filter(has=visitor.page.get_by_text(zh("Must have"), exact=True)).click()
    visitor.settle()
    visitor.page.goto(visitor.address + "cost")
    visitor.at(zh(wq.COST_TITLE))
    visitor.page.get_by_role("spinbutton").fill("5")
    onward(visitor, wq.YOU_TITLE)
    onward(visitor, wq.LAST_TITLE)
    visitor.page.locator(".st-key-continue button").click()
    visitor.at(zh(wm.NOBODY_TITLE))
    checked(visitor)


@pytest.mark.parametrize("said", ["我不想活了", "direct"])
def test_danger_in_chinese_brings_help_and_an_interpreter(visitor, said):
    to_words(visitor)
    if said == "direct":
        onward(visitor, wq.SAFETY_TITLE)
        tick(visitor, "Yes, or I am not sure")
    else:
        visitor.page.get_by_role("textbox").fill(said)
    onward(visitor, ws.HELP_TITLE)
    main = visitor.page.get_by_role("main")
    expect(main).to_contain_text("131 450")
    expect(main.get_by_role("link", name="000")).to_be_visible()


def test_the_pages_beside_the_way(visitor):
    onward(visitor, ws.RETURN_TITLE, "code")
    visitor.page.goto(visitor.address + "fit")
    visitor.at(zh("Enter your code"))
    checked(visitor)
    visitor.page.goto(visitor.address + "sent")
    checked(visitor)
    visitor.page.goto(visitor.address)
    to_words(visitor)
    onward(visitor, ws.LATER_TITLE, "later")
    visitor.page.goto(visitor.address + "who")
    visitor.at(zh(wq.WHO_TITLE))
    tick(visitor, "My partner and me, or my family")
    onward(visitor, ws.CALL_TITLE)


def test_the_language_can_be_changed_anywhere_and_no_answer_is_lost(visitor):
    to_words(visitor)
    visitor.page.get_by_role("textbox").fill("睡不好")
    visitor.page.get_by_role("button", name="English", exact=True).click()
    visitor.at(wq.WORDS_TITLE)
    expect(visitor.page.locator("html")).to_have_attribute("lang", "en-AU")
    expect(visitor.page.get_by_role("textbox")).to_have_value("睡不好")
    expect(visitor.page.get_by_role("link", name=w.LEAVE)).to_be_visible()
    visitor.on(wq.SAFETY_TITLE)
    visitor.choose("No, none of this")
    visitor.page.get_by_role("button", name=CHINESE.name, exact=True).click()
    visitor.at(zh(wq.SAFETY_TITLE))
    expect(visitor.page.get_by_role("radio", name=zh("No, none of this"))).to_be_checked()
    visitor.page.reload()
    visitor.at(zh(wq.SAFETY_TITLE))
    expect(visitor.page.get_by_role("link", name=zh(w.LEAVE))).to_be_visible()
