"""A therapist: scope, style, practicalities and open places. None and empty mean not known."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

#: Open places nobody confirmed for so many days are shown as stale.
CONFIRM_DAYS: Final = 30


@dataclass(frozen=True, slots=True)
class Therapist:
    """One therapist; field names are the columns of ``therapists.csv``."""

    therapist_id: str
    name: str
    concerns: tuple[str, ...]
    formats: tuple[str, ...]
    capacity: int
    gender: str | None = None
    profession: str | None = None
    years_experience: float | None = None
    modalities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    age_groups: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    fee: float | None = None
    funding: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()
    openings_confirmed_on: date | None = None
    next_opening: date | None = None
    identities: tuple[str, ...] = ()
    directiveness: float | None = None
    emotional_intensity: float | None = None
    past_focus: float | None = None
    challenge: float | None = None
    bio: str | None = None


def told_apart(names: Mapping[str, str]) -> dict[str, str]:
    """Return what each id is called where only words tell people apart: with the id where two share a name."""
    many = Counter(names.values())
    return {one: name if many[name] == 1 else f"{name} ({one})" for one, name in names.items()}
