"""Sentences that remember what they were made of are, to everyone else, plain English text."""

import copy
import json
import pickle
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from matcher.domain.message import Amount, Day, Joined, Message

WORDS = st.text(alphabet=st.characters(blacklist_characters="{}", blacklist_categories=("Cs",)), max_size=20)
NAMES = st.sampled_from(["a", "b", "c"])
PARTS = st.one_of(
    WORDS,
    st.builds(Message, WORDS),
    st.builds(lambda text: Amount(text, 1.5), WORDS),
    st.builds(lambda text: Day(text, date(2026, 12, 3)), WORDS),
    st.lists(WORDS, min_size=1, max_size=3).map(lambda parts: Joined(" and ".join(parts), parts)),
)


@given(words=WORDS, values=st.dictionaries(NAMES, PARTS))
def test_a_message_is_its_english_and_may_hold_others(words: str, values: dict[str, str]) -> None:
    template = words + "".join(f"[{{{name}}}]" for name in values)
    plain = words + "".join(f"[{value!s}]" for value in values.values())
    message = Message(template, **values)
    outer = Message("<{inner}>", inner=message)
    assert message == plain
    assert hash(message) == hash(plain)
    assert outer == f"<{plain}>"
    assert (message.template, dict(message.values)) == (template, values)
    assert json.dumps(outer) == json.dumps(f"<{plain}>")


@given(value=PARTS)
def test_what_is_remembered_survives_copying(value: str) -> None:
    whole = Message("{value}, as asked", value=value)
    for other in (pickle.loads(pickle.dumps(whole)), copy.deepcopy(whole)):
        assert other == whole
        assert type(other) is Message
        assert type(other.values["value"]) is type(value)
        assert other.template == whole.template


def test_braces_in_a_text_without_values_are_only_text() -> None:
    assert Message("{not filled}") == "{not filled}"


def test_a_message_cut_short_is_plain_text() -> None:
    assert type(Message("{a}!", a="b").removesuffix("!")) is str
