"""The phrase language, denial, words and slips of the finger."""

import pytest

from matcher.intake.language import is_english
from matcher.intake.phrases import PhraseBook, compile_phrase, denied
from matcher.intake.typos import Speller, one_slip
from matcher.intake.words import split_words, stem


def found(phrase: str, text: str) -> bool:
    return bool(PhraseBook([phrase], str).find(split_words(text)))


@pytest.mark.parametrize(
    ("phrase", "text", "stands"),
    [
        ("end it all", "I want to end it all", True),
        ("end|stop it", "stop it", True),
        ("end it", "the end. It rained", False),
        ("hit .. me", "hit the poor me", True),
        ("hit .. me", "hit all the poor me", False),
        ("hit ... me", "hit all the poor old me", True),
        ("to really? die", "to die", True),
        ("to really? die", "to really die", True),
        ("suicid*", "suicidality", True),
        ("{partner} hits", "my husband hits", True),
        ("hurt & baby", "the baby was hurt", True),
        ("hurt & baby", "hurt. The baby", False),
    ],
)
def test_a_phrase_stands_where_it_says(phrase, text, stands):
    assert found(phrase, text) is stands


@pytest.mark.parametrize("phrase", ["", ".. end", "end ..", "really? end", "{nobody} hits", "two words & one"])
def test_a_phrase_that_means_nothing_is_refused(phrase):
    with pytest.raises(ValueError, match=r"phrase|word list"):
        compile_phrase(phrase, 0, str)


@pytest.mark.parametrize(
    ("text", "is_denied"),
    [
        ("I am not sad", True),
        ("I don't feel at all sad", True),
        ("no anger or sad", True),
        ("not angry, but sad", False),
        ("I don't know if I am sad", False),
        ("why am I not sad", False),
        ("sad", False),
    ],
)
def test_denial_reaches_as_far_as_its_clause(text, is_denied):
    words = split_words(text)
    [hit] = PhraseBook(["sad"], str).find(words)
    assert denied(hit, words) is is_denied


def test_contractions_are_one_word_and_will_is_never_ill():
    assert split_words("Don't do not DON’T").tokens == ("dont", "dont", "dont")
    assert split_words("I'll she'll").tokens == ("i", "will", "she", "will")


def test_stems_meet_across_spellings_and_tenses():
    assert stem("behaviour") == stem("behavior")
    assert stem("worries") == stem("worried") == stem("worry")
    assert stem("mourning") != stem("morning")
    assert stem("scared") != stem("scars")


@pytest.mark.parametrize(
    ("written", "meant", "near"),
    [("anxeity", "anxiety", True), ("anxity", "anxiety", True), ("night", "fight", False), ("same", "same", False)],
)
def test_one_slip(written, meant, near):
    assert one_slip(written, meant) is near


def test_short_and_known_words_are_left_alone():
    speller = Speller(["brother", "anxiety"], ["bother"])
    assert [speller.mend(word) for word in ("bother", "anxeity", "cat", "ängstlich")] == [
        "bother",
        "anxiety",
        "cat",
        "ängstlich",
    ]


@pytest.mark.parametrize(
    ("text", "english"),
    [
        ("ptsd", True),
        ("I can't sleep", True),
        ("no puedo dormir y tengo miedo de la gente", False),
        ("我很抑郁", False),
    ],
)
def test_language(text, english):
    assert is_english(split_words(text)) is english
