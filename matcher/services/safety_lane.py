"""The safety lane: why a concern was raised, as printed rules, and the call of a named person that ends the wait.

Software raises a concern and never rates it: there is no level, no score, and no way to end it but a recorded call.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from matcher.config import Settings
from matcher.domain.client import Client
from matcher.intake.parsing import RISK_CONCERNS
from matcher.intake.questionnaire import QUESTIONS
from matcher.intake.safety import why_flagged
from matcher.services.access import Person, needs
from matcher.services.enquiry_keeping import RAISED, called
from matcher.services.fit_enquiry import WROTE
from matcher.services.place_keeping import due_after, give_back, places_alone
from matcher.services.promises import answer_by
from matcher.store.enquiries import (
    Enquiry,
    Event,
    add_event,
    change_enquiry,
    enquiry_of,
    events_of,
    record_safety_call,
)
from matcher.store.errors import StoreError
from matcher.store.notices import add_notice
from matcher.store.slates import CLIENT
from matcher.store.store import Store, StoreSession

FLAG_WORDS: Final[dict[str, str]] = {
    "suicide": "suicide",
    "self_harm": "self-harm",
    "harm_to_others": "harm to others",
    "abuse": "abuse or violence",
    "child_safety": "a child's safety",
    "urgent_health": "urgent health",
}
#: Where words of a fit check stand, as a rule names it.
FIT_NOTE: Final = "What they wrote about how it is going"
#: What a member of staff raised, as a rule names it and where it stands.
BY_STAFF: Final = "A member of staff raised a concern"
SAW_OR_HEARD: Final = "What staff saw or heard"
_BY_STAFF: Final = "raised"
#: What came of a call, as the person who made it says. The first two end the wait; after the others somebody calls
#: again.
OUTCOMES: Final[dict[str, str]] = {
    "spoke_go_on": "We spoke. Looking for a therapist can go on",
    "spoke_elsewhere": "We spoke. Another service is looking after them now",
    "spoke_again": "We spoke. We agreed on another call",
    "no_answer": "Nobody answered",
    "message": "Left a message, in a way they said is safe",
    "emergency": "I called emergency services",
}
ENDS: Final = frozenset({"spoke_go_on", "spoke_elsewhere"})
#: The eight domains of the Australian stepped-care guidance (IAR-DST), as headings for the person's own notes. Nothing
#: is rated here: the guidance itself says it is no assessment of suicide risk.
HANDOVER: Final[dict[str, str]] = {
    "symptoms": "Symptoms and distress",
    "harm": "Risk of harm",
    "functioning": "Daily functioning",
    "coexisting": "Other conditions at the same time",
    "history": "Treatment and recovery so far",
    "stressors": "Social and environmental stress",
    "supports": "Family and other supports",
    "engagement": "Engagement and motivation",
}
_HANDOVER: Final = "handover"
#: Somebody tried to call about safety, and is to call again.
SAFETY_TRY: Final = "safety_try"


@dataclass(frozen=True, slots=True)
class Rule:
    """One printed reason for a person to look: the rule, where it applied, and the words that met it, if any.

    ``actor`` and ``at`` say who of the staff raised it and when, where somebody did.
    """

    rule: str
    where: str
    words: str = ""
    actor: str = ""
    at: datetime | None = None


def why_raised(client: Client, enquiry: Enquiry, events: Sequence[Event] = ()) -> tuple[Rule, ...]:
    """Return every rule that asks for a person: what staff raised, the newest first, then what the client said.

    That is in the order a client answered, then what they wrote in fit checks.
    """
    notes = [(FIT_NOTE, event.words or "") for event in fit_notes(events)]
    found = [
        Rule(BY_STAFF, SAW_OR_HEARD, event.words or "", event.actor, event.at)
        for event in reversed(events)
        if event.kind == _BY_STAFF
    ]
    found += [
        Rule(f"{why} ({FLAG_WORDS[flag]})", where, words)
        for where, text in (*_texts(client, enquiry.private), *notes)
        for flag, words, why in why_flagged(text)
    ]
    answers = enquiry.private.get("answers")
    if isinstance(answers, Mapping) and answers.get("safety") == "yes":
        found.append(Rule("Answered yes, or not sure, when asked about danger", QUESTIONS["safety"].text))
    found += [
        Rule(f"Chose {QUESTIONS['concerns'].label(code).lower()} as a concern", QUESTIONS["concerns"].text)
        for code, _ in client.concerns
        if code in RISK_CONCERNS
    ]
    told = {flag for flag in enquiry.private.get("why") or () if flag in FLAG_WORDS}
    told -= {flag for flag in FLAG_WORDS if any(f"({FLAG_WORDS[flag]})" in rule.rule for rule in found)}
    told -= {code for code, _ in client.concerns if code in RISK_CONCERNS}
    # Words that were taken back or changed since, or read in another place.
    found += [Rule(f"Something they wrote earlier spoke of {FLAG_WORDS[flag]}", "") for flag in sorted(told)]
    if enquiry.needs_reading:
        found.append(Rule("Wrote something the rules cannot read", "Their own words"))
    if not found and (client.risk_raised or enquiry.needs_person):
        found.append(Rule("Raised by a person, or by an answer that is not kept", ""))
    return tuple(dict.fromkeys(found))


def fit_notes(events: Sequence[Event]) -> tuple[Event, ...]:
    """Return what a client wrote in fit checks for which a person was asked, the newest first."""
    kinds = (RAISED, WROTE)
    return tuple(event for event in reversed(events) if event.kind in kinds and event.actor == CLIENT and event.words)


@needs("work_enquiry")
def record_call(
    person: Person,
    store: Store,
    settings: Settings,
    client_id: str,
    version: int,
    outcome: str,
    note: str,
    now: datetime,
) -> int:
    """Keep a call about safety by the person signed in, with its coded outcome, and return the enquiry's new version.

    Raises
    ------
    StaleVersionError
        If somebody changed the enquiry meanwhile: they may have called as well.
    StoreError
        If the outcome is not one of `OUTCOMES`, or a call that ends the wait has no note.
    """
    if outcome not in OUTCOMES:
        raise StoreError("say what came of the call.")
    if outcome in ENDS and not note.strip():
        raise StoreError("write a line about what was said before matching goes on.")
    actor = person.account_id
    with store.writing() as session:
        if outcome not in ENDS:
            due = answer_by(settings, now, urgent=True)
            changed = change_enquiry(session, client_id, version, actor, due_at=due, assigned_to=actor)
            add_event(session, client_id, SAFETY_TRY, actor, outcome, note)
            return changed
        held = places_alone(session, client_id)
        changed = record_safety_call(session, client_id, version, actor, outcome, note)
        if outcome == "spoke_elsewhere":
            give_back(session, held, actor)
            reason: dict[str, Any] = {"state": "closed", "closed_reason": "referred_on", "due_at": None}
            return change_enquiry(session, client_id, changed, actor, **reason)
        enquiry = enquiry_of(session, client_id, actor)
        more: dict[str, Any] = called(enquiry) | ({"state": "contacted"} if enquiry.state == "new" else {})
        return change_enquiry(
            session, client_id, changed, actor,
            due_at=due_after(enquiry, held, answer_by(settings, now)), assigned_to=actor, **more,
        )  # fmt: skip


@needs("work_enquiry")
def raise_concern(
    person: Person, store: Store, settings: Settings, client_id: str, version: int, note: str, now: datetime
) -> int:
    """Put a client on top of the queue and withhold matching, for what a person saw or heard; return the new version.

    Raises
    ------
    StaleVersionError
        If somebody changed the enquiry meanwhile.
    """
    due = answer_by(settings, now, urgent=True)
    more: dict[str, Any] = {}
    with store.writing() as session:
        if enquiry_of(session, client_id, person.account_id).state == "closed":
            more = {"state": "contacted"}
        changed = change_enquiry(session, client_id, version, person.account_id, needs_person=True, due_at=due, **more)
        add_event(session, client_id, _BY_STAFF, person.account_id, "by_staff", note)
        add_notice(session, "raised", client_id, "intake")
    return changed


@needs("work_enquiry")
def keep_handover(
    person: Person, store: Store, client_id: str, notes: Mapping[str, str], shown: Mapping[str, str] | None = None
) -> dict[str, str]:
    """Keep a handover sheet as a person filled it in, and return what it holds now; a blank heading stays blank.

    ``shown`` is what stood in it when they began: what a colleague kept meanwhile stays, above what was typed where
    both wrote. Without it the sheet is kept as it is.
    """
    with store.writing() as session:
        kept = kept_handover(events_of(session, client_id, person.account_id)) or {}
        began = kept if shown is None else shown
        whole = {name: _joined(notes.get(name, ""), began.get(name, ""), kept.get(name, "")) for name in HANDOVER}
        _keep_sheet(session, client_id, whole, person.account_id)
    return whole


def carry_handover(session: StoreSession, client_id: str, said: Sequence[Event], actor: str) -> None:
    """Keep what the handover sheet of a merged enquiry holds in a client's own, below what stands there."""
    theirs, ours = kept_handover(said), kept_handover(events_of(session, client_id, actor)) or {}
    if theirs:
        whole = {name: _joined(theirs.get(name, ""), "", ours.get(name, "")) for name in HANDOVER}
        _keep_sheet(session, client_id, whole, actor)


