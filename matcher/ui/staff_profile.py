"""The form of a therapist's profile and limits, as staff and the therapist's own page draw it."""

from dataclasses import replace
from typing import Any

import streamlit as st

from matcher.domain.therapist import Therapist
from matcher.domain.vocabulary import (
    AGE_GROUPS,
    AVAILABILITY,
    CONCERNS,
    FORMATS,
    FUNDING,
    GENDERS,
    IDENTITIES,
    MODALITIES,
    PROFESSIONS,
    STYLES,
)
from matcher.services.therapist_desk import THEIRS, Profile
from matcher.store.therapist_desk import MOST_PRIMARY, TherapistSettings
from matcher.ui import wording_therapists as w

_MANY: dict[str, tuple[str, ...]] = {
    "concerns": tuple(CONCERNS),
    "modalities": tuple(MODALITIES),
    "formats": tuple(FORMATS),
    "age_groups": tuple(AGE_GROUPS),
    "funding": tuple(FUNDING),
    "identities": tuple(IDENTITIES),
    "availability": AVAILABILITY,
}
#: Fields of which one code is chosen, with the words of each.
ONE_OF: dict[str, dict[str, str]] = {"gender": GENDERS, "profession": PROFESSIONS}
_CLINICS = (
    "name", "gender", "profession", "years_experience", "concerns", "languages", "age_groups", "formats", "fee",
    "funding", "identities",
)  # fmt: skip


def label(code: str) -> str:
    """Return the words of a code of any vocabulary."""
    if code in CONCERNS:
        return CONCERNS[code].label
    if code in MODALITIES:
        return MODALITIES[code].label
    return {**FORMATS, **FUNDING, **IDENTITIES}.get(code, code.replace("_", " ")).capitalize()


def ask_therapist(known: Therapist, *, whole: bool, key: str) -> Therapist:
    """Draw the fields of a profile and return it as filled in; ``whole`` shows the clinic's part too."""
    names = (*_CLINICS, *THEIRS) if whole else THEIRS
    left, right = st.columns(2, gap="large")
    filled: dict[str, Any] = {}
    for place, name in enumerate(names):
        with (left, right)[place % 2]:
            filled[name] = _field(known, name, f"{key}:{name}")
    return replace(known, **filled)


def ask_limits(before: Profile, key: str) -> TherapistSettings:
    """Draw the fields of a therapist's own limits and return them as filled in."""
    own, works = before.limits, before.therapist.concerns
    first = st.multiselect(
        w.PRIMARY,
        works,
        default=[code for code in own.primary_concerns if code in works],
        format_func=label,
        max_selections=MOST_PRIMARY,
        key=f"{key}:primary",
    )
    declined = st.multiselect(
        w.DECLINED, list(CONCERNS), default=list(own.declined_concerns), format_func=label, key=f"{key}:declined"
    )
    left, right = st.columns(2)
    begins = left.date_input(w.LEAVE_FROM, value=own.leave_from, format="DD/MM/YYYY", key=f"{key}:from")
    ends = right.date_input(w.LEAVE_UNTIL, value=own.leave_until, format="DD/MM/YYYY", key=f"{key}:until")
    return replace(
        own, primary_concerns=tuple(first), declined_concerns=tuple(declined), leave_from=begins, leave_until=ends
    )


def _field(known: Therapist, name: str, key: str) -> Any:
    title, value = w.FIELDS[name], getattr(known, name)
    if name in _MANY:
        options = list(dict.fromkeys([*_MANY[name], *value]))
        return tuple(st.multiselect(title, options, default=list(value), format_func=label, key=key))
    if name in ONE_OF:
        codes = list(ONE_OF[name])
        index = codes.index(value) if value in codes else None
        return st.selectbox(
            title, codes, index=index, format_func=lambda code: ONE_OF[name][code].capitalize(), key=key
        )
    if name in STYLES:
        return _style(name, value, key)
    if name == "languages":
        text = st.text_input(title, "; ".join(value), key=key, help=w.LANGUAGES_HELP)
        return tuple(part.strip().lower() for part in text.split(";") if part.strip())
    return _plain(name, title, value, key)


def _plain(name: str, title: str, value: Any, key: str) -> Any:
    if name == "capacity":
        return int(st.number_input(title, 0, 100, int(value), key=key))
    if name in ("fee", "years_experience"):
        return st.number_input(title, min_value=0.0, value=value, step=1.0, key=key)
    if name == "next_opening":
        return st.date_input(title, value=value, format="DD/MM/YYYY", key=key)
    if name == "bio":
        return st.text_area(title, value or "", key=key).strip() or None
    return st.text_input(title, value or "", key=key).strip()


def _style(name: str, value: float | None, key: str) -> float | None:
    """Ask for one style without a slider, which could not stay unanswered."""
    steps = style_steps(name, value)
    options = list(steps)
    index = None if value is None else options.index(value)
    return st.selectbox(w.FIELDS[name], options, index=index, format_func=lambda step: steps[step], key=key)


def style_steps(name: str, value: float | None) -> dict[float, str]:
    """Return the words of each step of a style; a value in between, as a file may bring it, is one more step."""
    steps: dict[float, str] = {
        -1.0: f"Very {STYLES[name].low}", -0.5: f"Rather {STYLES[name].low}", 0.0: "In between",
        0.5: f"Rather {STYLES[name].high}", 1.0: f"Very {STYLES[name].high}",
    }  # fmt: skip
    if value is not None and value not in steps:
        return dict(sorted({**steps, value: f"As it was ({value:+.1f})"}.items()))
    return steps
