"""Concerns from free text: meaning on sentences of our own, and what holds for any text at all."""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.vocabulary import CONCERNS
from matcher.intake.concerns import suggest_concerns

_GOLDEN = Path(__file__).parents[1] / "golden" / "concern_sentences.csv"
SENTENCES = list(csv.DictReader(_GOLDEN.read_text(encoding="utf-8").splitlines()))


def codes(text: str, top: int = 3) -> list[str]:
    return [code for code, _ in suggest_concerns(text, top)[0]]


@pytest.mark.parametrize("row", SENTENCES, ids=lambda row: row["concern"])
def test_an_everyday_sentence_is_understood(row):
    assert row["concern"] in codes(row["text"])


def test_the_sentences_cover_every_concern():
    assert {row["concern"] for row in SENTENCES} == set(CONCERNS)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("cant sleep", "sleep"),
        ("ptsd", "trauma"),
        ("panic attacks", "panic"),
        ("anxeity", "generalised_anxiety"),
        ("depresed and hopless", "depression"),
        ("😭 so sad 😭", "depression"),
        ("not confident", "self_esteem"),
        ("I have no friends", "friendship_loneliness"),
    ],
)
def test_very_short_misspelt_and_decorated_text_is_read(text, first):
    assert codes(text, 1) == [first]


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("I was traumatised and my behaviour changed", "I was traumatized and my behavior changed"),
        ("My mum criticises me", "My mom criticizes me"),
        ("paralysed by stress", "paralyzed by stress"),
    ],
)
def test_british_and_american_spelling_are_one(british, american):
    assert suggest_concerns(british) == suggest_concerns(american)


@pytest.mark.parametrize(
    ("text", "absent"),
    [
        ("I am not suicidal", "self_harm"),
        ("I don't have anxiety", "generalised_anxiety"),
        ("no problems with alcohol", "substance_use"),
        ("I have never used drugs or alcohol, but I feel so lonely", "substance_use"),
        ("I'm not depressed but I can't sleep", "depression"),
        ("There is no trouble with my family, work is the problem", "family_conflict"),
    ],
)
def test_what_is_denied_is_not_suggested(text, absent):
    assert absent not in codes(text)


@pytest.mark.parametrize(
    "text", ["I can't stop worrying", "I don't know if I am anxious", "why am I not able to stop my anxiety"]
)
def test_a_negative_word_that_denies_nothing_is_seen_through(text):
    assert "generalised_anxiety" in codes(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "12345 !!!",
        "🙂🙂🙂",
        "hello",
        "asdf qwer zxcv",
        "<script>alert('depression')</script>",
        "Ich habe Depression und kann nicht schlafen",
        "tengo mucha ansiedad y no puedo dormir",
        "je suis très anxieux et je ne dors pas",
        "saya merasa cemas dan tidak bisa tidur",
        "我很抑郁,睡不着",
        "أنا مكتئب جدا ولا أستطيع النوم",
        "אני בדיכאון",
    ],
)
def test_it_says_nothing_where_it_cannot_tell(text):
    assert suggest_concerns(text) == [[]]


def test_tags_are_not_words():
    assert suggest_concerns("<b>cant sleep</b><script>depression()</script>") == suggest_concerns("cant sleep")


def test_one_text_or_many():
    assert suggest_concerns([]) == []
    assert suggest_concerns("cant sleep") == suggest_concerns(["cant sleep"])
    assert suggest_concerns(["cant sleep", "my boss"])[1] == suggest_concerns("my boss")[0]
    assert suggest_concerns("cant sleep", top=0) == [[]]
    with pytest.raises(ValueError, match="0 or more"):
        suggest_concerns("cant sleep", top=-1)


words_of_intake = st.lists(
    st.sampled_from(
        [
            "i",
            "am",
            "not",
            "never",
            "depressed",
            "anxious",
            "wife",
            "drink",
            "sleep",
            ".",
            ",",
            "but",
            "no",
            "my",
            "the",
            "and",
            "kill",
            "sex",
            "work",
        ]
    )
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(text=st.one_of(st.text(), words_of_intake), top=st.integers(0, 40))
def test_any_text_gives_sorted_scores_of_known_concerns(text, top):
    [found] = suggest_concerns(text, top)
    scores = [score for _, score in found]
    assert len(found) <= top
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({code for code, _ in found}) == len(found)
    assert {code for code, _ in found} <= set(CONCERNS)
    assert suggest_concerns([text], top) == [found]


DENIALS = [
    ("I am not depressed.", "depression"),
    ("I am not suicidal.", "self_harm"),
    ("I don't drink alcohol.", "substance_use"),
    ("I am not bipolar.", "bipolar_psychosis"),
    ("I have never been anxious.", "generalised_anxiety"),
]


@settings(max_examples=80, deadline=None)
@given(row=st.sampled_from(SENTENCES), denial=st.sampled_from(DENIALS))
def test_adding_a_denial_does_not_add_the_concern(row, denial):
    sentence, concern = denial
    if concern not in codes(row["text"]):
        assert concern not in codes(f"{row['text']}. {sentence}")


@pytest.mark.parametrize("filler", ["i want to ", "not or ", "😭\u202e ", "my wife and I fight. ", "x"])
def test_fifty_thousand_characters_are_read(filler):
    text = (filler * (50_000 // len(filler) + 1))[:50_000]
    assert len(suggest_concerns(text)) == 1