def _keep_sheet(session: StoreSession, client_id: str, whole: Mapping[str, str], actor: str) -> None:
    lines = [f"{HANDOVER[name]}: {note}" for name, note in whole.items() if note]
    add_event(session, client_id, _HANDOVER, actor, None, "\n".join(lines))


def _joined(typed: str, shown: str, kept: str) -> str:
    typed, shown, kept = (text.strip() for text in (typed, shown, kept))
    if kept in (shown, typed):
        return typed
    return kept if typed == shown else f"{kept}\n{typed}".strip()


def kept_handover(events: Sequence[Event]) -> dict[str, str] | None:
    """Return the notes of the handover sheet kept last, by heading; None where none was kept."""
    kept = next((event for event in reversed(events) if event.kind == _HANDOVER), None)
    if kept is None:
        return None
    notes: dict[str, str] = {}
    names = {f"{heading}:": name for name, heading in HANDOVER.items()}
    last = ""
    for line in (kept.words or "").splitlines():
        begun = next((start for start in names if line.startswith(start)), None)
        # A note may be of several lines.
        last = names[begun] if begun else last
        text = line.removeprefix(begun).strip() if begun else line
        notes[last] = f"{notes[last]}\n{text}" if last in notes else text
    return notes


def _texts(client: Client, private: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if client.about:
        yield QUESTIONS["about"].text, client.about
    answers = private.get("answers")
    kept = {**(answers if isinstance(answers, Mapping) else {}), **private}
    for name, value in kept.items():
        if isinstance(value, str) and name != "about":
            yield QUESTIONS[name].text if name in QUESTIONS else "What they wrote", value
