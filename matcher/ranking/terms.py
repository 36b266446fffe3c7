"""The additive terms of a benefit: what each comparison, and each therapist's own record, adds for one pair."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.encoding import Bools
from matcher.clinic.pairs import Pairs
from matcher.domain.recommendation import Contribution
from matcher.features.case_mix import therapist_covariates
from matcher.features.comparisons import COMPARISONS, compare
from matcher.ranking.belief import Array, Belief

TRACK_TERMS: tuple[tuple[str, str], ...] = (
    ("track_level", "How clients here usually do with this therapist"),
    ("track_domains", "How clients with similar concerns do with this therapist"),
    ("track_severity", "How clients who are this unwell do with this therapist"),
)
TERM_NAMES: tuple[str, ...] = (*(c.name for c in COMPARISONS), *(name for name, _ in TRACK_TERMS))
TERM_LABELS: tuple[str, ...] = (*(c.label for c in COMPARISONS), *(label for _, label in TRACK_TERMS))


@dataclass(frozen=True, slots=True, eq=False)
class Terms:
    """Terms of n pairs relative to the average eligible therapist: ``parts`` (n, terms, 3), ``sd`` (n,) of the benefit.

    ``known`` (n, terms) is false where the therapist's side was blank and the neutral value stood in.
    """

    parts: Array
    sd: Array
    known: Bools
    weights: Array

    @property
    def outcomes(self) -> Array:
        """Alliance, improvement and staying of each pair, (n, 3)."""
        return np.asarray(self.parts.sum(axis=1))

    @property
    def benefit(self) -> Array:
        """The benefit of each pair, (n,): the weighted mean of the three outcomes."""
        # Row by row in the same order of sums, so that exact ties stay exact.
        return np.asarray((self.outcomes * self.weights).sum(axis=1))

    def take(self, rows: NDArray[np.intp]) -> "Terms":
        """Return the terms of the given pairs."""
        return Terms(self.parts[rows], self.sd[rows], self.known[rows], self.weights)

    def contributions(self, row: int) -> tuple[Contribution, ...]:
        """Return one pair's terms, the largest first; they sum to its benefit."""
        benefit = self.parts[row] @ self.weights
        order = np.argsort(-np.abs(benefit), kind="stable")
        return tuple(
            Contribution(
                TERM_NAMES[i],
                TERM_LABELS[i],
                alliance=float(self.parts[row, i, 0]),
                improvement=float(self.parts[row, i, 1]),
                staying=float(self.parts[row, i, 2]),
                benefit=float(benefit[i]),
                known=bool(self.known[row, i]),
            )
            for i in order
        )


def terms_of(pairs: Pairs, belief: Belief, comparison_means: Array, effect_means: Array, eligible: Array) -> Terms:
    """Return the terms of aligned pairs (n,).

    The means (n, p) and (n, k, 3) are over each client's ``eligible`` (n,) therapists.
    """
    values, known = _values(pairs)
    relative = values - comparison_means
    by_comparison = relative[:, :, None] * belief.coefficients[None]
    covariates = therapist_covariates(pairs.clients)
    effects = belief.effects_of(pairs.therapists.rows) - effect_means
    own = covariates[:, :, None] * effects
    track = np.stack((own[:, 0], own[:, 1:-1].sum(axis=1), own[:, -1]), axis=1)
    return Terms(
        np.concatenate((by_comparison, track), axis=1),
        belief.deviation(relative, covariates, pairs.therapists.rows, eligible),
        np.concatenate((known, np.ones((len(values), len(TRACK_TERMS)), dtype=bool)), axis=1),
        belief.weights,
    )


def _values(pairs: Pairs) -> tuple[Array, NDArray[np.bool_]]:
    values = np.zeros((*pairs.shape, len(COMPARISONS)))
    known = np.ones((*pairs.shape, len(COMPARISONS)), dtype=bool)
    for i, comparison in enumerate(COMPARISONS):
        found = compare(comparison, pairs)
        if found is not None:
            values[:, i] = found
            known[:, i] = ~(comparison.unknown(pairs) & comparison.asked(pairs.clients))
    return values, known
