import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.ui.drafts import MemoryDrafts, new_token, owner_of


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


def test_a_draft_comes_back_as_it_was_and_apart_from_what_happens_to_it():
    drafts, answers = MemoryDrafts(), {"concerns": ["sleep"]}
    drafts.save("a", answers)
    answers["concerns"].append("anger")
    drafts.load("a")["concerns"].append("panic")
    assert drafts.load("a") == {"concerns": ["sleep"]}
    assert drafts.load("b") == {}


def test_a_deleted_draft_is_gone_and_deleting_again_is_no_error():
    drafts = MemoryDrafts()
    drafts.save("a", {"about": "x"})
    drafts.delete("a")
    drafts.delete("a")
    assert drafts.load("a") == {}


def test_an_unused_draft_expires_even_when_nobody_asks():
    clock = Clock()
    drafts = MemoryDrafts(keep_seconds=10, clock=clock)
    drafts.save("a", {"about": "x"})
    clock.now = 5
    drafts.save("b", {"about": "y"})
    clock.now = 11
    drafts.purge()
    clock.now = 9
    assert drafts.load("a") == {}
    assert drafts.load("b") == {"about": "y"}
    clock.now = 16
    assert drafts.load("b") == {}


@given(st.lists(st.integers(0, 9), max_size=40))
def test_the_newest_drafts_are_kept_when_there_are_too_many(owners):
    drafts = MemoryDrafts(most=3)
    for owner in owners:
        drafts.save(str(owner), {"about": owner})
    newest = list(dict.fromkeys(reversed(owners)))
    for place, owner in enumerate(newest):
        assert drafts.load(str(owner)) == ({"about": owner} if place < 3 else {})


def test_a_token_is_long_new_each_time_and_never_the_owner_itself():
    tokens = {new_token() for _ in range(50)}
    assert len(tokens) == 50
    assert all(owner_of(token) and owner_of(token) != token for token in tokens)


@pytest.mark.parametrize("token", [None, "", "a" * 42, "a" * 44, "ä" * 43, "a" * 42 + ";", "a" * 43 + "\n"])
def test_what_is_not_a_token_has_no_owner(token):
    assert owner_of(token) is None
