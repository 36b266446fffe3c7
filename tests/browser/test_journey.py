"""The client's journey in a real browser: what a person sees, phone and desktop."""

import pytest
from playwright.sync_api import expect
from steps import HEADINGS, HELP, MATCHES, agree, to_matches

LEAVE = "https://www.bom.gov.au/"
TEXTS = {
    "script": "<script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'> I worry",
    "long": "I worry a lot. " * 3334,
    "emoji": "🌊😔 I worry 👩‍👧‍👦 :smile: $x^2$",
    "right to left": "أشعر بالقلق كل يوم ולא ישן",
}


@pytest.mark.parametrize("size", ["phone", pytest.param("desktop", marks=pytest.mark.slow)])
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


@pytest.mark.slow
def test_focus_goes_to_the_heading_after_each_step_and_the_page_begins_at_its_top(visit):
    visitor = visit("phone")
    agree(visitor)
    for title in HEADINGS[1:4]:
        visitor.on(title)
        expect(visitor.page.get_by_role("heading", level=1)).to_be_focused()
        expect(visitor.page.get_by_role("button", name="Back", exact=True)).to_be_in_viewport()


@pytest.mark.slow
def test_what_is_wrong_is_listed_on_top_focused_and_said_at_the_field(visit):
    visitor = visit("phone")
    page = visitor.page
    agree(visitor, "concerns")
    visitor.press("Continue")
    expect(page.locator(".st-key-problems")).to_be_focused()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("There is a problem")
    expect(page).to_have_title("Error: What would you like help with?")
    words = alert.get_by_role("link").inner_text()
    expect(page.locator(".problem")).to_have_text(words)
    alert.get_by_role("link").press("Enter")
    described = page.evaluate(
        "document.getElementById(document.activeElement.getAttribute('aria-describedby')).innerText"
    )
    assert described == words
    assert page.url.endswith("/concerns")
    page.get_by_text("Body, sleep and health").click()
    visitor.choose("Sleep")
    expect(page.get_by_text("You have chosen: Sleep.")).to_be_visible()
    expect(page).to_have_title("What would you like help with?")


@pytest.mark.slow
def test_consent_is_asked_unticked_and_a_missing_one_is_named_at_its_box(visit):
    visitor = visit("phone")
    visitor.open("comfort")
    visitor.at("Before you start")
    box = visitor.page.get_by_role("checkbox")
    expect(box).to_have_count(1)
    expect(box).not_to_be_checked()
    visitor.press("Continue")
    visitor.page.get_by_role("alert").get_by_role("link").click()
    expect(box).to_be_focused()
    expect(box).to_have_attribute("aria-invalid", "true")


@pytest.mark.slow
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_nobody_fits_is_said_plainly_with_what_would_help(visit, size):
    visitor = visit(size)
    agree(visitor, "concerns")
    visitor.page.get_by_text("Body, sleep and health").click()
    visitor.choose("Sleep")
    expect(visitor.page.get_by_text("You have chosen: Sleep.")).to_be_visible()
    visitor.on(HEADINGS[4])
    visitor.open("cost")
    visitor.page.get_by_role("spinbutton").fill("20")
    visitor.on(HEADINGS[-2])
    visitor.on(HEADINGS[-1])
    visitor.on("Nobody here fits all of that right now", "See who could suit you")
    expect(visitor.page.get_by_text("If you could pay $180 a session")).to_be_visible()
    expect(visitor.page.get_by_text("(02) 5550 0142").first).to_be_visible()


@pytest.mark.parametrize("size", ["phone", pytest.param("desktop", marks=pytest.mark.slow)])
def test_what_someone_writes_brings_help_before_anything_else_and_a_way_to_be_called(visit, size):
    visitor = visit(size)
    agree(visitor, "words")
    visitor.page.get_by_role("textbox").fill("I just want to end it all")
    visitor.on(HELP)
    main = visitor.page.get_by_role("main")
    expect(main.get_by_role("link", name="000")).to_have_attribute("href", "tel:000")
    expect(main).to_contain_text("Nobody watches this form live")
    expect(main).to_contain_text("A person at the clinic will read it by 2:30 pm on Tuesday 24 November 2026")
    visitor.press("Ask the clinic to call me")
    expect(visitor.page.locator(".st-key-problems")).to_be_focused()
    visitor.page.get_by_role("textbox", name="Your phone number").fill("02 5550 0199")
    visitor.press("Ask the clinic to call me")
    expect(main).to_contain_text("Thank you. A person from the clinic will call you")
    assert visitor.page.get_by_role("article").count() == 0
    visitor.page.goto(visitor.address + "matches")
    visitor.at(HELP)
    expect(main).to_contain_text("Thank you. A person from the clinic will call you")


@pytest.mark.slow
def test_a_yes_to_the_safety_question_brings_help_at_once(visit):
    visitor = visit("phone")
    agree(visitor, "safety")
    visitor.choose("Yes, or I am not sure")
    visitor.on(HELP)


