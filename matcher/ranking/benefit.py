"""The benefit as a weighted sum of the outcomes: its mean for a pair, and how sure it is.

The benefit with therapist j of a client with comparisons x and therapist columns z is x'b + z'm_j, where b and m_j are
the weighted fixed and therapist effects. Given b, therapists are independent; what they share is an error in b, which
moves m_j by -F_j. So the error of a difference from the average therapist is

    (h_j - mean of h)' b  +  z'(e_j - mean of e),    h_j = w (x) x_j - F_j'(w (x) z),

with e_j independent of one another and of b.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from matcher.ranking.posterior import Posterior, chunks
from matcher.ranking.sums import N_OUTCOMES, Floats, Ints, OutcomeSums
from matcher.ranking.variance import Triple

EQUAL_WEIGHTS: Triple = (1 / 3, 1 / 3, 1 / 3)
NORMAL_95 = 1.959964


@dataclass(frozen=True, slots=True)
class BenefitPosterior:
    """Posterior of the benefit with each of J therapists.

    ``therapists``; ``weights`` (3,); ``fixed`` (p,); ``effects`` (J, k); ``own_cov`` (J, k, k); ``fixed_cov`` (3p, 3p);
    ``lean`` (J, k, 3p), how a therapist's benefit effects move against the fixed effects. A therapist never seen has
    effects of zero with their prior covariance.
    """

    therapists: tuple[Any, ...]
    weights: Floats
    fixed: Floats
    effects: Floats
    own_cov: Floats
    fixed_cov: Floats
    lean: Floats

    @classmethod
    def of(
        cls, posterior: Posterior, sums: OutcomeSums, therapists: Sequence[Any], weights: Triple = EQUAL_WEIGHTS
    ) -> BenefitPosterior:
        """Return the benefit's posterior for `therapists`, in their order."""
        weighting = np.asarray(weights, dtype=np.float64)
        if weighting.shape != (N_OUTCOMES,) or not np.isfinite(weighting).all():
            raise ValueError("three finite weights are needed: alliance, improvement, staying")
        k, p = sums.n_random, sums.n_fixed
        mixing: Floats = np.kron(weighting, np.eye(k)).astype(np.float64)
        known = {therapist: place for place, therapist in enumerate(posterior.therapists)}
        index = np.array([known.get(therapist, -1) for therapist in therapists], dtype=np.int64)
        seen = index >= 0
        effects = np.zeros((len(index), k))
        effects[seen] = np.einsum("o,jok->jk", weighting, posterior.effects[index[seen]])
        own = np.empty((len(index), k, k))
        own[:] = mixing @ posterior.components.of_effects(k) @ mixing.T
        own[seen] = mixing @ posterior.own_cov[index[seen]] @ mixing.T
        lean = np.zeros((len(index), k, N_OUTCOMES * p))
        lean[seen] = _leans(posterior, sums, mixing)[index[seen]]
        return cls(
            tuple(therapists),
            weighting,
            posterior.fixed @ weighting,
            effects,
            own,
            posterior.fixed_cov,
            lean,
        )

    def own(self, Z: Floats) -> Floats:
        """Return the therapists' own part of the benefit (n, J) for clients' columns Z (n, k)."""
        return Z @ self.effects.T

    def mean(self, X: Floats, Z: Floats) -> Floats:
        """Return the benefit (n, J) for comparisons X (n, J, p) and clients' columns Z (n, k), not yet centred."""
        return X @ self.fixed + self.own(Z)

    def deviation(self, X: Floats, Z: Floats, places: Ints, average_x: Floats, among: Ints | None = None) -> Floats:
        """Return the posterior standard deviation (r,) of benefits less that with the average therapist.

        Parameters
        ----------
        X, Z, places
            A row each: the pair's comparisons (r, p), the client's columns (r, k), the therapist's place (r,).
        average_x
            The comparisons averaged over the therapists the client could see (r, p).
        among
            Places of those therapists, one set for all rows; None for everyone.
        """
        group = np.arange(len(self.therapists)) if among is None else among
        share = 1 / len(group)
        wide = (self.weights[None, :, None] * (X - average_x)[:, None, :]).reshape(len(X), -1)
        tilt = self.lean[places] - self.lean[group].mean(axis=0)
        contrast = wide - np.einsum("rk,rkq->rq", Z, tilt)
        shared = np.einsum("rq,rq->r", contrast @ self.fixed_cov, contrast)
        alone = np.einsum("rk,rkl,rl->r", Z, self.own_cov[places], Z)
        others = np.einsum("rk,kl,rl->r", Z, self.own_cov[group].mean(axis=0), Z)
        inside = np.isin(places, group)
        variance = shared + alone * np.where(inside, 1 - 2 * share, 1.0) + others * share
        return np.asarray(np.sqrt(np.maximum(variance, 0.0)))


def _leans(posterior: Posterior, sums: OutcomeSums, mixing: Floats) -> Floats:
    """Return the weighted F_j of all therapists of the sums (J, k, 3p)."""
    lean = np.empty((sums.n_therapists, len(mixing), N_OUTCOMES * sums.n_fixed))
    for place, chunk in chunks(sums, posterior.components):
        lean[place] = (mixing @ chunk.inverse) @ chunk.cross
    return lean
