"""What a client sends besides their answers: how to reach them safely, what they ask for, what they are told back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

Wants = Literal["therapist", "choose_for_me", "call_me", "wait"]
#: Ways of reaching somebody that may or may not be safe for them.
SAFE_CONTACT: Final[tuple[str, ...]] = ("phone", "voicemail", "text", "email")
#: The states in which an enquiry waits for the clinic.
WAITS: Final[tuple[str, ...]] = ("new", "contacted", "waiting")
#: Whoever is hardly listened to, or would hardly go on, may drop out without a word.
_ASKED_FIRST: Final = ("heard", "going_on")
_LOW: Final = frozenset({"no", "little"})


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """How to reach a client: only what they chose to give; ``safe`` names the ways they said are safe."""

    name: str = ""
    pronouns: str = ""
    phone: str = ""
    email: str = ""
    safe: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClientRequest:
    """What a client asks the clinic for; ``slate_id`` is the slate they chose from, None where they saw none."""

    wants: Wants
    contact: ContactDetails
    therapist_id: str | None = None
    slate_id: str | None = None


@dataclass(frozen=True, slots=True)
class FitCheckView:
    """What a fit check's code opens: whom it is about, after which session, whether answered, in which language."""

    therapist_id: str
    therapist_name: str
    session_number: int
    answered: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a client is told after sending: what to quote, and by when a person answers (a moment in UTC).

    Where an earlier promise was not kept it is ``late``: whoever was promised once is told so, and no new moment.
    """

    reference: str
    answer_by: datetime
    late: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a client's own enquiry is: its state, whether a person is to call first, and what they are told now."""

    state: str
    urgent: bool
    told: Receipt

    @property
    def waits(self) -> bool:
        """Tell whether it still waits for the clinic, so that the answer promised is still to come."""
        return self.state in WAITS

    @property
    def looks_again(self) -> bool:
        """Tell whether what is told is when staff look again for a place, as for somebody on the waiting list."""
        return self.state == "waiting" and not self.urgent


def staff_are_told(fit_answers: Mapping[str, Any]) -> bool:
    """Tell whether answers of a fit check are ones that staff are told to read: what is hard, and any words."""
    low = any(fit_answers.get(item) in _LOW for item in _ASKED_FIRST)
    words = str(fit_answers.get("note") or "").strip()
    return low or bool(words or fit_answers.get("reasons"))
