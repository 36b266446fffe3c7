"""A page that is in order is left without being drawn again, and nothing answered in that moment is lost."""

import pytest
from fakes import fake_services
from walking import OWNER, answers, click, title, to

from matcher.domain.draft import Draft
from matcher.intake.reading import LONGEST_TEXT
from matcher.ui import frame, wiring
from matcher.ui import wording_questions as wq
from matcher.ui.journey import PARTS, STEPS


@pytest.fixture(autouse=True)
def services():
    return wiring.install(fake_services())


def fill_in(app):
    """Answer everything on the page, as the browser holds it before it tells the server."""
    for radio in app.radio:
        radio.set_value(radio.options[-1] if "safety" in radio.key else radio.options[0])
    for box in app.checkbox:
        box.uncheck() if box.value else box.check()
    for field in (*app.text_area, *app.text_input):
        field.set_value("by the river")
    for number in app.number_input:
        number.set_value(120)
    for names in app.multiselect:
        names.select(names.options[0])


def kept():
    """Return what is answered, a list in the order of its codes: several ticked in one moment come in no other."""
    found = {code: value for code, value in answers().items() if value not in (None, "") and code != "step"}
    return {code: sorted(value) if isinstance(value, list) else value for code, value in found.items()}


@pytest.mark.parametrize("step", STEPS)
def test_what_is_answered_in_the_same_moment_as_continue_is_kept_as_if_drawn_first(step):
    given = {"past_therapy": "yes"} if step in PARTS else {}
    found = []
    for drawn_first in (True, False):
        drafts = wiring.services().drafts
        drafts.delete(OWNER)
        drafts.save(OWNER, {"client_id": "a", "started_at": "2026-11-02T10:00:00"}, Draft())
        app = to(step, client_id="a", started_at="2026-11-02T10:00:00", **given)
        fill_in(app)
        if drawn_first:
            app.run()
        click(app)
        assert title(app) != STEPS[step]
        found.append(kept())
    assert found[0] == found[1]


@pytest.mark.parametrize("button", ["back", "continue", "later"])
def test_a_page_is_not_drawn_again_only_to_be_left(button, monkeypatch):
    app, drawn = to("hopes"), []
    number = frame.number
    monkeypatch.setattr(frame, "number", lambda step: drawn.append(step) or number(step))
    click(app, button)
    assert title(app) != STEPS["hopes"]
    assert "hopes" not in drawn


def test_what_must_be_mended_keeps_the_page_and_says_so():
    app = to("words")
    app.text_area(key="ask:about").set_value("a" * (LONGEST_TEXT + 1))
    click(app)
    assert title(app) == STEPS["words"]
    message = wq.TOO_LONG.format(most=f"{LONGEST_TEXT:,}")
    assert any(message in element.proto.body for element in app.get("html"))
    app.text_area(key="ask:about").set_value("a")
    assert title(click(app)) != STEPS["words"]
