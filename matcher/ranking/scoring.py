"""Benefit of every pair of a block, in single precision and without keeping the comparisons.

Therapists are taken in parts, so that however many there are, no whole row of scores is kept: what a client's benefit
is relative to, the mean over everyone eligible, is summed up part by part.
"""

from __future__ import annotations

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
class Means:
    """What n clients' benefits are relative to: sums over their eligible therapists, divided on asking."""

    eligible: Array
    comparison_sums: Array
    effect_sums: Array
    benefit_sums: Array

    def __add__(self, other: Means) -> Means:
        return Means(
            self.eligible + other.eligible,
            self.comparison_sums + other.comparison_sums,
            self.effect_sums + other.effect_sums,
            self.benefit_sums + other.benefit_sums,
        )

    @property
    def comparisons(self) -> Array:
        """Mean comparisons (n, p), 0 where nobody is eligible."""
        return self.comparison_sums / np.maximum(self.eligible, 1)[:, None]

    @property
    def effects(self) -> Array:
        """Mean therapist effects (n, k, 3), 0 where nobody is eligible."""
        return self.effect_sums / np.maximum(self.eligible, 1)[:, None, None]

    @property
    def benefit(self) -> Array:
        """Mean benefit (n,), 0 where nobody is eligible."""
        return self.benefit_sums / np.maximum(self.eligible, 1)


@dataclass(frozen=True, slots=True, eq=False)
class ScoredPart:
    """Some clients against a part of the therapists.

    ``benefit`` (n, j) is not yet relative to anything; ``mask`` (n, j) is 0 where eligible.
    """

    benefit: Floats
    mask: Mask
    means: Means


def client_blocks(clients: ClientTable, therapists: TherapistTable) -> Iterator[tuple[int, ClientTable]]:
    """Yield clients in order, with the place of the first, so few at a time that a block is ``BLOCK_PAIRS`` pairs."""
    step = max(1, BLOCK_PAIRS // max(len(therapists.parts[0]), 1))
    for start in range(0, len(clients), step):
        stop = min(start + step, len(clients))
        yield start, clients if stop - start == len(clients) else clients.take(np.arange(start, stop))


def score_part(clients: ClientTable, part: TherapistTable, belief: Belief) -> ScoredPart:
    """Score a block of clients against a part of the therapists."""
    pairs = Pairs(clients, part)
    mask = broken_limits(pairs)
    eligible = (mask == 0).astype(np.float32)
    covariates = therapist_covariates(clients)
    here = slice(part.rows[0], part.rows[-1] + 1) if len(part) else slice(0, 0)
    benefit = covariates.astype(np.float32) @ belief.benefit_effects[here].T
    comparison_sums = np.zeros((len(clients), len(COMPARISONS)))
    for i, comparison in enumerate(COMPARISONS):
        values = compare(comparison, pairs)
        if values is not None:
            comparison_sums[:, i] = np.einsum("ij,ij->i", values, eligible)
            benefit += belief.benefit_coefficients[i] * values
    effects = (eligible @ belief.flat_effects[here]).astype(np.float64)
    means = Means(
        eligible.sum(axis=1, dtype=np.float64),
        comparison_sums,
        effects.reshape(len(clients), *belief.therapist_effects.shape[1:]),
        np.einsum("ij,ij->i", benefit, eligible).astype(np.float64),
    )
    return ScoredPart(benefit, mask, means)


def scored(clients: ClientTable, therapists: TherapistTable, belief: Belief) -> tuple[Floats, Means]:
    """Return the benefit of a block of clients with every therapist (n, J), NaN where not eligible, and the means."""
    parts = [score_part(clients, part, belief) for part in therapists.parts]
    means = parts[0].means
    for part in parts[1:]:
        means = means + part.means
    centre = means.benefit.astype(np.float32)[:, None]
    scores = [np.where(part.mask == 0, part.benefit - centre, np.float32(np.nan)) for part in parts]
    return np.hstack(scores), means
