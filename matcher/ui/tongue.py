"""The choice of language on every client page, and pages drawn in the one chosen."""

from collections.abc import Callable

import streamlit as st

from matcher.domain.vocabulary import interpreter
from matcher.ui import state
from matcher.ui import wording_language as wl
from matcher.ui.catalogue import ENGLISH, LANGUAGES, language_of
from matcher.ui.components import rung
from matcher.ui.journey import Journey
from matcher.ui.language import say


def in_chosen_language(journey: Journey, draw: Callable[[Journey], None]) -> None:
    """Draw a page under the other languages' own names; choosing one draws it again and keeps every answer."""
    wished = _choice()
    try:
        draw(journey)
    finally:
        # Only now are this page's answers kept, so that drawing anew loses none. A page that leads on keeps the choice.
        if wished:
            state.speak(wished)
    if wished:
        journey.save()
    if state.answered_elsewhere() or wished:
        st.rerun()


def interpreters(journey: Journey) -> None:
    """Say to readers of another language than English that an interpreter can join a call."""
    line = interpreter(journey.services.settings.country)
    if line is not None and language_of(state.language()) is not ENGLISH:
        st.markdown(rung(say(wl.INTERPRETER_LINE, service=line.service, number=line.number), line.number))


def _choice() -> str | None:
    spoken = language_of(state.language())
    wished = None
    # The script of the shell reads the page's language off this key.
    with st.container(key=f"speaks-{spoken.html}", horizontal=True, horizontal_alignment="right", gap="small"):
        for language in LANGUAGES.values():
            if language is not spoken and st.button(language.name, type="tertiary", key=f"language-{language.html}"):
                wished = language.code
    return wished
