"""The people a client is shown now, made once for the same answers, and kept as shown."""

import logging
from dataclasses import dataclass
from typing import Any, Final

from matcher.domain.client import Client
from matcher.domain.recommendation import Slate
from matcher.intake.parsing import left_to_staff
from matcher.ui import state
from matcher.ui.journey import Journey

FIRST: Final = 3
MORE: Final = 6
EMPHASIS: Final = "emphasis"
PAST_MATCHES: Final = "past_matches"
SLATE: Final = "slate_id"
LOOKED_AT: Final = "looked_at"


@dataclass(frozen=True, slots=True)
class Shown:
    """One slate with what it was made of; ``plain`` is the same without any emphasis."""

    client: Client
    slate: Slate
    plain: Slate


def shown(journey: Journey, client: Client) -> Shown:
    """Return the slate as the client has set it, worked out only when something it depends on has changed."""
    top = MORE if state.flipped("more") else FIRST
    weights = emphasis(journey)
    past = uses_past_matches(journey)
    plain = _slate(journey, client, top, {}, past)
    return Shown(client, _slate(journey, client, top, weights, past) if weights else plain, plain)


def keep(journey: Journey, now: Shown) -> None:
    """Keep the slate as it is shown, once, where the client agreed to it."""

    def kept() -> str | None:
        return journey.services.enquiries.show(now.client, now.slate, journey.answers)

    key = (now.client, now.slate.recommendations, now.slate.emphasis, bool(journey.answers.get("consent_matching")))
    try:
        journey.answers[SLATE] = state.remember("kept_slate", key, kept)
    except Exception as error:
        # The people are on the page and must stay there, whatever has broken behind it; the next run tries again.
        logging.getLogger(__name__).error("A slate could not be kept: %s", type(error).__name__)
        journey.answers[SLATE] = None
    journey.answers[LOOKED_AT] = [found.therapist_id for found in now.slate.recommendations]
    journey.save()


def emphasis(journey: Journey) -> dict[str, str]:
    """Return what the client said matters more or less, by group; groups left as they are have no entry."""
    kept = journey.answers.get(EMPHASIS)
    given = kept if isinstance(kept, dict) else {}
    return {group: level for group, level in sorted(given.items()) if level in ("more", "less")}


def uses_past_matches(journey: Journey) -> bool:
    """Tell whether past matches have a say in the order; they have unless the client switched them off."""
    return journey.answers.get(PAST_MATCHES) is not False


def _slate(journey: Journey, client: Client, top: int, weights: dict[str, str], past: bool) -> Slate:
    options: dict[str, Any] = {}
    if weights:
        options["emphasis"] = weights
    if not past:
        options["past_matches"] = False
    left = left_to_staff(journey.answers)
    if left:
        options["left_to_staff"] = left
    name = "slate" if weights else "slate_plain"
    return state.remember(
        name,
        (client, top, tuple(weights.items()), past, left),
        lambda: journey.services.matching().match(client, top=top, **options),
    )
