"""A made-up clinic as arrays, with known truth, in a world set to the published figures.

It shares nothing with the package's simulator, and differs from the model where real clinics would: domain strengths
count the main concern fully and others by half, drop-out is a coin tossed on the logit scale, end scores go missing
more often for clients who did worse, and the residual of drop-out is not normal.
"""

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm

from matcher.ranking.posterior import FixedPrior
from matcher.ranking.variance import VarianceComponents

DOMAINS = 8
PAIR_MEAN = np.array(
    [[0.30, 0.10, 0.233], [0.10, 0, 0.02], [0.10, 0.25, 0.10], [0, 0.35, 0], [0, 0.02, 0], [0, 0.03, 0]]
)
PAIR_SD = np.array(
    [
        [0.10, 0.07, 0.08],
        [0.05, 0.02, 0.03],
        [0.10, 0.06, 0.06],
        [0.05, 0.10, 0.05],
        [0.02, 0.02, 0.02],
        [0.03, 0.03, 0.03],
    ]
)
CASE_COLUMNS = 4 + DOMAINS
DROPOUT, DROPOUT_SD = 0.2, 0.4
LOGIT_PER_SD = DROPOUT_SD / (DROPOUT * (1 - DROPOUT))
WORSE_GO_MISSING = np.log(1.5)


def _correlations(first, second, third):
    return np.array([[1, first, second], [first, 1, third], [second, third, 1.0]])


