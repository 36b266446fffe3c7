"""Placing proved against every possible plan of small lists, and what must hold of every plan."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matcher.allocation.comparing import benefit_of, compare, first_come, losses
from matcher.allocation.places import one_more_place
from matcher.allocation.problem import NOBODY, Problem, Rows, problem
from matcher.allocation.solving import own_best, solve

# Steps of 1/8 SD: exact in binary, with many ties.
BENEFIT = st.none() | st.integers(-12, 12).map(lambda eighths: eighths / 8)


@st.composite
def problems(draw: st.DrawFn, clients: int = 5, therapists: int = 3, *, weighted: bool = True) -> Problem:
    n_c, n_t = draw(st.integers(1, clients)), draw(st.integers(1, therapists))
    cells = draw(st.lists(BENEFIT, min_size=n_c * n_t, max_size=n_c * n_t))
    benefits = np.array(cells, dtype=np.float64).reshape(n_c, n_t)
    places = np.array(draw(st.lists(st.integers(0, 3), min_size=n_t, max_size=n_t)))
    pairs = st.tuples(st.integers(0, n_c - 1), st.integers(0, n_t - 1))
    bans = draw(st.lists(pairs, max_size=2))
    pins: dict[int, int] = {}
    for client, therapist in draw(st.lists(pairs, max_size=2)):
        allowed = not np.isnan(benefits[client, therapist]) and (client, therapist) not in bans
        if allowed and client not in pins and list(pins.values()).count(therapist) < places[therapist]:
            pins[client] = therapist
    priority = draw(st.permutations(range(n_c)))
    weights = draw(st.lists(st.sampled_from([1.0, 2.0]), min_size=n_c, max_size=n_c)) if weighted else None
    return problem(benefits, places, weights=weights, priority=priority, pins=list(pins.items()), bans=bans)


def plans(made: Problem) -> list[tuple[int, ...]]:
    """Return every plan that keeps to limits, bans, pins and places."""
    n_t = len(made.places)
    choices = [
        [made.pinned[i]] if made.pinned[i] != NOBODY else [NOBODY, *np.flatnonzero(made.eligible[i])]
        for i in range(len(made.benefits))
    ]
    counts = ((plan, [plan.count(t) for t in range(n_t)]) for plan in product(*choices))
    return [plan for plan, used in counts if all(u <= c for u, c in zip(used, made.places, strict=True))]


def worth(made: Problem, plan: tuple[int, ...] | Rows) -> tuple[int, float]:
    """Return how many are placed and their weighted benefit."""
    on = [(i, t) for i, t in enumerate(plan) if t != NOBODY]
    return len(on), float(sum(made.benefits[i, t] * made.weights[i] for i, t in on))


def by_queue(made: Problem, plan: tuple[int, ...]) -> tuple[tuple[bool, ...], float]:
    order = np.argsort(-made.priority)
    return tuple(plan[i] != NOBODY for i in order), worth(made, plan)[1]


def more_places(made: Problem, therapist: int) -> Problem:
    places = made.places.copy()
    places[therapist] += 1
    return Problem(made.benefits, places, made.weights, made.priority, made.pinned)


@given(problems(), st.booleans())
def test_limits_bans_pins_and_caseloads_are_never_broken(made: Problem, queue_first: bool) -> None:
    assert tuple(solve(made, queue_first=queue_first).tolist()) in plans(made)


@given(problems())
def test_no_plan_places_more_or_helps_more(made: Problem) -> None:
    count, total = worth(made, solve(made))
    best = max(worth(made, plan) for plan in plans(made))
    assert (count, pytest.approx(total, abs=1e-7)) == best


@given(problems(weighted=False))
def test_equally_good_plans_are_told_apart_by_the_queue(made: Problem) -> None:
    found = solve(made)
    best = max(worth(made, plan) for plan in plans(made))
    turns = [
        int(sum(made.priority[i] for i, t in enumerate(p) if t >= 0)) for p in plans(made) if worth(made, p) == best
    ]
    assert int(made.priority[found != NOBODY].sum()) == max(turns)


@given(problems())
def test_queue_first_passes_nobody_over(made: Problem) -> None:
    found = tuple(solve(made, queue_first=True).tolist())
    best = max(by_queue(made, plan) for plan in plans(made) if worth(made, plan)[0] == worth(made, solve(made))[0])
    assert by_queue(made, found) == (best[0], pytest.approx(best[1], abs=1e-7))


@given(problems(), st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_change_what_a_plan_is_worth(made: Problem, random: object) -> None:
    rows, columns = list(range(len(made.benefits))), list(range(len(made.places)))
    random.shuffle(rows), random.shuffle(columns)  # type: ignore[attr-defined]
    position = np.append(np.argsort(columns), NOBODY)
    mixed = Problem(
        made.benefits[np.ix_(rows, columns)],
        made.places[columns],
        made.weights[rows],
        made.priority[rows],
        position[made.pinned[rows]],
    )
    assert worth(mixed, solve(mixed)) == pytest.approx(worth(made, solve(made)), abs=1e-7)
    assert np.array_equal(solve(made), solve(made))


@given(problems(), st.booleans())
def test_one_more_place_does_what_solving_again_does(made: Problem, queue_first: bool) -> None:
    placed = solve(made, queue_first=queue_first)
    count, total = worth(made, placed)
    more = one_more_place(made, placed, queue_first=queue_first)
    for therapist in range(len(made.places)):
        again = solve(more_places(made, therapist), queue_first=queue_first)
        expected = worth(made, again)
        assert count + (more.served[therapist] != NOBODY) == expected[0]
        assert total + more.benefit[therapist] == pytest.approx(expected[1], abs=1e-6)
        if queue_first and expected[0] > count:
            assert again[more.served[therapist]] != NOBODY


@given(problems())
def test_first_come_is_what_a_queue_would_do(made: Problem) -> None:
    arrival = np.argsort(-made.priority)
    placed = first_come(made, arrival)
    assert tuple(placed.tolist()) in plans(made)
    left = made.open_places
    for client in arrival[made.pinned[arrival] == NOBODY]:
        options = [made.benefits[client, t] for t in range(len(left)) if left[t] > 0 and made.eligible[client, t]]
        if placed[client] == NOBODY:
            assert not options
        else:
            assert made.benefits[client, placed[client]] == max(options)
            left[placed[client]] -= 1


@given(problems())
def test_losses_and_totals_are_those_of_the_plan(made: Problem) -> None:
    placed = solve(made)
    lost = losses(made, placed)
    assert (lost[placed != NOBODY] >= 0).all()
    assert np.isnan(lost[placed == NOBODY]).all()
    found = compare(made, placed, np.arange(len(placed)))
    assert found.total == pytest.approx(np.nansum(benefit_of(made, placed)))
    assert found.first_come_placed <= found.placed <= found.own_best_placed
    if found.placed == found.own_best_placed:
        assert found.own_best_total == pytest.approx(found.total + np.nansum(lost))


@given(st.integers(2, 5), st.data())
def test_where_every_place_is_filled_the_whole_gain_is_interaction(n: int, data: st.DataObject) -> None:
    cells = data.draw(st.lists(st.integers(-8, 8), min_size=n * n, max_size=n * n))
    made = problem(np.array(cells).reshape(n, n) / 8, np.ones(n))
    found = compare(made, solve(made), np.arange(n))
    assert found.every_place_filled
    assert found.gain == pytest.approx(found.total - found.first_come_total)
    assert found.gain >= -1e-7
    assert found.gain_interaction == pytest.approx(found.gain)


def test_main_effects_alone_gain_nothing_once_every_place_is_filled() -> None:
    main = np.tile([0.5, -0.5], (4, 1))
    full = compare(problem(main, [2, 2]), solve(problem(main, [2, 2])), np.arange(4))
    assert (full.gain, full.interaction_share) == (0, None)
    # With room to spare the better therapist's places go to everyone, which first come finds as well.
    spare = compare(problem(main, [4, 4]), solve(problem(main, [4, 4])), np.arange(4))
    assert (spare.gain, spare.over_capacity, spare.every_place_filled) == (0, 0, False)


def test_a_swap_that_first_come_misses() -> None:
    made = problem([[0.5, 0.4], [0.5, 0.0]], [1, 1])
    placed = solve(made)
    assert placed.tolist() == [1, 0]
    found = compare(made, placed, np.array([0, 1]))
    assert (found.total, found.first_come_total, found.own_best_total) == pytest.approx((0.9, 0.5, 1.0))
    assert (found.over_capacity, found.interaction_share) == (1, pytest.approx(1))
    assert losses(made, placed) == pytest.approx([0.1, 0])
    more = one_more_place(made, placed)
    assert more.served.tolist() == [NOBODY, NOBODY]
    assert more.benefit == pytest.approx([0.1, 0])


def test_someone_with_a_single_choice_is_placed_though_others_gain_more() -> None:
    assert solve(problem([[0.0, np.nan], [2.0, -2.0]], [1, 1])).tolist() == [0, 1]


def test_a_short_list_goes_by_benefit_and_with_the_queue_first_by_turn() -> None:
    made = problem([[0.0], [0.3], [0.0]], [1], priority=[5, 1, 9])
    assert solve(made).tolist() == [NOBODY, 0, NOBODY]
    assert solve(made, queue_first=True).tolist() == [NOBODY, NOBODY, 0]


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_empty_lists_and_clinics(shape: tuple[int, int]) -> None:
    made = problem(np.zeros(shape), np.ones(shape[1]))
    placed = solve(made)
    assert placed.tolist() == [NOBODY] * shape[0]
    assert compare(made, placed, np.arange(shape[0])).placed == 0
    assert len(one_more_place(made, placed).benefit) == shape[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"capacities": [1, 1, 1]}, "one number a therapist"),
        ({"capacities": [1, -1]}, "whole numbers"),
        ({"capacities": [1, 0.5]}, "whole numbers"),
        ({"benefits": [[np.inf, 0], [0, 0]]}, "benefits must be numbers"),
        ({"weights": [1.0]}, "weights must be one"),
        ({"weights": [1.0, 0]}, "weights must be over 0"),
        ({"priority": [1.0, np.nan]}, "priority must be one"),
        ({"pins": [(0, 1)]}, "banned or does not fit"),
        ({"pins": [(1, 0)], "bans": [(1, 0)]}, "banned or does not fit"),
        ({"pins": [(1, 0), (1, 1)]}, "two therapists"),
        ({"pins": [(0, 0), (1, 0)]}, "more clients are pinned"),
    ],
)
def test_what_cannot_be_placed_is_refused(arguments: dict[str, object], said: str) -> None:
    usual: dict[str, object] = {"benefits": [[0.1, np.nan], [0.2, 0.3]], "capacities": [1, 1]}
    with pytest.raises(ValueError, match=said):
        problem(**{**usual, **arguments})  # type: ignore[arg-type]


def test_own_best_of_nobody() -> None:
    assert own_best(np.array([[np.nan, np.nan], [0.1, 0.2]])).tolist() == [NOBODY, 1]
