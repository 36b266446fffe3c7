"""Long lists: parts and flows give the plan the exact solver gives, and the bound they state is true."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.allocation import flow, large, solving
from matcher.allocation.flow import best_flow
from matcher.allocation.large import solve_large
from matcher.allocation.places import one_more_place
from matcher.allocation.problem import NOBODY, Problem, problem
from matcher.allocation.solving import is_large, lifted, solve, turns_of


def made(seed: int, clients: int, therapists: int, places: int, seen: float) -> Problem:
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 0.08, therapists) + rng.normal(0, 0.06, (clients, therapists))
    values[rng.random(values.shape) > seen] = np.nan
    return problem(values, rng.integers(0, places + 1, therapists), priority=rng.integers(0, 5, clients))


def total(given: Problem, placed: np.ndarray) -> tuple[int, float]:
    rows = np.flatnonzero(placed != NOBODY)
    return len(rows), float(given.benefits[rows, placed[rows]].sum())


@pytest.fixture
def as_flows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "MATRIX_CELLS", 0)


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    clients=st.integers(1, 40),
    therapists=st.integers(1, 12),
    places=st.integers(0, 5),
    seen=st.floats(0, 1),
    queue_first=st.booleans(),
)
def test_parts_and_flows_give_the_exact_plan(
    seed: int, clients: int, therapists: int, places: int, seen: float, queue_first: bool
) -> None:
    given_list = made(seed, clients, therapists, places, seen)
    exact = solve(given_list, queue_first=queue_first)
    for cells in (solving.MATRIX_CELLS, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(solving, "MATRIX_CELLS", cells)
            plan = solve_large(given_list, queue_first=queue_first)
        assert total(given_list, plan.placed)[0] == total(given_list, exact)[0]
        assert total(given_list, plan.placed)[1] == pytest.approx(total(given_list, exact)[1], abs=2e-6 * clients)
        assert (np.bincount(plan.placed[plan.placed != NOBODY], minlength=therapists) <= given_list.places).all()
        if queue_first:
            assert set(np.flatnonzero(plan.placed != NOBODY)) == set(np.flatnonzero(exact != NOBODY))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), clients=st.integers(8, 40), therapists=st.integers(2, 12), places=st.integers(1, 4))
def test_one_more_place_is_out_by_the_gap_at_most(seed: int, clients: int, therapists: int, places: int) -> None:
    listed = made(seed, clients, therapists, places, 1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "MATRIX_CELLS", 0)
        # So few pairs, and so wide a gap, that plans are left short of the best.
        patch.setattr(flow, "_BEST_PAIRS", 2)
        patch.setattr(large, "GAP_A_CLIENT", 0.02)
        plan = solve_large(listed)
    more = one_more_place(listed, plan.placed, prices=plan.prices)
    count, now = total(listed, plan.placed)
    for therapist in range(therapists):
        again = total(listed, solve(replace(listed, places=listed.places + (np.arange(therapists) == therapist))))
        assert count + (more.served[therapist] != NOBODY) == again[0]
        left = again[1] - now - more.benefit[therapist]
        assert -2e-6 * clients <= left <= plan.gap + 2e-6 * clients


def test_a_bound_that_rounds_of_pairs_do_not_reach_is_reached_over_every_pair() -> None:
    listed = made(3, 40, 12, 2, 1.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "MATRIX_CELLS", 0)
        patch.setattr(flow, "_BEST_PAIRS", 1)
        patch.setattr(flow, "_MORE_PAIRS", 1)
        patch.setattr(flow, "_ROUNDS", 1)
        assert solve_large(listed).gap > 1
        patch.setattr(flow, "_ROUNDS", 2)
        plan = solve_large(listed)
    assert plan.gap < 1e-6 * 40
    assert total(listed, plan.placed) == pytest.approx(total(listed, solve(listed)), abs=1e-6 * 40)


def test_clients_without_a_common_therapist_are_solved_apart(as_flows: None) -> None:
    values = np.full((6, 4), np.nan)
    values[:3, :2], values[3:, 2:] = 0.1, 0.2
    plan = solve_large(problem(values, [1, 1, 2, 2]))
    assert plan.parts == 2
    assert total(problem(values, [1, 1, 2, 2]), plan.placed) == (5, pytest.approx(0.8))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), clients=st.integers(4, 60), therapists=st.integers(1, 8), queue_first=st.booleans())
def test_ties_are_settled_by_priority_as_the_exact_solver_settles_them(
    seed: int, clients: int, therapists: int, queue_first: bool
) -> None:
    # Everybody gains the same with a therapist, and places run short: only priority tells who is placed.
    values = np.tile(np.random.default_rng(seed).normal(0, 0.1, therapists), (clients, 1))
    order = np.random.default_rng(seed).permutation(clients)
    listed = problem(values, np.full(therapists, max(clients // (2 * therapists), 1)), priority=order)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(solving, "MATRIX_CELLS", 0)
        plan = solve_large(listed, queue_first=queue_first)
    exact = solve(listed, queue_first=queue_first)
    np.testing.assert_array_equal(plan.placed == NOBODY, exact == NOBODY)


def test_the_gap_is_proved_on_the_worths_themselves() -> None:
    for seed in range(20):
        # Gains far below a millionth of an SD, which whole millionths would lose.
        values = np.random.default_rng(seed).normal(0, 4e-7, (30, 6))
        listed = problem(values, np.full(6, 3))
        worths = lifted(values, turns_of(listed.priority))
        found = best_flow(worths, listed.places, 0.0)
        best = total(listed, solve(listed))[1]
        assert best - total(listed, found.placed)[1] <= found.gap + 1e-8


def test_a_part_holds_no_therapist_it_cannot_use(as_flows: None, monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = []
    solve_part = large._solve_part
    monkeypatch.setattr(
        large, "_solve_part", lambda part, queue_first: (shapes.append(part.benefits.shape), solve_part(part, False))[1]
    )
    values = np.full((7, 5), np.nan)
    values[:3, :2], values[3:6, 2:4], values[6, 4] = 0.1, 0.2, 0.3
    plan = solve_large(problem(values, [1, 1, 2, 2, 0]), jobs=1)
    assert sorted(shapes) == [(1, 0), (3, 2), (3, 2)]
    assert total(problem(values, [1, 1, 2, 2, 0]), plan.placed)[0] == 5


def test_pins_are_kept(as_flows: None) -> None:
    values = np.full((3, 2), 0.1)
    plan = solve_large(problem(values, [1, 2], pins=[(2, 0)]))
    assert plan.placed.tolist() == [1, 1, 0]


def test_pairs_left_out_at_first_are_brought_in_where_they_matter() -> None:
    # Everybody's best thirty are the same few full therapists, so the plan has to go far down each list.
    rng = np.random.default_rng(4)
    values = rng.normal(0, 0.01, (300, 80)) + np.linspace(1, 0, 80)
    listed = problem(values, np.full(80, 4))
    found = best_flow(lifted(values, turns_of(listed.priority)), listed.places, 1e-4)
    assert found.gap <= 1e-4
    assert total(listed, found.placed)[1] == pytest.approx(total(listed, solve(listed))[1], abs=1e-3)


def test_what_is_large() -> None:
    assert not is_large(problem(np.zeros((100, 5)), np.full(5, 20)))
    assert is_large(Problem(np.zeros((20_000, 2)), np.full(2, 1_000), np.ones(1), np.ones(1), np.ones(1, int)))
