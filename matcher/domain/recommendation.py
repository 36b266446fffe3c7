"""What a match run hands on: ranked therapists with the terms of their benefit, and who was left out and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Status = Literal["honoured", "not_honoured", "unknown"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """One additive term of a benefit, in standard-deviation units relative to the average eligible therapist."""

    comparison: str
    label: str
    alliance: float
    improvement: float
    staying: float
    benefit: float
    known: bool = True


@dataclass(frozen=True, slots=True)
class WishReceipt:
    """One wish or limit a client stated, and whether a therapist honours it; ``unknown`` is neither yes nor no."""

    wish: str
    label: str
    status: Status
    must_have: bool = False


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A therapist who is not eligible for a client, with every limit that stands in the way."""

    therapist_id: str
    limits: tuple[str, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relaxation:
    """A change of the client's limits that would open places, smallest change first."""

    limits: tuple[str, ...]
    sentence: str
    therapists: int


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One therapist on a slate; benefit is relative to the average therapist this client could see."""

    therapist_id: str
    rank: int
    benefit: float
    benefit_low: float
    benefit_high: float
    alliance: float
    improvement: float
    staying: float
    preference_fit: float | None
    reasons: tuple[str, ...] = ()
    cautions: tuple[str, ...] = ()
    unknowns: tuple[str, ...] = ()
    receipt: tuple[WishReceipt, ...] = ()
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True, slots=True)
class Slate:
    """The ranked therapists shown for one client; ``withheld`` says why nobody is ranked before a person has looked."""

    client_id: str
    recommendations: tuple[Recommendation, ...] = ()
    exclusions: Sequence[Exclusion] = ()
    relaxations: tuple[Relaxation, ...] = ()
    eligible: int = 0
    withheld: str | None = None
    safety_flags: tuple[str, ...] = ()
    #: What the client said matters more or less, as (group, level), and whether past matches had no say.
    emphasis: tuple[tuple[str, str], ...] = ()
    published_only: bool = False
    #: Communities wished for that had no say in the order, but in who is owed one of the first places.
    left_to_staff: tuple[str, ...] = ()
