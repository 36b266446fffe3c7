"""Choosing a language: pages change, answers stay, and everything said comes from the catalogue."""

import re

import pytest
from fakes import fake_services
from walking import OWNER, answers, choose, click, opened, tick, title, to, words_of

from matcher.domain.vocabulary import INTERPRETERS, interpreter
from matcher.ui import shell, wiring
from matcher.ui import wording_fit as wf
from matcher.ui import wording_language as wl
from matcher.ui import wording_matches as wm
from matcher.ui import wording_questions as wq
from matcher.ui import wording_start as ws
from matcher.ui.catalogue import LANGUAGES, in_language, translations

CHINESE = LANGUAGES["zh"]


def zh(text, **values):
    return in_language(CHINESE, text, **values)


@pytest.fixture
def services():
    return wiring.install(fake_services())


@pytest.mark.slow
def test_the_first_page_offers_the_other_language_by_its_own_name(services):
    app = opened()
    assert app.button(key="language-zh-Hans").label == "简体中文"
    click(app, "language-zh-Hans")
    assert title(app) == zh(ws.START_TITLE)
    assert answers()["language"] == "zh"
    assert title(opened()) == zh(ws.START_TITLE)
    assert click(app, "language-en-AU").title[0].value == ws.START_TITLE


@pytest.mark.slow
def test_changing_the_language_on_a_page_keeps_its_answers(services):
    app = to("words")
    app.text_area(key="ask:about").set_value("睡不好").run()
    click(app, "language-zh-Hans")
    assert title(app) == zh(wq.WORDS_TITLE)
    assert app.text_area(key="ask:about").value == "睡不好"
    app = to("safety", language="zh")
    choose(app, "safety", "no")
    click(app, "language-en-AU")
    assert app.radio(key="ask:safety").value == "no"
    app = to("concerns", language="zh")
    tick(app, "concerns", "anger")
    click(app, "language-en-AU")
    assert app.checkbox(key="ask:concerns:anger").value
    assert answers()["concerns"] == ["sleep", "anger"]


def test_questions_choices_and_hints_are_said_in_chinese(services):
    app = to("style", language="zh")
    radio = app.radio(key="ask:directiveness")
    assert radio.label == zh("Who would you like to steer the sessions?")
    assert zh("Mostly me") in radio.options


def test_matches_are_said_in_chinese_and_a_therapists_own_words_are_marked_english(services):
    app = to("matches", language="zh")
    assert title(app) == zh(wm.MATCHES_TITLE)
    words = words_of(app)
    assert zh(wm.FITS) in words
    assert zh(wl.OWN_WORDS) in words
    assert '<p lang="en-AU">I work with people' in words
    assert '<h2 lang="en-AU">Asha Demir</h2>' in words
    click(app, "language-en-AU")
    assert wl.OWN_WORDS not in words_of(app)


def test_an_interpreter_is_named_to_who_does_not_read_english(services):
    line = interpreter("AU")
    assert line.number not in words_of(opened())
    services.drafts.save(OWNER, {"language": "zh"})
    assert line.number in words_of(opened())
    assert interpreter("NZ") is None
    assert len({each.country for each in INTERPRETERS}) == len(INTERPRETERS)


def test_the_language_outlives_deleting_the_answers(services):
    app = to("who", language="zh")
    click(app, "back")
    click(app, "delete")
    assert title(app) == zh(ws.START_TITLE)
    assert "concerns" not in answers()


def test_the_shell_holds_every_language_and_marks_each():
    bar = shell.crisis_bar(fake_services().settings)
    for language in LANGUAGES.values():
        assert f'<span data-tongue lang="{language.html}">{in_language(language, "Leave this site")}</span>' in bar
    assert f'<li data-tongue lang="zh-Hans"><strong>{zh(wl.INTERPRETER)}</strong>' in bar
    assert shell.in_every_language("Lifeline") == "Lifeline"
    assert "找不到这个页面" in shell.not_found(fake_services().settings)


def on_fit_check():
    wiring.services().drafts.save(OWNER, {"language": "zh", "fit": {"code": "OPEN"}})
    app = opened()
    app._page_hash = next(key for key, info in app._registered_pages.items() if info.get("url_pathname") == "fit")
    return app.run()


def everything(app):
    labels = [part.label for part in (*app.button, *app.radio, *app.checkbox, *app.text_area, *app.text_input)]
    options = [option for radio in app.radio for option in radio.options]
    return "\n".join([title(app), words_of(app), *labels, *options])


def english_in(app):
    held = {text for text, other in translations(CHINESE).items() if text != other}
    words = re.sub(
        r"<[^>]*>|Asha Demir|KOALA-4821|Banksia Street Clinic|Mental Health Treatment Plan", "\n", everything(app)
    )
    return [line for line in words.split("\n") if line.strip() in held or re.search(r"(?:[A-Za-z]{2,}[ ,.]+){2}", line)]


def test_the_fit_check_is_said_in_chinese_to_its_end(services):
    app = on_fit_check()
    assert title(app) == zh(wf.FIT_TITLE)
    seen = [title(app)]
    assert english_in(app) == []
    for key in ("continue", "wrong", "continue", "continue", "continue"):
        if title(app) == zh(wf.WRONG_TITLE):
            app.checkbox[0].check().run()
        click(app, key)
        seen.append(title(app))
        assert english_in(app) == []
    assert seen[-1] == zh(wf.CHANGE_DONE_TITLE)
