"""Later episodes made ready to be predicted: clients as they then stood, and what followed beyond the case mix."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import Ridge

from matcher.clinic.encoding import ClientTable, TherapistTable, encode_clients, encode_therapists, rows_of
from matcher.clinic.folder import Clinic
from matcher.evaluation.baselines import Scorer
from matcher.evaluation.learned_baselines import FEWEST_EPISODES
from matcher.evaluation.splits import TimeSplit
from matcher.features.outcomes import DROPOUT_SD, OUTCOMES
from matcher.ranking.design import EpisodeDesign, episode_design
from matcher.ranking.recommender import Recommender

Array = NDArray[np.float64]
# Pairs of later clients and all therapists scored at once.
_PAIRS_AT_ONCE = 2_000_000


@dataclass(frozen=True, slots=True, eq=False)
class LaterEpisodes:
    """n later episodes with listed therapists.

    ``clients`` has one row an episode, the client as of that episode, with the episode's id, encoded once for whoever
    is on trial; ``column`` is the therapist's row. ``known`` (n, 3) are outcomes and ``usual`` (n, 3) what the case mix
    foretold, learned from earlier episodes. ``beyond`` (n,) is what followed beyond that, weighted as the benefit is;
    see ``beyond_usual``.
    """

    clients: ClientTable
    design: EpisodeDesign
    column: NDArray[np.intp]
    known: Array
    usual: Array
    beyond: Array

    def __len__(self) -> int:
        return len(self.column)

    def take(self, places: NDArray[np.intp]) -> "LaterEpisodes":
        """Return the given episodes."""
        arrays = {name: getattr(self, name)[places] for name in ("column", "known", "usual", "beyond")}
        return LaterEpisodes(clients=self.clients.take(places), design=self.design.take(places), **arrays)


def without_capacity(clinic: Clinic) -> Clinic:
    """Return a clinic in which every therapist has an open place: who is full today says nothing about the past."""
    therapists = clinic.therapists.assign(capacity=clinic.therapists["capacity"].clip(lower=1))
    return replace(clinic, therapists=therapists)


def later_episodes(split: TimeSplit, weights: Array) -> LaterEpisodes:
    """Return the later episodes of a split whose therapists are listed and of which some outcome is known."""
    therapists = encode_therapists(split.earlier.therapists)
    earlier = episode_design(split.earlier, therapists)
    design = episode_design(replace(split.earlier, episodes=split.later), therapists)
    usual = case_mix_expectation(earlier, design)
    kept = np.flatnonzero(design.listed & ~np.isnan(design.Y).all(axis=1))
    design, usual = design.take(kept), usual[kept]
    beyond = beyond_usual(design.Y, usual, weights)
    column = rows_of(therapists.position, design.therapist_ids.tolist())
    clients = encode_clients(clients_as_of(split.earlier.clients, split.later.iloc[design.rows]), therapists)
    return LaterEpisodes(clients, design, column, design.Y, usual, beyond)


def beyond_usual(known: Array, usual: Array, weights: Array) -> Array:
    """Return the benefit that followed (n,) beyond the usual, relative to the mean of all.

    An outcome counts by its weight over the share of episodes in which it is known, and 0 where it is not, so that
    means over many episodes are those of the whole benefit and not of its most often recorded part (Horvitz & Thompson
    1952, with outcomes taken to be missing by chance). Outcomes never known are left out.
    """
    share = (~np.isnan(known)).mean(axis=0) if len(known) else np.zeros(len(weights))
    seen = share > 0
    total = np.zeros(len(known))
    for outcome in np.flatnonzero(seen):
        left = known[:, outcome] - usual[:, outcome]
        centred = np.nan_to_num(left - np.nanmean(left))
        total += weights[outcome] / weights[seen].sum() / share[outcome] * centred
    return total


def case_mix_expectation(earlier: EpisodeDesign, later: EpisodeDesign) -> Array:
    """Return the outcomes (n, 3) that the case mix foretells for later episodes, learned from earlier ones.

    With too few earlier ones the mean stands, with none 0.
    """
    expected = np.zeros(later.Y.shape)
    for outcome in range(len(OUTCOMES)):
        known = ~np.isnan(earlier.Y[:, outcome])
        y = earlier.Y[known, outcome]
        if len(y) >= FEWEST_EPISODES and len(later):
            expected[:, outcome] = Ridge().fit(earlier.C[known], y).predict(later.C)
        elif len(y):
            expected[:, outcome] = y.mean()
    return expected


def clients_as_of(clients: pd.DataFrame, episodes: pd.DataFrame) -> pd.DataFrame:
    """Return one client row an episode, as the client stood when it began, with the episode's id as its id.

    Today's openings say nothing about the past, so dates are blank. Therapists a client came to exclude may be those an
    episode went badly with, so exclusions are blank too. A score from after the start is not used.
    """
    rows = pd.Index(clients["client_id"]).get_indexer(pd.Index(episodes["client_id"]))
    frame: pd.DataFrame = clients.iloc[rows].reset_index(drop=True)
    episodes = episodes.reset_index(drop=True)
    after = frame["enquired_at"] > episodes["started_on"] + pd.Timedelta(days=1)
    scored = episodes["score_start"].notna() & episodes["measure"].notna()
    frame["measure"] = frame["measure"].where(~after, None).where(~scored, episodes["measure"])
    frame["score"] = frame["score"].where(~after, np.nan).where(~scored, episodes["score_start"])
    frame["client_id"] = episodes["episode_id"]
    frame[["enquired_at", "next_opening_by"]] = pd.NaT
    frame["exclude_therapists"] = pd.Series([None] * len(frame), dtype="str")
    return frame


def seen_scores(scorer: Scorer, later: LaterEpisodes) -> Array:
    """Return the score (n,) of each episode's own therapist among all the client could see; NaN if not eligible."""
    scores = np.full(len(later), np.nan)
    for rows in _blocks(len(later), scorer.therapists_):
        grid = scorer.score_table(later.clients.take(rows))
        scores[rows] = grid[np.arange(len(rows)), later.column[rows]]
    return scores


@dataclass(frozen=True, slots=True, eq=False)
class SeenBenefit:
    """What was expected of the seen pairs: ``outcomes`` (n, 3), and the benefit's ``sd`` (n,); NaN if not eligible."""

    outcomes: Array
    sd: Array


def seen_benefit(recommender: Recommender, later: LaterEpisodes) -> SeenBenefit:
    """Return what the recommender expected of each episode's own therapist."""
    outcomes, sd = np.full((len(later), len(OUTCOMES)), np.nan), np.full(len(later), np.nan)
    for rows in _blocks(len(later), recommender.therapists_):
        ranked = recommender.rank_table(later.clients.take(rows), top=0)
        own = ranked.therapist_rows == later.column[rows][ranked.client_rows]
        place = rows[ranked.client_rows[own]]
        outcomes[place] = ranked.outcomes[own]
        sd[place] = (ranked.high[own] - ranked.low[own]) / (2 * 1.959964)
    return SeenBenefit(outcomes, sd)


def leaving_chance(staying: Array) -> Array:
    """Return the drop-out probability of an expected staying (0 left, 1/0.4 stayed), held between .01 and .99."""
    return np.clip(1 - staying * DROPOUT_SD, 0.01, 0.99)


def _blocks(n: int, therapists: TherapistTable) -> Iterator[NDArray[np.intp]]:
    step = max(1, _PAIRS_AT_ONCE // max(len(therapists), 1))
    for start in range(0, n, step):
        yield np.arange(start, min(start + step, n))
