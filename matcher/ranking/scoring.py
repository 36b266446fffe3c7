"""Benefit of every pair of a block, in single precision and without keeping the comparisons."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from matcher.clinic.encoding import ClientTable, Floats, TherapistTable
from matcher.clinic.pairs import Pairs
from matcher.eligibility.limits import Mask, broken_limits
from matcher.features.case_mix import therapist_covariates
from matcher.features.comparisons import COMPARISONS, compare
from matcher.ranking.belief import Array, Belief

# Pairs in a block: about 16 MB for each array in single precision.
BLOCK_PAIRS = 4_000_000


@dataclass(frozen=True, slots=True, eq=False)
class ScoredBlock:
    """Clients ``start:stop`` against all therapists; ``benefit`` is relative to the eligible mean.

    ``mask`` (n, J) is 0 where eligible; ``comparison_means`` (n, p) and ``effect_means`` (n, k, 3) are means over the
    eligible therapists, NaN-free, 0 where nobody is.
    """

    start: int
    stop: int
    benefit: Floats
    mask: Mask
    comparison_means: Array
    effect_means: Array


def score_blocks(clients: ClientTable, therapists: TherapistTable, belief: Belief) -> Iterator[ScoredBlock]:
    """Yield the scored blocks of clients in order, each of at most ``BLOCK_PAIRS`` pairs."""
    step = max(1, BLOCK_PAIRS // max(len(therapists), 1))
    for start in range(0, len(clients), step):
        stop = min(start + step, len(clients))
        block = clients if stop - start == len(clients) else clients.take(np.arange(start, stop))
        yield score_block(block, therapists, belief, start)


def score_block(clients: ClientTable, therapists: TherapistTable, belief: Belief, start: int = 0) -> ScoredBlock:
    """Score one block of clients against all therapists."""
    pairs = Pairs(clients, therapists)
    mask = broken_limits(pairs)
    eligible = (mask == 0).astype(np.float32)
    count = np.maximum(eligible.sum(axis=1), 1)
    covariates = therapist_covariates(clients)
    benefit = covariates.astype(np.float32) @ belief.benefit_effects.T
    means = np.zeros((len(clients), len(COMPARISONS)))
    for i, comparison in enumerate(COMPARISONS):
        values = compare(comparison, pairs)
        if values is not None:
            means[:, i] = np.einsum("ij,ij->i", values, eligible) / count
            benefit += belief.benefit_coefficients[i] * values
    effect_means = (eligible @ belief.flat_effects / count[:, None]).reshape(
        len(clients), *belief.therapist_effects.shape[1:]
    )
    benefit -= (np.einsum("ij,ij->i", benefit, eligible) / count)[:, None]
    return ScoredBlock(start, start + len(clients), benefit, mask, means, effect_means.astype(np.float64))
