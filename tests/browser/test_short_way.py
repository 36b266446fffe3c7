"""The short way to people who could suit, in the real app, for somebody who reads every word in view on a phone.

The program's own part is left out: a few hundredths of a second a press, as the load run measures.
"""

import re

import pytest
from playwright.sync_api import expect
from steps import HEADINGS, MATCHES

from matcher.ui import wording as w
from matcher.ui import wording_matches as wm
from matcher.ui import wording_start as ws

pytestmark = pytest.mark.slow

#: What adults read silently (Brysbaert 2019, 190 studies: 238 words of English a minute).
WORDS_A_MINUTE = 238
#: From deciding to the next page's first word.
SECONDS_A_PRESS = 3
WRITTEN = "I worry all the time and I sleep badly."
#: Phones are typed on at 36 words a minute (Palin 2019, 37,370 people); and as long again to think of the words.
SECONDS_TO_WRITE = 2 * 60 * len(WRITTEN.split()) / 36
#: What no eye reads: names of icons, a link that only the keyboard brings into view; and what the demo alone says.
UNSEEN = ("keyboard_arrow", "Skip to main", ws.DEMO.partition(".")[0], ws.DEMO.partition(". ")[2])
SENTENCES = re.compile(r"\n|(?<=[.?!]) | · ")


class Reader:
    """Somebody who reads each sentence in view once, and each of three cards to its end, what they repeat as well."""

    def __init__(self, visitor):
        self.visitor, self.known, self.words, self.presses = visitor, set(), 0, 0

    def read(self, last=None):
        self.visitor.settle()
        text = self.visitor.page.evaluate("document.body.innerText").partition(last or "\0")[0]
        said = [line.strip() for line in SENTENCES.split(text) if line.strip() and not line.strip().startswith(UNSEEN)]
        self.words += sum(len(line.split()) for line in said if line not in self.known)
        self.known.update(said)

    def on(self, title, button=w.CONTINUE):
        self.read()
        self.visitor.on(title, button)
        self.presses += 1

    def choose(self, words):
        self.visitor.choose(words)
        self.presses += 1


def test_somebody_who_reads_every_word_finds_three_people_in_under_five_minutes(visit, demo_address):
    visitor = visit("phone")
    visitor.address = demo_address
    visitor.open()
    reader = Reader(visitor)
    reader.on(ws.BEFORE_TITLE, ws.START)
    reader.choose(ws.CONSENT_MATCHING.format(clinic="Banksia Street Clinic"))
    reader.on(HEADINGS[0])
    reader.on(HEADINGS[1])
    visitor.page.get_by_role("textbox").fill(WRITTEN)
    reader.on(HEADINGS[2])
    reader.choose("No, none of this")
    reader.on(HEADINGS[3])
    reader.choose("Worry and anxiety")
    reader.on(HEADINGS[4])
    reader.choose("A lot")
    reader.on(MATCHES, w.SEE_NOW)
    expect(visitor.page.get_by_role("article")).to_have_count(3)
    reader.read(last=wm.SHOW_MORE)
    seconds = reader.words / WORDS_A_MINUTE * 60 + reader.presses * SECONDS_A_PRESS + SECONDS_TO_WRITE
    print(f"{reader.words} words, {reader.presses} presses: {seconds:.0f} s")
    assert reader.words > 700
    assert seconds < 300
