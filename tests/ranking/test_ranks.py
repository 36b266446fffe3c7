"""The best few of each row are those a whole sort gives, ties by key, in one piece or part by part."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from matcher.ranking.best import NOBODY, with_part
from matcher.ranking.ranks import pair_keys


def sorted_best(scores: np.ndarray, eligible: np.ndarray, top: int, client: np.uint64, hashes: np.ndarray) -> list[int]:
    rows = np.flatnonzero(eligible)
    order = np.lexsort((pair_keys(client, hashes[rows]), -scores[rows]))
    return sorted(rows[order[: top or None]].tolist())


@given(
    seed=st.integers(0, 10_000),
    n_clients=st.integers(0, 4),
    n=st.integers(0, 1_500),
    top=st.sampled_from([0, 1, 3, 10, 40]),
    seen=st.sampled_from([0.0, 0.02, 0.4, 1.0]),
    levels=st.sampled_from([2, 7, 1_000_000]),
    parts=st.integers(1, 5),
)
def test_the_best_are_those_of_a_whole_sort(
    seed: int, n_clients: int, n: int, top: int, seen: float, levels: int, parts: int
) -> None:
    rng = np.random.default_rng(seed)
    # Few levels make many ties; levels lie further apart than rounding.
    scores = (rng.integers(-levels, levels, (n_clients, n)) * 1e-5).astype(np.float32)
    eligible = rng.random((n_clients, n)) < seen
    clients, hashes = (rng.integers(0, 2**63, size).astype(np.uint64) for size in (n_clients, n))
    for pieces in (1, parts):
        kept = NOBODY
        for rows in np.array_split(np.arange(n), pieces):
            these = eligible[:, rows]
            kept = with_part(kept, scores[:, rows], these, these, rows, clients, hashes, top)
        for i in range(n_clients):
            mine = kept.rows[kept.clients == i]
            assert sorted(mine.tolist()) == sorted_best(scores[i], eligible[i], top, clients[i], hashes)
        np.testing.assert_array_equal(kept.scores, scores[kept.clients, kept.rows])
