"""Nothing is asked twice (WCAG 3.3.7): every question of every client page, unfolded, against every other's."""

from collections import defaultdict

import pytest
from fakes import fake_services
from walking import OWNER, click, opened, title, to

from matcher.domain.vocabulary import CONCERNS
from matcher.intake import questionnaire as q
from matcher.ui import wiring
from matcher.ui import wording_fit as wf
from matcher.ui import wording_matches as wm
from matcher.ui.journey import STEPS
from matcher.ui.wording_start import HELP_TITLE

#: So answered that every question that depends on another one is on its page.
UNFOLDED = {
    "for_whom": "adult", "agreed": "yes", "age_range": "25_44", "about": "", "concerns": ["sleep", "anger"],
    "past_therapy": "yes", "past_helped": ["heard"], "past_did_not": ["push"], "therapist_gender": ["woman"],
    "affirming": ["lgbtqia"], "culture": ["culturally_diverse"], "faith": ["muslim"], "languages": ["arabic"],
    "modalities": ["cbt"], "formats": ["in_person"], "times": ["weekend"], "soon": "month", "gender": "another",
    "first_nations": "both",
}  # fmt: skip
#: The same words for another thing, each apart from the other by what its page or its heading is about.
NOT_THE_SAME = {
    # A change of therapist asks only for what is different now, and says so above.
    ("fit-change", "max_fee"), ("fit-change", "formats"), ("fit-change", "times"),
}  # fmt: skip


@pytest.fixture(autouse=True)
def services():
    return wiring.install(fake_services())


def questions_of(app):
    """Return what a page asks: the words of each field, and of the heading above each group of tick boxes."""
    fields = (*app.radio, *app.text_area, *app.text_input, *app.number_input, *app.multiselect)
    asked = [(field.key, field.label) for field in fields]
    for box in app.checkbox:
        asked.append((box.key.rpartition(":")[0] if box.key.count(":") > 1 else box.key, box.label))
    return set(asked)


def page(app, address):
    app._page_hash = next(key for key, info in app._registered_pages.items() if info.get("url_pathname") == address)
    app.run()
    assert not app.exception
    return app


@pytest.fixture(scope="module")
def pages():
    """Return every page that asks anything, by a name, with what it asks."""
    wiring.install(fake_services())
    found = {step: questions_of(to(step, **UNFOLDED)) for step in STEPS}
    app = click(to("matches", **UNFOLDED), "choose-1")
    assert title(app) == wm.REQUEST_TITLE
    found["request"] = questions_of(app)
    wiring.services().drafts.save(OWNER, {})
    found["return"] = questions_of(page(opened(), "return"))
    wiring.services().drafts.save(OWNER, {"fit": {"code": "OPEN"}})
    found["fit"] = questions_of(page(opened(), "fit"))
    for at in ("wrong", "change"):
        wiring.services().drafts.save(OWNER, {"fit": {"code": "OPEN", "at": at, "reasons": ["practical"]}})
        found[f"fit-{at}"] = questions_of(page(opened(), "fit"))
    return found


@pytest.mark.slow
def test_no_question_of_any_page_is_asked_on_another(pages):
    where = defaultdict(set)
    assert all(pages[step] for step in STEPS)
    # Every question there is was seen, so the comparison leaves none out.
    keys = {key for asked in pages.values() for key, _ in asked}
    assert {code for code in q.QUESTIONS if f"ask:{code}" not in keys} == {"severity"}
    assert {f"ask:{q.weight_key(code)}" for code, question in q.QUESTIONS.items() if question.matter} <= keys
    for name, asked in pages.items():
        for key, _words in asked:
            code = key.removeprefix("ask:").removeprefix("fit:")
            if (name, "max_fee" if code == "fee" else code) not in NOT_THE_SAME:
                where[code].add(name)
    assert {code: names for code, names in where.items() if len(names) > 1} == {}


@pytest.mark.slow
def test_no_words_are_asked_for_twice_on_the_same_page_or_another(pages):
    where = defaultdict(list)
    offered = {question.label(code) for question in q.QUESTIONS.values() for code in question.codes()}
    offered |= {concern.label for concern in CONCERNS.values()} | {*wf.LEVELS.values()}
    for name, asked in pages.items():
        for key, words in asked:
            # A choice may be one of two questions: a woman as therapist, a woman oneself. A question may not.
            if words not in offered:
                where[words.casefold().removesuffix(" (optional)").rstrip("?.")].append((name, key))
    assert {words: places for words, places in where.items() if len(places) > 1} == {}


def test_what_was_said_to_be_called_stands_in_the_request():
    app = to("safety", safety="yes")
    click(app)
    assert title(app) == HELP_TITLE
    next(box for box in app.text_input if box.key == "call:phone").set_value("02 5550 0199")
    next(button for button in app.button if button.key.endswith("ask") or "call" in button.label).click().run()
    kept = wiring.services().drafts.load(OWNER).answers["contact"]
    app = click(to("matches", contact=kept), "choose-1")
    assert next(box for box in app.text_input if box.key == "ask:contact:phone").value == "02 5550 0199"
