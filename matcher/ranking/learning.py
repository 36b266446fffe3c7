"""From a clinic's episodes to a belief: published effects as the prior, the outcome model as the learner."""

from dataclasses import dataclass, replace

import numpy as np

from matcher.features.case_mix import CASE_MIX_NAMES, THERAPIST_COVARIATES
from matcher.ranking.belief import Array, Belief
from matcher.ranking.benefit import BenefitPosterior
from matcher.ranking.design import EpisodeDesign
from matcher.ranking.effects import effect_priors
from matcher.ranking.hierarchy import OutcomeModel
from matcher.ranking.posterior import FixedPrior
from matcher.ranking.sums import N_OUTCOMES, OutcomeSums, PatternSums, members
from matcher.ranking.variance import VarianceComponents

# What case mix does is learned almost freely: SD of each column's effect in SD of the outcome, the intercept wider.
_INTERCEPT_SD, _CASE_MIX_SD = 5.0, 1.0
# The usual link of start and end score (r .55; better = positive) is taken off beforehand: what is left starts at 0.
_START_TO_END = -0.55
# The published effects may all be too large or too small at once, by this share of their size (SD): in worlds without
# any effect of the pair it keeps them from misleading for long, and elsewhere it costs next to nothing.
_COMMON_DOUBT = 0.5
# The SD of alliance and improvement is taken from the data, held by this many episodes' worth of the usual SD of 1.
_USUAL_SD_EPISODES = 20
# Staying is in drop-out probability over .4 by the contract, whatever the clinic's own rate.
_FIXED_SCALE = (False, False, True)


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """A fitted model with the sums it came from; ``scale`` (3,) is each outcome's SD in the units of the sums."""

    sums: OutcomeSums
    model: OutcomeModel
    scale: Array

    def summary(self) -> str:
        """Return one plain sentence on how much was learned about therapists."""
        return self.model.spread().sentence()

    def belief(self, therapists: tuple[str, ...], weights: Array) -> Belief:
        """Return what is believed about the listed therapists, those never seen included."""
        posterior = self.model.posterior_
        place = {therapist: i for i, therapist in enumerate(posterior.therapists)}
        seen = [therapist for therapist in therapists if therapist in place]
        # None is nobody's id: the last row is the therapist never seen.
        benefit = BenefitPosterior.of(posterior, self.model.sums_, (*seen, None), tuple(weights))
        effects = np.zeros((len(seen) + 1, len(THERAPIST_COVARIATES), N_OUTCOMES))
        effects[:-1] = posterior.effects[[place[therapist] for therapist in seen]].transpose(0, 2, 1)
        row = {therapist: i for i, therapist in enumerate(seen)}
        n_comparisons = posterior.fixed.shape[0] - len(CASE_MIX_NAMES)
        return Belief(
            posterior.fixed[:n_comparisons],
            benefit.fixed_cov,
            effects,
            benefit.own_cov,
            benefit.lean,
            np.array([row.get(therapist, len(seen)) for therapist in therapists], dtype=np.intp),
            weights,
        )


def fixed_prior() -> FixedPrior:
    """Return the prior of all fixed effects: published ones for the comparisons, wide ones for the case mix."""
    comparisons = effect_priors()
    p, q = len(comparisons.mean), len(CASE_MIX_NAMES)
    mean = np.zeros((p + q, N_OUTCOMES))
    mean[:p] = comparisons.mean
    covariance = np.zeros((N_OUTCOMES, p + q, p + q))
    covariance[:, :p, :p] = comparisons.covariance
    spread = np.full(q, _CASE_MIX_SD)
    spread[0] = _INTERCEPT_SD
    covariance[:, np.arange(p, p + q), np.arange(p, p + q)] = spread**2
    return FixedPrior(mean, covariance, common=_COMMON_DOUBT)


def sums_of(design: EpisodeDesign) -> OutcomeSums:
    """Return the additive sums of a design; sums of parts of the episodes add up to the sums of all."""
    if not len(design.Y):
        return OutcomeSums.empty(design.X.shape[1] + design.C.shape[1], design.Z.shape[1])
    outcomes = design.Y.copy()
    outcomes[:, 1] -= _START_TO_END * design.C[:, CASE_MIX_NAMES.index("start_score")]
    return OutcomeSums.from_rows(np.hstack((design.X, design.C)), design.Z, outcomes, design.therapist_ids)


def learn(sums: OutcomeSums) -> Learned:
    """Return the model the sums give, its outcomes scaled to SD units; with no episodes, the published effects."""
    scale = _outcome_sd(sums)
    model = OutcomeModel().fit_sums(_rescaled(sums, 1 / scale), fixed_prior())
    return Learned(sums, model, scale)


def relearn(sums: OutcomeSums, components: VarianceComponents, scale: Array, evidence: float) -> Learned:
    """Return the model of sums whose variance components, scale and evidence of differences were estimated before."""
    model = OutcomeModel(components=components).fit_sums(_rescaled(sums, 1 / scale), fixed_prior())
    model.evidence_ = evidence
    return Learned(sums, model, scale)


def _outcome_sd(sums: OutcomeSums) -> Array:
    """Return each outcome's SD given the case mix and comparisons, (3,), by ridge regression from the sums."""
    scale = np.ones(N_OUTCOMES)
    for outcome in range(N_OUTCOMES):
        parts = [part for bits, part in sums.patterns.items() if outcome in members(bits)]
        if _FIXED_SCALE[outcome] or not parts:
            continue
        n = sum(part.n for part in parts)
        xx = sum((part.xx for part in parts), np.zeros((sums.n_fixed, sums.n_fixed)))
        xy = sum((part.xy[:, outcome] for part in parts), np.zeros(sums.n_fixed))
        yy = sum(float(part.yy[outcome, outcome]) for part in parts)
        effects = np.linalg.solve(xx + np.eye(sums.n_fixed), xy)
        left = max(yy - float(effects @ xy), 0.0)
        scale[outcome] = np.sqrt((left + _USUAL_SD_EPISODES) / (n + _USUAL_SD_EPISODES))
    return scale


def _rescaled(sums: OutcomeSums, factor: Array) -> OutcomeSums:
    """Return the sums of the same episodes with each outcome multiplied by ``factor`` (3,)."""
    wide = np.concatenate((np.ones(sums.n_fixed), factor))
    within = np.concatenate((wide, np.ones(sums.n_random)))
    patterns = {
        bits: PatternSums(part.n, part.whole * np.outer(wide, wide), part.rows, part.within * within)
        for bits, part in sums.patterns.items()
    }
    return replace(sums, patterns=patterns)
