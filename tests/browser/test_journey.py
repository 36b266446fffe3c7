"""The client's journey in a real browser: what a person sees, phone and desktop."""

import pytest
from playwright.sync_api import expect

LEAVE = "https://www.bom.gov.au/"
TEXTS = {
    "script": "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'> I worry",
    "long": "I worry a lot. " * 3334,
    "emoji": "🌊😔 I worry 👩‍👧‍👦 :smile: $x^2$",
    "right to left": "أشعر بالقلق كل يوم ולא ישן",
}


def to_matches(visitor):
    visitor.open()
    visitor.on("What has been going on?", "Start")
    visitor.page.get_by_role("textbox").fill("I worry all the time.")
    visitor.on("A question about your safety")
    visitor.choose("No, none of this")
    visitor.on("What would you like help with?")
    visitor.choose("Worry and anxiety")
    expect(visitor.page.get_by_text("You have chosen: Worry and anxiety.")).to_be_visible()
    visitor.on("How much is it weighing on you?")
    visitor.choose("A lot")
    visitor.on("How would you like a therapist to work with you?")
    visitor.choose("Mostly me")
    visitor.on("Who would you feel comfortable with?")
    visitor.choose("A woman")
    visitor.choose("Must have")
    visitor.on("How and when could you meet?")
    visitor.choose("By video")
    visitor.on("What about cost?")
    visitor.on("Two last things")
    visitor.on("People who could suit you", "See who could suit you")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_person_gets_from_the_first_page_to_three_people(visit, size):
    visitor = visit(size)
    to_matches(visitor)
    cards = visitor.page.get_by_role("article")
    expect(cards).to_have_count(3)
    expect(cards.first).to_contain_text("A woman (must have)")
    expect(visitor.page.get_by_role("link", name="13 11 14").first).to_be_visible()
    visitor.press("Show more people")
    expect(cards).to_have_count(6)
    assert "%" not in " ".join(cards.all_inner_texts())
    assert visitor.elsewhere == []
    assert visitor.refused == []
    assert visitor.page.evaluate("window.hacked") is None


def test_focus_goes_to_the_heading_after_each_step_and_the_page_begins_at_its_top(visit):
    visitor = visit("phone")
    visitor.open()
    for title in ("What has been going on?", "A question about your safety", "What would you like help with?"):
        visitor.on(title, "Start" if title.startswith("What has") else "Continue")
        expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()
        expect(visitor.page.get_by_role("button", name="Back", exact=True)).to_be_in_viewport()


def test_the_list_of_problems_is_focused_when_something_is_missing(visit):
    visitor = visit("phone")
    visitor.open("concerns")
    visitor.press("Continue")
    expect(visitor.page.locator(".st-key-problems")).to_be_focused()
    expect(visitor.page.get_by_role("alert")).to_contain_text("There is a problem")


def test_nobody_fits_is_said_plainly_with_what_would_help(visit):
    visitor = visit("phone")
    to_matches(visitor)
    visitor.press("Back")
    visitor.at("Two last things")
    visitor.on("What about cost?", "Back")
    visitor.page.get_by_role("spinbutton").fill("20")
    visitor.on("Two last things")
    visitor.on("Nobody here fits all of that right now", "See who could suit you")
    expect(visitor.page.get_by_text("If you could pay $180 a session")).to_be_visible()
    expect(visitor.page.get_by_text("(02) 5550 0142")).to_be_visible()
    visitor.on("What about cost?", "Change my limits")


@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_what_someone_writes_can_bring_help_before_anything_else(visit, size):
    visitor = visit(size)
    visitor.open("words")
    visitor.page.get_by_role("textbox").fill("I just want to end it all")
    visitor.on("Let's get you to a person first")
    main = visitor.page.get_by_role("main")
    expect(main.get_by_role("link", name="000")).to_have_attribute("href", "tel:000")
    expect(main).to_contain_text("Nobody watches this form live")
    assert visitor.page.get_by_role("article").count() == 0
    visitor.page.goto(visitor.address + "matches")
    visitor.at("Let's get you to a person first")


def test_a_yes_to_the_safety_question_brings_help_at_once(visit):
    visitor = visit("phone")
    visitor.open("safety")
    visitor.choose("Yes, or I am not sure")
    visitor.on("Let's get you to a person first")


def test_back_in_the_page_and_in_the_browser_keeps_answers(visit):
    visitor = visit("phone")
    visitor.open("words")
    visitor.page.get_by_role("textbox").fill("It is my job")
    visitor.on("A question about your safety")
    visitor.choose("I would rather not say")
    visitor.on("What would you like help with?")
    visitor.page.go_back()
    visitor.at("A question about your safety")
    expect(visitor.page.get_by_role("radio", name="I would rather not say")).to_be_checked()
    visitor.on("What has been going on?", "Back")
    expect(visitor.page.get_by_role("textbox")).to_have_value("It is my job")
    visitor.page.go_forward()


