"""What felt wrong with one therapist, as wishes for the next: gentle moves of what was wished for, nothing invented.

The client's own words and limits stay; must-haves are never touched, since nobody said so.
"""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any, Final

from matcher.domain.client import Client
from matcher.domain.therapist import Therapist
from matcher.domain.vocabulary import AVAILABILITY, FORMATS

REASONS: Final[tuple[str, ...]] = ("pushed", "judged", "not_expected", "practical", "other")
#: Which styles a reason moves, each towards its low end: warm support, and not too close to strong feelings.
_LOWER: Final[dict[str, tuple[str, ...]]] = {"pushed": ("challenge", "emotional_intensity"), "judged": ("challenge",)}
#: Which groups of the score's terms count for more next time.
_MORE: Final[dict[str, tuple[str, ...]]] = {
    "pushed": ("way",),
    "judged": ("way",),
    "not_expected": ("way",),
    "practical": ("soon", "cost"),
}
# Our choice: two fifths of the way from the middle to an end, so that it is felt without going to the extreme.
_STEP: Final = 0.4


def next_wishes(
    client: Client, therapist: Therapist, reasons: Collection[str], limits: Mapping[str, Any] | None = None
) -> Client:
    """Return the client as they are matched next: this therapist ruled out, and wishes moved by what felt wrong.

    ``limits`` are new practical limits, ``max_fee``, ``formats`` and ``availability``; what is not given stays.
    """
    styles: dict[str, Any] = {
        name: _lower(client, therapist, name) for reason in reasons for name in _LOWER.get(reason, ())
    }
    excluded = tuple(dict.fromkeys((*client.exclude_therapists, therapist.therapist_id)))
    changed = replace(client, exclude_therapists=excluded, **styles)
    return replace(changed, **_limits(limits or {})) if "practical" in reasons else changed


def next_emphasis(reasons: Collection[str]) -> dict[str, str]:
    """Return what counts for more next time, by group of the score's terms."""
    return {group: "more" for reason in REASONS if reason in reasons for group in _MORE.get(reason, ())}


def _lower(client: Client, therapist: Therapist, name: str) -> float:
    # Below what was wished for and below this therapist's own way; the middle where neither is known.
    known = [value for value in (getattr(client, name), getattr(therapist, name)) if value is not None]
    lowest: float = min([0.0, *known])
    return round(max(lowest - _STEP, -1.0), 4)


def _limits(given: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    fee = given.get("max_fee")
    if isinstance(fee, (int, float)) and not isinstance(fee, bool) and fee >= 0:
        found["max_fee"] = float(fee)
    for name, codes in (("formats", tuple(FORMATS)), ("availability", AVAILABILITY)):
        if chosen := tuple(code for code in codes if code in (given.get(name) or ())):
            found[name] = chosen
    return found
