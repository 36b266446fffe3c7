"""Safety words: recall and false alarms on sentences of our own, denial, idiom, and what holds for any text.

The sentences are split by when they were written. Each ``held_out`` round was written without looking at the rules,
measured once, and only then mended against; ``oblique_practice`` was written for mending. ``kept_apart`` (round 7) was
mended against last, by five general rules; round 8 was written by another author. The first passes are what to expect
of words nobody has seen. Oblique words nobody has seen are mostly missed, and no test claims otherwise.
First pass, somebody's attention called for (any flag), plain sentences; oblique ones; near misses flagged:

round 1 109 of 150 (both kinds); 8 of 82. Round 2 84 of 110; 6 of 60. Round 3 35 of 44; 1 of 30.
Round 4 109 of 120; 15 of 40; 19 of 80. Round 5 68 of 76; 4 of 24; 13 of 50. Round 6 58 of 71; 2 of 20; 3 of 50.
Round 7 45 of 49; 1 of 12; 4 of 25. Round 8 57 of 60; none written; 2 of 30.
Practice, before mending: 155 of 286; 18 of 173.
"""

import csv
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.domain.reference import reference_rows
from matcher.domain.vocabulary import SAFETY_FLAGS
from matcher.intake.safety import needs_reading, safety_flags, why_flagged

_GOLDEN = Path(__file__).parents[1] / "golden" / "safety_sentences.csv"
SENTENCES = list(csv.DictReader(_GOLDEN.read_text(encoding="utf-8").splitlines()))
FOUND = dict(zip([row["text"] for row in SENTENCES], safety_flags([row["text"] for row in SENTENCES]), strict=True))
EARLY = ["development", "held_out_1", "held_out_2", "held_out_3"]
MENDED = ["held_out_4", "held_out_5", "held_out_6", "held_out_8", "oblique_practice"]


def _share_seen(split, note):
    rows = [row for row in SENTENCES if row["split"] == split and row["note"] == note]
    return sum(bool(FOUND[row["text"]]) for row in rows) / len(rows)


def test_the_set_is_large_enough_to_mean_something():
    assert len(SENTENCES) >= 300
    assert sum(not row["flags"] for row in SENTENCES) >= 120
    assert {flag for row in SENTENCES for flag in row["flags"].split(";") if flag} == set(SAFETY_FLAGS)


@pytest.mark.parametrize("split", EARLY)
@pytest.mark.parametrize("flag", SAFETY_FLAGS)
def test_recall(flag, split):
    rows = [row for row in SENTENCES if row["split"] == split and flag in row["flags"].split(";")]
    missed = [row["text"] for row in rows if flag not in FOUND[row["text"]]]
    bar = 0.99 if flag in {"suicide", "self_harm"} else 0.97
    assert 1 - len(missed) / len(rows) >= bar, missed


@pytest.mark.parametrize("split", ["held_out_4", "held_out_5", "held_out_6", "held_out_8"])
def test_plain_words_of_the_later_rounds_call_for_attention(split):
    assert _share_seen(split, "plain") >= 0.97


@pytest.mark.parametrize(("split", "bar"), [("held_out_4", 0.85), ("held_out_5", 0.8), ("oblique_practice", 0.9)])
def test_oblique_words_that_were_mended_for_call_for_attention(split, bar):
    assert _share_seen(split, "oblique") >= bar


@pytest.mark.parametrize("split", MENDED)
def test_few_near_misses_of_the_later_rounds_are_flagged(split):
    assert _share_seen(split, "near miss") <= 0.08


def test_plain_words_nobody_has_seen_are_found_as_often_as_we_say():
    assert _share_seen("kept_apart", "plain") >= 0.9
    assert _share_seen("kept_apart", "near miss") <= 0.16


@pytest.mark.parametrize("split", EARLY)
def test_false_alarms(split):
    rows = [row for row in SENTENCES if row["split"] == split and not row["flags"]]
    wrong = [row["text"] for row in rows if FOUND[row["text"]]]
    assert len(wrong) / len(rows) <= 0.03, wrong


