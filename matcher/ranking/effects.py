"""Published effects as prior beliefs about each comparison, from ``effects.csv`` and ``assumed_effects.csv``.

Units are SD of the outcome (staying: drop-out probability over 0.4) for the full range of a comparison, as in
``matcher.features.comparisons``. A published 95% range becomes an SD by dividing its width by 3.92.
"""

from dataclasses import dataclass
from math import log

import numpy as np
from numpy.typing import NDArray

from matcher.domain.reference import reference_rows
from matcher.domain.vocabulary import STYLES
from matcher.features.comparisons import NAMES
from matcher.features.outcomes import DROPOUT_SD, OUTCOMES

Array = NDArray[np.float64]

# How far one kind of wish may differ from wishes in general, in SD of each outcome (our assumption, wide enough to
# learn).
_BETWEEN_WISHES = (0.12, 0.08, 0.10)
# The same for the four style dimensions, by SD of match.
_BETWEEN_STYLES = 0.03
# Effects with no published figure start at 0 and may be learned within this SD.
_UNPUBLISHED_SD = 0.05
_WISHES = ("wish_therapist_gender", "wish_modalities", "wish_identities")
_STYLES = tuple(f"style_{name}" for name in STYLES)


@dataclass(frozen=True, slots=True)
class Effect:
    """A mean and a standard deviation of belief, in SD units of an outcome."""

    mean: float
    sd: float


@dataclass(frozen=True, slots=True, eq=False)
class EffectPriors:
    """Prior belief about the comparisons: ``mean`` (p, 3) and ``covariance`` (3, p, p), outcomes in contract order."""

    names: tuple[str, ...]
    mean: Array
    covariance: Array


def published(parameter: str, outcome: str) -> Effect:
    """Return the published or assumed effect of ``parameter`` on ``outcome``.

    Raises
    ------
    KeyError
        If the reference tables have no such row.
    """
    for row in (*reference_rows("effects"), *reference_rows("assumed_effects")):
        if (row["parameter"], row["outcome"]) == (parameter, outcome):
            low, high = float(row["low"]), float(row["high"])
            return Effect(float(row["value"]), (high - low) / 3.92)
    raise KeyError(f"{parameter}, {outcome} is in neither effects.csv nor assumed_effects.csv")


def preference_staying() -> Effect:
    """Return the effect of wishes honoured on staying, from the odds ratio of drop-out (Swift 2018; Windle 2020).

    At the published drop-out rate q the change in probability is q(1-q) times the log odds ratio.
    """
    rows = {(row["parameter"], row["outcome"]): row for row in reference_rows("effects")}
    ratio, rate = rows["preference_mismatch", "dropout"], float(rows["dropout_rate", "dropout"]["value"])
    slope = rate * (1 - rate) / DROPOUT_SD
    width = log(float(ratio["high"])) - log(float(ratio["low"]))
    return Effect(slope * log(float(ratio["value"])), slope * width / 3.92)


def effect_priors() -> EffectPriors:
    """Return the prior belief about every comparison; wishes share one common effect and differ a little around it."""
    wish = (
        published("preference_match", "alliance"),
        published("preference_match", "improvement"),
        preference_staying(),
    )
    style = (
        published("style_match", "alliance"),
        published("style_match", "improvement"),
        published("style_fit", "staying"),
    )
    mean = np.zeros((len(NAMES), len(OUTCOMES)))
    covariance = np.zeros((len(OUTCOMES), len(NAMES), len(NAMES)))
    for outcome in range(len(OUTCOMES)):
        _set_group(mean, covariance, outcome, _WISHES, wish[outcome], _BETWEEN_WISHES[outcome])
        _set_group(mean, covariance, outcome, _STYLES, style[outcome], _BETWEEN_STYLES)
    for name, effects in _single_effects().items():
        row = NAMES.index(name)
        for outcome, effect in enumerate(effects):
            mean[row, outcome] = effect.mean
            covariance[outcome, row, row] = effect.sd**2
    return EffectPriors(NAMES, mean, covariance)


def _set_group(
    mean: Array, covariance: Array, outcome: int, names: tuple[str, ...], common: Effect, between: float
) -> None:
    rows = [NAMES.index(name) for name in names]
    mean[rows, outcome] = common.mean
    covariance[outcome][np.ix_(rows, rows)] = common.sd**2 + np.eye(len(rows)) * between**2


def _single_effects() -> dict[str, tuple[Effect, Effect, Effect]]:
    none = Effect(0.0, _UNPUBLISHED_SD)
    practical = (none, none, published("practical_match", "staying"))
    wait = published("wait_week", "staying")
    return {
        "wish_languages": (none, none, none),
        "concern_cover": (
            published("concern_scope", "alliance"),
            published("concern_scope", "improvement"),
            published("concern_scope", "staying"),
        ),
        "approach_exposure": (none, published("modality_fit_exposure_type", "improvement"), none),
        "approach_other": (none, published("modality_fit_other", "improvement"), none),
        "community_training": (none, published("community_training", "improvement"), none),
        "experience": (Effect(0.0, 0.02), published("experience_10_years", "improvement"), Effect(0.0, 0.02)),
        "availability": practical,
        "distance": practical,
        "opening_by": practical,
        "wait": (Effect(0.0, 0.01), Effect(0.0, 0.01), Effect(-wait.mean, wait.sd)),
        "cost": (none, none, none),
    }
