"""Ways to walk the client's pages in Streamlit's own test runner."""

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

from matcher.ui import wiring
from matcher.ui.journey import STEPS

PAGE_SCRIPT = Path(wiring.__file__).with_name("main.py")
OWNER = "0" * 64
AGREED = {"consent_matching": True}
#: Enough to be matched.
ENOUGH = {**AGREED, "concerns": ["sleep"]}


def opened(owner=OWNER):
    app = AppTest.from_file(str(PAGE_SCRIPT), default_timeout=20)
    app.user = {"draft": owner} if owner else {}
    return app.run()


def click(app, key="continue"):
    app.button(key=key).click().run()
    assert not app.exception
    return app


def title(app):
    return app.title[0].value


def to(step, **answers):
    """Return the app on a step, or on the page after the last one, with some answers already given."""
    drafts = wiring.services().drafts
    drafts.save(OWNER, {**ENOUGH, "step": step if step in STEPS else "last", **answers}, drafts.load(OWNER))
    app = click(opened())
    return app if step in STEPS else click(app)


def tick(app, question, code):
    app.checkbox(key=f"ask:{question}:{code}").check().run()


def choose(app, question, code):
    app.radio(key=f"ask:{question}").set_value(code).run()


def answers():
    return wiring.services().drafts.load(OWNER).answers


def html_of(app):
    return [element.proto.body for element in app.get("html")]


def words_of(app):
    """Return everything a person reads on the page, HTML and all."""
    blocks = (*app.markdown, *app.caption, *app.info, *app.success, *app.header)
    words = " ".join([*html_of(app), *(block.value for block in blocks)])
    # A number to be rung when touched is read as the number.
    return re.sub(r"\[([^\]]+)\]\(tel:[+\d]+\)", r"\1", words)


def at(app, path):
    """Open a page of the app by its address."""
    app._page_hash = next(key for key, info in app._registered_pages.items() if info["url_pathname"] == path)
    app.run()
    assert not app.exception
    return app
