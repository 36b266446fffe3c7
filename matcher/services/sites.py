"""A clinic's sites, worked out from where its therapists' rooms are: the folder has no column of its own for them."""

from collections.abc import Mapping
from typing import Final

import pandas as pd

#: A site of fewer therapists would be a report about a person: those places are put together.
FEWEST_AT_SITE: Final = 3
#: Three decimals of a degree: rooms within about 100 m of each other are one place.
_DECIMALS: Final = 3
ELSEWHERE: Final = "other places"
NO_ROOMS: Final = "no rooms on record"


def sites_of(therapists: pd.DataFrame) -> dict[str, str] | None:
    """Return each therapist's site, named by how many work there and where; None where there are not two sites.

    Whoever has no place on record, such as by telehealth alone, is at a site of their own. Places of fewer than three
    therapists are one site, "other places", and it takes the next smallest in where it has fewer than three itself.
    """
    place = [_place(*pair) for pair in zip(therapists["latitude"], therapists["longitude"], strict=True)]
    counts = pd.Series(place, dtype=object).value_counts().sort_index().sort_values(kind="stable")
    apart = counts[counts < FEWEST_AT_SITE]
    left = counts.drop(apart.index)
    while 0 < apart.sum() < FEWEST_AT_SITE and len(left):
        apart, left = pd.concat([apart, left.iloc[:1]]), left.iloc[1:]
    names = dict.fromkeys(apart.index, f"{ELSEWHERE} ({apart.sum()} therapists)")
    names |= {where: f"{where} ({count} therapists)" for where, count in left.items()}
    if len(set(names.values())) < 2:
        return None
    return {str(who): names[where] for who, where in zip(therapists["therapist_id"], place, strict=True)}


def site_names(sites: Mapping[str, str] | None) -> list[str]:
    """Return a clinic's sites in alphabetical order, none where there are not two."""
    return sorted(set((sites or {}).values()))


def _place(latitude: float, longitude: float) -> str:
    if pd.isna(latitude) or pd.isna(longitude):
        return NO_ROOMS
    # Adding nothing turns minus nothing into nothing.
    at = (round(float(value), _DECIMALS) + 0.0 for value in (latitude, longitude))
    return "rooms near {:.{d}f}, {:.{d}f}".format(*at, d=_DECIMALS)
