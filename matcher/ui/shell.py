"""The document every page is drawn into: Streamlit's own, with crisis help, a quick exit and our script built in."""

import re
from html import escape
from pathlib import Path

import streamlit

from matcher.config import Settings
from matcher.domain.vocabulary import CrisisLine, crisis_lines
from matcher.ui import wording as w

ASSETS = Path(__file__).parent / "assets"
_STREAMLIT_INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
_HEAD = """<link rel="stylesheet" href="/assets/shell.css">
    <link rel="shortcut icon" href="/assets/icon.svg" type="image/svg+xml">
    <meta name="robots" content="noindex">
    <script src="/assets/shell.js" defer></script>
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
<body><main class="plain"><h1>{escape(w.NOT_FOUND_TITLE)}</h1>
<p>{escape(w.NOT_FOUND_TEXT)}</p><p><a href="/">{escape(w.NOT_FOUND_LINK)}</a></p></main>
{crisis_bar(settings)}</body></html>"""


def crisis_bar(settings: Settings) -> str:
    """Return the bar of crisis numbers and the quick exit, plain HTML that needs no script."""
    emergency, first, *others = crisis_lines(settings.country)
    rest = "".join(
        f"<li><strong>{escape(line.service)}</strong> {telephone(line)} "
        f"<span>{escape(line.purpose)}, {escape(line.hours)}</span></li>"
        for line in others
    )
    more = f"<details><summary>{escape(w.MORE_LINES)}</summary><ul>{rest}</ul></details>" if others else ""
    return (
        f'<aside id="crisis" aria-label="{escape(w.CRISIS_LABEL)}">'
        f"<p><strong>{escape(w.CRISIS_LEAD)}</strong> "
        f'<span class="line">{escape(emergency.service)} {telephone(emergency)}</span> '
        f'<span class="line">{escape(first.service)} {telephone(first)}</span></p>{more}'
        f'<a id="leave" href="/leave" data-leave="{escape(settings.leave_url)}" rel="noreferrer">'
        f"{escape(w.LEAVE)}</a></aside>"
    )


def telephone(line: CrisisLine) -> str:
    """Return a number that a phone can ring when touched."""
    return f'<a href="tel:{escape(re.sub(r"[^0-9+]", "", line.number))}">{escape(line.number)}</a>'


def _before_the_app(settings: Settings) -> str:
    # Streamlit replaces this when it has loaded, which takes seconds on a slow phone and never happens without script.
    call = w.LOADING_CALL.format(phone=settings.clinic_phone, hours=settings.clinic_hours)
    return f'<main class="plain"><h1>{escape(w.SITE_TITLE)}</h1><p>{escape(w.LOADING)}</p><p>{escape(call)}</p></main>'


def _replace(page: str, pattern: str, new: str, least: int = 1) -> str:
    changed, count = re.subn(pattern, lambda _: new, page, flags=re.DOTALL)
    if count < least:
        raise RuntimeError(f"Streamlit's page no longer holds {pattern!r}: this version is not one we have tried.")
    return changed
