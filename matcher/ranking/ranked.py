"""The ranked pairs of scored blocks: who is on each client's slate, in which order, and how sure that is."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import ClientTable, TherapistTable
from matcher.clinic.pairs import Pairs
from matcher.features.fitting import honours_all
from matcher.ranking.belief import Array, Belief
from matcher.ranking.ranks import best_rows, in_order, tie_keys
from matcher.ranking.scoring import ScoredBlock, score_blocks
from matcher.ranking.terms import Terms, terms_of

Rows = NDArray[np.intp]

_Z95 = 1.959964
# Pairs whose terms are worked out at once: about 10 kB each with the covariances.
_PAIRS_AT_ONCE = 4_000


@dataclass(frozen=True, slots=True, eq=False)
class Ranked:
    """Every client's best therapists as arrays, an entry a pair: clients in the order given, best first.

    ``client_rows`` and ``therapist_rows`` point into the clients given and the clinic's therapists; ``rank`` starts
    at 1; ``outcomes`` (n, 3) are alliance, improvement and staying; ``low`` and ``high`` are the 95% interval of
    ``benefit``.
    """

    client_rows: Rows
    therapist_rows: Rows
    rank: Rows
    benefit: Array
    low: Array
    high: Array
    outcomes: Array


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """The ranked pairs of clients ``start:stop``, aligned and in order, with their terms."""

    start: int
    stop: int
    mask: NDArray[np.uint32]
    pairs: Pairs
    terms: Terms
    ranked: Ranked


def choose(
    clients: ClientTable,
    therapists: TherapistTable,
    belief: Belief,
    hashes: NDArray[np.uint64],
    top: int,
    *,
    keep_fitting: bool = False,
) -> Iterator[Chosen]:
    """Yield the ranked pairs of all clients in order, a few clients at a time; ``top=0`` ranks everyone eligible.

    With ``keep_fitting``, the best of those who honour every stated wish is kept as well, where the first ``top`` hold
    nobody who does.
    """
    for block in score_blocks(clients, therapists, belief):
        kept = [
            best_rows(block.benefit[i], block.mask[i] == 0, top, clients.ids[block.start + i], hashes)
            for i in range(block.stop - block.start)
        ]
        if keep_fitting and top:
            kept = [_with_fitting(clients, therapists, hashes, block, i, rows) for i, rows in enumerate(kept)]
        for first, last in _parts([len(rows) for rows in kept]):
            yield _rank(clients, therapists, belief, hashes, block, first, kept[first:last])


def joined(parts: list[Ranked]) -> Ranked:
    """Return the ranked pairs of several parts as one."""
    nobody = np.zeros(0, dtype=np.intp)
    empty = Ranked(nobody, nobody, nobody, np.zeros(0), np.zeros(0), np.zeros(0), np.zeros((0, 3)))
    return Ranked(*(np.concatenate([getattr(part, f.name) for part in (empty, *parts)]) for f in fields(Ranked)))


def _parts(sizes: list[int]) -> Iterator[tuple[int, int]]:
    """Yield ranges of clients with at most ``_PAIRS_AT_ONCE`` pairs, or one client each."""
    first, pairs = 0, 0
    for i, size in enumerate(sizes):
        if i > first and pairs + size > _PAIRS_AT_ONCE:
            yield first, i
            first, pairs = i, 0
        pairs += size
    if sizes:
        yield first, len(sizes)


def _with_fitting(
    clients: ClientTable,
    therapists: TherapistTable,
    hashes: NDArray[np.uint64],
    block: ScoredBlock,
    i: int,
    rows: Rows,
) -> Rows:
    client = block.start + i
    fits = honours_all(Pairs(clients.take(np.array([client])), therapists))[0] & (block.mask[i] == 0)
    if fits[rows].any() or not fits.any():
        return rows
    return np.concatenate((rows, best_rows(block.benefit[i], fits, 1, clients.ids[client], hashes)))


def _rank(
    clients: ClientTable,
    therapists: TherapistTable,
    belief: Belief,
    hashes: NDArray[np.uint64],
    block: ScoredBlock,
    first: int,
    kept: list[Rows],
) -> Chosen:
    client = np.repeat(np.arange(first, first + len(kept)), [len(rows) for rows in kept])
    rows = np.concatenate(kept)
    keys = [tie_keys(clients.ids[block.start + first + i], hashes[chosen]) for i, chosen in enumerate(kept)]
    pairs = Pairs(clients.take(block.start + client), therapists.take(rows), grid=False)
    eligible = (block.mask[first : first + len(kept)] == 0).sum(axis=1)[client - first]
    terms = terms_of(pairs, belief, block.comparison_means[client], block.effect_means[client], eligible)
    order, rank = in_order(client, terms.benefit, np.concatenate(keys))
    pairs = Pairs(pairs.clients.take(order), pairs.therapists.take(order), grid=False)
    terms = terms.take(order)
    half = _Z95 * terms.sd
    ranked = Ranked(
        block.start + client,
        rows[order],
        rank,
        terms.benefit,
        terms.benefit - half,
        terms.benefit + half,
        terms.outcomes,
    )
    stop = first + len(kept)
    return Chosen(block.start + first, block.start + stop, block.mask[first:stop], pairs, terms, ranked)
