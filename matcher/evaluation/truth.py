"""Simulated clinics, where the truth is known: how much of the best possible a recommender finds for new clients."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.folder import Clinic
from matcher.evaluation.baselines import Scorer
from matcher.evaluation.candidates import LEARNED, Candidate, available_baselines
from matcher.evaluation.metrics import CONCORDANCE, ORACLE_SHARE, TOP_CHOICE_GAIN, coverage, ndcg
from matcher.evaluation.splits import time_split
from matcher.ranking.recommender import Recommender
from matcher.simulation.clinic import SimulatedClinic, simulate_clinic
from matcher.simulation.truth import Truth
from matcher.simulation.world import World

Array = NDArray[np.float64]
HELD_OUT = 300
_GRADES = 5
_NDCG_AT = 3
_NDCG = ndcg(_NDCG_AT)


@dataclass(frozen=True, slots=True)
class TruthScore:
    """How a recommender's ranking of new clients' therapists compares with the truth.

    ``share`` of the oracle's gain over a random eligible therapist, by top choice; ``gain`` in SD of benefit and the
    ``oracle``'s; ``concordance`` of pairs; ``ndcg`` of the first three on fifths of true benefit; ``slope`` of true on
    predicted benefit and ``held``, the share of 95% intervals that hold the truth, NaN where there are none.
    """

    share: float
    gain: float
    oracle: float
    concordance: float
    ndcg: float
    slope: float
    held: float
    clients: int


def judge(scorer: Scorer, clients: pd.DataFrame, therapists: pd.DataFrame, truth: Truth) -> TruthScore:
    """Return how a fitted recommender does for clients of a simulated clinic; clients nobody may see do not count."""
    benefit = np.asarray(truth.benefit(clients, therapists).benefit, dtype=np.float64)
    return _judge(scorer, clients, benefit)


def judge_by_file(
    clinic: Clinic,
    truth: pd.DataFrame,
    on: date | None = None,
    candidates: Sequence[Candidate] | None = None,
    progress: Callable[[str], object] | None = None,
) -> pd.DataFrame:
    """Return one row a candidate, with the fields of ``TruthScore``, for a made-up clinic read from its folder.

    Candidates learn from the earlier episodes and rank for the clients of the later ones whom ``truth`` (client_id,
    therapist_id, benefit) knows; empty where it knows none.
    """
    taking_part = (LEARNED, *available_baselines()) if candidates is None else tuple(candidates)
    split = time_split(clinic, on=on)
    known = set(split.later["client_id"]) & set(truth["client_id"])
    clients = clinic.clients[clinic.clients["client_id"].isin(known)].reset_index(drop=True)
    if clients.empty:
        return pd.DataFrame(columns=["recommender", *(field.name for field in fields(TruthScore))])
    wide = truth.pivot_table("benefit", "client_id", "therapist_id")
    benefit = wide.reindex(clients["client_id"], columns=clinic.therapists["therapist_id"]).to_numpy(np.float64)
    rows: list[dict[str, object]] = []
    for candidate in taking_part:
        found = _judge(candidate.make().fit(split.earlier), clients, benefit)
        rows.append({"recommender": candidate.name, **asdict(found)})
        if progress is not None:
            progress(candidate.name)
    return pd.DataFrame(rows)


def _judge(scorer: Scorer, clients: pd.DataFrame, benefit: Array) -> TruthScore:
    scores = scorer.score(clients)
    scores = np.where(np.isnan(benefit), np.nan, scores)
    eligible = ~np.isnan(scores)
    count = np.maximum(eligible.sum(axis=1, keepdims=True), 1)
    usual = np.where(eligible, benefit, 0).sum(axis=1, keepdims=True) / count
    gains = np.where(eligible, benefit - usual, np.nan)
    oracle = TOP_CHOICE_GAIN(np.where(eligible, gains, np.nan), gains)
    spread = float(np.nanvar(scores)) if eligible.any() else 0.0
    slope = float(np.nanmean(scores * gains)) / spread if spread > 1e-12 else np.nan
    return TruthScore(
        ORACLE_SHARE(scores, gains),
        TOP_CHOICE_GAIN(scores, gains),
        oracle,
        CONCORDANCE(scores, gains),
        _NDCG(scores, _grades(gains)),
        slope,
        _held(scorer, clients, gains) if isinstance(scorer, Recommender) else np.nan,
        int(eligible.any(axis=1).sum()),
    )


def _grades(gains: Array) -> Array:
    """Return fifths of true benefit over all pairs, 0 to 4, NaN where not eligible."""
    if np.isnan(gains).all():
        return gains
    cuts = np.nanquantile(gains, np.linspace(0, 1, _GRADES + 1)[1:-1])
    return np.where(np.isnan(gains), np.nan, np.searchsorted(cuts, gains))


def _held(recommender: Recommender, clients: pd.DataFrame, gains: Array) -> float:
    ranked = recommender.rank(clients, top=0)
    return coverage(ranked.low, ranked.high, gains[ranked.client_rows, ranked.therapist_rows])


@dataclass(frozen=True, slots=True, eq=False)
class HeldOut:
    """A simulated clinic with some clients held out, and the others' episodes in an order drawn by chance."""

    simulated: SimulatedClinic
    new: pd.DataFrame
    order: NDArray[np.intp]

    @classmethod
    def of(cls, simulated: SimulatedClinic, held_out: int, rng: np.random.Generator) -> "HeldOut":
        """Hold out clients by chance, with all their episodes."""
        rows = np.sort(rng.permutation(len(simulated.clients))[:held_out])
        new = simulated.clients.iloc[rows].reset_index(drop=True)
        others = np.flatnonzero(~simulated.episodes["client_id"].isin(set(new["client_id"])))
        return cls(simulated, new, rng.permutation(others))

    def clinic(self, size: int) -> Clinic:
        """Return the clinic with ``size`` episodes; those of smaller sizes are among those of larger ones.

        Raises
        ------
        ValueError
            If there are not so many.
        """
        if size > len(self.order):
            raise ValueError(f"only {len(self.order)} episodes are not of held-out clients: {size} were asked for")
        rows = np.sort(self.order[:size])
        episodes = self.simulated.episodes.iloc[rows].reset_index(drop=True)
        return Clinic(self.simulated.therapists, self.simulated.clients, episodes)


