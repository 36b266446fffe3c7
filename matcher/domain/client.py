"""A client: what an intake learns about a person looking for a therapist. None and empty mean not known or no wish."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Client:
    """One person's concerns, wishes and practical limits; field names are the columns of ``clients.csv``."""

    client_id: str
    concerns: tuple[tuple[str, int], ...]
    enquired_at: datetime | None = None
    age: float | None = None
    gender: str | None = None
    about: str | None = None
    measure: str | None = None
    score: float | None = None
    directiveness: float | None = None
    emotional_intensity: float | None = None
    past_focus: float | None = None
    challenge: float | None = None
    therapist_gender: tuple[str, ...] = ()
    modalities: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    max_fee: float | None = None
    funding: tuple[str, ...] = ()
    availability: tuple[str, ...] = ()
    latitude: float | None = None
    longitude: float | None = None
    max_distance_km: float | None = None
    next_opening_by: date | None = None
    must_have: tuple[str, ...] = ()
    exclude_therapists: tuple[str, ...] = ()
    risk_raised: bool | None = None
