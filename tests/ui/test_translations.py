"""The Chinese pages: nothing missing or stale, every placeholder kept, lists, days and money by their rules."""

import re
from datetime import date, time
from string import Formatter

import pytest
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from matcher.config import WEEKDAYS, hours_in_words
from matcher.domain.message import Amount, Day, Joined, Message
from matcher.domain.reference import data_path
from matcher.ui import client_strings
from matcher.ui.catalogue import ENGLISH, LANGUAGES, catalogue_path, in_language, language_of, plain_day, translations
from matcher.ui.hours import opening_hours

CHINESE = LANGUAGES["zh"]
OTHERS = [language for language in LANGUAGES.values() if language is not ENGLISH]
HOW_TO = "run python -m matcher.ui.client_strings, then translate what it adds"


def placeholders(text):
    return sorted((name, spec, conversion) for _, name, spec, conversion in Formatter().parse(text) if name is not None)


def catalogue(language):
    with catalogue_path(language).open("rb") as file:
        return read_po(file, locale=language.code)


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.code)
def test_every_text_is_translated_and_none_is_stale(language):
    wanted, held = set(client_strings.client_strings()), translations(language)
    assert sorted(wanted - set(held)) == [], f"not translated: {HOW_TO}"
    assert sorted({str(message.id) for message in catalogue(language) if message.id} - wanted) == [], f"stale: {HOW_TO}"


@pytest.mark.parametrize("language", OTHERS, ids=lambda language: language.code)
def test_placeholders_and_links_are_kept(language):
    for english, other in translations(language).items():
        assert placeholders(english) == placeholders(other), english
        assert english.count("**") == other.count("**"), english
        assert re.findall(r"https?://\S+", english) == re.findall(r"https?://\S+", other), english


def test_the_translation_is_marked_as_waiting_for_a_clinician():
    words = "native-speaking clinician must check"
    assert words in catalogue_path(CHINESE).read_text(encoding="utf-8").lower().replace("\n# ", " ")
    assert words in data_path("README.md").read_text(encoding="utf-8").lower()


def test_hardly_any_english_is_left_in_the_chinese():
    latin = re.compile(r"[A-Za-z]{4,}")
    allowed = {"Medicare", "Mental", "Health", "Treatment", "Plan", "bulk", "billing", "EMDR", "NDIS", "WorkCover"}
    allowed |= {"JavaScript", "Shift", "Ctrl", "Farsi", "LGBTQIA", "LGBTIQ", "PTSD", "ADHD", "Auslan", "National"}
    for english, other in translations(CHINESE).items():
        found = set(latin.findall(re.sub(r"\{[^}]*\}|\S+@\S+", "", other)))
        assert found <= allowed, (english, found - allowed)


@pytest.mark.parametrize("code", [None, "fr", 3, ["zh"]])
def test_an_unknown_language_is_english(code):
    assert language_of(code) is ENGLISH


def test_a_sentence_of_sentences_is_said_throughout():
    inner = Message("Speaks {languages}", languages=Joined("Arabic and Greek", [Message("Arabic"), "Greek"]))
    said = in_language(CHINESE, Message("{what}, as asked", what=inner))
    assert said == "会说阿拉伯语和希腊语（符合您的要求）"
    assert in_language(ENGLISH, Message("{what}, as asked", what=inner)) == "Speaks Arabic and Greek, as asked"


def test_lists_whose_parts_are_lists_are_set_apart():
    concerns = [Message("low mood or depression"), Message("sleep"), Message("anger")]
    assert in_language(CHINESE, Joined("...", concerns)) == "情绪低落或抑郁；睡眠；愤怒"
    assert in_language(CHINESE, Joined("...", concerns[1:], "or")) == "睡眠或愤怒"


def test_days_money_and_numbers_follow_the_language():
    day = date(2026, 12, 3)
    said = in_language(CHINESE, "A place may be free from {date}, not confirmed lately", date=plain_day(day))
    assert said == "2026年12月3日起可能有空位，最近没有确认"
    assert plain_day(day) == "3 December 2026" == Day("3 December 2026", day)
    assert in_language(CHINESE, Amount("$180", 180, money=True)) == "AU$180"
    assert in_language(CHINESE, Amount("$1,180.50", 1180.5, money=True)) == "AU$1,180.50"
    assert in_language(CHINESE, Amount("7.5", 7.5)) == "7.5"


def test_labels_are_found_with_or_without_their_capital():
    assert in_language(CHINESE, "sleep") == in_language(CHINESE, "Sleep") == "睡眠"
    assert in_language(CHINESE, "haitian creole") == "海地克里奥尔语"


@given(st.text(max_size=30), st.dictionaries(st.sampled_from(["name", "phone"]), st.text(max_size=10)))
def test_what_is_not_ours_is_said_as_it_is(text, values):
    held = translations(CHINESE)
    if text not in held and text[:1].upper() + text[1:] not in held and not text.isalpha():
        assert in_language(CHINESE, text.replace("{", "").replace("}", "")) == text.replace("{", "").replace("}", "")
    template = "{name} / {phone}"
    filled = {"name": "", "phone": "", **{key: f"§{value}" for key, value in values.items()}}
    assert in_language(CHINESE, template, **filled) == template.format(**filled)


def test_the_tool_keeps_what_is_translated_and_drops_what_is_gone(tmp_path, monkeypatch):
    monkeypatch.setattr(client_strings, "client_strings", lambda: {"Back": "ui/wording.py", "A new text": "x.py"})
    fresh = client_strings.updated(CHINESE)
    assert {message.id: message.string for message in fresh if message.id} == {"Back": "返回", "A new text": ""}
    copy = tmp_path / "client.po"
    copy.write_text(catalogue_path(CHINESE).read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(client_strings, "catalogue_path", lambda language: copy)
    client_strings.write_catalogue(CHINESE, fresh)
    assert "MUST CHECK" in copy.read_text(encoding="utf-8")
    assert "Continue" not in copy.read_text(encoding="utf-8").split("\n\n", 1)[1]


@given(
    days=st.sets(st.sampled_from(WEEKDAYS), min_size=1),
    opens=st.times(min_value=time(5), max_value=time(11, 59)),
    closes=st.times(min_value=time(12), max_value=time(22)),
)
def test_any_opening_hours_are_said_in_chinese(days, opens, closes):
    opens, closes = opens.replace(second=0, microsecond=0), closes.replace(second=0, microsecond=0)
    english = hours_in_words(tuple(sorted(days, key=WEEKDAYS.index)), opens, closes)
    assert opening_hours(english) == english
    assert not re.search(r"[A-Za-z]", in_language(CHINESE, english))


def test_opening_hours_read_well():
    assert in_language(CHINESE, "Monday to Friday, 9 am to 5:30 pm") == "周一至周五，上午9:00至下午5:30"
    assert in_language(CHINESE, "Monday, Wednesday, 9 am to 12 pm") == "周一和周三，上午9:00至下午12:00"
    assert opening_hours("at any time") is None
