"""What of a client's answers is words to be read first, what has no column of its own, and what speaks of danger."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any, Final

from matcher.domain.client import Client
from matcher.intake.questionnaire import FREE_TEXTS
from matcher.intake.safety import needs_reading, safety_flags

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
    """What was raised, as codes, and marks by which the same words are known again without being kept twice."""

    why: tuple[str, ...]
    marks: tuple[str, ...]


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
    """Return what speaks of danger: codes a page gave, flags of the words, and the client's own answer."""
    written = list(dict.fromkeys([*filter(None, [client.about]), *texts]))
    flagged = [(text, flags) for text, flags in zip(written, safety_flags(written), strict=True) if flags]
    found = [*given, *(flag for _, flags in flagged for flag in flags)]
    if client.risk_raised and not found:
        found = ["safety_answer"]
    return Danger(tuple(dict.fromkeys(found)), tuple(sorted(_mark(text) for text, _ in flagged)))


def _mark(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
