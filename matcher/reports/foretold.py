"""The model on trial: fitted on earlier courses, judged by later ones, within a report's time."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.encoding import ClientTable, TherapistTable
from matcher.clinic.folder import Clinic
from matcher.evaluation.baselines import CaseMixOnly, NextAvailable, PublishedEffects, WishesOnly
from matcher.evaluation.candidates import OURS, PUBLISHED, Candidate
from matcher.evaluation.evaluate import judge
from matcher.evaluation.report import EvaluationReport
from matcher.features.outcomes import OUTCOMES
from matcher.ranking.belief import benefit_weights
from matcher.ranking.recommender import Recommender
from matcher.reports.cases import Cases

Floats = NDArray[np.float64]
#: Most recent courses the model is tried on; more would take longer and tell hardly more.
MOST_COURSES = 8_000
QUANTILE = 0.7
RIVALS: tuple[Candidate, ...] = (
    Candidate(PUBLISHED, PublishedEffects, in_sd=True),
    Candidate("wishes only", WishesOnly),
    Candidate("case mix only", CaseMixOnly, in_sd=True),
    Candidate("next available", NextAvailable),
)


class _Learned:
    """Our recommender, remembered once fitted; only its scores are asked for."""

    def __init__(self) -> None:
        self.inner = Recommender()
        self.therapists_: TherapistTable

    def fit(self, clinic: Clinic) -> Self:
        """Learn from a clinic."""
        self.inner.fit(clinic)
        self.therapists_ = self.inner.therapists_
        return self

    def score(self, clients: pd.DataFrame) -> Floats:
        """Return the scores (n_clients, n_therapists)."""
        return self.inner.score(clients)

    def score_table(self, table: ClientTable) -> Floats:
        """Return the scores of encoded clients."""
        return self.inner.score_table(table)


@dataclass(frozen=True, slots=True, eq=False)
class Foretold:
    """The trial as ``report``; and for each later course its client, what was foretold and what followed.

    ``client_ids`` (n,); ``expected`` (n,) is the predicted benefit in SD, NaN where the therapist could not be
    suggested today, and ``followed`` (n,) the benefit that followed beyond what the client's case mix foretold;
    ``beyond`` (n, 3) is the same by outcome, NaN where not measured.
    """

    report: EvaluationReport
    client_ids: Sequence[str]
    expected: Floats
    followed: Floats
    beyond: Floats = field(default_factory=lambda: np.zeros((0, len(OUTCOMES))))

    def error(self, group: NDArray[np.intp], count: int) -> Floats:
        """Return what followed less what was foretold (n,), NaN where not foretold, for means by group (n,).

        An outcome counts by its weight over the share of the group's courses in which it is known: with everybody's
        share, a group measured more often in one outcome would seem to fare as that outcome does.
        """
        foretold = ~np.isnan(self.expected)
        known = ~np.isnan(self.beyond) & foretold[:, None]
        size = np.bincount(group[foretold], minlength=count).astype(np.float64)
        total, weighed = np.zeros(len(self.expected)), np.zeros(count)
        for outcome, weight in enumerate(benefit_weights(None)):
            seen = known[:, outcome]
            share = np.bincount(group[seen], minlength=count) / np.maximum(size, 1)
            if not seen.any():
                continue
            apart = np.where(seen, self.beyond[:, outcome] - np.nanmean(self.beyond[:, outcome]), 0.0)
            total += weight * apart / np.where(share > 0, share, 1)[group]
            weighed += weight * (share > 0)
        return total / np.where(weighed > 0, weighed, np.nan)[group] - self.expected


def foretell(cases: Cases) -> Foretold:
    """Return the trial of the learned model on the most recent courses that began by the period's last day."""
    known = cases.data.evaluation
    judged = judge(_recent(cases), RIVALS if known is None else (), Candidate(OURS, _Learned, in_sd=True), QUANTILE)
    ids = clinic_ids(judged.later.design.client_ids)
    later = judged.later
    return Foretold(known or judged.report, ids, judged.scores, later.beyond, later.known - later.usual)


def clinic_ids(values: NDArray[np.object_]) -> list[str]:
    """Return ids as a list of text."""
    return [str(value) for value in values]


def _recent(cases: Cases) -> Clinic:
    """Return the clinic with its latest courses only, and of clients only theirs."""
    end = np.datetime64(cases.scope.period.end)
    begun = np.flatnonzero((cases.episodes["started_on"] <= end).to_numpy(bool))
    latest = cases.episodes["started_on"].iloc[begun].argsort(kind="stable").to_numpy()[-MOST_COURSES:]
    rows = begun[latest]
    episodes = cases.episodes.iloc[rows].reset_index(drop=True)
    clients = cases.clients.iloc[np.unique(cases.client_rows[rows])].reset_index(drop=True)
    # Nobody is scored by their words, and reading them again for each rival takes time.
    clients["about"] = pd.Series([None] * len(clients), dtype="str")
    return replace(cases.data.clinic, clients=clients, episodes=episodes)
