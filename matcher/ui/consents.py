"""The boxes a client agrees with: each use by itself, asked where it arises, none ticked beforehand."""

from typing import Final

import streamlit as st

from matcher.ui import state
from matcher.ui import wording_start as ws
from matcher.ui.journey import Journey
from matcher.ui.language import say

MATCHING: Final = "consent_matching"
RESEARCH: Final = "consent_research"
_SENTENCES: Final = {MATCHING: ws.CONSENT_MATCHING, RESEARCH: ws.CONSENT_RESEARCH}


def consent_box(journey: Journey, name: str, page: str) -> None:
    """Ask for one consent on a page, and keep it or what is taken back of it."""
    # Of its page alone: straight from one page to another, a box of the same key would begin as the blank it is there.
    key = state.widget(f"{page}:{name}", True if journey.answers.get(name) is True else None)
    if st.checkbox(say(_SENTENCES[name], clinic=journey.services.settings.clinic_name), key=key):
        journey.answers[name] = True
    else:
        journey.answers.pop(name, None)


def agreed_to(journey: Journey) -> list[bool]:
    """Return what a client agrees to now, in the order of the boxes."""
    return [journey.answers.get(name) is True for name in _SENTENCES]
