"""What the pages need from the services, so that a page can be drawn on the real ones or on small fakes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from matcher.domain.client import Client
from matcher.domain.recommendation import Slate
from matcher.domain.therapist import Therapist
from matcher.ui.drafts import Drafts
from matcher.ui.settings import Settings


class Matching(Protocol):
    """Ranks therapists for one client."""

    def match(self, client: Client, top: int = 3) -> Slate:
        """Return the best eligible therapists, or what stands in the way."""

    def therapist(self, therapist_id: str) -> Therapist:
        """Return one therapist of the clinic."""

    def therapists(self) -> Sequence[Therapist]:
        """Return every therapist of the clinic."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a page may call; ``matching`` is a call because loading the model must not delay the first page."""

    matching: Callable[[], Matching]
    suggest_concerns: Callable[[Sequence[str]], Sequence[Sequence[tuple[str, float]]]]
    safety_flags: Callable[[Sequence[str]], Sequence[Sequence[str]]]
    drafts: Drafts
    settings: Settings
