"""Why somebody moved when a client said what matters most: read off the same terms that make the order."""

from collections.abc import Mapping

from matcher.domain.recommendation import Slate
from matcher.domain.steering import Move
from matcher.ranking.emphasis import FACTORS, GROUPS, group_sums

Sums = Mapping[str, Mapping[str, float]]


def moves(before: Slate, after: Slate) -> tuple[Move, ...]:
    """Return who moved between two slates of one client, in the new order; those who stayed are left out.

    Of two therapists who changed order the weighed sum of their terms did so too. What is named is the group that did
    most of it: whose factor times the difference of the two, over all the pairs that changed order, is largest.
    """
    old = {found.therapist_id: found.rank for found in before.recommendations}
    new = {found.therapist_id: found.rank for found in after.recommendations}
    sums = {
        found.therapist_id: group_sums(found, dict(slate.emphasis))
        for slate in (before, after)
        for found in slate.recommendations
    }
    factors = _changes(dict(before.emphasis), dict(after.emphasis))
    return tuple(
        Move(one, old.get(one), rank, _group(one, old, new, sums, factors))
        for one, rank in new.items()
        if old.get(one) != rank
    )


def _changes(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, float]:
    return {group: FACTORS[after.get(group, "now")] - FACTORS[before.get(group, "now")] for group in GROUPS}


def _group(
    one: str, old: Mapping[str, int], new: Mapping[str, int], sums: Sums, factors: Mapping[str, float]
) -> str | None:
    last = len(old) + len(new)
    gained = dict.fromkeys(GROUPS, 0.0)
    for other in {*old, *new} - {one}:
        was_below = old.get(one, last) > old.get(other, last)
        is_below = new.get(one, last) > new.get(other, last)
        if was_below == is_below:
            continue
        # Towards the one who is now higher.
        higher, lower = (other, one) if is_below else (one, other)
        for group in GROUPS:
            gained[group] += factors[group] * (sums[higher][group] - sums[lower][group])
    best = max(gained, key=lambda group: gained[group])
    return best if gained[best] > 0 else None
