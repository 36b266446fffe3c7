"""What a screen reader would say: the accessibility tree of every screen of the client's way, as Chromium hands it on.

Nobody listens here. What is held to is what each reader is given to say: that everything a person can do has a role and
a name, that boxes that belong together are a named group, that the language is set, that progress is text, and that
what changes is spoken: by the focus moving there, or in a live region.
"""

import re

import pytest
from playwright.sync_api import expect
from steps import HEADINGS, HELP, MATCHES, agree, fill, to_matches
from test_every_screen import PAGES

pytestmark = pytest.mark.slow
#: Roles that stand for something to do: each needs a name of its own.
DOES = {
    "button", "link", "checkbox", "radio", "radiogroup", "textbox", "spinbutton", "combobox", "listbox", "option",
    "tab", "switch", "slider", "DisclosureTriangle", "searchbox", "menuitem",
}  # fmt: skip
#: Steps are counted in words.
COUNTED = re.compile(r"Step \d+ of \d+")


def tree_of(visitor):
    """Return role, name, and whatever stands around each thing the browser would tell a screen reader about."""
    visitor.settle()
    talk = visitor.context.new_cdp_session(visitor.page)
    nodes = talk.send("Accessibility.getFullAXTree")["nodes"]
    talk.detach()
    by_id = {node["nodeId"]: node for node in nodes}
    told = []
    for node in nodes:
        if node.get("ignored"):
            continue
        above, parent = [], by_id.get(node.get("parentId"))
        while parent is not None:
            if not parent.get("ignored"):
                above.append((said(parent, "role"), said(parent, "name")))
            parent = by_id.get(parent.get("parentId"))
        role = said(node, "role")
        told.append((f"heading {level(node)}" if role == "heading" else role, said(node, "name"), above))
    return told


def level(node):
    return next((one["value"]["value"] for one in node.get("properties", ()) if one["name"] == "level"), None)


def said(node, what):
    return str(node.get(what, {}).get("value", "")).strip()


def faults_of(visitor, where):
    """Return what would be said without saying what it is."""
    told, faults = tree_of(visitor), []
    for role, name, above in told:
        if role in DOES and not name:
            faults.append((where, role, "has no name", above[:2]))
        if role == "checkbox" and not any(kind == "group" and called for kind, called in above):
            faults.append((where, name, "is a tick box in no named group"))
        if role == "radio" and not any(kind == "radiogroup" and called for kind, called in above):
            faults.append((where, name, "is an answer to no named question"))
        if role in {"image", "img"} and not name:
            faults.append((where, "a picture without words"))
        if role == "article" and not name:
            faults.append((where, "a person's card is not called after them"))
    # Smaller ones, as "What fits", are on each person's card, which is called after the person.
    headings = [name for role, name, _ in told if role in {"heading 1", "heading 2"}]
    if len(set(headings)) != len(headings):
        faults.append((where, "says a heading twice", headings))
    regions = {role for role, _, _ in told}
    if "main" not in regions:
        faults.append((where, "has no main part to jump to"))
    names = [(role, name) for role, name, above in told if role in {"radiogroup", "group"} and name]
    if len(set(names)) != len(names):
        faults.append((where, "has two groups of one name", names))
    return faults


def test_everything_on_every_page_has_a_role_and_a_name(visit):
    visitor = visit("phone")
    fill(visitor)
    faults, spoken = [], []
    for path in PAGES:
        visitor.open(path)
        faults += faults_of(visitor, path)
        spoken.append(" ".join(name for role, name, _ in tree_of(visitor) if role == "StaticText"))
        assert visitor.page.locator("html").get_attribute("lang") == "en-AU"
    assert faults == []
    assert sum(bool(COUNTED.search(text)) for text in spoken) == len(HEADINGS) + 2
    expect(visitor.page.get_by_role("progressbar")).to_have_count(0)


