"""What the clinic's staff are given of an intake besides the client itself: the answers in words, ready to be kept."""

from collections.abc import Mapping
from typing import Any, Final

from matcher.intake import questionnaire as q
from matcher.intake.life_questions import AGE, LIFE_QUESTIONS, OWN_GENDER

#: Answers that are already part of the client.
_IN_THE_CLIENT: Final = frozenset({AGE.code, OWN_GENDER.code})


def for_staff(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers staff read that are no part of the client, by question; blank ones are left out.

    Where one community was a must and another would be nice, the latter is here too: the matching knows one weight.
    """
    asked = [question.code for question in LIFE_QUESTIONS if question.code not in _IN_THE_CLIENT]
    communities = [code for question in q.COMMUNITIES for code in (question.code, q.weight_key(question.code))]
    return {code: answers[code] for code in (*asked, *communities) if answers.get(code)}


def in_words(kept: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return kept answers as pairs of a question's words and the answer's, in the order they were asked."""
    pairs = []
    for code, question in q.QUESTIONS.items():
        answer = kept.get(code)
        if not answer:
            continue
        weight = kept.get(q.weight_key(code))
        said = _said(question, answer) + (f" ({q.WEIGHT.label(str(weight)).lower()})" if weight else "")
        pairs.append((question.text, said))
    return pairs


def _said(question: q.Question, answer: Any) -> str:
    if isinstance(answer, (list, tuple)):
        return "; ".join(question.label(str(code)) for code in answer)
    return question.label(str(answer)) if question.choices else str(answer)