@pytest.mark.slow
def test_back_in_the_page_and_in_the_browser_keeps_answers(visit):
    visitor = visit("phone")
    agree(visitor)
    visitor.on(HEADINGS[1])
    visitor.page.get_by_role("textbox").fill("It is my job")
    visitor.on(HEADINGS[2])
    visitor.choose("I would rather not say")
    visitor.on(HEADINGS[3])
    visitor.page.go_back()
    visitor.at(HEADINGS[2])
    expect(visitor.page.get_by_role("radio", name="I would rather not say")).to_be_checked()
    visitor.on(HEADINGS[1], "Back")
    expect(visitor.page.get_by_role("textbox")).to_have_value("It is my job")
    visitor.page.get_by_role("textbox").fill("half a thought")
    visitor.on(HEADINGS[0], "Back")
    visitor.on(HEADINGS[1])
    expect(visitor.page.get_by_role("textbox")).to_have_value("half a thought")


@pytest.mark.slow
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_a_reload_keeps_page_and_answers_and_another_browser_sees_none(visit, size):
    visitor = visit(size)
    agree(visitor, "meeting")
    visitor.choose("By video")
    visitor.on("When could you meet?")
    visitor.on("What about cost?")
    visitor.page.get_by_role("spinbutton").fill("150")
    visitor.on("A little about you")
    visitor.page.reload()
    visitor.at("A little about you")
    visitor.on("What about cost?", "Back")
    expect(visitor.page.get_by_role("spinbutton")).to_have_value("150")
    visitor.on("When could you meet?", "Back")
    visitor.on("How could you meet?", "Back")
    expect(visitor.page.get_by_role("checkbox", name="By video")).to_be_checked()
    other = visit("phone")
    agree(other, "meeting")
    expect(other.page.get_by_role("checkbox", name="By video")).not_to_be_checked()


@pytest.mark.slow
def test_a_code_brings_the_answers_to_another_device(visit):
    first, second = visit("phone"), visit("desktop")
    agree(first, "words")
    first.page.get_by_role("textbox").fill("It is my job")
    first.on("Come back later", "Save and come back later")
    first.press("Show my code")
    code = first.page.locator(".code strong").inner_text()
    first.page.reload()
    first.at("Come back later")
    expect(first.page.get_by_text(code)).to_have_count(0)
    second.open()
    second.on("Come back with a code", "I have a code to come back")
    second.page.get_by_role("textbox", name="Your code").fill(f" {code} ")
    second.on("Find a therapist you could talk to", "Show my answers")
    expect(second.page.get_by_text("Welcome back.")).to_be_visible()
    second.on("What has been going on?", "Go on where you stopped")
    expect(second.page.get_by_role("textbox")).to_have_value("It is my job")
    assert code not in second.page.url


@pytest.mark.slow
def test_answers_are_nowhere_in_the_address_the_title_or_the_browsers_storage(visit):
    visitor = visit("phone")
    agree(visitor, "words")
    visitor.page.get_by_role("textbox").fill("elephants")
    visitor.on("A question about your safety")
    kept = visitor.page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert "elephants" not in visitor.page.url + visitor.page.title() + kept
    draft = next(cookie for cookie in visitor.context.cookies() if cookie["name"] == "matcher_draft")
    assert draft["httpOnly"]
    assert draft["value"] not in kept


@pytest.mark.slow
@pytest.mark.parametrize("way", ["touch", "shift three times"])
def test_leaving_goes_elsewhere_at_once_and_leaves_no_answers(visit, way):
    visitor = visit("phone")
    visitor.leaves = True
    visitor.context.route(f"{LEAVE}**", lambda route: route.fulfill(body="<h1>Weather</h1>", content_type="text/html"))
    agree(visitor, "meeting")
    visitor.choose("By phone")
    visitor.on("When could you meet?")
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
    visitor.at("Before you start")
    agree(visitor, "meeting")
    expect(visitor.page.get_by_role("checkbox", name="By phone")).not_to_be_checked()


