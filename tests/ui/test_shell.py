import re
import tomllib
from datetime import date
from pathlib import Path

import pytest
from asgi import ask
from fakes import HOSTILE, THERAPISTS, fake_services, recommendation
from hypothesis import given
from hypothesis import strategies as st

from matcher.config import Settings
from matcher.domain.vocabulary import CRISIS_LINES, STYLES, crisis_lines
from matcher.ui import server, shell
from matcher.ui import wording_matches as wm
from matcher.ui.card import card
from matcher.ui.catalogue import LANGUAGES
from matcher.ui.components import plain
from matcher.ui.drafts import DRAFT_HEADER
from matcher.ui.practical import Asking

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def document():
    return shell.document(Settings())


def test_crisis_numbers_are_in_the_document_after_the_app_and_need_no_script(document):
    bar = document[document.index('<div id="root">') :]
    for line in (line for line in CRISIS_LINES if line.country == "AU"):
        assert line.number in bar
    assert 'href="tel:131114"' in bar
    assert bar.index("000") < bar.index("13 11 14")


def test_without_a_script_the_clinics_number_is_rung_when_touched(document):
    assert document.count('<a href="tel:0255500142">(02) 5550 0142</a>') == len(LANGUAGES)


@pytest.mark.parametrize("gone", ['<div id="root"></div>', "<title>"])
def test_a_page_of_streamlits_that_we_have_not_tried_is_refused(monkeypatch, tmp_path, gone):
    page = shell._STREAMLIT_INDEX.read_text(encoding="utf-8")
    unknown = tmp_path / "index.html"
    unknown.write_text(page.replace(gone, "<!-- new -->"), encoding="utf-8")
    monkeypatch.setattr(shell, "_STREAMLIT_INDEX", unknown)
    with pytest.raises(RuntimeError, match="not one we have tried"):
        shell.document(Settings())


def test_the_document_speaks_australian_english_and_runs_no_script_of_its_own(document):
    assert '<html lang="en-AU">' in document
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", document))
    assert "<title>Find a therapist</title>" in document
    assert "_stcore/agent" not in document
    assert not re.search(r'(?:src|href)="(?:https?:)?//', document)


def test_the_quick_exit_works_without_script_and_names_where_it_goes(document):
    assert 'href="/leave"' in document
    assert f'data-leave="{Settings().leave_url}"' in document


@pytest.mark.parametrize("country", sorted({line.country for line in CRISIS_LINES}))
def test_every_country_we_hold_lines_for_has_a_bar(country):
    bar = shell.crisis_bar(Settings(country=country))
    for line in crisis_lines(country):
        assert line.number in bar
    assert ("13 11 14" in bar) is (country == "AU")


def test_a_lost_page_has_crisis_help_too():
    assert "13 11 14" in shell.not_found(Settings())


def test_the_two_copies_of_the_settings_file_are_alike():
    assert (ROOT / ".streamlit/config.toml").read_bytes() == server.CONFIG_FILE.read_bytes()
    settings = tomllib.loads(server.CONFIG_FILE.read_text())
    assert settings["browser"]["gatherUsageStats"] is False
    assert settings["runner"]["postScriptGC"] is False
    assert settings["client"]["showErrorDetails"] == "none"
    assert DRAFT_HEADER in settings["server"]["trustedUserHeaders"]


def test_no_icon_or_font_is_named_that_a_browser_would_fetch_elsewhere():
    sources = "".join(
        path.read_text()
        for path in (ROOT / "matcher/ui").rglob("*")
        if path.is_file() and path.suffix in {".py", ".css", ".js"}
    )
    assert ":material/" not in sources
    assert "@import" not in sources
    assert "page_icon" not in sources


def test_leaving_forgets_the_draft_and_takes_the_cookie():
    services = fake_services()
    leave = next(route for route in server.app_parts(services)["routes"] if route.path == "/leave")
    services.drafts.save("me", {"about": "x"})
    services.drafts.save("other", {"about": "y"})
    posted = ask(leave.app, "/leave", method="POST", headers=[(DRAFT_HEADER, "me")])
    assert posted.status == 204
    assert "Max-Age=0" in posted.header("set-cookie")
    assert services.drafts.load("me").answers == {}
    assert services.drafts.load("other").answers == {"about": "y"}
    followed = ask(leave.app, "/leave")
    assert (followed.status, followed.header("location")) == (303, services.settings.leave_url)


def test_a_card_shows_facts_reasons_and_wishes_but_never_a_figure_of_merit():
    html = card(THERAPISTS[0], recommendation(1, "t1"), Asking(date(2026, 11, 23)))
    for words in (
        "Asha Demir",
        "Psychologist",
        "$180",
        "2 December 2026",
        "20 November 2026",
        "(must have)",
        "Not known",
    ):
        assert words in html
    for figure in ("0.37", "0.41", "0.67", "67", "%", "★", "benefit", "score"):
        assert figure not in html


def test_every_wish_a_client_can_make_has_a_question_to_ask():
    asked = {"therapist_gender", "languages", "identities", "modalities", "availability", "next_opening_by"}
    asked |= {"formats", "max_fee", "funding", *STYLES}
    assert asked <= set(wm.QUESTIONS)


def test_a_card_says_what_is_not_known_and_what_to_ask():
    html = card(THERAPISTS[1], recommendation(2, "t2"), Asking(date(2026, 11, 23)))
    assert "Fee not known" in html
    assert "First opening not known" in html
    assert HOSTILE not in html
    assert "What does a session cost" in html
    assert "When could I have a first session?" in html
    assert "where it comes from?" in html
    assert "&lt;script&gt;" in html


@given(st.text())
def test_text_from_outside_holds_no_markup(text):
    assert not set(plain(text)) & set("<>\"'")
