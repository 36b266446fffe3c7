"""A small clinic and small services, so that pages can be tested without loading the real ones."""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from matcher.config import Settings
from matcher.domain.client import Client
from matcher.domain.draft import Draft
from matcher.domain.enquiry import ClientRequest, ContactDetails, FitCheckView, Receipt, Standing
from matcher.domain.recommendation import Recommendation, Relaxation, Slate, WishReceipt
from matcher.domain.steering import Move, TradeOff, Waiting
from matcher.domain.therapist import Therapist
from matcher.store.store import Store
from matcher.ui.ports import Services

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
    options: list[dict[str, Any]] = field(default_factory=list)
    learns: bool = True

    def match(self, client: Client, top: int = 3, **options: Any) -> Slate:
        self.asked.append(client)
        self.options.append(options)
        if client.max_fee is not None and client.max_fee < 50:
            change = Relaxation(("max_fee",), "If you could pay $180 a session, 3 people would fit.", 3)
            return Slate(client.client_id, relaxations=(change,))
        left = [t for t in THERAPISTS if t.therapist_id not in client.exclude_therapists]
        emphasis = options.get("emphasis") or {}
        if emphasis.get("soon") == "more":
            left[:2] = left[1::-1]
        shown = tuple(recommendation(rank, t.therapist_id) for rank, t in enumerate(left[:top], 1))
        return Slate(client.client_id, shown, eligible=len(left), emphasis=tuple(emphasis.items()))

    def groups(self, slate: Slate) -> tuple[str, ...]:
        return ("help", "soon")

    def moves(self, before: Slate, after: Slate) -> tuple[Move, ...]:
        old = {found.therapist_id: found.rank for found in before.recommendations}
        new = [(found.therapist_id, old.get(found.therapist_id), found.rank) for found in after.recommendations]
        return tuple(Move(one, was, now, "soon") for one, was, now in new if was != now)

    def trade_offs(self, client: Client, today: date | None = None) -> tuple[TradeOff, ...]:
        return (TradeOff("availability", 4, 21),) if client.availability else ()

    def waiting(self, client: Client, today: date | None = None) -> Waiting:
        return Waiting(2, date(2027, 1, 11), date(2026, 11, 20))

    def therapist(self, therapist_id: str) -> Therapist:
        return {t.therapist_id: t for t in THERAPISTS}[therapist_id]

    def therapists(self) -> Sequence[Therapist]:
        return THERAPISTS


def suggest_concerns(texts: Sequence[str]) -> list[list[tuple[str, float]]]:
    return [[("generalised_anxiety", 0.8), ("sleep", 0.4)] if "worr" in text.lower() else [] for text in texts]


def safety_flags(texts: Sequence[str]) -> list[list[str]]:
    return [["suicide"] if "end it all" in text.lower() else [] for text in texts]


RECEIPT = Receipt("KOALA-4821", datetime(2026, 11, 24, 3, 30, tzinfo=UTC))


class MemoryDrafts:
    """Drafts of browsers with one tab each that never expire; what goes in and out is a copy, as from a store."""

    def __init__(self) -> None:
        self._kept: dict[str, Draft] = {}

    def load(self, owner: str) -> Draft:
        return deepcopy(self._kept.get(owner, Draft()))

    def save(self, owner: str, answers: dict[str, Any], read: Draft | None = None) -> Draft:
        self._kept[owner] = Draft(deepcopy(answers), self.load(owner).version + 1)
        return Draft(answers, self.load(owner).version)

    def delete(self, owner: str) -> None:
        self._kept.pop(owner, None)

    def purge(self) -> None:
        """Nothing expires."""


@dataclass
class FakeEnquiries:
    """Remembers every call, in order; a code is the owner's first letters."""

    drafts: MemoryDrafts
    calls: list[tuple[Any, ...]] = field(default_factory=list)
    state: str | None = "new"
    urgent: bool = True
    told: Receipt = RECEIPT

    def called(self, name: str) -> list[tuple[Any, ...]]:
        return [call[1:] for call in self.calls if call[0] == name]

    def raise_risk(self, client: Client, why: Sequence[str], answers: Mapping[str, Any]) -> Receipt:
        self.calls.append(("raise_risk", client, tuple(why), dict(answers)))
        return RECEIPT

    def add_contact(self, client_id: str, contact: ContactDetails) -> Receipt:
        self.calls.append(("add_contact", client_id, contact))
        self.urgent = True
        return self.told

    def show(self, client: Client, slate: Slate, answers: Mapping[str, Any]) -> str | None:
        self.calls.append(("show", client, slate, dict(answers)))
        return "slate-1" if answers.get("consent_matching") else None

    def send(self, client: Client, request: ClientRequest, answers: Mapping[str, Any]) -> Receipt:
        self.calls.append(("send", client, request, dict(answers)))
        return RECEIPT

    def consent(self, client_id: str, answers: Mapping[str, Any]) -> None:
        self.calls.append(("consent", client_id, dict(answers)))

    def standing(self, client_id: str) -> Standing | None:
        return None if self.state is None else Standing(self.state, self.urgent, self.told)

    def withdraw(self, client_id: str) -> bool:
        self.calls.append(("withdraw", client_id))
        return not self.called("send") and not self.called("raise_risk")

    def make_code(self, owner: str) -> str:
        self.calls.append(("make_code", owner))
        return f"CODE-{owner[:4]}"

    def take_up(self, code: str, owner: str) -> bool:
        self.calls.append(("take_up", code, owner))
        for made in self.called("make_code"):
            if code == f"CODE-{made[0][:4]}":
                self.drafts.save(owner, self.drafts.load(made[0]).answers)
                return True
        return False


@dataclass
class FakeFitChecks:
    """One open fit check, under the code OPEN."""

    view: FitCheckView = field(default_factory=lambda: FitCheckView("t1", "Asha Demir", 3))
    calls: list[tuple[Any, ...]] = field(default_factory=list)

    def open(self, code: str, asker: str | None = None) -> FitCheckView | None:
        return self.view if code == "OPEN" else None

    def answer(self, code: str, answers: Mapping[str, Any]) -> Receipt | None:
        self.calls.append(("answer", code, dict(answers)))
        return RECEIPT if any(safety_flags([str(answers.get("note") or "")])) else None

    def ask_talk(self, code: str, reasons: Sequence[str] = ()) -> Receipt:
        self.calls.append(("ask_talk", code, tuple(reasons)))
        return RECEIPT

    def keep_reasons(self, code: str, reasons: Sequence[str]) -> None:
        self.calls.append(("keep_reasons", code, tuple(reasons)))

    def ask_change(
        self, code: str, reasons: Sequence[str], note: str, limits: Mapping[str, Any] | None = None
    ) -> Receipt:
        self.calls.append(("ask_change", code, tuple(reasons), note, limits))
        return RECEIPT


def _no_store() -> Store:
    raise AssertionError("this page was to be drawn without a store")


def fake_services(settings: Settings | None = None, store: Callable[[], Store] = _no_store) -> Services:
    matching, drafts = FakeMatching(), MemoryDrafts()
    return Services(
        matching=lambda: matching,
        suggest_concerns=suggest_concerns,
        safety_flags=safety_flags,
        drafts=drafts,
        settings=settings or Settings(),
        store=store,
        enquiries=FakeEnquiries(drafts),
        fit_checks=FakeFitChecks(),
    )
