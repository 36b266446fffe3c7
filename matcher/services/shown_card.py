"""A model's card as its owner may see it: counts of courses in steps of 5, since two trainings could be subtracted."""

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

import numpy as np

from matcher.ranking.persistence import ModelCard
from matcher.reports.cells import NOT_SHOWN
from matcher.reports.suppression import STEP, may_show

#: Keys under which a card counts courses; therapists are counted as they are.
_COUNTS: Final = frozenset({"episodes", "compared_episodes", "n", "alliance", "improvement", "staying"})
_MISSING: Final = "missing_"
_TOLD: Final = re.compile(r"(?<=later episodes to tell: )\d+|\b\d+(?= episodes with )")


def shown_card(card: ModelCard) -> dict[str, Any]:
    """Return a card's fields as they may be shown."""
    shown: dict[str, Any] = _shown(asdict(card), max(card.episodes, 1))
    return shown


def shown_sentence(text: str) -> str:
    """Return a sentence about a model or its trial with the episodes it counts in steps of 5."""
    return _TOLD.sub(lambda found: _count_words(int(found[0])), text)


def _shown(value: Any, episodes: int, key: str = "") -> Any:
    if isinstance(value, Mapping):
        return {name: _shown(part, episodes, str(name)) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_shown(part, episodes) for part in value]
    if isinstance(value, str):
        return shown_sentence(value)
    if isinstance(value, int) and not isinstance(value, bool) and key in _COUNTS:
        count = float(may_show(value))
        return NOT_SHOWN if np.isnan(count) else int(count)
    if isinstance(value, float) and key.startswith(_MISSING):
        # A share of so many courses in full would tell how many.
        step = max(0.01, STEP / episodes)
        return round(min(round(value / step) * step, 1.0), 2)
    return value


def _count_words(count: int) -> str:
    shown = float(may_show(count))
    return "a number too small to show" if np.isnan(shown) else f"about {shown:.0f}"