@dataclass
class World:
    """`kind`: linear, thresholded or absent pair effects; `pairs` and `spread` scale the pair and therapist effects."""

    kind: str = "linear"
    seed: int = 0
    pairs: float = 1.0
    spread: float = 1.0
    n_therapists: int = 40
    random: np.random.Generator = field(init=False)

    def __post_init__(self):
        self.random = random = np.random.default_rng(self.seed)
        n = self.n_therapists
        self.offers = random.random((n, 4)) < np.array([0.7, 0.5, 0.5, 0.5])
        self.style, self.community = random.uniform(-1, 1, (n, 2)), random.random((n, 3)) < 0.3
        self.exposure, self.experience = random.random(n) < 0.5, random.gamma(2, 5, n) / 10 - 1
        self.cover = random.random((n, DOMAINS)) < 0.6
        draws = random.multivariate_normal(np.zeros(3 * (DOMAINS + 2)), self.components.of_effects(DOMAINS + 2), n)
        self.effects = draws.reshape(n, 3, DOMAINS + 2)

    @cached_property
    def components(self):
        scale = max(self.spread, 1e-6)
        ends = np.concatenate([np.sqrt([0.08, 0.05, 0.032]), [0.03, 0.10, 0.02]]) * scale
        domain = np.sqrt([0.006, 0.015, 0.004]) * scale
        linked = np.kron([[1, 0.8], [0.8, 1]], _correlations(0.45, 0.35, 0.3))
        return VarianceComponents(
            linked * np.outer(ends, ends),
            _correlations(0.4, 0.3, 0.3) * np.outer(domain, domain),
            _correlations(0.28, 0.15, 0.2),
        )

    def clients(self, n):
        random, rows = self.random, np.arange(n)
        main = random.choice(DOMAINS, n, p=np.array([0.3, 0.25, *[0.075] * (DOMAINS - 2)]))
        severity = np.zeros((n, DOMAINS))
        for chance in (0.67, 0.33):
            others = random.integers(0, DOMAINS, n)
            severity[rows, others] = np.where(
                random.random(n) < chance, random.integers(1, 3, n), severity[rows, others]
            )
        severity[rows, main] = random.integers(2, 4, n)
        return {
            "severity": severity,
            "main": main,
            "start": random.normal(size=n),
            "age": random.normal(size=n),
            "wish": np.where(random.random((n, 4)) < [0.4, 0.4, 0.2, 0.1], random.random((n, 4)) < 0.75, np.nan),
            "style": np.where(random.random((n, 2)) < 0.6, random.uniform(-1, 1, (n, 2)), np.nan),
            "community": np.where(random.random(n) < 0.25, random.integers(0, 3, n), -1),
        }

    def own_columns(self, clients):
        """Return Z as the model sees it: level, loads of unit length, severity."""
        loads = clients["severity"] / np.linalg.norm(clients["severity"], axis=1, keepdims=True)
        return np.column_stack([np.ones(len(loads)), loads, clients["start"]])

    def _true_columns(self, clients):
        loads = 0.5 * (clients["severity"] > 0)
        loads[np.arange(len(loads)), clients["main"]] = 1.0
        return np.column_stack([np.ones(len(loads)), loads / np.sqrt(1.3), clients["start"]])

    def comparisons(self, clients, therapists):
        """Return the pair columns (n, m, 6) of clients with therapists (n, m)."""
        wish = clients["wish"][:, None, :]
        met = np.where(np.isnan(wish), np.nan, self.offers[therapists] == (wish == 1))
        near = 1 - np.abs(clients["style"][:, None, :] - self.style[therapists]) / 2
        both = np.concatenate([met, near], axis=2)
        stated = (~np.isnan(both)).sum(axis=2)
        honoured = np.where(stated > 0, np.nansum(both, axis=2) / np.maximum(stated, 1) - 0.5, 0.0)
        group = clients["community"][:, None]
        trained = np.where(group < 0, 0.0, self.community[therapists, np.maximum(group, 0)] - 0.3)
        columns = [
            honoured,
            np.nan_to_num(near - 0.67).sum(axis=2) * 2,
            trained,
            np.isin(clients["main"], [1, 2])[:, None] & self.exposure[therapists],
            np.broadcast_to(self.experience[therapists], therapists.shape),
            np.take_along_axis(self.cover.T[clients["main"]], therapists, axis=1),
        ]
        return np.stack([np.asarray(column, dtype=float) for column in columns], axis=2)

    def fixed_columns(self, clients, therapists):
        """Return X (n, m, p): comparisons, then case mix."""
        start, concerns = clients["start"], (clients["severity"] > 0) - 0.25
        case = np.column_stack([np.ones(len(start)), start, start**2 - 1, clients["age"], concerns])
        wide = np.broadcast_to(case[:, None, :], (*therapists.shape, CASE_COLUMNS))
        return np.concatenate([self.comparisons(clients, therapists), wide], axis=2)

    def prior(self, common=0.5):
        mean = np.vstack([PAIR_MEAN, np.zeros((CASE_COLUMNS, 3))])
        spread = np.vstack([PAIR_SD, np.full((1, 3), 2.0), np.full((CASE_COLUMNS - 1, 3), 0.5)])
        return FixedPrior(mean, np.array([np.diag(column**2) for column in spread.T]), common)

    def expected(self, clients, therapists):
        """Return the true expected outcomes (n, m, 3); staying in logits over `LOGIT_PER_SD`."""
        X = self.fixed_columns(clients, therapists)
        comparisons, case = X[..., : len(PAIR_MEAN)].copy(), X[..., len(PAIR_MEAN) :]
        if self.kind == "thresholded":
            honoured, near = comparisons[..., 0], comparisons[..., 1]
            comparisons[..., 0] = np.where(honoured >= 0.15, 0.4, np.where(honoured == 0, 0.0, -0.4))
            comparisons[..., 1] = np.where(near > 0.3, 1.0, -0.3)
        size = 0.0 if self.kind == "absent" else self.pairs
        table = np.vstack([np.zeros((3, 3)), [[0.05, 0.05, 0.1]], np.linspace(-0.2, 0.2, 3 * DOMAINS).reshape(-1, 3)])
        own = np.einsum("nmok,nk->nmo", self.effects[therapists], self._true_columns(clients))
        return comparisons @ (PAIR_MEAN * size) + case @ table + own

    def benefit(self, clients, therapists):
        """Return the true benefit (n, m), up to a constant for each client."""
        expected = self.expected(clients, therapists)
        dropout = expit(logit(DROPOUT) - LOGIT_PER_SD * expected[..., 2])
        return (expected[..., 0] + expected[..., 1] - dropout / DROPOUT_SD) / 3

    def episodes(self, n):
        """Return X, Z, Y and therapists of n episodes, therapists by chance."""
        random, clients = self.random, self.clients(n)
        therapists = random.integers(0, self.n_therapists, (n, 1))
        expected = self.expected(clients, therapists)[:, 0]
        noise = random.multivariate_normal(np.zeros(3), self.components.residual, n)
        dropped = norm.cdf(-noise[:, 2]) < expit(logit(DROPOUT) - LOGIT_PER_SD * expected[:, 2])
        Y = expected + noise
        Y[:, 2] = 0.5 - dropped / DROPOUT_SD
        seen = random.random(n) < expit(-0.2 + WORSE_GO_MISSING * Y[:, 1] - (dropped - DROPOUT))
        Y[~seen, 1] = np.nan
        Y[random.random(n) > 0.75, 0] = np.nan
        return self.fixed_columns(clients, therapists)[:, 0], self.own_columns(clients), Y, therapists[:, 0]
