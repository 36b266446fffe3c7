"""Who nearly fits, best first: ranked as if the limits in their way had given way."""

from dataclasses import replace
from typing import Any, Final

import pandas as pd

from matcher.clinic.rows import client_frame
from matcher.domain.client import Client
from matcher.eligibility.near_misses import NearMiss
from matcher.services.staff_ranking import Ranking

#: A client's own side of a limit, blank where any therapist will do.
_BLANK: Final[dict[str, Any]] = {"formats": (), "funding": (), "max_fee": None, "max_distance_km": None}


def best_first(misses: tuple[NearMiss, ...], client: Client, ranking: Ranking) -> tuple[NearMiss, ...]:
    """Return near misses with whoever they would let in best first; those who are full stay in the clinic's order."""
    return tuple(miss if "capacity" in miss.limits else _sorted(miss, client, ranking) for miss in misses)


def _sorted(miss: NearMiss, client: Client, ranking: Ranking) -> NearMiss:
    changes = {name: _BLANK[name] for name in miss.limits if name in _BLANK}
    changes["must_have"] = tuple(name for name in client.must_have if name not in miss.limits)
    if "languages" in miss.limits:
        spoken = [ranking.row(one)["languages"] for one in miss.therapist_ids]
        theirs = [code for cell in spoken for code in ("english" if pd.isna(cell) else str(cell)).split(";")]
        changes["languages"] = tuple(dict.fromkeys([*client.languages, *theirs]))
    loosened = ranking.barred(client_frame([replace(client, **changes)]))
    places = {one: place for place, one in enumerate(ranking.fitting(loosened))}
    order = sorted(miss.therapist_ids, key=lambda one: places.get(one, len(places)))
    return replace(miss, therapist_ids=tuple(order))