@pytest.mark.parametrize(
    ("text", "flags"),
    [
        ("I'm not suicidal but I keep thinking about dying", ["suicide"]),
        ("I don't want to hurt anyone but I want to die", ["suicide"]),
        ("I am not suicidal any more", ["suicide"]),
        ("I can't say I'm not suicidal", ["suicide"]),
        ("I don't have thoughts of suicide or self-harm", []),
        ("My brother killed himself last year", []),
        ("My brother says he will kill himself", ["suicide"]),
        ("I have no dark thoughts and no plans to harm myself", []),
        ("<script>kill myself</script>", []),
        ("", []),
    ],
)
def test_denial_contrast_and_grief(text, flags):
    assert safety_flags(text) == [flags]


@pytest.mark.parametrize(
    "text",
    [
        "Estoy muy triste y no quiero vivir más",
        "no quiero vivir",
        "quiero morir",
        "我不想活了",
        "je veux mourir",
        "😭😭",
        "...",
    ],
)
def test_what_cannot_be_read_is_for_a_person_to_read(text):
    assert needs_reading(text)


@pytest.mark.parametrize("text", ["", "  \n", "help", "kms", "sad", "I feel sad", "anxiety depression ptsd"])
def test_a_blank_or_a_few_english_words_can_be_read(text):
    assert not needs_reading(text)


def test_a_night_without_much_sleep_is_no_emergency_and_days_without_any_are():
    said = ["I lie awake for hours", "I have been awake for 60 hours"]
    assert safety_flags(said) == [[], ["urgent_health"]]


def test_every_sentence_of_ours_can_be_read():
    assert [row["text"] for row in SENTENCES if needs_reading(row["text"])] == []


def test_a_young_person_who_speaks_of_abuse_is_a_child_to_look_after():
    assert safety_flags("I'm 16 and my boyfriend hits me") == [["abuse", "child_safety"]]
    assert safety_flags("I'm 36 and my boyfriend hits me") == [["abuse"]]


def test_staff_can_see_which_words_and_why():
    assert ("suicide", "end it all", "Speaks of ending it") in why_flagged("Some days it's over, I'll end it all.")
    for row in SENTENCES:
        assert all(matched and why for _, matched, why in why_flagged(row["text"]))


def test_there_is_no_level_of_risk_anywhere():
    assert set(reference_rows("safety_phrases")[0]) == {"flag", "kind", "pattern", "why"}
    assert {row["flag"] for row in reference_rows("safety_phrases")} == set(SAFETY_FLAGS)
    assert {row["kind"] for row in reference_rows("safety_phrases")} == {"sign", "always", "innocent"}


words_of_intake = st.lists(
    st.sampled_from(
        [
            "i",
            "not",
            "never",
            "want",
            "to",
            "kill",
            "die",
            "myself",
            "my",
            "husband",
            "hits",
            "me",
            "baby",
            ".",
            ",",
            "but",
            "or",
            "no",
            "hurt",
            "cut",
            "dad",
            "13",
        ]
    )
).map(" ".join)


@settings(max_examples=150, deadline=None)
@given(text=st.one_of(st.text(), words_of_intake))
def test_any_text_gives_known_flags_in_order(text):
    [flags] = safety_flags(text)
    assert flags == [flag for flag in SAFETY_FLAGS if flag in flags]
    assert safety_flags([text]) == [flags]


@settings(max_examples=60, deadline=None)
@given(row=st.sampled_from([row for row in SENTENCES if not row["flags"]]))
def test_a_denial_added_to_an_everyday_text_raises_nothing(row):
    assert safety_flags(f"{row['text']}. I am not suicidal. I would never hurt myself.") == safety_flags(row["text"])


@settings(max_examples=60, deadline=None)
@given(row=st.sampled_from(SENTENCES))
def test_capitals_and_curly_quotes_change_nothing(row):
    assert safety_flags(row["text"].replace("'", "’").upper()) == [FOUND[row["text"]]]


@pytest.mark.parametrize("filler", ["i want to ", "kids hit ", "dont not or ", "\u202e אני 😭 ", "a", "<script"])
def test_a_cry_for_help_is_found_at_the_end_of_fifty_thousand_characters(filler):
    text = (filler * (50_000 // len(filler)))[:50_000]
    assert "suicide" in safety_flags(f"{text}.\nI want to kill myself")[0]
