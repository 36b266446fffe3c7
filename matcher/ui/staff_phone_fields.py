"""The fields of a phone intake: what is known put in once, and what was typed kept while somebody looks elsewhere."""

from datetime import datetime
from typing import Any, Final

import streamlit as st

from matcher.domain.enquiry import SAFE_CONTACT
from matcher.intake.questionnaire import QUESTIONS, SEVERITY, weight_key
from matcher.services.enquiry_keeping import called
from matcher.services.phone_intake import Begun
from matcher.ui import wording_staff as w
from matcher.ui.staff_common import arrived, now

_NEXT: Final = "phone:number"
_TYPED: Final = "phone:typed"
_BEGUN: Final = "phone:begun"
_WAITS: Final = "phone:waits"
#: Fields that hold something before anybody told anything.
_CHOSEN_ANYWAY: Final = frozenset({"wants", "language"})


def number_of(begun: Begun | None) -> str:
    """Return what the fields of this intake are called, filled with what was typed, or else with what is known.

    Streamlit forgets the fields of a page somebody left. Left blank, they would be kept as if all of it were unknown.
    """
    number = _number(begun)
    typed: dict[str, Any] = st.session_state.get(_TYPED, {}).get(number) or {}
    back = arrived() or not any(key in st.session_state for key in typed)
    if number in st.session_state.get(_BEGUN, {}) and back:
        # They were elsewhere meanwhile, and may have another person on the telephone now.
        st.session_state[_WAITS] = number
    if begun is not None and not typed:
        typed = {f"{_prefix(number)}{name}": value for name, value in _known(begun).items()}
    for key, value in typed.items():
        st.session_state.setdefault(key, value)
    return number


def waits_since(number: str) -> datetime | None:
    """Return since when an unfinished intake waits in these fields, None where nobody left one and came back to it."""
    if st.session_state.get(_WAITS) != number:
        return None
    begun: dict[str, datetime] = st.session_state.get(_BEGUN, {})
    return begun.get(number)


def keep_typed(number: str) -> None:
    """Keep the fields of an intake as they are now, once the page is drawn."""
    fields = {str(key): value for key, value in st.session_state.items() if str(key).startswith(_prefix(number))}
    st.session_state[_TYPED] = {**st.session_state.get(_TYPED, {}), number: fields}
    told = any(value for key, value in fields.items() if key.removeprefix(_prefix(number)) not in _CHOSEN_ANYWAY)
    if told:
        st.session_state[_BEGUN] = {number: now()} | st.session_state.get(_BEGUN, {})


def begin_next(number: str) -> None:
    """Forget the fields of an intake that is on record, or that nobody goes on with, and begin the next one."""
    st.session_state.get(_TYPED, {}).pop(number, None)
    st.session_state.get(_BEGUN, {}).pop(number, None)
    st.session_state.pop(_WAITS, None)
    st.session_state[_NEXT] = int(st.session_state.get(_NEXT, 0)) + 1


def _number(begun: Begun | None) -> str:
    if begun is None:
        return str(st.session_state.setdefault(_NEXT, 0))
    return f"{begun.enquiry.reference}:{begun.enquiry.version}"


def _prefix(number: str) -> str:
    return f"phone:{number}:"


def _known(begun: Begun) -> dict[str, Any]:
    """Return the fields of an enquiry to complete, by the names of their widgets."""
    at, contact, private = begun.enquiry, begun.contact, begun.enquiry.private
    known = {name: value for name, value in begun.answers.items() if name in QUESTIONS and name != SEVERITY.code}
    known |= {f"concerns:{code}": level for code, level in begun.answers.get(SEVERITY.code, {}).items()}
    for name, question in QUESTIONS.items():
        if question.matter and begun.answers.get(weight_key(name)):
            known[f"{name}:weight"] = begun.answers[weight_key(name)]
    if "max_fee" in known:
        known["max_fee"] = float(known["max_fee"])
    known |= {"contact name": contact.name or "", "contact phone": contact.phone or ""}
    known |= {"contact email": contact.email or "", "contact note": contact.note or ""}
    known |= {
        "contact pronouns": private.get("pronouns") or "",
        "wants": called(at).get("wants", at.wants) or "choose_for_me",
        "asked for": private.get("asked_for"),
    }
    known |= {"language": at.language} if at.language in w.LANGUAGES else {}
    known["contact safe"] = [way for way in private.get("safe_contact") or () if way in SAFE_CONTACT]
    consents = {"consent_matching": at.consent_matching_at, "consent_research": at.consent_research_at}
    return {**known, **{name: since is not None for name, since in consents.items()}}
