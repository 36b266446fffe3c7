"""What matters most to one client: the model's own terms weighed by group, so that the explanation is still the score.

Nothing is added to the score and no limit moves: a group's terms count three times, as they are, or a third.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal

import numpy as np

from matcher.domain.recommendation import Recommendation
from matcher.domain.vocabulary import STYLES
from matcher.features.comparisons import NAMES
from matcher.ranking.belief import Array, Belief

Level = Literal["more", "now", "less"]
Emphasis = Mapping[str, str]

#: The groups a client may weigh, and the comparisons in each. Experience and the clinic's own record are in none.
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "help": ("concern_cover", "approach_exposure", "approach_other"),
    "way": ("wish_modalities", *(f"style_{name}" for name in STYLES)),
    "who": ("wish_therapist_gender", "wish_identities", "wish_languages", "community_training"),
    "soon": ("availability", "distance", "opening_by", "wait"),
    "cost": ("cost",),
}
#: Our choice: enough to be seen, too little for one group to decide alone.
FACTORS: Final[dict[str, float]] = {"more": 3.0, "now": 1.0, "less": 1 / 3}
_GROUP_OF: Final[dict[str, str]] = {name: group for group, names in GROUPS.items() for name in names}


def said_of(emphasis: Emphasis) -> tuple[tuple[str, str], ...]:
    """Return the groups that count for more or less, as a slate keeps them."""
    return tuple(sorted((group, level) for group, level in emphasis.items() if level != "now"))


def factor_of(comparison: str, emphasis: Emphasis) -> float:
    """Return what a comparison's term is multiplied by; 1 where it is in no group or nothing was said.

    Raises
    ------
    ValueError
        If a level is not ``more``, ``now`` or ``less``.
    """
    level = emphasis.get(_GROUP_OF.get(comparison, ""), "now")
    if level not in FACTORS:
        raise ValueError("an emphasis is more, now or less")
    return FACTORS[level]


def weighed(belief: Belief, emphasis: Emphasis) -> Belief:
    """Return the belief whose comparisons' effects are multiplied by their group's factor, and their errors with them.

    A therapist's own effects stay as they are; how they move against the fixed effects (``lean``) is written in the
    fixed effects' new units, so that the interval of a benefit is that of the benefit as weighed.

    Raises
    ------
    ValueError
        If the emphasis names a group or level there is not.
    """
    if unknown := set(emphasis) - set(GROUPS):
        raise ValueError(f"there is no group {sorted(unknown)[0]!r} to weigh")
    factors = np.array([factor_of(name, emphasis) for name in NAMES])
    if (factors == 1).all():
        return belief
    columns = len(belief.fixed_covariance) // 3
    wide = np.ones((3, columns))
    wide[:, : len(NAMES)] = factors
    scale = wide.reshape(-1)
    return replace(
        belief,
        coefficients=belief.coefficients * factors[:, None],
        fixed_covariance=belief.fixed_covariance * np.outer(scale, scale),
        lean=belief.lean / scale,
    )


def group_sums(recommendation: Recommendation, emphasis: Emphasis) -> dict[str, float]:
    """Return what each group adds to a benefit before it was weighed by ``emphasis``, in SD."""
    sums = dict.fromkeys(GROUPS, 0.0)
    for term in recommendation.contributions:
        group = _GROUP_OF.get(term.comparison)
        if group is not None:
            sums[group] += term.benefit / factor_of(term.comparison, emphasis)
    return sums


def groups_with_a_say(recommendations: tuple[Recommendation, ...]) -> tuple[str, ...]:
    """Return the groups whose terms tell these therapists apart; weighing any other would change nothing."""
    said: dict[str, Array] = {
        group: np.array([group_sums(found, {})[group] for found in recommendations]) for group in GROUPS
    }
    return tuple(group for group, sums in said.items() if len(sums) > 1 and np.ptp(sums) > 0)
