"""Pictures of what not everybody sees: help first, what broke, what waits or is late, a fit check to its ends."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from behind_the_pages import Asked, broken, change, fit_code, take_away
from camera import keep, picture
from conftest import Visitor
from playwright.sync_api import expect
from steps import HEADINGS, HELP, agree

Arrive = Callable[..., Visitor]
DANGER = "I want to kill myself."
#: What stands above it on the page of help is always the same.
HONEST = "What happens with what you told us"


def beside_the_way(arrive: Arrive, kind: str) -> None:
    """Keep what not everybody sees: nobody fits, a code, better by phone, problems, signing in, a lost page."""
    visitor = arrive()
    agree(visitor, "matches")
    visitor.at("We need one more answer")
    picture(visitor, f"{kind}-39-not-ready")
    visitor.open("concerns")
    visitor.press("Continue")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    picture(visitor, f"{kind}-30-problem")
    visitor.page.get_by_text("Body, sleep and health").click()
    visitor.choose("Sleep")
    expect(visitor.page.get_by_text("You have chosen: Sleep.")).to_be_visible()
    visitor.on(HEADINGS[4])
    visitor.on("Come back later", "Save and come back later")
    visitor.press("Show my code")
    expect(visitor.page.get_by_text("To come back, open this site")).to_be_visible()
    picture(visitor, f"{kind}-31-code")
    visitor.open("comfort")
    visitor.choose("Greek")
    expect(visitor.page.get_by_text("How much does the language matter")).to_be_visible()
    visitor.page.locator(".st-key-ask-languages_weight label").filter(has_text="Must have").click()
    visitor.settle()
    visitor.open("cost")
    visitor.page.get_by_role("spinbutton").fill("5")
    visitor.on(HEADINGS[-2])
    visitor.on(HEADINGS[-1])
    visitor.on("Nobody here fits all of that right now", "See who could suit you")
    picture(visitor, f"{kind}-32-nobody")
    visitor.open("return")
    picture(visitor, f"{kind}-33-return")
    visitor.open("who")
    visitor.choose("My partner and me, or my family")
    visitor.on("This is better by phone")
    picture(visitor, f"{kind}-34-by-phone")
    for path, name in (("auth/sign-in", "36-sign-in"), ("nowhere", "37-lost")):
        visitor.page.goto(f"{visitor.address}{path}")
        visitor.page.wait_for_timeout(300)
        keep(visitor, f"{kind}-{name}")


def help_first(arrive: Arrive, kind: str, folder: Path) -> None:
    """Keep the page of help: as it is, asking for a call, dealt with by staff, late, and where nobody could be told."""
    visitor = arrive()
    agree(visitor, "safety")
    visitor.choose("Yes, or I am not sure")
    visitor.on(HELP)
    picture(visitor, f"{kind}-35-help")
    for look, size, scheme in (("dark", "phone", "dark"), ("desktop", "desktop", "light")):
        other = arrive(size, scheme)
        other.context.add_cookies(visitor.context.cookies())
        other.open("help")
        picture(other, f"{look}-help")
        other.close()
    visitor.press("Ask the clinic to call me")
    expect(visitor.page.get_by_role("alert")).to_be_visible()
    picture(visitor, f"{kind}-35-help-problem", whole=False)
    visitor.page.get_by_role("textbox", name="Your phone number").fill("0491 570 006")
    visitor.press("Ask the clinic to call me")
    expect(visitor.page.get_by_text("A person from the clinic will call you by")).to_be_visible()
    picture(visitor, f"{kind}-35-help-called", since=HONEST)
    change(folder, due_at=datetime.now(UTC) - timedelta(days=4))
    visitor.open("help")
    expect(visitor.page.get_by_text("We are late").first).to_be_visible()
    picture(visitor, f"{kind}-35-help-late", since=HONEST)
    change(folder, needs_person=False)
    visitor.open("help")
    expect(visitor.page.get_by_text("has dealt with this")).to_be_visible()
    picture(visitor, f"{kind}-35-help-seen", since=HONEST)
    unlucky = arrive()
    agree(unlucky, "words")
    unlucky.page.get_by_role("textbox").fill(DANGER)
    with broken(folder, "INSERT ON enquiries"):
        unlucky.on(HELP)
        expect(unlucky.page.get_by_text("Something broke on our side")).to_be_visible()
        picture(unlucky, f"{kind}-35-help-untold", since=HONEST)
    reader = arrive()
    reader.context.add_cookies(visitor.context.cookies())
    reader.open()
    reader.page.get_by_role("button", name="简体中文", exact=True).click()
    expect(reader.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    reader.open("help")
    picture(reader, "chinese-help")


def after_sending(visitor: Visitor, arrive: Arrive, kind: str, folder: Path, asked: Asked) -> None:
    """Keep what the page says of a request later: suggested, waiting, late, and one that is not in this browser."""
    now = datetime.now(UTC)
    soon = (now + timedelta(days=15 - now.weekday())).replace(hour=6, minute=0, second=0, microsecond=0)
    long_ago = now - timedelta(days=4)
    for name, words, values in (
        ("waiting", "We look again by", {"state": "waiting", "due_at": soon}),
        ("late", "We are late", {"state": "new", "due_at": long_ago}),
        ("offered", "has been suggested to you", {"state": "offered", "due_at": soon}),
    ):
        change(folder, asked.client_id, **values)
        visitor.open("sent")
        expect(visitor.page.get_by_text(words).first).to_be_visible()
        picture(visitor, f"{kind}-27-sent-{name}")
    change(folder, asked.client_id, state="new")
    stranger = arrive()
    stranger.open("sent")
    picture(stranger, f"{kind}-27-sent-none")


def when_it_breaks(visitor: Visitor, kind: str, folder: Path, asked: Asked) -> None:
    """Keep what is said where a request cannot be kept, and where the clinic has erased one."""
    visitor.open("sent")
    visitor.on("How can we reach you?", "Change my request")
    with broken(folder, "UPDATE ON enquiries"):
        visitor.page.get_by_role("textbox", name="Phone number").fill("0491 570 156")
        visitor.page.keyboard.press("Tab")
        visitor.settle()
        visitor.on("Something went wrong on our side", "Send my request")
        picture(visitor, f"{kind}-38-trouble")
    take_away(folder, asked.client_id)
    visitor.open("sent")
    visitor.at("We no longer have your request")
    picture(visitor, f"{kind}-27-sent-gone")


def _open(visitor: Visitor, code: str) -> None:
    visitor.open("fit")
    visitor.page.get_by_role("textbox").fill(code)
    visitor.on("How is it going with your therapist?", "Open")


def the_fit_check(arrive: Arrive, kind: str, folder: Path, asked: Asked) -> None:
    """Answer a fit check that leads to a talk, and then to a change of therapist."""
    visitor = arrive()
    page = visitor.page
    visitor.open("fit")
    picture(visitor, f"{kind}-40-fit-code")
    page.get_by_role("textbox").fill("ABCD")
    visitor.press("Open")
    expect(page.get_by_role("alert")).to_be_visible()
    picture(visitor, f"{kind}-40-fit-code-wrong")
    _open(visitor, fit_code(folder, asked, 3))
    heard = page.get_by_role("radiogroup", name="I feel listened to, and not judged.")
    heard.locator("label").filter(has_text="Not at all").click()
    visitor.settle()
    picture(visitor, f"{kind}-41-fit")
    visitor.on("Thank you", "Send my answers")
    picture(visitor, f"{kind}-42-fit-thanks")
    visitor.on("What felt wrong?", "Yes, tell us what")
    visitor.choose("I felt judged")
    visitor.settle()
    picture(visitor, f"{kind}-43-fit-wrong")
    visitor.on("Hard, or not right?")
    picture(visitor, f"{kind}-44-fit-next")
    visitor.press("I will raise it myself")
    expect(page.get_by_text("We keep what you ticked")).to_be_visible()
    picture(visitor, f"{kind}-44-fit-raise")
    visitor.on("We will call you", "I would like to talk with someone from the clinic")
    picture(visitor, f"{kind}-45-fit-talk")
    visitor.on("Hard, or not right?", "Back")
    visitor.on("What felt wrong?", "Back")
    visitor.choose("Times, cost or place do not work")
    visitor.settle()
    visitor.on("Hard, or not right?")
    visitor.on("Changing is fine", "I would like to change to another therapist")
    visitor.page.get_by_role("spinbutton").fill("120")
    visitor.choose("By video")
    visitor.settle()
    picture(visitor, f"{kind}-46-fit-change")
    visitor.on("We are on it", "Ask for a change")
    picture(visitor, f"{kind}-47-fit-sent")


def the_other_fit_checks(arrive: Arrive, kind: str, folder: Path, asked: Asked) -> None:
    """Answer one where all is well, one that speaks of danger, and one of danger that could not be passed on."""
    glad = arrive()
    _open(glad, fit_code(folder, asked, 1))
    going_on = glad.page.get_by_role("radiogroup", name="I want to go on with")
    going_on.locator("label").filter(has_text="Yes").click()
    glad.settle()
    glad.on("Thank you", "Send my answers")
    glad.press("No, that is all")
    expect(glad.page.get_by_text("You can close this page")).to_be_visible()
    picture(glad, f"{kind}-48-fit-well")
    for number, name in ((5, "danger-untold"), (4, "danger")):
        visitor = arrive()
        _open(visitor, fit_code(folder, asked, number))
        visitor.page.get_by_role("textbox").fill(DANGER)
        visitor.page.keyboard.press("Tab")
        visitor.settle()
        if name == "danger":
            visitor.on("Please talk to a person now", "Send my answers")
        else:
            with broken(folder, "UPDATE ON fit_checks"):
                visitor.on("Please talk to a person now", "Send my answers")
        picture(visitor, f"{kind}-49-fit-{name}")
