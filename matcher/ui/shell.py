"""The document every page is drawn into: Streamlit's own, with crisis help, a quick exit and our script built in."""

import json
import re
from html import escape
from pathlib import Path

import streamlit

from matcher.config import Settings
from matcher.domain.vocabulary import CrisisLine, crisis_lines, interpreter
from matcher.ui import wording as w
from matcher.ui import wording_language as wl
from matcher.ui.catalogue import ENGLISH, LANGUAGES, in_language

ASSETS = Path(__file__).parent / "assets"
_STREAMLIT_INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
_HEAD = """<link rel="stylesheet" href="/assets/shell.css">
    <link rel="stylesheet" href="/assets/people.css">
    <link rel="stylesheet" href="/assets/language.css">
    <link rel="shortcut icon" href="/assets/icon.svg" type="image/svg+xml">
    <meta name="robots" content="noindex">
    <script src="/assets/shell.js" defer></script>
    <script src="/assets/people.js" defer></script>
    <script src="/assets/language.js" defer></script>
    <title>{title}</title>"""


def document(settings: Settings) -> str:
    """Return the page document for a clinic.

    Raises
    ------
    RuntimeError
        If Streamlit's own document no longer has the places we build into; then nothing is served half-safe.
    """
    page = _STREAMLIT_INDEX.read_text(encoding="utf-8")
    page = _replace(page, r"<!--.*?-->\s*", "", least=1)
    page = _replace(page, r'<html lang="en">', '<html lang="en-AU">')
    page = _replace(page, r"<title>.*?</title>", _HEAD.format(title=escape(w.SITE_TITLE)))
    page = _replace(page, r'<link rel="shortcut icon" href="\./favicon\.png" />\s*', "")
    page = _replace(page, r'<link rel="service-desc"[^>]*/>\s*', "")
    page = _replace(page, r"<script>\s*window\.prerenderReady = false\s*</script>\s*", "")
    page = _replace(page, r"<noscript>.*?</noscript>\s*", "")
    root = f'<div id="root">{_before_the_app(settings)}</div>\n{crisis_bar(settings)}'
    return _replace(page, r'<div id="root"></div>', root)


def not_found(settings: Settings) -> str:
    """Return a plain page for an address that is not one of ours, with crisis help like any other."""
    return f"""<!DOCTYPE html>
<html lang="en-AU"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
{_HEAD.format(title=escape(w.NOT_FOUND_TITLE))}</head>
<body><main class="plain"><h1>{in_every_language(w.NOT_FOUND_TITLE)}</h1>
<p>{in_every_language(w.NOT_FOUND_TEXT)}</p><p><a href="/">{in_every_language(w.NOT_FOUND_LINK)}</a></p></main>
{crisis_bar(settings)}</body></html>"""


def crisis_bar(settings: Settings) -> str:
    """Return the bar of crisis numbers and the quick exit, plain HTML that needs no script.

    It holds every language; the page's own decides which is seen (``assets/language.css``).
    """
    emergency, first, *others = crisis_lines(settings.country)
    rest = "".join(
        f"<li><strong>{escape(line.service)}</strong> {telephone(line)} "
        f"<span>{in_every_language(wl.CRISIS_LINE_FOR, purpose=line.purpose, hours=line.hours)}</span></li>"
        for line in others
    )
    rest = _interpreters(settings.country) + rest
    more = f"<details><summary>{in_every_language(w.MORE_LINES)}</summary><ul>{rest}</ul></details>" if others else ""
    return (
        '<aside id="crisis" aria-labelledby="crisis-lead">'
        f'<p><strong id="crisis-lead">{in_every_language(w.CRISIS_LEAD)}</strong> '
        f'<span class="line">{in_every_language(emergency.service)} {telephone(emergency)}</span> '
        f'<span class="line">{escape(first.service)} {telephone(first)}</span></p>{more}'
        f'<a id="leave" href="/leave" data-leave="{escape(settings.leave_url)}" rel="noreferrer">'
        f"{in_every_language(w.LEAVE)}</a>{_streamlits_words()}</aside>"
    )


def in_every_language(text: str, **values: str) -> str:
    """Return a text of the shell in each language, each marked as what it is; texts alike in all are said once."""
    said = {language: in_language(language, text, **values) for language in LANGUAGES.values()}
    if len(set(said.values())) == 1:
        return escape(said[ENGLISH])
    return "".join(
        f'<span data-tongue lang="{language.html}">{escape(words)}</span>' for language, words in said.items()
    )


def _streamlits_words() -> str:
    """Return what Streamlit itself says, in each other language, for the shell's script to put in its place."""
    others = (language for language in LANGUAGES.values() if language is not ENGLISH)
    said = {language.html: {text: in_language(language, text) for text in wl.STREAMLIT} for language in others}
    return f'<span id="streamlits-words" hidden data-words="{escape(json.dumps(said))}"></span>'


def _interpreters(country: str) -> str:
    """Return who can interpret a call, for readers of another language than English."""
    line = interpreter(country)
    if line is None:
        return ""
    others = (language for language in LANGUAGES.values() if language is not ENGLISH)
    return "".join(
        f'<li data-tongue lang="{language.html}"><strong>{escape(in_language(language, wl.INTERPRETER))}</strong> '
        f"{telephone(line)}</li>"
        for language in others
    )


def telephone(line: CrisisLine) -> str:
    """Return a number that a phone can ring when touched."""
    return _rung(line.number)


def _rung(number: str) -> str:
    return f'<a href="tel:{re.sub(r"[^0-9+]", "", number)}">{escape(number)}</a>'


def _before_the_app(settings: Settings) -> str:
    # Streamlit replaces this when it has loaded, which takes seconds on a slow phone and never happens without script.
    phone = settings.clinic_phone
    call = in_every_language(w.LOADING_CALL, phone=phone, hours=settings.clinic_hours)
    call = call.replace(escape(phone), _rung(phone))
    return (
        f'<main class="plain"><h1>{in_every_language(w.SITE_TITLE)}</h1>'
        f"<p>{in_every_language(w.LOADING)}</p><p>{call}</p></main>"
    )


def _replace(page: str, pattern: str, new: str, least: int = 1) -> str:
    changed, count = re.subn(pattern, lambda _: new, page, flags=re.DOTALL)
    if count < least:
        raise RuntimeError(f"Streamlit's page no longer holds {pattern!r}: this version is not one we have tried.")
    return changed
