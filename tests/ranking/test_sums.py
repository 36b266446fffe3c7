import numpy as np
import pytest
from arrays import some_rows
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.ranking import sums as module
from matcher.ranking.sums import OutcomeSums, members


def _same(first, second, tolerance=1e-10):
    assert first.therapists == second.therapists
    assert first.n_episodes == second.n_episodes
    assert first.patterns.keys() == second.patterns.keys()
    for bits, part in first.patterns.items():
        other = second.patterns[bits]
        assert part.n == other.n
        for name in ("whole", "rows", "within"):
            np.testing.assert_allclose(getattr(part, name), getattr(other, name), atol=tolerance, rtol=tolerance)


def test_sums_are_the_cross_products_of_the_rows():
    rows = some_rows()
    sums = OutcomeSums.from_rows(*rows.parts())
    for bits, part in sums.patterns.items():
        wanted = np.array([[place in members(bits) for place in range(3)]] * len(rows.Y))
        mine = (wanted == ~np.isnan(rows.Y)).all(axis=1)
        X, Z, Y = rows.X[mine], rows.Z[mine], np.nan_to_num(rows.Y[mine])
        assert part.n == mine.sum()
        np.testing.assert_allclose(part.xx, X.T @ X)
        np.testing.assert_allclose(part.xy, X.T @ Y)
        np.testing.assert_allclose(part.yy, Y.T @ Y)
        for place, therapist in enumerate(sums.therapists):
            own = rows.therapists[mine] == therapist
            np.testing.assert_allclose(part.zx[place], Z[own].T @ X[own], atol=1e-12)
            np.testing.assert_allclose(part.zy[place], Z[own].T @ Y[own], atol=1e-12)
            np.testing.assert_allclose(part.zz[place], Z[own].T @ Z[own], atol=1e-12)


@settings(max_examples=30, deadline=None)
@given(n=st.integers(0, 80), cut=st.integers(0, 80), seed=st.integers(0, 999), therapists=st.integers(1, 9))
def test_sums_of_parts_add_up_to_the_sums_of_all(n, cut, seed, therapists):
    rows = some_rows(n, therapists, seed=seed)
    head, tail = rows.take(np.arange(n) < cut), rows.take(np.arange(n) >= cut)
    whole = OutcomeSums.from_rows(*rows.parts())
    apart = OutcomeSums.from_rows(*head.parts()), OutcomeSums.from_rows(*tail.parts())
    _same(whole, apart[0] + apart[1])
    _same(whole, apart[1] + apart[0])


def test_rows_summed_in_blocks_are_the_rows_summed_at_once(monkeypatch):
    rows = some_rows(200)
    at_once = OutcomeSums.from_rows(*rows.parts())
    monkeypatch.setattr(module, "BLOCK_ROWS", 7)
    _same(at_once, OutcomeSums.from_rows(*rows.parts()))


def test_the_order_of_rows_does_not_matter():
    rows = some_rows(120)
    shuffled = rows.take(np.random.default_rng(3).permutation(120))
    _same(OutcomeSums.from_rows(*rows.parts()), OutcomeSums.from_rows(*shuffled.parts()))


def test_empty_sums_change_nothing():
    sums = OutcomeSums.from_rows(*some_rows().parts())
    _same(sums, sums + OutcomeSums.empty(sums.n_fixed, sums.n_random))


def test_counts_say_what_was_observed():
    rows = some_rows(50)
    rows.Y[:5] = np.nan
    sums = OutcomeSums.from_rows(*rows.parts())
    assert sums.n_episodes == 50
    assert sums.n_without >= 5
    assert list(sums.observed().values()) == (~np.isnan(rows.Y)).sum(axis=0).tolist()
    np.testing.assert_array_equal(sums.per_therapist().sum(axis=0), (~np.isnan(rows.Y)).sum(axis=0))


@pytest.mark.parametrize(
    ("part", "value", "message"),
    [
        ("X", np.nan, "X holds a missing"),
        ("Z", np.inf, "Z holds a missing"),
        ("Y", np.inf, "scale"),
        ("Y", 1e9, "scale"),
    ],
)
def test_values_that_cannot_be_are_refused(part, value, message):
    rows = some_rows()
    getattr(rows, part)[3, 1] = value
    with pytest.raises(ValueError, match=message):
        OutcomeSums.from_rows(*rows.parts())


def test_shapes_that_disagree_are_refused():
    rows = some_rows()
    with pytest.raises(ValueError, match="rows"):
        OutcomeSums.from_rows(rows.X[1:], rows.Z, rows.Y, rows.therapists)
    with pytest.raises(ValueError, match="therapist ids for"):
        OutcomeSums.from_rows(rows.X, rows.Z, rows.Y, rows.therapists[1:])
    with pytest.raises(ValueError, match="3 columns"):
        OutcomeSums.from_rows(rows.X, rows.Z, rows.Y[:, :2], rows.therapists)
    with pytest.raises(ValueError, match="needs a therapist id"):
        OutcomeSums.from_rows(rows.X, rows.Z, rows.Y, [None, *rows.therapists[1:]])
    with pytest.raises(ValueError, match="different columns"):
        OutcomeSums.from_rows(*rows.parts()) + OutcomeSums.empty(9, 9)
