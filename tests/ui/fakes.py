"""A small clinic and small services, so that pages can be tested without loading the real ones."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from matcher.domain.client import Client
from matcher.domain.recommendation import Recommendation, Relaxation, Slate, WishReceipt
from matcher.domain.therapist import Therapist
from matcher.ui.drafts import MemoryDrafts
from matcher.ui.ports import Services
from matcher.ui.settings import Settings

HOSTILE = '<script>window.hacked = true</script><img src="https://example.org/x.png"> **bold** :red[x]'


def _therapist(number: int, name: str, **more: object) -> Therapist:
    plain = Therapist(
        therapist_id=f"t{number}",
        name=name,
        concerns=("depression", "generalised_anxiety"),
        formats=("in_person", "telehealth"),
        capacity=2,
        gender="woman",
        profession="psychologist",
        modalities=("cbt", "act"),
        languages=("english", "arabic"),
        fee=180.0,
        next_opening=date(2026, 12, 2),
        openings_confirmed_on=date(2026, 11, 20),
        identities=("lgbtqia",),
        bio="I work with people who feel stuck or worn down. We go at your pace.",
    )
    return replace(plain, **more)


THERAPISTS = (
    _therapist(1, "Asha Demir"),
    _therapist(2, "Ben Okafor", gender="man", fee=None, next_opening=None, languages=("english",), bio=HOSTILE),
    _therapist(3, "Clara Nguyen", profession="counsellor", openings_confirmed_on=None),
    *(_therapist(number, f"Therapist Number {number}") for number in range(4, 9)),
)


def recommendation(rank: int, therapist_id: str) -> Recommendation:
    return Recommendation(
        therapist_id=therapist_id,
        rank=rank,
        benefit=0.37,
        benefit_low=-0.11,
        benefit_high=0.83,
        alliance=0.41,
        improvement=0.29,
        staying=0.19,
        preference_fit=0.67,
        reasons=("Works with worry and anxiety", "Meets by video"),
        cautions=("Has one place left",),
        unknowns=("Ask whether evenings are possible",),
        receipt=(
            WishReceipt("therapist_gender", "A woman", "honoured", must_have=True),
            WishReceipt("languages", "Speaks Arabic", "not_honoured"),
            WishReceipt("past_focus", "Talks about where it comes from", "unknown"),
        ),
    )


@dataclass
class FakeMatching:
    """Suggests the first therapists, unless the fee is too low for anybody."""

    asked: list[Client] = field(default_factory=list)

    def match(self, client: Client, top: int = 3) -> Slate:
        self.asked.append(client)
        if client.max_fee is not None and client.max_fee < 50:
            change = Relaxation(("max_fee",), "If you could pay $180 a session, 3 people would fit.", 3)
            return Slate(client.client_id, relaxations=(change,))
        left = [t for t in THERAPISTS if t.therapist_id not in client.exclude_therapists]
        shown = tuple(recommendation(rank, t.therapist_id) for rank, t in enumerate(left[:top], 1))
        return Slate(client.client_id, shown, eligible=len(left))

    def therapist(self, therapist_id: str) -> Therapist:
        return next(t for t in THERAPISTS if t.therapist_id == therapist_id)

    def therapists(self) -> Sequence[Therapist]:
        return THERAPISTS


def suggest_concerns(texts: Sequence[str]) -> list[list[tuple[str, float]]]:
    return [[("generalised_anxiety", 0.8), ("sleep", 0.4)] if "worr" in text.lower() else [] for text in texts]


def safety_flags(texts: Sequence[str]) -> list[list[str]]:
    return [["suicide"] if "end it all" in text.lower() else [] for text in texts]


def fake_services(settings: Settings | None = None) -> Services:
    matching = FakeMatching()
    return Services(
        matching=lambda: matching,
        suggest_concerns=suggest_concerns,
        safety_flags=safety_flags,
        drafts=MemoryDrafts(),
        settings=settings or Settings(),
    )
