"""What of a client's answers is words to be read first, what has no column of its own, and what speaks of danger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any, Final

from matcher.domain.client import Client
from matcher.intake.parsing import RISK_CONCERNS
from matcher.intake.questionnaire import FREE_TEXTS, SAFETY
from matcher.intake.safety import needs_reading, safety_flags
from matcher.store.enquiries import Enquiry

#: The code of a direct answer that says somebody may be in danger.
SAFETY_ANSWER: Final = "safety_answer"

#: What the pages keep beside answers: ids, moments, consents (which have columns) and the language.
_NOT_ANSWERS: Final = frozenset(
    {
        "client_id",
        "started_at",
        "language",
        "consent_matching",
        "consent_research",
        "person_first",
        # Where the client is, and what they were told on the help page.
        "step",
        "raised",
        "call_asked",
        # Of the request, kept where it belongs; and of a fit check, whose code is nobody else's business.
        "contact",
        "request",
        "receipt",
        "slate_id",
        "looked_at",
        "fit",
    }
)
_COLUMNS: Final = frozenset(field.name for field in fields(Client))


@dataclass(frozen=True, slots=True)
class Danger:
    """What was raised, as codes, and marks by which the same words are known again without being kept twice.

    ``answered`` where it was said in answer to a direct question, which counts anew each time.
    """

    why: tuple[str, ...]
    marks: tuple[str, ...]
    answered: bool = False

    def joined(self, before: Mapping[str, Any]) -> dict[str, list[str]]:
        """Return ``why`` and ``marks`` as an enquiry keeps them: what it had before, and these."""
        more = {"why": self.why, "marks": self.marks}
        return {name: sorted({*before.get(name, ()), *added}) for name, added in more.items()}

    def is_new(self, found: Enquiry | None) -> bool:
        """Tell whether a person has to look, given the enquiry there was.

        Words that staff have spoken about already are not raised again by being sent once more. An answer is: that
        somebody spoke with them then says nothing of today.
        """
        if not self.why or found is None:
            return bool(self.why)
        known = Danger((), ()).joined(found.private)
        return self.joined(found.private) != known or (self.answered and not found.waits_for_call)


def other_answers(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers given that a client's row has no column for."""
    kept = _NOT_ANSWERS | _COLUMNS
    return {name: value for name, value in answers.items() if name not in kept and value not in (None, "", [], ())}


def texts_of(answers: Mapping[str, Any]) -> list[str]:
    """Return everything a client wrote in their own words."""
    written = (answers.get(code) for code in FREE_TEXTS)
    return [text for text in written if isinstance(text, str) and text.strip()]


def unread(texts: Iterable[str]) -> bool:
    """Return whether any of it is in words the safety rules cannot read."""
    return any(needs_reading(text) for text in texts)


def danger_in(client: Client, texts: Sequence[str], given: Sequence[str] = ()) -> Danger:
    """Return what speaks of danger: codes a page gave, flags of the words, risky concerns, and the client's own answer.

    A code given that none of the words explains is an answer to a direct question.
    """
    written = list(dict.fromkeys([*filter(None, [client.about]), *texts]))
    flagged = [(text, flags) for text, flags in zip(written, safety_flags(written), strict=True) if flags]
    said = [flag for _, flags in flagged for flag in flags]
    chosen = [code for code, _ in client.concerns if code in RISK_CONCERNS]
    found = [*given, *said, *chosen]
    if client.risk_raised and not found:
        found = [SAFETY_ANSWER]
    marks = {_mark(text) for text, _ in flagged} | {_mark(f"concern {code}") for code in chosen}
    return Danger(tuple(dict.fromkeys(found)), tuple(sorted(marks)), any(code not in said for code in given))


def direct_answer(answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the code of a yes to the direct question about danger, as `danger_in` takes it; empty for any other."""
    return (SAFETY_ANSWER,) if answers.get(SAFETY.code) == "yes" else ()


def _mark(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
