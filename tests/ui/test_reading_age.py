"""That an eleven-year-old could read it: the school grade of every English text a client can see."""

from collections import defaultdict

import pytest
from reading import grade, running, sentences, syllables, words

from matcher.domain.vocabulary import CONCERNS, MODALITIES
from matcher.ui.client_strings import client_strings

#: School grade 6 is an age of about eleven.
TARGET = 6.0
#: Names that have no shorter word.
LABELS = {known.label for known in (*CONCERNS.values(), *MODALITIES.values())}
NAMES = ("Aboriginal", "Torres Strait", "Treatment Plan", "Medicare", "guidelines")


@pytest.fixture(scope="module")
def texts():
    found = defaultdict(list)
    for text, place in client_strings().items():
        # Names of professions, troubles and kinds of therapy are what they are.
        if (
            place.split(":")[0] not in {"domain/vocabulary.py", "data/reference/crisis_lines.csv"}
            and text not in LABELS
        ):
            found[place.split(":")[0]].append(text)
    return found


def test_each_page_and_all_together_are_read_at_about_eleven(texts, record_property):
    grades = {place: round(grade(running(said)), 1) for place, said in texts.items() if running(said)}
    everything = round(grade(running(text for said in texts.values() for text in said)), 1)
    print({**grades, "all": everything})
    assert {place: found for place, found in grades.items() if found > TARGET} == {}
    assert everything <= TARGET
    assert {"ui/wording_start.py", "ui/wording_questions.py", "intake/questionnaire.py"} <= set(grades)


def test_no_sentence_is_long_or_hard(texts):
    everything = [sentence for said in texts.values() for sentence in running(said)]
    assert [sentence for sentence in everything if len(words(sentence)) > 24] == []
    named = [sentence for sentence in everything if not any(name in sentence for name in NAMES)]
    assert [sentence for sentence in named if grade([sentence]) > 10] == []


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("the", 1), ("therapist", 3), ("people", 2), ("because", 2), ("question", 2), ("asked", 1), ("ended", 2),
        ("little", 2), ("anxiety", 4), ("client", 2), ("friend", 1), ("leave", 1), ("Aboriginal", 5), ("someone", 2),
        ("wasn't", 2), ("changes", 2),
    ],
)  # fmt: skip
def test_syllables_are_counted_as_spoken(word, count):
    assert syllables(word) == count


def test_a_hard_sentence_is_measured_as_hard_and_an_easy_one_as_easy():
    easy = "The cat sat on the mat."
    hard = "Psychotherapeutic interventions necessitate comprehensive, collaborative formulations of difficulties."
    assert grade(sentences(easy)) < 0
    assert grade(sentences(hard)) > 20


def test_markup_is_no_word_and_a_value_is_a_short_one():
    assert words(sentences("**About five minutes.** Call {phone}.")[1]) == ["Call", "it"]
