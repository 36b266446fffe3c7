import pytest

from matcher.ui.drafts import new_token, owner_of


def test_a_token_is_long_new_each_time_and_never_the_owner_itself():
    tokens = {new_token() for _ in range(50)}
    assert len(tokens) == 50
    assert all(owner_of(token) and owner_of(token) != token for token in tokens)


@pytest.mark.parametrize("token", [None, "", "a" * 42, "a" * 44, "ä" * 43, "a" * 42 + ";", "a" * 43 + "\n"])
def test_what_is_not_a_token_has_no_owner(token):
    assert owner_of(token) is None