def test_what_unfolds_and_what_comes_after_has_a_role_and_a_name(visit):
    visitor = visit("phone")
    to_matches(visitor)
    faults = []
    for path, answers in {
        "you": ("I use a different term", "Yes, Aboriginal"),
        "meeting": ("In person",),
        "times": ("Within a month", "Weekends"),
        "training": ("As a neurodivergent person", "Muslim"),
    }.items():
        visitor.open(path)
        for answer in answers:
            visitor.choose(answer)
            visitor.settle()
        faults += faults_of(visitor, f"{path}, unfolded")
    visitor.open("at-ease")
    visitor.page.get_by_text("I have a kind of therapy in mind").click()
    faults += faults_of(visitor, "at-ease, unfolded")
    visitor.open("matches")
    visitor.settle()
    visitor.page.get_by_text("What matters most to you?").click()
    faults += faults_of(visitor, "what matters")
    visitor.on("Side by side", "Compare side by side")
    faults += faults_of(visitor, "compare")
    visitor.on(MATCHES, "Back to the people")
    visitor.page.locator(".st-key-choose-1 button").click()
    visitor.at("How can we reach you?")
    faults += faults_of(visitor, "request")
    visitor.page.get_by_role("textbox", name="Phone number").fill("0491 570 006")
    visitor.page.keyboard.press("Tab")
    visitor.settle()
    visitor.choose("You may send me a text")
    visitor.settle()
    visitor.on("We have your request", "Send my request")
    faults += faults_of(visitor, "sent")
    visitor.on("Your summary", "My summary, to print or save")
    faults += faults_of(visitor, "summary")
    assert faults == []


def test_the_fit_check_has_roles_and_names(visit):
    visitor = visit("phone")
    visitor.open("fit")
    faults = faults_of(visitor, "code")
    visitor.page.get_by_role("textbox").fill("OPEN")
    visitor.on("How is it going with your therapist?", "Open")
    faults += faults_of(visitor, "fit")
    visitor.on("Thank you", "Send my answers")
    faults += faults_of(visitor, "thanks")
    visitor.on("What felt wrong?", "Yes, tell us what")
    visitor.choose("Times, cost or place do not work")
    visitor.settle()
    faults += faults_of(visitor, "wrong")
    visitor.on("Words you could use with your therapist")
    faults += faults_of(visitor, "next, for times or cost alone")
    visitor.on("What felt wrong?", "Back")
    visitor.choose("I felt judged")
    visitor.settle()
    visitor.on("Hard, or not right?")
    faults += faults_of(visitor, "next")
    visitor.on("Changing is fine", "I would like to change to another therapist")
    faults += faults_of(visitor, "change")
    visitor.on("We are on it", "Ask for a change")
    faults += faults_of(visitor, "sent")
    assert faults == []


def test_what_changes_is_spoken(visit):
    """Focus goes to a new heading and to what is wrong; a new order, and a note, come in a live region."""
    visitor = visit("phone")
    page = visitor.page
    agree(visitor, "concerns")
    visitor.press("Continue")
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(page.locator(".st-key-problems")).to_be_focused()
    visitor.page.get_by_text("Body, sleep and health").click()
    visitor.choose("Sleep")
    expect(page.get_by_text("You have chosen: Sleep.")).to_be_visible()
    visitor.on(HEADINGS[4])
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    visitor.open("safety")
    visitor.choose("Yes, or I am not sure")
    visitor.on(HELP)
    expect(page.get_by_role("heading", level=1)).to_be_focused()


def test_the_language_is_told_with_the_words(visit):
    visitor = visit("phone")
    visitor.open()
    button = visitor.page.get_by_role("button", name="简体中文", exact=True)
    assert button.evaluate("e => e.closest('[lang]').lang") == "zh-Hans"
    button.click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    other = visitor.page.get_by_role("button", name="English", exact=True)
    assert other.evaluate("e => e.closest('[lang]').lang").startswith("en")
