"""The ranked pairs of scored blocks: who is on each client's slate, in which order, and how sure that is."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import ClientTable, TherapistTable
from matcher.clinic.pairs import Pairs
from matcher.ranking.belief import Array, Belief
from matcher.ranking.best import best_of_block
from matcher.ranking.ranks import Rows, in_order, tie_keys
from matcher.ranking.scoring import Means, client_blocks
from matcher.ranking.terms import Terms, terms_of

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
    """The ranked pairs of clients ``start:stop``, aligned and in order, with their terms.

    ``eligible`` (n,) is how many therapists each client could see.
    """

    start: int
    stop: int
    eligible: Rows
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

    Raises
    ------
    ValueError
        If ``top`` is negative.
    """
    if top < 0:
        raise ValueError("top must be 0 (all eligible) or more")
    for start, block in client_blocks(clients, therapists):
        kept, means = best_of_block(block, therapists, belief, hashes, top, keep_fitting=keep_fitting)
        for first, last in few_at_once([len(rows) for rows in kept]):
            yield rank_kept(block, therapists, belief, hashes, means, (start, first), kept[first:last])


def joined(parts: list[Ranked]) -> Ranked:
    """Return the ranked pairs of several parts as one."""
    nobody = np.zeros(0, dtype=np.intp)
    empty = Ranked(nobody, nobody, nobody, np.zeros(0), np.zeros(0), np.zeros(0), np.zeros((0, 3)))
    return Ranked(*(np.concatenate([getattr(part, f.name) for part in (empty, *parts)]) for f in fields(Ranked)))


def few_at_once(sizes: list[int]) -> Iterator[tuple[int, int]]:
    """Yield ranges of clients with at most ``_PAIRS_AT_ONCE`` pairs, or one client each."""
    first, pairs = 0, 0
    for i, size in enumerate(sizes):
        if i > first and pairs + size > _PAIRS_AT_ONCE:
            yield first, i
            first, pairs = i, 0
        pairs += size
    if sizes:
        yield first, len(sizes)


def rank_kept(
    block: ClientTable,
    therapists: TherapistTable,
    belief: Belief,
    hashes: NDArray[np.uint64],
    means: Means,
    place: tuple[int, int],
    kept: list[Rows],
) -> Chosen:
    """Return some rows of therapists of each of a block's clients from ``place`` on, in order, with their terms.

    ``place`` holds where the block starts, and the first of its clients who is meant.
    """
    start, first = place
    client = np.repeat(np.arange(first, first + len(kept)), [len(rows) for rows in kept])
    rows = np.concatenate(kept)
    keys = [tie_keys(block.ids[first + i], hashes[chosen]) for i, chosen in enumerate(kept)]
    pairs = Pairs(block.take(client), therapists.take(rows), grid=False)
    terms = terms_of(pairs, belief, means.comparisons[client], means.effects[client], means.eligible[client])
    order, rank = in_order(client, terms.benefit, np.concatenate(keys))
    pairs = Pairs(pairs.clients.take(order), pairs.therapists.take(order), grid=False)
    terms = terms.take(order)
    half = _Z95 * terms.sd
    ranked = Ranked(
        start + client,
        rows[order],
        rank,
        terms.benefit,
        terms.benefit - half,
        terms.benefit + half,
        terms.outcomes,
    )
    stop = first + len(kept)
    return Chosen(start + first, start + stop, means.eligible[first:stop].astype(np.intp), pairs, terms, ranked)