@pytest.mark.slow
@pytest.mark.flaky(reruns=0)
@pytest.mark.parametrize("away", ["another tab", "a reload", "back", "back at once"])
def test_words_in_a_box_are_kept_when_the_page_is_left(visit, away):
    visitor = visit("phone")
    agree(visitor)
    visitor.on(HEADINGS[1])
    visitor.settle()
    box = visitor.page.get_by_role("textbox")
    box.click()
    box.press_sequentially("I cannot sleep")
    if away == "another tab":
        # A headless browser never hides a page: what the browser would say of itself is said here.
        visitor.page.evaluate(
            """() => {
                Object.defineProperty(document, "visibilityState", { value: "hidden", configurable: true });
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
        visitor.settle()
        expect(box).not_to_be_focused()
        visitor.page.evaluate(
            """() => {
                delete document.visibilityState;
                document.dispatchEvent(new Event("visibilitychange"));
            }"""
        )
        # Whoever comes back goes on where they were.
        expect(box).to_be_focused()
        visitor.page.close()
        visitor.page = visitor.context.new_page()
        visitor.open("words")
    elif away == "back at once":
        visitor.page.go_back()
        visitor.at("Who is this for?")
        visitor.page.go_forward()
        visitor.at("What has been going on?")
    else:
        # Kept at a pause, so that nothing hangs on the moment the page goes; they write on all the same.
        visitor.page.wait_for_timeout(1_500)
        expect(box).to_be_focused()
        if away == "back":
            visitor.page.go_back()
            visitor.page.wait_for_timeout(500)
            visitor.page.go_forward()
        else:
            visitor.page.reload()
        visitor.at("What has been going on?")
    expect(visitor.page.get_by_role("textbox")).to_have_value("I cannot sleep")


@pytest.mark.slow
@pytest.mark.flaky(reruns=0)
@pytest.mark.parametrize("waited", [0, 1_500])
def test_a_line_in_a_field_is_kept_when_somebody_goes_back_in_the_browser(visit, waited):
    visitor = visit("phone")
    agree(visitor, "times")
    visitor.on("What about cost?")
    visitor.settle()
    visitor.page.get_by_role("spinbutton").press_sequentially("150")
    visitor.page.wait_for_timeout(waited)
    visitor.page.go_back()
    visitor.at("When could you meet?")
    visitor.page.go_forward()
    visitor.at("What about cost?")
    expect(visitor.page.get_by_role("spinbutton")).to_have_value("150")


@pytest.mark.slow
def test_typing_capitals_is_not_leaving(visit):
    visitor = visit("desktop")
    agree(visitor, "words")
    visitor.page.get_by_role("textbox").click()
    for letter in "ABCD":
        visitor.page.keyboard.press(f"Shift+{letter}")
    visitor.at("What has been going on?")
    assert visitor.elsewhere == []


@pytest.mark.slow
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_any_text_is_taken_and_shown_as_text(visit, text):
    visitor = visit("phone")
    agree(visitor, "words")
    visitor.page.get_by_role("textbox").fill(text)
    visitor.on("A question about your safety")
    visitor.on("What has been going on?", "Back")
    expect(visitor.page.get_by_role("textbox")).to_have_value(text)
    visitor.open("last")
    visitor.page.get_by_role("textbox").fill(text)
    visitor.on("A little about you", "Back")
    visitor.open("last")
    expect(visitor.page.get_by_role("textbox")).to_have_value(text)
    assert visitor.page.evaluate("window.hacked") is None
    assert visitor.elsewhere == []


@pytest.mark.slow
@pytest.mark.parametrize("size", ["phone", "desktop"])
def test_the_whole_way_by_keyboard(visit, size):
    visitor = visit(size)
    page = visitor.page
    visitor.open()
    by_key(page, "button", "Start")
    visitor.at("Before you start")
    tab_to(page, "input", "")
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox").first).to_be_checked()
    by_key(page, "button", "Continue")
    visitor.at(HEADINGS[0])
    tab_to(page, "input", "")
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="Me", exact=True)).to_be_checked()
    by_key(page, "button", "Continue")
    visitor.at(HEADINGS[1])
    tab_to(page, "textarea", "")
    page.keyboard.type("I worry")
    by_key(page, "button", "Continue")
    visitor.at(HEADINGS[2])
    tab_to(page, "input", "")
    page.keyboard.press("Space")
    expect(page.get_by_role("radio", name="No, none of this")).to_be_checked()
    by_key(page, "button", "Continue")
    visitor.at(HEADINGS[3])
    tab_to(page, "input", "")
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="Worry and anxiety")).to_be_checked()
    for title in HEADINGS[4:]:
        by_key(page, "button", "Continue")
        visitor.at(title)
    by_key(page, "button", "See who could suit you")
    visitor.at(MATCHES)
    by_key(page, "button", "Ask for")
    visitor.at("How can we reach you?")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    visitor.settle()
    for _ in ("name", "pronouns", "phone"):
        tab_to(page, "input", "")
    expect(page.get_by_role("textbox", name="Phone number")).to_be_focused()
    page.keyboard.type("0491 570 006")
    tab_to(page, "input", "")
    # Leaving a field sends what was typed; the page is drawn once more.
    visitor.settle()
    tab_to(page, "input", "")
    expect(page.get_by_role("checkbox", name="You may ring me")).to_be_focused()
    page.keyboard.press("Space")
    expect(page.get_by_role("checkbox", name="You may ring me")).to_be_checked()
    by_key(page, "button", "Send my request")
    visitor.at("We have your request")


def by_key(page, tag, words):
    tab_to(page, tag, words)
    page.keyboard.press("Enter")


def tab_to(page, tag, words):
    for _ in range(60):
        page.keyboard.press("Tab")
        here = page.evaluate("[document.activeElement.tagName.toLowerCase(), document.activeElement.innerText || '']")
        if here[0] == tag and words in here[1]:
            return
    raise AssertionError(f"no {tag} {words!r} could be reached with the Tab key")
