"""The client's way through the pages: where each step leads, and what every step shares."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, Final

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from matcher.domain.client import Client
from matcher.intake.parsing import parse_answers, risk_raised, why_raised
from matcher.intake.questionnaire import FREE_TEXTS, QUESTIONS
from matcher.intake.safety import needs_reading
from matcher.ui import state
from matcher.ui import wording as w
from matcher.ui import wording_questions as wq
from matcher.ui.ports import Services

START: Final = "start"
BEFORE: Final = "before"
CALL: Final = "by-phone"
LATER: Final = "later"
RETURN: Final = "return"
HELP: Final = "help"
MATCHES: Final = "matches"
#: Where the answers keep what staff were told was raised, and what the client was told back.
RAISED: Final = "raised"
#: The pages of questions, in order; the name is also the page's address.
STEPS: Final[dict[str, str]] = {
    "who": wq.WHO_TITLE,
    "words": wq.WORDS_TITLE,
    "safety": wq.SAFETY_TITLE,
    "concerns": wq.CONCERNS_TITLE,
    "weight": wq.WEIGHT_TITLE,
    "hopes": wq.HOPES_TITLE,
    "past": wq.PAST_TITLE,
    "past-helped": wq.PAST_HELPED_TITLE,
    "past-not": wq.PAST_NOT_TITLE,
    "style": wq.STYLE_TITLE,
    "hard-times": wq.HARD_TITLE,
    "comfort": wq.COMFORT_TITLE,
    "training": wq.TRAINING_TITLE,
    "at-ease": wq.AT_EASE_TITLE,
    "meeting": wq.MEETING_TITLE,
    "times": wq.TIMES_TITLE,
    "cost": wq.COST_TITLE,
    "you": wq.YOU_TITLE,
    "last": wq.LAST_TITLE,
}
#: Pages only for those who had therapy before: they share the number of the step they belong to, so that the total
#: is true for everyone from the first page on.
PARTS: Final = {"past-helped": "past", "past-not": "past"}
NUMBERED: Final = tuple(step for step in STEPS if step not in PARTS)


@dataclass(frozen=True, slots=True)
class Journey:
    """One client's session: the services, the answers so far, and the pages they can be taken to."""

    services: Services
    answers: dict[str, Any]
    pages: Mapping[str, StreamlitPage]

    def go(self, step: str) -> None:
        """Save the answers and show another page."""
        self.save()
        state.drawn(None)
        st.switch_page(self.pages[step])

    def save(self) -> None:
        """Keep the answers as this browser's draft."""
        self._forget_taken_back()
        state.save(self.services.drafts)

    def forget(self) -> None:
        """Delete the answers here, and at the clinic as far as that is done without a person, and start again."""
        gone = self.services.enquiries.withdraw(state.client_id(self.answers))
        state.forget(self.services.drafts, w.DELETED if gone else w.DELETED_HERE)
        st.switch_page(self.pages[START])

    def begun(self) -> bool:
        """Tell whether any question has been seen or answered yet."""
        return "step" in self.answers or any(self.answers.get(code) for code in QUESTIONS)

    def agreed(self) -> bool:
        """Tell whether the client agreed that their answers are used to suggest therapists."""
        return self.answers.get("consent_matching") is True

    def flags(self) -> tuple[str, ...]:
        """Return the safety flags of everything the client wrote in their own words."""
        return tuple(dict.fromkeys(flag for flags in self.flagged().values() for flag in flags))

    def flagged(self) -> dict[str, tuple[str, ...]]:
        """Return the safety flags of each question answered in words that raised any."""
        texts = self._texts()
        if not texts:
            return {}

        def read() -> dict[str, tuple[str, ...]]:
            found = self.services.safety_flags(tuple(texts.values()))
            return {code: tuple(flags) for code, flags in zip(texts, found, strict=True) if flags}

        return state.remember("flags", texts, read)

    def unread(self) -> bool:
        """Tell whether the client wrote something that the rules cannot read, so that a person has to."""
        texts = self._texts()
        return state.remember("unread", texts, lambda: any(needs_reading(text) for text in texts.values()))

    def _texts(self) -> dict[str, str]:
        written = {code: str(self.answers.get(code) or "") for code in FREE_TEXTS}
        return {code: text for code, text in written.items() if text.strip()}

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

    def told(self) -> bool:
        """Tell whether staff have been told of everything raised so far, and the client shown who can help now."""
        kept, now = self.answers.get(RAISED) or {}, self.alarm()
        return all(set(now[name]) <= set(kept.get(name, ())) for name in now)

    def alarm(self) -> dict[str, list[str]]:
        """Return what is raised now, as codes and as marks of the words, which are kept where staff are told of it."""
        words = [str(self.answers[code]) for code in self.flagged()]
        marks = [sha256(text.encode("utf-8", "surrogatepass")).hexdigest() for text in words]
        return {"why": list(why_raised(self.answers, self.flags())), "words": marks}

    def _forget_taken_back(self) -> None:
        """Forget that staff were told of what is taken back: said again it is new, and they are told again."""
        kept = self.answers.get(RAISED)
        if kept:
            now = self.alarm()
            kept |= {name: [item for item in kept.get(name, ()) if item in now[name]] for name in now}

    def today(self) -> date:
        """Return the day the client came, as the clinic's calendar has it: what they wish for counts from it."""
        began = state.started_at(self.answers).replace(tzinfo=UTC)
        return began.astimezone(self.services.settings.zone).date()

    def clinics_day(self) -> date:
        """Return the day it is at the clinic now, which may be days after the client came."""
        return datetime.now(self.services.settings.zone).date()

    def client(self, *, unfinished: bool = False) -> Client:
        """Return the client these answers make.

        Raises
        ------
        AnswersError
            If something matching cannot do without is missing; an unfinished intake may still name no concern.
        """
        return parse_answers(
            self.answers,
            client_id=state.client_id(self.answers),
            today=self.today(),
            enquired_at=state.started_at(self.answers),
            flags=self.flags(),
            unfinished=unfinished,
        )


def number(step: str) -> int:
    """Return the number of the step a page is, or is a part of."""
    return NUMBERED.index(PARTS.get(step, step)) + 1


def way(answers: Mapping[str, Any]) -> list[str]:
    """Return every page from the first to the list, in order, for somebody who answered so."""
    had = answers.get("past_therapy") == "yes"
    return [START, BEFORE, *(step for step in STEPS if had or step not in PARTS), MATCHES]


def before(step: str, answers: Mapping[str, Any]) -> str:
    """Return the page that a page's Back leads to."""
    order = way(answers)
    return order[order.index(step) - 1]


def after(step: str, answers: Mapping[str, Any]) -> str:
    """Return the page that a page's Continue leads to."""
    order = way(answers)
    return order[order.index(step) + 1]
