import pytest

from matcher.domain.vocabulary import AVAILABILITY, CONCERNS, FORMATS, FUNDING, GENDERS, IDENTITIES, STYLES
from matcher.intake import life_questions as life
from matcher.intake import questionnaire as q

PERSONAL = [
    q.SAFETY, q.SEVERITY, *q.STYLE, q.SOON, q.AGE, q.OWN_GENDER, life.FOR_WHOM, life.PAST, life.FIRST_NATIONS,
]  # fmt: skip


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


@pytest.mark.parametrize("question", q.QUESTIONS.values(), ids=lambda question: question.code)
def test_every_question_says_why_it_is_asked(question):
    assert question.why
    # An example alone is no reason.
    assert not question.why.startswith("For example")


def test_what_is_written_or_looked_up_says_that_it_is_optional():
    asked = [question for question in q.QUESTIONS.values() if question.kind in {"text", "line", "number"}]
    # Its page has no other question, and says that it can be skipped and left blank.
    needs = [question for question in (*asked, q.AVOID) if question.code != "about"]
    assert len(needs) > 7
    assert [question.code for question in needs if not question.text.endswith("(optional)")] == []
    assert "You can leave this blank" in q.ABOUT.why


def test_codes_are_those_of_the_vocabulary():
    assert {question.code for question in q.STYLE} == set(STYLES)
    assert set(q.CONCERN_CHOICES.codes()) == set(CONCERNS)
    assert set(q.GENDER.codes()) == set(GENDERS)
    assert set(q.FORMAT.codes()) == set(FORMATS)
    assert set(q.PAYING.codes()) == set(FUNDING)


def test_every_community_of_the_vocabulary_is_asked_about_once():
    asked = [code for question in q.COMMUNITIES for code in question.codes()]
    assert sorted(asked) == sorted(IDENTITIES)


def test_the_four_standard_answers_on_origin_are_offered_and_no_bare_other_anywhere():
    labels = [choice.label for choice in life.FIRST_NATIONS.choices]
    assert labels[:4] == ["No", "Yes, Aboriginal", "Yes, Torres Strait Islander",
                          "Yes, both Aboriginal and Torres Strait Islander"]  # fmt: skip
    assert all(choice.label != "Other" for question in q.QUESTIONS.values() for choice in question.choices)


def test_each_way_that_helped_before_speaks_for_one_style():
    ways = set(q.PAST_HELPED.codes()) & set(q.PAST_DID_NOT.codes())
    assert set(life.PAST_STYLES) == ways - {"heard"}
    assert {style for style, _ in life.PAST_STYLES.values()} == set(STYLES)


def test_all_of_the_clients_own_words_are_listed_to_be_read_for_danger():
    assert set(q.FREE_TEXTS) >= {
        "about",
        "hopes",
        "good_outcome",
        "past_words",
        "avoid_words",
        "comfort_words",
        "place",
    }


def test_the_four_times_cover_the_week_once():
    codes = [code for part in q.TIMES.codes() for code in q.TIME_CODES[part]]
    assert sorted(codes) == sorted(AVAILABILITY)


def test_a_clinics_own_code_is_shown_as_words():
    assert q.CULTURE.label("shift_workers") == "Shift workers"
    assert q.LANGUAGES.label("mandarin") == "Mandarin"


def test_a_no_to_the_safety_question_cannot_be_read_as_not_being_safe():
    assert q.SAFETY.label("no") == "No, none of this"
    assert "safe?" not in q.SAFETY.text
