"""The fields of a phone intake: what is known put in once, and what was typed kept while somebody looks elsewhere."""

from typing import Any, Final

import streamlit as st

from matcher.domain.enquiry import SAFE_CONTACT
from matcher.intake.questionnaire import QUESTIONS, SEVERITY, weight_key
from matcher.services.enquiry_keeping import called
from matcher.services.phone_intake import Begun
from matcher.ui import wording_staff as w

_NEXT: Final = "phone:number"
_TYPED: Final = "phone:typed"


def number_of(begun: Begun | None) -> str:
    """Return what the fields of this intake are called, filled with what was typed, or else with what is known.

    Streamlit forgets the fields of a page somebody left. Left blank, they would be kept as if all of it were unknown.
    """
    number = _number(begun)
    typed: dict[str, Any] = st.session_state.get(_TYPED, {}).get(number) or {}
    if begun is not None and not typed:
        typed = {f"{_prefix(number)}{name}": value for name, value in _known(begun).items()}
    for key, value in typed.items():
        st.session_state.setdefault(key, value)
    return number


def keep_typed(number: str) -> None:
    """Keep the fields of an intake as they are now, once the page is drawn."""
    fields = {str(key): value for key, value in st.session_state.items() if str(key).startswith(_prefix(number))}
    st.session_state[_TYPED] = {**st.session_state.get(_TYPED, {}), number: fields}


def is_kept(number: str) -> None:
    """Forget the fields of an intake that is on record, and begin the next one."""
    st.session_state.get(_TYPED, {}).pop(number, None)
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