def learning_curve(
    sizes: Sequence[int],
    seeds: Iterable[int],
    n_therapists: int = 40,
    world: World | None = None,
    candidates: Sequence[Candidate] | None = None,
    progress: Callable[[int, int, str], object] | None = None,
) -> pd.DataFrame:
    """Return one row a seed, size and candidate, with the fields of ``TruthScore``; our recommender comes first.

    ``progress`` is called with the seed, the size and the candidate's name as each is done.
    """
    taking_part = (LEARNED, *available_baselines()) if candidates is None else tuple(candidates)
    rows: list[dict[str, object]] = []
    for seed in seeds:
        # A twelfth of clients never start; a third more than needed leaves room for that and for chance.
        made = simulate_clinic(int(1.34 * max(sizes)) + 2 * HELD_OUT, n_therapists, seed, world)
        held_out = HeldOut.of(made, HELD_OUT, np.random.default_rng(seed))
        for size in sizes:
            clinic = held_out.clinic(size)
            for candidate in taking_part:
                found = judge(candidate.make().fit(clinic), held_out.new, made.therapists, made.truth)
                rows.append({"seed": seed, "episodes": size, "recommender": candidate.name, **asdict(found)})
                if progress is not None:
                    progress(seed, size, candidate.name)
    return pd.DataFrame(rows)


def shares(curve: pd.DataFrame) -> pd.DataFrame:
    """Return the mean share of the oracle's gain, a row a recommender and a column a number of episodes."""
    order = curve["recommender"].unique()
    return curve.pivot_table("share", "recommender", "episodes", aggfunc="mean").reindex(order)
