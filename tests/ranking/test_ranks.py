"""The best few of a row are those a whole sort gives, ties by key, in one piece or part by part."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.ranking.best import NOBODY, with_part
from matcher.ranking.ranks import best_rows, tie_keys


def sorted_best(scores: np.ndarray, eligible: np.ndarray, top: int, hashes: np.ndarray) -> set[int]:
    rows = np.flatnonzero(eligible)
    order = np.lexsort((tie_keys("c", hashes[rows]), -scores[rows]))
    return set(rows[order[: top or None]].tolist())


@settings(max_examples=200, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    n=st.integers(0, 1_500),
    top=st.sampled_from([0, 1, 3, 10, 40]),
    seen=st.sampled_from([0.0, 0.02, 0.4, 1.0]),
    levels=st.sampled_from([2, 7, 1_000_000]),
    parts=st.integers(1, 5),
)
def test_the_best_are_those_of_a_whole_sort(seed: int, n: int, top: int, seen: float, levels: int, parts: int) -> None:
    rng = np.random.default_rng(seed)
    # Few levels make many ties; levels lie further apart than rounding.
    scores = (rng.integers(-levels, levels, n) * 1e-5).astype(np.float32)
    eligible, hashes = rng.random(n) < seen, rng.integers(0, 2**63, n).astype(np.uint64)
    expected = sorted_best(scores, eligible, top, hashes)
    found = best_rows(scores, eligible, top, "c", hashes)
    assert set(found.tolist()) == expected
    assert len(found) == len(expected)
    kept = NOBODY
    for rows in np.array_split(np.arange(n), parts):
        kept = with_part(kept, scores[rows], eligible[rows], eligible[rows], rows, hashes, top, "c")
    assert set(kept.rows.tolist()) == expected
    np.testing.assert_array_equal(kept.scores, scores[kept.rows])
