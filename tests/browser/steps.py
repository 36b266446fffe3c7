"""The way through the client's pages that several browser tests take."""

from playwright.sync_api import expect

#: Every numbered step's heading, in order; those who had therapy before see two pages more.
HEADINGS = (
    "Who is this for?",
    "What has been going on?",
    "A question about your safety",
    "What would you like help with?",
    "How much is it weighing on you?",
    "What do you hope for?",
    "Have you had therapy before?",
    "How would you like a therapist to work with you?",
    "What helps you when it gets hard?",
    "Who would you feel at ease with?",
    "What training should your therapist have?",
    "Would anything else help you feel at ease?",
    "How could you meet?",
    "When could you meet?",
    "What about cost?",
    "A little about you",
    "Is there anyone to leave out?",
)
PAST_HEADINGS = ("What helped last time?", "What did not help?")
MATCHES = "People who could suit you"
HELP = "Let's get you to a person first"


def agree(visitor, step=""):
    """Agree to the matching and nothing else, then open a page."""
    visitor.open()
    visitor.on("Before you start", "Start")
    visitor.page.get_by_text("may use my answers to suggest therapists").last.click()
    visitor.settle()
    visitor.on(HEADINGS[0])
    if step:
        visitor.settle()
        visitor.open(step)


def fill(visitor):
    """Answer so much that every page has something on it, and end where people could meet."""
    agree(visitor)
    visitor.choose("Me")
    visitor.on(HEADINGS[1])
    visitor.page.get_by_role("textbox").fill("I worry all the time.")
    visitor.on(HEADINGS[2])
    visitor.choose("No, none of this")
    visitor.on(HEADINGS[3])
    visitor.choose("Worry and anxiety")
    expect(visitor.page.get_by_text("You have chosen: Worry and anxiety.")).to_be_visible()
    visitor.on(HEADINGS[4])
    visitor.choose("A lot")
    visitor.on(HEADINGS[5])
    visitor.page.get_by_role("textbox").first.fill("To sleep again")
    visitor.on(HEADINGS[6])
    visitor.choose("Yes")
    visitor.on(PAST_HEADINGS[0])
    visitor.choose("They let me lead")
    visitor.on(PAST_HEADINGS[1])
    visitor.on(HEADINGS[7])
    visitor.choose("Mostly me")
    visitor.on(HEADINGS[8])
    visitor.on(HEADINGS[9])
    visitor.choose("A woman")
    expect(visitor.page.get_by_text("How much does their gender matter")).to_be_visible()
    visitor.choose("Must have")
    for heading in HEADINGS[10:13]:
        visitor.on(heading)


def to_matches(visitor):
    """Answer everything and see the list."""
    fill(visitor)
    visitor.choose("By video")
    for heading in HEADINGS[13:]:
        visitor.on(heading)
    visitor.on(MATCHES, "See who could suit you")