def test_words_not_yet_sent_are_kept_when_going_back(visit):
    visitor = visit("phone")
    visitor.open()
    visitor.on("What has been going on?", "Start")
    visitor.page.get_by_role("textbox").fill("half a thought")
    visitor.on("Find a therapist you could talk to", "Back")
    visitor.on("What has been going on?", "Start")
    expect(visitor.page.get_by_role("textbox")).to_have_value("half a thought")


def test_a_reload_keeps_page_and_answers_and_another_browser_sees_none(visit):
    visitor = visit("phone")
    visitor.open("meeting")
    visitor.choose("By video")
    visitor.on("What about cost?")
    visitor.page.get_by_role("spinbutton").fill("150")
    visitor.on("Two last things")
    visitor.page.reload()
    visitor.at("Two last things")
    visitor.on("What about cost?", "Back")
    expect(visitor.page.get_by_role("spinbutton")).to_have_value("150")
    visitor.on("How and when could you meet?", "Back")
    expect(visitor.page.get_by_role("checkbox", name="By video")).to_be_checked()
    other = visit("phone")
    other.open("meeting")
    expect(other.page.get_by_role("checkbox", name="By video")).not_to_be_checked()


def test_answers_are_nowhere_in_the_address_the_title_or_the_browsers_storage(visit):
    visitor = visit("phone")
    visitor.open("words")
    visitor.page.get_by_role("textbox").fill("elephants")
    visitor.on("A question about your safety")
    kept = visitor.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "elephants" not in visitor.page.url + visitor.page.title() + kept
    draft = next(cookie for cookie in visitor.context.cookies() if cookie["name"] == "matcher_draft")
    assert draft["httpOnly"]
    assert draft["value"] not in kept


@pytest.mark.parametrize("way", ["touch", "shift three times"])
def test_leaving_goes_elsewhere_at_once_and_leaves_no_answers(visit, way):
    visitor = visit("phone")
    visitor.context.route(f"{LEAVE}**", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))
    visitor.open("meeting")
    visitor.choose("By phone")
    visitor.on("What about cost?")
    with visitor.page.expect_request(lambda sent: sent.url.endswith("/leave")):
        if way == "touch":
            visitor.page.get_by_role("link", name="Leave this site").click()
        else:
            for _ in range(3):
                visitor.page.keyboard.press("Shift")
    visitor.at("Weather")
    visitor.page.go_back()
    visitor.page.wait_for_load_state()
    visitor.page.goto(visitor.address + "meeting")
    visitor.at("How and when could you meet?")
    expect(visitor.page.get_by_role("checkbox", name="By phone")).not_to_be_checked()


def test_typing_capitals_is_not_leaving(visit):
    visitor = visit("desktop")
    visitor.open("words")
    visitor.page.get_by_role("textbox").click()
    for letter in "ABCD":
        visitor.page.keyboard.press(f"Shift+{letter}")
    visitor.at("What has been going on?")
    assert visitor.elsewhere == []


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_any_text_is_taken_and_shown_as_text(visit, text):
    visitor = visit("phone")
    visitor.open("words")
    visitor.page.get_by_role("textbox").fill(text)
    visitor.on("A question about your safety")
    visitor.on("What has been going on?", "Back")
    expect(visitor.page.get_by_role("textbox")).to_have_value(text)
    assert visitor.page.evaluate("window.hacked") is None
    assert visitor.elsewhere == []


def test_the_whole_way_by_keyboard(visit):
    visitor = visit("desktop")
    page = visitor.page
    visitor.open()
    tab_to(page, "button", "Start")
    page.keyboard.press("Enter")
    visitor.at("What has been going on?")
    tab_to(page, "textarea", "")
    page.keyboard.type("I worry")
    tab_to(page, "button", "Continue")
    page.keyboard.press("Enter")
    visitor.at("A question about your safety")
    tab_to(page, "input", "")
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="No, none of this")).to_be_checked()
    tab_to(page, "button", "Continue")
    page.keyboard.press("Enter")
    visitor.at("What would you like help with?")
    tab_to(page, "input", "")
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="Worry and anxiety")).to_be_checked()
    for title in ("How much is it", "How would you", "Who would you", "How and when", "What about", "Two last"):
        tab_to(page, "button", "Continue")
        page.keyboard.press("Enter")
        visitor.at(title)
    tab_to(page, "button", "See who could suit you")
    page.keyboard.press("Enter")
    visitor.at("People who could suit you")


def tab_to(page, tag, words):
    for _ in range(40):
        page.keyboard.press("Tab")
        here = page.evaluate("[document.activeElement.tagName.toLowerCase(), document.activeElement.innerText || '']")
        if here[0] == tag and words in here[1]:
            return
    raise AssertionError(f"no {tag} {words!r} could be reached with the Tab key")
