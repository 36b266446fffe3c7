"""A client's request as the pages keep it among the answers: what they want, how to reach them, and what came of it."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

from matcher.config import Settings
from matcher.domain.enquiry import SAFE_CONTACT, ClientRequest, ContactDetails, Receipt, Wants
from matcher.intake.reading import Problem
from matcher.ui import wording
from matcher.ui import wording_matches as w
from matcher.ui.dates import moment
from matcher.ui.journey import Journey
from matcher.ui.language import say
from matcher.ui.shown import SLATE

REQUEST: Final = "request"
CONTACT: Final = "contact"
RECEIPT: Final = "receipt"
#: A guard against a runaway paste, far above anything a person writes.
LONGEST: Final[dict[str, int]] = {"name": 100, "pronouns": 60, "phone": 40, "email": 254, "note": 2000}
_FEWEST_DIGITS, _MOST_DIGITS = 8, 15
_PHONE = re.compile(r"[0-9+()./\s-]+")
_EMAIL = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
_BY_PHONE = frozenset({"phone", "voicemail", "text"})


def ask_for(journey: Journey, wants: Wants, therapist_id: str | None = None) -> None:
    """Take up what a client wants and ask how to reach them."""
    journey.answers[REQUEST] = {"wants": wants, "therapist_id": therapist_id}
    journey.go("request")


def wanted(answers: Mapping[str, Any]) -> tuple[Wants, str | None] | None:
    """Return what the client wants and of whom, None where they have not said."""
    kept = answers.get(REQUEST)
    if not isinstance(kept, Mapping):
        return None
    match kept.get("wants"):
        case "therapist":
            who = kept.get("therapist_id")
            return ("therapist", who) if isinstance(who, str) else None
        case "choose_for_me":
            return "choose_for_me", None
        case "call_me":
            return "call_me", None
        case "wait":
            return "wait", None
    return None


def contact(answers: Mapping[str, Any]) -> ContactDetails:
    """Return the contact details given so far, trimmed; ways that are not ways of ours are left out."""
    kept = answers.get(CONTACT)
    given = kept if isinstance(kept, Mapping) else {}
    texts = {name: str(given.get(name) or "").strip() for name in LONGEST}
    safe = given.get("safe")
    ways = tuple(way for way in SAFE_CONTACT if isinstance(safe, (list, tuple)) and way in safe)
    return ContactDetails(**texts, safe=ways)


def problems(wants: Wants, given: ContactDetails) -> tuple[Problem, ...]:
    """Return what has to be mended before a request can be sent, by field; none where it is ready."""
    found: list[Problem] = []
    if not given.phone and not given.email:
        found.append(Problem("phone", say(w.PROBLEM_NO_WAY)))
    elif wants == "call_me" and not given.phone:
        found.append(Problem("phone", say(w.PROBLEM_PHONE_NEEDED)))
    if given.phone and not is_phone(given.phone):
        found.append(Problem("phone", say(w.PROBLEM_PHONE)))
    if given.email and not is_email(given.email):
        found.append(Problem("email", say(w.PROBLEM_EMAIL)))
    usable = {way for way in given.safe if (given.phone if way in _BY_PHONE else given.email)}
    if not found and not usable:
        found.append(Problem("safe", say(w.PROBLEM_SAFE)))
    elif not found and wants == "call_me" and "phone" not in usable:
        found.append(Problem("safe", say(w.PROBLEM_CALL_SAFE)))
    long = {name: most for name, most in LONGEST.items() if len(getattr(given, name)) > most}
    return (*found, *(Problem(name, say(w.PROBLEM_LONG, most=most)) for name, most in long.items()))


def send(journey: Journey, wants: Wants, therapist_id: str | None) -> Receipt:
    """Send the request, or change the one sent before, and remember the receipt among the answers."""
    slate_id = journey.answers.get(SLATE)
    request = ClientRequest(
        wants, contact(journey.answers), therapist_id, slate_id if isinstance(slate_id, str) else None
    )
    told = journey.services.enquiries.send(journey.client(), request, journey.answers)
    journey.answers[RECEIPT] = as_kept(told)
    return told


def receipt(answers: Mapping[str, Any]) -> Receipt | None:
    """Return what the client was told when they sent their request, None where they have sent none."""
    kept = answers.get(RECEIPT)
    if not isinstance(kept, Mapping):
        return None
    return as_told(kept)


def as_kept(told: Receipt) -> dict[str, Any]:
    """Return a receipt as answers keep it."""
    return {"reference": told.reference, "answer_by": told.answer_by.isoformat()} | (
        {"late": True} if told.late else {}
    )


def as_told(kept: Mapping[str, Any]) -> Receipt:
    """Return a receipt that answers kept."""
    return Receipt(
        str(kept["reference"]), datetime.fromisoformat(str(kept["answer_by"])), late=kept.get("late") is True
    )


def promised(told: Receipt, words: str, settings: Settings, say: Callable[..., str] = say) -> str:
    """Return by when a person answers, in some words; where an earlier promise was not kept, that, and whom to call."""
    if told.late:
        return say(wording.LATE, phone=settings.clinic_phone)
    return say(words, when=moment(told.answer_by, settings.zone, say))


def name_of(journey: Journey, therapist_id: str | None) -> str:
    """Return a therapist's name; words for who was chosen where the clinic has them no longer, and "" for nobody."""
    if therapist_id is None:
        return ""
    try:
        return journey.services.matching().therapist(therapist_id).name
    except KeyError:
        return say(w.WHOM_YOU_CHOSE)


def is_email(text: str) -> bool:
    """Tell whether a text looks like an e-mail address."""
    return bool(_EMAIL.fullmatch(text))


def is_phone(text: str) -> bool:
    """Tell whether a text looks like a telephone number."""
    return bool(_PHONE.fullmatch(text)) and _FEWEST_DIGITS <= sum(letter.isdigit() for letter in text) <= _MOST_DIGITS
