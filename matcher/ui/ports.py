"""What the pages need from the services, so that a page can be drawn on the real ones or on small fakes."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol

from matcher.config import Settings
from matcher.domain.client import Client
from matcher.domain.enquiry import ClientRequest, ContactDetails, FitCheckView, Receipt, Standing
from matcher.domain.recommendation import Slate
from matcher.domain.steering import Move, TradeOff, Waiting
from matcher.domain.therapist import Therapist
from matcher.ui.drafts import Drafts

if TYPE_CHECKING:
    # The store's libraries take a second to import, and the first page needs none of them.
    from matcher.store.store import Store


class Matching(Protocol):
    """Ranks therapists for one client."""

    @property
    def learns(self) -> bool:
        """Whether past matches have a say in the order at all."""

    def match(
        self,
        client: Client,
        top: int = 3,
        *,
        emphasis: Mapping[str, str] | None = None,
        past_matches: bool = True,
        left_to_staff: Collection[str] = (),
    ) -> Slate:
        """Return the best eligible therapists, or what stands in the way; of the first one honours all, if any does."""

    def groups(self, slate: Slate) -> tuple[str, ...]:
        """Return what the client may weigh: the groups that tell these people apart."""

    def moves(self, before: Slate, after: Slate) -> tuple[Move, ...]:
        """Return who moved between two slates, and by which group."""

    def trade_offs(self, client: Client, today: date | None = None) -> tuple[TradeOff, ...]:
        """Return what giving up one limit would open, at most two."""

    def waiting(self, client: Client, today: date | None = None) -> Waiting:
        """Return who fits but is full, and the first opening any of them named."""

    def therapist(self, therapist_id: str) -> Therapist:
        """Return one therapist of the clinic."""

    def therapists(self) -> Sequence[Therapist]:
        """Return every therapist of the clinic."""


class Enquiries(Protocol):
    """Takes what a client tells the clinic; answers holds the page's answers by question."""

    def raise_risk(self, client: Client, why: Sequence[str], answers: Mapping[str, Any]) -> Receipt:
        """Put the client at the top of the staff's list at once, before any contact details are asked."""

    def add_contact(self, client_id: str, contact: ContactDetails) -> Receipt:
        """Keep how to reach a client who asks for a call, and tell staff of it where they do not wait for one."""

    def show(self, client: Client, slate: Slate, answers: Mapping[str, Any]) -> str | None:
        """Keep the client and the slate as shown, where they agreed to it; return the slate's id."""

    def send(self, client: Client, request: ClientRequest, answers: Mapping[str, Any]) -> Receipt:
        """Send the request; sending again changes it and never makes a second one."""

    def consent(self, client_id: str, answers: Mapping[str, Any]) -> None:
        """Keep what a client agrees to now, where an enquiry of theirs is held."""

    def standing(self, client_id: str) -> Standing | None:
        """Return where the client's own enquiry stands, None where they have sent none."""

    def withdraw(self, client_id: str) -> bool:
        """Erase what is kept of an unsent enquiry, else ask staff to; return whether nothing is kept any more."""

    def make_code(self, owner: str) -> str:
        """Return a code to come back with within 14 days, shown once."""

    def take_up(self, code: str, owner: str) -> bool:
        """Move the answers a code stands for to another browser; False where it opens nothing."""


class FitChecks(Protocol):
    """The questions after session 1 and 3, opened by a code."""

    def open(self, code: str, asker: str | None = None) -> FitCheckView | None:
        """Return the fit check a code opens, None where it opens none; wrong tries are counted for the asker."""

    def answer(self, code: str, answers: Mapping[str, Any]) -> Receipt | None:
        """Keep the answers, and return what the client is told where they speak of danger."""

    def ask_talk(self, code: str, reasons: Sequence[str] = ()) -> Receipt:
        """Ask staff to call about how it is going; what felt wrong is kept for them."""

    def keep_reasons(self, code: str, reasons: Sequence[str]) -> None:
        """Keep what felt wrong for staff, where the client raises it with their therapist themselves."""

    def ask_change(
        self, code: str, reasons: Sequence[str], note: str, limits: Mapping[str, Any] | None = None
    ) -> Receipt:
        """Ask for another therapist; ``limits`` are practical ones that changed; the place is kept meanwhile."""


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a page may call; ``matching`` and ``store`` are calls since loading must not delay the first page."""

    matching: Callable[[], Matching]
    suggest_concerns: Callable[[Sequence[str]], Sequence[Sequence[tuple[str, float]]]]
    safety_flags: Callable[[Sequence[str]], Sequence[Sequence[str]]]
    drafts: Drafts
    settings: Settings
    store: Callable[[], "Store"]
    enquiries: Enquiries
    fit_checks: FitChecks
