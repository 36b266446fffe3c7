"""Words of danger in a language whose sentences are not read: flagged wherever they stand."""

import pytest

from matcher.domain.reference import reference_rows
from matcher.domain.vocabulary import SAFETY_FLAGS
from matcher.intake.safety import needs_reading, safety_flags, why_flagged


@pytest.mark.parametrize("row", reference_rows("safety_words"), ids=lambda row: row["text"])
def test_each_word_raises_its_flag_within_a_sentence(row):
    assert row["flag"] in SAFETY_FLAGS
    assert row["flag"] in safety_flags(f"最近我常常觉得{row['text']}，睡不着。")[0]


def test_what_is_denied_is_flagged_all_the_same_because_we_cannot_read_it():
    assert safety_flags("我没有想过自杀")[0] == ["suicide"]
    assert why_flagged("我不想活了") == [("suicide", "不想活", "Says they do not want to live (in Chinese)")]


def test_other_chinese_raises_no_flag_but_waits_for_a_reader():
    text = "我工作压力很大，睡不好，想找人谈谈。"
    assert safety_flags(text) == [[]]
    assert needs_reading(text)


def test_english_is_read_as_before():
    assert safety_flags(["I want to sleep better", "Café au lait"]) == [[], []]
