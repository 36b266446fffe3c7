"""Other languages: translations out of PO files, and sentences, lists, dates and money put together by their rules."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_currency, format_decimal

from matcher.domain.message import Amount, Clock, Day, Joined, Message
from matcher.ui.hours import opening_hours

FOLDER: Final = Path(__file__).parent / "translations"


@dataclass(frozen=True, slots=True)
class Language:
    """A language of the client's pages: its code in answers, what pages call it, its HTML code and its rules.

    A list whose parts hold one of the ``inner`` marks is set ``apart`` by another: "A or B; C".
    """

    code: str
    name: str
    html: str
    locale: str
    inner: str = ""
    apart: str = ", "


LANGUAGES: Final[dict[str, Language]] = {
    "en": Language("en", "English", "en-AU", "en_AU"),
    "zh": Language("zh", "简体中文", "zh-Hans", "zh_Hans", inner="、，或和与及", apart="；"),
}
ENGLISH: Final = LANGUAGES["en"]
#: Money as the pages write it: whole dollars without cents.
_WHOLE, _CENTS = "¤#,##0", "¤#,##0.00"


def language_of(code: object) -> Language:
    """Return the language of a code, English for anything else."""
    return LANGUAGES.get(code, ENGLISH) if isinstance(code, str) else ENGLISH


def catalogue_path(language: Language) -> Path:
    """Return where the translations of a language lie."""
    return FOLDER / language.code / "LC_MESSAGES" / "client.po"


@cache
def translations(language: Language) -> Mapping[str, str]:
    """Return every finished translation of a language by its English text; none for English itself."""
    if language is ENGLISH:
        return {}
    with catalogue_path(language).open("rb") as file:
        catalogue = read_po(file, locale=language.locale.split("_", maxsplit=1)[0])
    return {
        message.id: message.string
        for message in catalogue
        if isinstance(message.id, str) and isinstance(message.string, str) and message.id and message.string
    }


def in_language(language: Language, text: str, **values: Any) -> str:
    """Return a sentence in a language with its values filled in; the English one where no translation is held.

    Values may be messages, lists, days and amounts of ``matcher.domain.message``: each is said by the language's rules.
    """
    if language is ENGLISH:
        return text.format(**values) if values else str(text)
    if not values:
        return _said(language, text)
    template = _looked_up(language, text.template if isinstance(text, Message) else text)
    return _filled(language, template, values)


def plain_day(day: date) -> Day:
    """Return a date as people say it, ready to be said in another language."""
    return Day(f"{day.day} {day:%B %Y}", day)


def _filled(language: Language, template: str, values: Mapping[str, Any]) -> str:
    return template.format(
        **{name: _said(language, value) if isinstance(value, str) else value for name, value in values.items()}
    )


def _said(language: Language, text: str) -> str:
    match text:
        case Message():
            template = _looked_up(language, text.template)
            return _filled(language, template, text.values) if text.values else template
        case Joined():
            return _listed(language, text)
        case Day():
            return str(format_date(text.day, "long", locale=language.locale))
        case Clock():
            return str(format_skeleton("hm", text.time, locale=language.locale))
        case Amount():
            return _counted(language, text)
    return _looked_up(language, text)


def _counted(language: Language, text: Amount) -> str:
    if not text.money:
        return str(format_decimal(text.number, locale=language.locale))
    pattern = _WHOLE if float(text.number).is_integer() else _CENTS
    # Each currency's own number of digits would bring the cents back.
    return str(format_currency(text.number, "AUD", pattern, language.locale, currency_digits=False))


def _listed(language: Language, text: Joined) -> str:
    parts = [_said(language, part) for part in text.parts]
    if any(mark in part for part in parts for mark in language.inner):
        return language.apart.join(parts)
    return str(format_list(parts, "or" if text.last == "or" else "standard", locale=language.locale))


def _looked_up(language: Language, text: str) -> str:
    known = translations(language)
    # A label inside a sentence has lost its capital; a language that needs two forms may hold both.
    found = known.get(text) or known.get(text[:1].upper() + text[1:]) or _tongues(language).get(text.casefold())
    if found:
        return found
    hours = opening_hours(text)
    return text if hours is None else _said(language, hours)


@cache
def _tongues(language: Language) -> Mapping[str, str]:
    """Return the names of the world's languages: a clinic may list any, so no catalogue of ours could hold them."""
    theirs = Locale.parse(language.locale).languages
    ours = Locale.parse(ENGLISH.locale).languages
    return {name.casefold(): theirs[code] for code, name in ours.items() if code in theirs}
