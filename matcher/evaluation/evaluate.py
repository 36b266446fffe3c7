"""Time-split evaluation: every recommender learns from what was known on a day, and later episodes judge it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from matcher.clinic.folder import Clinic
from matcher.evaluation.candidates import LEARNED, Candidate, available_baselines, missing_baselines
from matcher.evaluation.comparison import paired_difference
from matcher.evaluation.intervals import Interval, clustered_mean, share
from matcher.evaluation.later import (
    LaterEpisodes,
    SeenBenefit,
    later_episodes,
    leaving_chance,
    seen_benefit,
    seen_scores,
    without_capacity,
)
from matcher.evaluation.metrics import brier, calibration, log_loss, ndcg, rmse
from matcher.evaluation.report import CalibrationGroup, Counts, DropOut, EvaluationReport, OutcomeResult, Result
from matcher.evaluation.sentences import LIMITS, verdicts
from matcher.evaluation.splits import TimeSplit, time_split
from matcher.features.outcomes import OUTCOMES, outcomes
from matcher.ranking.belief import benefit_weights
from matcher.ranking.recommender import Recommender

Array = NDArray[np.float64]
Ids = NDArray[np.object_]
_GROUPS = 3
_GRADES = 5
# With fewer later episodes a therapist's mean says next to nothing.
_FEWEST_OF_A_THERAPIST = 5
_NDCG_10 = ndcg(10)


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """An evaluation's report, and what it rests on: the n later episodes and our scores (n,), NaN if not eligible."""

    report: EvaluationReport
    later: LaterEpisodes
    scores: Array


def evaluate(
    clinic: Clinic,
    baselines: Sequence[Candidate] | None = None,
    ours: Candidate = LEARNED,
    quantile: float = 0.7,
    on: date | None = None,
    progress: Callable[[str], object] | None = None,
) -> EvaluationReport:
    """Return how our recommender and every baseline, fitted before a day, do on the episodes that began later.

    Parameters
    ----------
    clinic
        With however many episodes; with too few the report says so.
    baselines
        The rivals; all whose libraries are installed by default.
    ours
        The recommender on trial.
    quantile, on
        The day, as a quantile of the start dates or as a date.
    progress
        Called with the name of each recommender as it is done.
    """
    return judge(clinic, baselines, ours, quantile, on, progress).report


def judge(
    clinic: Clinic,
    baselines: Sequence[Candidate] | None = None,
    ours: Candidate = LEARNED,
    quantile: float = 0.7,
    on: date | None = None,
    progress: Callable[[str], object] | None = None,
) -> Judged:
    """Return the same as `evaluate`, with the later episodes and our scores of them."""
    rivals = tuple(available_baselines()) if baselines is None else tuple(baselines)
    split = time_split(without_capacity(clinic), quantile, on)
    later = later_episodes(split, benefit_weights(None))
    scores, benefit = _scores(split, later, (ours, *rivals), progress)
    everyone, of_all = later, scores[0]
    compared = np.flatnonzero(~np.isnan(of_all)) if len(later) else np.zeros(0, dtype=np.intp)
    counts = _counts(split, later, compared)
    later, scores = later.take(compared), scores[:, compared]
    benefit = SeenBenefit(benefit.outcomes[compared], benefit.sd[compared])
    gains = [_gains(row, later.beyond) for row in scores]
    clusters = later.design.therapist_ids, later.design.client_ids
    results = tuple(_result(c, s, g, later) for c, s, g in zip((ours, *rivals), scores, gains, strict=True))
    differences = tuple(
        paired_difference(ours.name, rival.name, gains[0], gain, *clusters)
        for rival, gain in zip(rivals, gains[1:], strict=True)
    )
    held = _held(scores[0], benefit.sd, later)
    report = EvaluationReport(
        split.cut if len(clinic.episodes) else None,
        counts,
        _outcome_results(split, later, benefit),
        results,
        differences,
        _calibration_groups(scores[0], later),
        _drop_out(later, benefit),
        held,
        tuple(candidate.name for candidate in missing_baselines()) if baselines is None else (),
        verdicts(counts, results, differences, held),
        LIMITS,
    )
    return Judged(report, everyone, of_all)


def _scores(
    split: TimeSplit,
    later: LaterEpisodes,
    candidates: Sequence[Candidate],
    progress: Callable[[str], object] | None,
) -> tuple[Array, SeenBenefit]:
    """Return each candidate's scores of the seen pairs (candidates, n), and what ours expected of them."""
    rows = []
    benefit = SeenBenefit(np.full((len(later), len(OUTCOMES)), np.nan), np.full(len(later), np.nan))
    for place, candidate in enumerate(candidates):
        scorer = candidate.make().fit(split.earlier)
        rows.append(seen_scores(scorer, later))
        if place == 0 and isinstance(scorer, Recommender):
            benefit = seen_benefit(scorer, later)
        if progress is not None:
            progress(candidate.name)
    return np.array(rows), benefit


