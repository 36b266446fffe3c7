"""Small numbers: nobody can be subtracted out, tried by solving for them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp

from matcher.reports.suppression import (
    FEWEST,
    LEAST,
    STEP,
    Cells,
    grouped_parts,
    hidden_cells,
    may_show,
    rounded,
)

groups = st.lists(st.integers(1, 60), min_size=2, max_size=6)


def attack(cells: Cells, shown, targets) -> list[tuple[int, int]]:
    """Return the narrowest range of each target that an attacker who knows the rule and every sum can reach."""
    n = len(cells.counts)
    low = np.where(np.isnan(shown), 0, shown - STEP // 2)
    high = np.where(np.isnan(shown), 1e4, shown + STEP // 2)
    rows = np.zeros((len(cells.sums), n))
    for row, (total, parts) in enumerate(cells.sums):
        rows[row, total] = -1
        rows[row, list(parts)] = 1
    found = []
    for target in targets:
        ends = []
        for sign in (1, -1):
            cost = np.zeros(n)
            cost[target] = sign
            answer = milp(cost, constraints=LinearConstraint(rows, 0, 0), bounds=Bounds(low, high), integrality=1)
            assert answer.success
            ends.append(round(answer.x[target]))
        found.append((ends[0], ends[1]))
    return found


@given(groups)
@settings(max_examples=60, deadline=None)
def test_no_hidden_part_of_a_sum_can_be_told_from_nine_neighbours(counts):
    cells = Cells()
    parts = cells.add_all(counts)
    cells.add_up(cells.add(sum(counts)), parts)
    shown = cells.shown()
    small = [part for part in parts if counts[part] < FEWEST]
    for (low, high), part in zip(attack(cells, shown, small), small, strict=True):
        assert low <= counts[part] <= high
        assert high - low >= FEWEST - 1


@given(st.lists(st.tuples(st.integers(10, 60), st.floats(0, 1)), min_size=2, max_size=5))
@settings(max_examples=40, deadline=None)
def test_no_hidden_part_of_groups_can_be_worked_out_from_both_margins(rows):
    sizes = np.array([n for n, _ in rows], dtype=float)
    having = np.array([round(n * share) for n, share in rows], dtype=float)
    cells = Cells()
    whole = cells.add(sizes.sum())
    total = cells.part_of(whole, having.sum())
    places = []
    for n, k in zip(sizes, having, strict=True):
        places.append(cells.part_of(cells.add(n), k))
    cells.add_up(whole, [place - 1 for place in places])
    cells.add_up(total, places)
    cells.add_up(total + 1, [place + 1 for place in places])
    shown = cells.shown()
    small = [place + i for place in places for i in (0, 1) if cells.counts[place + i] < FEWEST]
    for (low, high), place in zip(attack(cells, shown, small), small, strict=True):
        assert low <= cells.counts[place] <= high
        assert high - low >= STEP - 1


@given(groups, st.integers(0, 9))
@settings(max_examples=40, deadline=None)
def test_a_table_and_the_same_table_with_a_few_more_people_do_not_tell_how_many_more(counts, more):
    # Two exports that overlap: the same groups before and after a few more came into the first.
    cells = Cells()
    before = cells.add_all(counts)
    few = cells.add(more)
    after = cells.add(counts[0] + more)
    cells.add_up(after, [before[0], few])
    shown = np.concatenate([may_show(counts), [np.nan], may_show([counts[0] + more])])
    ((low, high),) = attack(cells, shown, [few])
    assert low <= more <= high
    assert high - low >= STEP - 1


@given(groups)
def test_hiding_is_the_same_whatever_the_order_of_sums_and_never_shows_a_small_count(counts):
    values = rounded([*counts, sum(counts)])
    hidden = hidden_cells(values, [(len(counts), range(len(counts)))])
    assert hidden[np.asarray([*counts, sum(counts)]) < FEWEST].all()
    inside = hidden[:-1]
    if inside.any() and not hidden[-1]:
        assert inside.sum() >= 2
        assert values[:-1][inside].sum() >= LEAST


def test_one_small_group_takes_the_next_smallest_with_it():
    assert hidden_cells([5, 10, 40, 55], [(3, (0, 1, 2))]).tolist() == [True, True, False, False]


def test_two_small_groups_that_are_still_few_together_take_a_third():
    assert hidden_cells([5, 5, 40, 30, 75], [(4, (0, 1, 2, 3))]).tolist() == [True, True, False, True, False]


@pytest.mark.parametrize(("count", "shown"), [(10, 10), (12, 10), (13, 15), (97, 95), (98, 100)])
def test_counts_are_rounded_to_the_nearest_five(count, shown):
    assert rounded([count])[0] == shown


def test_a_share_is_hidden_where_those_not_counted_are_few():
    _, parts = grouped_parts([50, 60], [[45], [30]])
    assert np.isnan(parts[0, 0])
    # With two groups the other's part would give it away.
    assert np.isnan(parts[1, 0])


def test_shares_of_groups_are_shown_where_all_parts_are_many():
    sizes, parts = grouped_parts([51, 60], [[31], [28]])
    assert sizes.tolist() == [50, 60]
    assert parts[:, 0].tolist() == [30, 30]


@given(st.lists(st.integers(0, 40), min_size=3, max_size=12), st.integers(0, 1_000), st.data())
def test_periods_add_up_exactly_so_that_subtracting_reports_tells_only_the_series(months, before, data):
    cut = data.draw(st.integers(1, len(months) - 1))
    first, second = sum(months[:cut]), sum(months[cut:])
    assert rounded(first, before) + rounded(second, before + first) == rounded(first + second, before)
    assert abs(rounded(first, before) - first) < STEP


@given(st.integers(0, 200), st.integers(0, 1_000))
def test_nothing_is_shown_of_fewer_than_ten_people(count, before):
    if not np.isnan(may_show(count, before)):
        assert count > FEWEST
