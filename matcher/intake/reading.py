"""Reading one answer at a time: what it says, or what has to be mended about it, in words the client can act on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from matcher.intake import questionnaire as q

Answers = Mapping[str, object]

#: A guard against a runaway paste, far above anything a person writes.
LONGEST_TEXT = 100_000
HIGHEST_FEE = 10_000.0


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


class Reader:
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
        if question.kind != "open" and question.code != "culture" and not set(codes) <= set(question.codes()):
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

    def concerns(self, *, needed: bool) -> tuple[tuple[str, int], ...]:
        """Return each concern with its severity, 2 (moderate) where the client did not say."""
        codes = self.many(q.CONCERN_CHOICES)
        if needed and not codes and not self.problems:
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
