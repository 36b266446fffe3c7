"""Intake answers in, one ``Client`` out, or one error that lists everything that has to be mended."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import isfinite

from matcher.domain.client import Client
from matcher.intake import questionnaire as q

Answers = Mapping[str, object]

#: Choosing this concern is itself a safety answer: a person talks with the client before a list is shown.
RISK_CONCERNS: frozenset[str] = frozenset({"self_harm"})
#: A guard against a runaway paste, far above anything a person writes.
LONGEST_TEXT = 100_000
HIGHEST_FEE = 10_000.0
_MUST_HAVE: dict[str, str] = {
    "therapist_gender": "therapist_gender",
    "languages": "languages",
    "identities": "identities",
    "modalities": "modalities",
    "times": "availability",
    "soon": "next_opening_by",
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One answer that cannot be used, in words the client can act on; it never repeats the answer."""

    question: str
    message: str


class AnswersError(ValueError):
    """The answers cannot be matched yet; ``problems`` lists every reason at once."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{problem.question}: {problem.message}" for problem in self.problems))


def risk_raised(answers: Answers, flags: Sequence[str] = ()) -> bool:
    """Tell whether anything in the answers means that a person comes before a list of therapists."""
    chosen = answers.get("concerns")
    picked = {code for code in chosen if isinstance(code, str)} if isinstance(chosen, (list, tuple)) else set()
    return bool(flags) or answers.get("safety") == "yes" or bool(picked & RISK_CONCERNS)


def parse_answers(
    answers: Answers,
    *,
    client_id: str,
    today: date,
    enquired_at: datetime | None = None,
    flags: Sequence[str] = (),
) -> Client:
    """Turn the answers to the questionnaire into a client; questions left out are wishes not made.

    Raises
    ------
    AnswersError
        If an answer is not one the questionnaire offers, or no concern is chosen.
    """
    reader = _Reader(answers)
    concerns = reader.concerns()
    style = {question.code: q.STYLE_LEVELS.get(reader.one(question) or "") for question in q.STYLE}
    wishes = {question.code: reader.wish(question) for question in (q.GENDER, q.COMMUNITIES, q.LANGUAGES, q.APPROACH)}
    times, soon = reader.wish(q.TIMES), reader.one(q.SOON)
    if soon is not None and reader.weight("soon") == "none":
        soon = None
    days = q.SOON_DAYS.get(soon or "")
    dated = (q.SOON.code,) if days is not None else ()
    safe = False if reader.one(q.SAFETY) == "no" else None
    client = Client(
        client_id=client_id,
        concerns=concerns,
        enquired_at=enquired_at,
        age=q.AGES.get(reader.one(q.AGE) or ""),
        about=reader.text(q.ABOUT),
        directiveness=style["directiveness"],
        emotional_intensity=style["emotional_intensity"],
        past_focus=style["past_focus"],
        challenge=style["challenge"],
        therapist_gender=wishes["therapist_gender"],
        modalities=wishes["modalities"],
        identities=wishes["identities"],
        languages=_spoken(wishes["languages"], reader.weight("languages")),
        formats=reader.many(q.FORMAT),
        max_fee=reader.fee(),
        funding=reader.many(q.PAYING),
        availability=tuple(code for part in times for code in q.TIME_CODES.get(part, ())),
        next_opening_by=None if days is None else today + timedelta(days=days),
        must_have=_must_have(reader, {**wishes, "times": times, "soon": dated}),
        exclude_therapists=reader.many(q.AVOID),
        risk_raised=True if risk_raised(answers, flags) else safe,
    )
    if reader.problems:
        raise AnswersError(reader.problems)
    return client


def _spoken(languages: tuple[str, ...], weight: str | None) -> tuple[str, ...]:
    # A shared language is always a hard limit, so a mere wish must leave English open as well.
    if not languages or weight == "must" or "english" in languages:
        return languages
    return (*languages, "english")


def _must_have(reader: "_Reader", wished: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(column for code, column in _MUST_HAVE.items() if wished.get(code) and reader.weight(code) == "must")


class _Reader:
    """Reads one answer at a time and collects what is wrong, so that everything can be said at once."""

    def __init__(self, answers: Answers) -> None:
        self._answers = answers
        self.problems: list[Problem] = []

    def _wrong(self, code: str, message: str) -> None:
        self.problems.append(Problem(code, message))

    def text(self, question: q.Question) -> str | None:
        """Return the trimmed text, or None where it is blank."""
        value = self._answers.get(question.code)
        if value is None:
            return None
        if not isinstance(value, str):
            self._wrong(question.code, "Write this answer in words.")
            return None
        if len(value) > LONGEST_TEXT:
            self._wrong(question.code, f"Use at most {LONGEST_TEXT:,} characters.")
            return None
        return value.strip() or None

    def one(self, question: q.Question) -> str | None:
        """Return the code chosen, or None where the question was left out or skipped."""
        value = self._answers.get(question.code)
        if value is None or value == q.SKIP.code:
            return None
        if not isinstance(value, str) or value not in question.codes():
            self._wrong(question.code, "Choose one of the answers shown.")
            return None
        return value

    def many(self, question: q.Question) -> tuple[str, ...]:
        """Return the codes chosen, each once, in the order chosen."""
        value = self._answers.get(question.code)
        if value is None:
            return ()
        if not isinstance(value, (list, tuple)) or not all(isinstance(code, str) for code in value):
            self._wrong(question.code, "Choose from the answers shown.")
            return ()
        codes = tuple(dict.fromkeys(code for code in value if code))
        if question.kind != "open" and question.code != "identities" and not set(codes) <= set(question.codes()):
            self._wrong(question.code, "Choose from the answers shown.")
            return ()
        return codes

    def wish(self, question: q.Question) -> tuple[str, ...]:
        """Return the codes wished for; none where the client says it does not matter."""
        codes = self.many(question)
        return () if self.weight(question.code) == "none" else codes

    def weight(self, code: str) -> str | None:
        """Return ``must``, ``nice`` or ``none``, or None where it was not said."""
        value = self._answers.get(q.weight_key(code))
        if value is None:
            return None
        if not isinstance(value, str) or value not in q.WEIGHT.codes():
            problem = Problem(code, "Choose how much this matters.")
            if problem not in self.problems:
                self.problems.append(problem)
            return None
        return value

    def concerns(self) -> tuple[tuple[str, int], ...]:
        """Return each concern with its severity, 2 (moderate) where the client did not say."""
        codes = self.many(q.CONCERN_CHOICES)
        if not codes and not self.problems:
            self._wrong("concerns", "Choose at least one thing you would like help with.")
        levels = self._answers.get(q.SEVERITY.code)
        if levels is None:
            levels = {}
        if not isinstance(levels, Mapping):
            self._wrong(q.SEVERITY.code, "Choose one of the answers shown.")
            levels = {}
        return tuple((code, self._severity(levels.get(code))) for code in codes)

    def _severity(self, level: object) -> int:
        if level is None or level == q.SKIP.code:
            return 2
        if not isinstance(level, str) or level not in q.SEVERITY_LEVELS:
            self._wrong(q.SEVERITY.code, "Choose one of the answers shown.")
            return 2
        return q.SEVERITY_LEVELS[level]

    def fee(self) -> float | None:
        """Return the most the client could pay, in dollars."""
        value = self._answers.get(q.FEE.code)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not isfinite(value):
            self._wrong(q.FEE.code, "Write the amount as a number, for example 120.")
            return None
        if not 0 <= value <= HIGHEST_FEE:
            self._wrong(q.FEE.code, f"Write an amount between 0 and {HIGHEST_FEE:,.0f} dollars.")
            return None
        return float(value)
