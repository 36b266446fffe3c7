"""Take the pictures of every client screen anew: ``python tests/browser/take_screens.py``.

The real server runs on a folder of its own; somebody walks through it on a phone, a desktop, in the dark, in Chinese.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from behind_the_pages import who_asked
from camera import SCREENS, picture
from conftest import CHROMIUM, CHROMIUM_ARGS, SIZES, Visitor
from playwright.sync_api import Browser, expect, sync_playwright
from rare_screens import (
    Arrive,
    after_sending,
    beside_the_way,
    help_first,
    the_fit_check,
    the_other_fit_checks,
    when_it_breaks,
)
from real_server import RealServer, serving
from steps import HEADINGS, MATCHES, PAST_HEADINGS

STEPS = (
    "who", "words", "safety", "concerns", "weight", "hopes", "past", "past-helped", "past-not", "style", "hard-times",
    "comfort", "training", "at-ease", "meeting", "times", "cost", "you", "last",
)  # fmt: skip
TITLES = (*HEADINGS[:7], *PAST_HEADINGS, *HEADINGS[7:])


def the_way(visitor: Visitor, kind: str) -> None:
    """Walk from the first page to the people, and keep every page answered."""
    shot = lambda name: picture(visitor, f"{kind}-{name}")  # noqa: E731
    visitor.open()
    shot("01-start")
    visitor.on("Before you start", "Start")
    shot("02-before")
    visitor.page.get_by_text("may use my answers to suggest therapists").last.click()
    visitor.settle()
    visitor.on(HEADINGS[0])
    answers: dict[str, Callable[[], object]] = {
        "who": lambda: visitor.choose("Me"),
        "words": lambda: visitor.page.get_by_role("textbox").fill("I worry all the time and I sleep badly."),
        "safety": lambda: visitor.choose("No, none of this"),
        "concerns": lambda: visitor.choose("Worry and anxiety"),
        "weight": lambda: visitor.choose("A lot"),
        "hopes": lambda: visitor.page.get_by_role("textbox").first.fill("To sleep again"),
        "past": lambda: visitor.choose("Yes"),
        "style": lambda: visitor.choose("Mostly me"),
        "past-helped": lambda: visitor.choose("I felt heard"),
        "hard-times": lambda: visitor.choose("Warmth and encouragement"),
        "comfort": lambda: visitor.choose("A woman"),
        "meeting": lambda: visitor.choose("By video"),
        "times": lambda: visitor.choose("Weekday evenings"),
        "cost": lambda: visitor.choose("Medicare rebate"),
    }
    for place, step in enumerate(STEPS):
        answers.get(step, lambda: None)()
        visitor.settle()
        shot(f"{place + 3:02}-{step}")
        if step != STEPS[-1]:
            visitor.on(TITLES[place + 1])
    visitor.on(MATCHES, "See who could suit you")
    expect(visitor.page.get_by_role("article")).to_have_count(3)
    shot("22-matches")


def the_request(visitor: Visitor, kind: str) -> None:
    """Compare, weigh, ask for the first, and keep the summary."""
    page = visitor.page
    page.get_by_text("What matters most to you?").click()
    visitor.settle()
    picture(visitor, f"{kind}-23-matters", whole=False)
    near = page.get_by_role("radiogroup", name="Soon and near")
    near.locator("label").filter(has_text="More").click()
    visitor.settle()
    picture(visitor, f"{kind}-23-moved", whole=False)
    visitor.press("Show more people")
    expect(page.get_by_role("article")).to_have_count(6)
    picture(visitor, f"{kind}-29-more")
    visitor.on("Side by side", "Compare side by side")
    picture(visitor, f"{kind}-24-compare")
    visitor.on(MATCHES, "Back to the people")
    page.locator(".st-key-choose-1 button").click()
    visitor.at("How can we reach you?")
    visitor.press("Send my request")
    expect(page.get_by_role("alert")).to_be_visible()
    picture(visitor, f"{kind}-25-request-problem")
    page.get_by_role("textbox", name="Phone number").fill("0491 570 006")
    page.keyboard.press("Tab")
    visitor.settle()
    visitor.choose("You may send me a text")
    visitor.settle()
    picture(visitor, f"{kind}-26-request")
    visitor.on("We have your request", "Send my request")
    picture(visitor, f"{kind}-27-sent")
    visitor.on("Your summary", "My summary, to print or save")
    picture(visitor, f"{kind}-28-summary")


def a_few(visitor: Visitor, kind: str, pages: tuple[str, ...]) -> None:
    """Keep some pages of somebody whose answers are already given."""
    for step in pages:
        visitor.open(step)
        picture(visitor, f"{kind}-{step or 'start'}")


def in_chinese(visitor: Visitor) -> None:
    """Keep the same pages in Chinese: the button is found by the language's own name."""
    visitor.open()
    visitor.page.get_by_role("button", name="简体中文", exact=True).click()
    expect(visitor.page.locator("html")).to_have_attribute("lang", "zh-Hans")
    a_few(visitor, "chinese", ("", "style", "matches"))


@contextmanager
def browsers(chromium: Browser, server: RealServer) -> Iterator[Arrive]:
    """Give a way to open one new browser after another."""
    opened: list[Visitor] = []

    def arrive(size: str = "phone", scheme: str = "light") -> Visitor:
        across, down = SIZES[size]
        context = chromium.new_context(
            viewport={"width": across, "height": down}, color_scheme=scheme, reduced_motion="reduce"
        )
        context.set_default_timeout(30_000)
        opened.append(Visitor(context, context.new_page(), server.address))
        return opened[-1]

    yield arrive
    for visitor in opened:
        visitor.close()


def take(chromium: Browser, server: RealServer) -> None:
    """Take every picture."""
    with browsers(chromium, server) as arrive:
        phone = arrive()
        the_way(phone, "phone")
        # The same answers, seen on other screens: the draft's cookie goes along.
        for kind, size, scheme in (("desktop", "desktop", "light"), ("dark", "phone", "dark")):
            other = arrive(size, scheme)
            other.context.add_cookies(phone.context.cookies())
            a_few(other, kind, ("", "style", "matches", "compare"))
        reader = arrive()
        reader.context.add_cookies(phone.context.cookies())
        in_chinese(reader)
        phone.page.reload()
        phone.page.get_by_role("button", name="English", exact=True).click()
        phone.at(MATCHES)
        the_request(phone, "phone")
        asked = who_asked(server.folder)
        after_sending(phone, arrive, "phone", server.folder, asked)
        the_fit_check(arrive, "phone", server.folder, asked)
        the_other_fit_checks(arrive, "phone", server.folder, asked)
        when_it_breaks(phone, "phone", server.folder, asked)
        beside_the_way(arrive, "phone")
        help_first(arrive, "phone", server.folder)


def main() -> None:
    """Run the server and a browser, and take every picture."""
    SCREENS.mkdir(exist_ok=True)
    for old in SCREENS.glob("*.webp"):
        old.unlink()
    with TemporaryDirectory() as folder, serving(Path(folder)) as server, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGS)
        take(chromium, server)
        chromium.close()


if __name__ == "__main__":
    main()
