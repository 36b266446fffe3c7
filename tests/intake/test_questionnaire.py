import pytest

from matcher.domain.vocabulary import AVAILABILITY, CONCERNS, FORMATS, FUNDING, GENDERS, STYLES
from matcher.intake import questionnaire as q

PERSONAL = [q.SAFETY, q.SEVERITY, *q.STYLE, q.SOON, q.AGE]


@pytest.mark.parametrize("question", PERSONAL, ids=lambda question: question.code)
def test_a_personal_question_can_be_declined(question):
    assert "skip" in question.codes()


@pytest.mark.parametrize("question", q.QUESTIONS.values(), ids=lambda question: question.code)
def test_questions_are_plain_and_their_choices_distinct(question):
    words = [question.text, question.why, question.matter, *(choice.label for choice in question.choices)]
    assert not any("*" in text or "!" in text for text in words)
    labels = [choice.label for choice in question.choices]
    assert len(set(labels)) == len(labels)
    assert len(set(question.codes())) == len(question.codes())


def test_codes_are_those_of_the_vocabulary():
    assert {question.code for question in q.STYLE} == set(STYLES)
    assert set(q.CONCERN_CHOICES.codes()) == set(CONCERNS)
    assert set(q.GENDER.codes()) == set(GENDERS)
    assert set(q.FORMAT.codes()) == set(FORMATS)
    assert set(q.PAYING.codes()) == set(FUNDING)


def test_the_four_times_cover_the_week_once():
    codes = [code for part in q.TIMES.codes() for code in q.TIME_CODES[part]]
    assert sorted(codes) == sorted(AVAILABILITY)


def test_a_clinics_own_code_is_shown_as_words():
    assert q.COMMUNITIES.label("shift_workers") == "Shift workers"
    assert q.LANGUAGES.label("mandarin") == "Mandarin"


def test_a_no_to_the_safety_question_cannot_be_read_as_not_being_safe():
    assert q.SAFETY.label("no") == "No, none of this"
    assert "safe?" not in q.SAFETY.text
