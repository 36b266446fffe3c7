"""Who takes part in an evaluation: our recommender and every baseline, by name."""

from collections.abc import Callable
from dataclasses import dataclass

from matcher.evaluation.baselines import (
    CaseMixOnly,
    ConcernCover,
    NextAvailable,
    PublishedEffects,
    RandomChoice,
    Scorer,
    WishesOnly,
)
from matcher.evaluation.extra_baselines import GPBoost, LambdaRank, is_installed
from matcher.evaluation.learned_baselines import GradientBoosting, RidgeDummies, TherapistMean
from matcher.ranking.recommender import Recommender

OURS, PUBLISHED = "learned model", "published effects alone"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recommender under evaluation.

    ``in_sd`` says that its scores claim to be benefits in SD units, so that their size can be held against what
    followed; ``library`` names the optional library it needs.
    """

    name: str
    make: Callable[[], Scorer]
    in_sd: bool = False
    library: str | None = None

    @property
    def available(self) -> bool:
        """Whether the library it needs is installed."""
        return self.library is None or is_installed(self.library)


def _raw_means() -> Scorer:
    return TherapistMean(prior_episodes=0)


LEARNED = Candidate(OURS, Recommender, in_sd=True)
BASELINES: tuple[Candidate, ...] = (
    Candidate("random choice", RandomChoice),
    Candidate("next available", NextAvailable),
    Candidate("concern cover", ConcernCover),
    Candidate("wishes only", WishesOnly),
    Candidate(PUBLISHED, PublishedEffects, in_sd=True),
    Candidate("case mix only", CaseMixOnly, in_sd=True),
    Candidate("raw therapist means", _raw_means, in_sd=True),
    Candidate("shrunken therapist means", TherapistMean, in_sd=True),
    Candidate("ridge with therapist dummies", RidgeDummies, in_sd=True),
    Candidate("gradient boosting", GradientBoosting, in_sd=True),
    Candidate("LambdaRank", LambdaRank, library="lightgbm"),
    Candidate("GPBoost", GPBoost, in_sd=True, library="gpboost"),
)


def available_baselines() -> tuple[Candidate, ...]:
    """Return the baselines whose libraries are installed."""
    return tuple(candidate for candidate in BASELINES if candidate.available)


def missing_baselines() -> tuple[Candidate, ...]:
    """Return the baselines that cannot run here."""
    return tuple(candidate for candidate in BASELINES if not candidate.available)