def _counts(split: TimeSplit, later: LaterEpisodes, compared: NDArray[np.intp]) -> Counts:
    therapists = set(split.earlier.therapists["therapist_id"])
    unlisted = int((~split.later["therapist_id"].isin(therapists)).sum())
    kept = later.take(compared).design
    return Counts(
        learned_from=len(split.earlier.episodes),
        endings_hidden=split.hidden,
        returning=split.returning,
        unlisted=unlisted,
        without_outcome=len(split.later) - unlisted - len(later),
        limit_broken=len(later) - len(compared),
        compared=len(compared),
        therapists=len(set(kept.therapist_ids.tolist())),
        clients=len(set(kept.client_ids.tolist())),
    )


def _gains(scores: Array, beyond: Array) -> Array:
    """Return each episode's part (n,) in the covariance of standardised scores with what followed; 0 if scores tie."""
    spread = scores.std() if len(scores) else 0.0
    if spread < 1e-9:
        return np.zeros(len(scores))
    return np.asarray((scores - scores.mean()) / spread * (beyond - beyond.mean()))


def _result(candidate: Candidate, scores: Array, gains: Array, later: LaterEpisodes) -> Result:
    clusters = later.design.therapist_ids, later.design.client_ids
    association = clustered_mean(gains, *clusters)
    ranked = _ndcg(scores, later)
    if not candidate.in_sd:
        return Result(candidate.name, association, ranked)
    followed, said = later.beyond - _mean(later.beyond), scores - _mean(scores)
    reduction = clustered_mean(followed**2 - (followed - said) ** 2, *clusters)
    return Result(candidate.name, association, ranked, calibration(scores, later.beyond, *clusters)[1], reduction)


def _ndcg(scores: Array, later: LaterEpisodes) -> float:
    """Return nDCG@10 of fifths of what followed, each main domain's episodes ranked among themselves."""
    if not len(later):
        return np.nan
    grade = np.searchsorted(np.quantile(later.beyond, np.linspace(0, 1, _GRADES + 1)[1:-1]), later.beyond)
    domain = later.design.Z[:, 1:-1].argmax(axis=1)
    shape = (len(np.unique(domain)), len(later))
    grid, grades = np.full(shape, np.nan), np.full(shape, np.nan)
    for row, value in enumerate(np.unique(domain)):
        here = domain == value
        grid[row, here], grades[row, here] = scores[here], grade[here]
    return _NDCG_10(grid, grades)


def _outcome_results(split: TimeSplit, later: LaterEpisodes, benefit: SeenBenefit) -> tuple[OutcomeResult, ...]:
    episodes = split.earlier.episodes
    earlier = outcomes(episodes[episodes["client_id"].isin(set(split.earlier.clients["client_id"]))])
    ours = later.usual + benefit.outcomes
    return tuple(
        OutcomeResult(
            name,
            _missing(earlier[:, i]),
            _missing(later.design.Y[:, i]),
            rmse(later.known[:, i], later.usual[:, i]),
            rmse(later.known[:, i], ours[:, i]),
        )
        for i, name in enumerate(OUTCOMES)
    )


def _missing(known: Array) -> float:
    return float(np.isnan(known).mean()) if len(known) else np.nan


def _calibration_groups(scores: Array, later: LaterEpisodes) -> tuple[CalibrationGroup, ...]:
    if len(scores) < _GROUPS * _FEWEST_OF_A_THERAPIST:
        return ()
    group = np.searchsorted(np.quantile(scores, np.linspace(0, 1, _GROUPS + 1)[1:-1]), scores)
    ids = later.design.therapist_ids
    beyond = later.beyond - later.beyond.mean()
    rows = [group == value for value in np.unique(group)]
    complete = np.isnan(later.known).sum(axis=1) == 0
    return tuple(
        CalibrationGroup(float(scores[r].mean()), clustered_mean(beyond[r], ids[r]), int(complete[r].sum()))
        for r in rows
    )


def _drop_out(later: LaterEpisodes, benefit: SeenBenefit) -> DropOut | None:
    known = ~np.isnan(later.known[:, 2]) & ~np.isnan(benefit.outcomes[:, 2])
    if not known.any():
        return None
    left = (later.known[known, 2] == 0).astype(np.float64)
    usual = leaving_chance(later.usual[known, 2])
    ours = leaving_chance(later.usual[known, 2] + benefit.outcomes[known, 2])
    return DropOut(int(known.sum()), brier(left, usual), brier(left, ours), log_loss(left, usual), log_loss(left, ours))


def _held(scores: Array, sd: Array, later: LaterEpisodes) -> Interval | None:
    """Return the share of therapists whose later mean lay in the 95% interval foretold for it.

    The interval takes in the benefit's own uncertainty and that of a mean of so few episodes.
    """
    if len(scores) < 2 or np.isnan(sd).all():
        return None
    ids: Ids = later.design.therapist_ids
    followed = later.beyond - later.beyond.mean() - (scores - scores.mean())
    noise = float(followed.var(ddof=1))
    inside, asked = 0, 0
    for therapist in np.unique(ids):
        rows = ids == therapist
        if rows.sum() >= _FEWEST_OF_A_THERAPIST:
            width = np.sqrt(noise / rows.sum() + float((sd[rows] ** 2).mean()))
            inside += abs(float(followed[rows].mean())) <= 1.959964 * width
            asked += 1
    return share(inside, asked) if asked else None


def _mean(values: Array) -> float:
    return float(values.mean()) if len(values) else 0.0
