"""Changes made by people who did not see each other's, put together."""

from hypothesis import given
from hypothesis import strategies as st

from matcher.domain.merging import merged

VALUE = st.none() | st.integers(0, 3) | st.text("ab", max_size=2)
LIST = st.lists(st.sampled_from("abcd"), unique=True, max_size=4)
FIELDS = st.fixed_dictionaries({}, optional={"plain": VALUE, "listed": LIST, "nested": st.dictionaries(VALUE, VALUE)})


def shown(answers):
    """Return answers without what is blank."""
    return {name: value for name, value in answers.items() if value not in (None, "", [], {})}


@given(FIELDS, FIELDS)
def test_where_only_one_changed_anything_theirs_is_kept(before, changed):
    assert shown(merged(changed, before, before)) == shown(changed)
    assert merged(before, before, before) == before


@given(FIELDS, VALUE, VALUE)
def test_what_each_changed_of_different_answers_is_kept_in_either_order(before, one, other):
    kept, after = {**before, "one": one, "both": 1}, {**before, "other": other, "both": 2}
    assert shown(merged(kept, before, after)) == shown({**before, "one": one, "other": other, "both": 2})
    assert shown(merged(after, before, kept)) == shown({**before, "one": one, "other": other, "both": 1})


@given(LIST, LIST, LIST)
def test_of_a_list_what_either_added_is_in_and_what_either_took_away_is_out(kept, before, after):
    found = merged(kept, before, after)
    assert len(found) == len(set(found))
    for item in "abcd":
        was = item in before
        assert (item in found) == (was if (item in kept) == (item in after) == was else not was)


def test_a_field_in_a_group_is_merged_for_itself_and_one_taken_away_is_gone():
    before = {"contact": {"name": "Ada", "phone": "1"}, "agreed": True, "fee": 0}
    kept = {"contact": {"name": "Ada", "phone": "2"}, "agreed": True, "fee": 0}
    after = {"contact": {"name": "Ada Rao", "phone": "1"}, "fee": None}
    assert merged(kept, before, after) == {"contact": {"name": "Ada Rao", "phone": "2"}, "fee": None}
    # Nothing to pay is an answer, no answer is none.
    assert merged({"fee": 90}, {"fee": None}, {"fee": 0}) == {"fee": 0}
