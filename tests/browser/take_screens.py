"""Take the pictures of every client screen anew: ``python tests/browser/take_screens.py``.

The real server runs on a folder of its own; somebody walks through it on a phone, a desktop, in the dark, in Chinese.
"""

import base64
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from conftest import CHROMIUM, CHROMIUM_ARGS, SIZES, Visitor
from playwright.sync_api import Browser, expect, sync_playwright
from real_server import RealServer, serving
from sqlalchemy import select
from steps import HEADINGS, HELP, MATCHES, PAST_HEADINGS, agree

from matcher.services.access import Person
from matcher.services.fit_checks import ask_fit_check_code
from matcher.store.enquiry_tables import enquiries
from matcher.store.keys import read_key_file
from matcher.store.store import open_store

SCREENS = Path(__file__).resolve().parents[1] / "docs" / "screens"
QUALITY = 40
#: A longer page becomes several pictures.
TALLEST = 1650
STEPS = (
    "who", "words", "safety", "concerns", "weight", "hopes", "past", "past-helped", "past-not", "style", "hard-times",
    "comfort", "training", "at-ease", "meeting", "times", "cost", "you", "last",
)  # fmt: skip
TITLES = (*HEADINGS[:7], *PAST_HEADINGS, *HEADINGS[7:])
DEEP = """() => {
  const main = document.querySelector('[data-testid=stMain]');
  return window.innerHeight + main.scrollHeight - main.clientHeight;
}"""
Arrive = Callable[..., Visitor]


def picture(visitor: Visitor, name: str, *, whole: bool = True) -> None:
    """Keep the whole page as it stands, or the beginning of a long one."""
    page = visitor.page
    visitor.settle()
    size = page.viewport_size
    for _ in range(3):
        page.set_viewport_size({"width": size["width"], "height": page.evaluate(DEEP)})
        page.wait_for_timeout(150)
    page.evaluate("document.activeElement.blur()")
    page.mouse.move(0, 0)
    page.wait_for_timeout(150)
    across, down = page.viewport_size["width"], page.viewport_size["height"]
    parts = -(-down // TALLEST)
    tall = -(-down // parts)
    for part in range(parts if whole else 1):
        top = part * tall
        clip = {"x": 0, "y": top, "width": across, "height": min(tall, down - top), "scale": 1}
        keep(visitor, name if parts == 1 or not whole else f"{name}-{part + 1}", clip=clip)
    page.set_viewport_size(size)


def keep(visitor: Visitor, name: str, **how: object) -> None:
    """Keep what the window shows, or a part of it."""
    camera = visitor.context.new_cdp_session(visitor.page)
    taken = camera.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY, **how})
    (SCREENS / f"{name}.webp").write_bytes(base64.b64decode(taken["data"]))
    camera.detach()


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


def beside_the_way(arrive: Arrive, kind: str) -> None:
    """Keep what not everybody sees: nobody fits, help first, a code, better by phone, problems, signing in."""
    visitor = arrive()
    agree(visitor, "concerns")
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
    visitor.open("safety")
    visitor.choose("Yes, or I am not sure")
    visitor.on(HELP)
    picture(visitor, f"{kind}-35-help")
    visitor.page.goto(f"{visitor.address}auth/sign-in")
    visitor.page.wait_for_timeout(300)
    keep(visitor, f"{kind}-36-sign-in")
    visitor.page.goto(f"{visitor.address}nowhere")
    visitor.page.wait_for_timeout(300)
    keep(visitor, f"{kind}-37-lost")


def the_fit_check(visitor: Visitor, kind: str, code: str) -> None:
    """Answer a fit check that leads to a change of therapist."""
    page = visitor.page
    visitor.open("fit")
    picture(visitor, f"{kind}-40-fit-code")
    page.get_by_role("textbox").fill(code)
    visitor.on("How is it going with your therapist?", "Open")
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
    visitor.on("Changing is fine", "I would like to change to another therapist")
    picture(visitor, f"{kind}-45-fit-change")
    visitor.on("We are on it", "Ask for a change")
    picture(visitor, f"{kind}-46-fit-sent")


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


def fit_code(server: RealServer) -> str:
    """Return the code of a fit check for whoever sent a request, as staff would make it."""
    store = open_store(f"sqlite:///{server.folder}/data/store.sqlite", read_key_file(server.folder / "keys.json"))
    try:
        with store.reading() as session:
            asked = session.execute(
                select(enquiries.c.client_id, enquiries.c.therapist_id).where(enquiries.c.therapist_id.is_not(None))
            ).one()
        return ask_fit_check_code(Person("a1", "mira", "intake"), store, asked.client_id, asked.therapist_id, 3)
    finally:
        store.close()


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
        the_fit_check(arrive(), "phone", fit_code(server))
        beside_the_way(arrive, "phone")


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
