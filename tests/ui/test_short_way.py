"""The short way to people who could suit, for somebody who reads every word of it: what the first page says of it."""

import re

from fakes import fake_services
from walking import click, opened, title, words_of

from matcher.ui import wiring
from matcher.ui import wording_matches as wm
from matcher.ui import wording_start as ws

#: Adults read some 240 words of English a minute (Brysbaert 2019); in distress, on a phone, fewer.
WORDS_A_MINUTE = 200
SECONDS_A_PRESS = 3
#: A sentence of one's own, typed on a phone.
SECONDS_TO_WRITE = 40
TAGS = re.compile(r"<[^>]+>")


def read(app) -> int:
    """Return the words on a page that are not folded away."""
    folded = {id(box) for fold in app.expander for box in (*fold.checkbox, *fold.markdown, *fold.caption)}
    fields = [box.label for box in (*app.checkbox, *app.text_area, *app.text_input) if id(box) not in folded]
    choices = [word for radio in app.radio for word in (radio.label, *radio.options)]
    buttons = [button.label for button in app.button]
    text = " ".join([title(app), words_of(app), *fields, *choices, *buttons])
    return len(TAGS.sub(" ", text).split())


def test_the_short_way_takes_what_the_first_page_says():
    wiring.install(fake_services())
    app, words, presses = opened(), 0, 0

    def on(press=click, key="continue"):
        nonlocal words, presses
        words, presses = words + read(app), presses + 2
        press(app, key)

    on()
    app.checkbox(key="ask:consent_matching").check().run()
    on()
    on()
    app.text_area(key="ask:about").set_value("I worry all the time and I sleep badly.").run()
    on()
    app.radio(key="ask:safety").set_value("no").run()
    on()
    next(box for box in app.checkbox if box.key.startswith("ask:concerns:")).check().run()
    on()
    on()
    on(key="now")
    assert title(app) == wm.MATCHES_TITLE
    seconds = words / WORDS_A_MINUTE * 60 + presses * SECONDS_A_PRESS + SECONDS_TO_WRITE
    print(f"{words} words, {presses} presses: {seconds:.0f} s")
    assert "**Five to ten minutes.**" in ws.START_POINTS[0]
    # Found: 377 s. Nobody reads every word; less than five minutes is not promised to anybody.
    assert 300 <= seconds <= 400
