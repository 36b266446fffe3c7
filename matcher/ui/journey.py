"""The client's way through the pages: where each step leads, and what every step shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from matcher.domain.client import Client
from matcher.intake.parsing import parse_answers, risk_raised
from matcher.intake.questionnaire import QUESTIONS
from matcher.ui import state
from matcher.ui import wording as w
from matcher.ui.ports import Services

START: Final = "start"
HELP: Final = "help"
MATCHES: Final = "matches"
#: The numbered questions, in order; the name is also the page's address.
STEPS: Final[dict[str, str]] = {
    "words": w.WORDS_TITLE,
    "safety": w.SAFETY_TITLE,
    "concerns": w.CONCERNS_TITLE,
    "weight": w.WEIGHT_TITLE,
    "style": w.STYLE_TITLE,
    "comfort": w.COMFORT_TITLE,
    "meeting": w.MEETING_TITLE,
    "cost": w.COST_TITLE,
    "last": w.LAST_TITLE,
}


@dataclass(frozen=True, slots=True)
class Journey:
    """One client's session: the services, the answers so far, and the pages they can be taken to."""

    services: Services
    answers: dict[str, Any]
    pages: Mapping[str, StreamlitPage]

    def go(self, step: str) -> None:
        """Save the answers and show another page."""
        state.save(self.services.drafts)
        st.switch_page(self.pages[step])

    def forget(self) -> None:
        """Delete the answers everywhere and start again."""
        state.forget(self.services.drafts, w.DELETED)
        st.switch_page(self.pages[START])

    def begun(self) -> bool:
        """Tell whether any question has been answered yet."""
        return any(self.answers.get(code) for code in QUESTIONS)

    def flags(self) -> tuple[str, ...]:
        """Return the safety flags of the client's own words."""
        text = str(self.answers.get("about") or "")
        if not text.strip():
            return ()
        return state.remember("flags", text, lambda: tuple(self.services.safety_flags([text])[0]))

    def suggested(self) -> tuple[str, ...]:
        """Return the concerns the client's own words speak of, best first."""
        text = str(self.answers.get("about") or "")
        if not text.strip():
            return ()

        def read() -> tuple[str, ...]:
            return tuple(code for code, _ in self.services.suggest_concerns([text])[0][:3])

        return state.remember("suggested", text, read)

    def raised(self) -> bool:
        """Tell whether anything said so far means that a person comes before a list."""
        return risk_raised(self.answers, self.flags())

    def client(self) -> Client:
        """Return the client these answers make.

        Raises
        ------
        AnswersError
            If something matching cannot do without is missing.
        """
        started = state.started_at(self.answers)
        return parse_answers(
            self.answers,
            client_id=state.client_id(self.answers),
            today=started.date(),
            enquired_at=started,
            flags=self.flags(),
        )


def before(step: str) -> str:
    """Return the step that a step's Back leads to."""
    order = [START, *STEPS, MATCHES]
    return order[order.index(step) - 1]


def after(step: str) -> str:
    """Return the step that a step's Continue leads to."""
    order = [START, *STEPS, MATCHES]
    return order[order.index(step) + 1]
