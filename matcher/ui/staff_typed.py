"""What was typed in a profile that changed meanwhile: in the form once more, beside what stands there now."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

import streamlit as st

from matcher.domain.therapist import Therapist
from matcher.domain.vocabulary import STYLES
from matcher.services.therapist_desk import Profile
from matcher.store.therapist_desk import TherapistSettings
from matcher.ui import wording_therapists as w
from matcher.ui.staff_common import listed, short_day
from matcher.ui.staff_profile import ONE_OF, label, style_steps


@dataclass(frozen=True, slots=True)
class Refused:
    """A profile as somebody began to change it, and what they typed of it and of the limits, by field."""

    before: Profile
    profile: Mapping[str, Any]
    limits: Mapping[str, Any]


def keep_typed(key: str, before: Profile, after: Therapist, limits: TherapistSettings) -> None:
    """Keep what was typed, for the form to be drawn with it once more."""
    typed = Refused(before, _changed(before.therapist, after), _changed(before.limits, limits))
    st.session_state[key] = typed


def forget_typed(key: str) -> None:
    """Forget what was typed."""
    st.session_state.pop(key, None)


def typed_again(key: str, now: Profile, words: str) -> tuple[Profile, bool]:
    """Return a profile with what was typed when it was refused, and whether anything was; says so in ``words``.

    What somebody else changed is as they left it; where both changed the same, both values are said.
    """
    refused: Refused | None = st.session_state.get(key)
    if refused is None or refused.before.therapist.therapist_id != now.therapist.therapist_id:
        return now, False
    st.warning(words)
    said = [
        *_of_both(refused.before.therapist, now.therapist, refused.profile),
        *_of_both(refused.before.limits, now.limits, refused.limits),
    ]
    st.html(listed(said) or "<p></p>")
    st.button(w.NOT_TYPED, key=f"{key}:leave out", on_click=forget_typed, args=(key,))
    limits = replace(now.limits, **refused.limits)
    return replace(now, therapist=replace(now.therapist, **refused.profile), limits=limits), True


def _of_both(
    before: Therapist | TherapistSettings, now: Therapist | TherapistSettings, typed: Mapping[str, Any]
) -> list[str]:
    theirs = _changed(before, now)
    return [
        w.BOTH_CHANGED.format(field=w.FIELDS.get(name, name), now=_said(name, value), typed=_said(name, typed[name]))
        for name, value in theirs.items()
        if name in typed and typed[name] != value
    ]


def _changed(before: Therapist | TherapistSettings, after: Therapist | TherapistSettings) -> dict[str, Any]:
    """Return, by field, what was changed of a profile or of somebody's limits, and to what; never a version."""
    names = (field.name for field in fields(after) if field.name != "version")
    return {name: getattr(after, name) for name in names if getattr(after, name) != getattr(before, name)}


def _said(name: str, value: Any) -> str:
    if value is None or value in ("", ()):
        return w.NOTHING
    if isinstance(value, date):
        return short_day(value)
    if name in STYLES:
        return style_steps(name, value)[value]
    if name in ONE_OF:
        return ONE_OF[name].get(value, str(value)).capitalize()
    if isinstance(value, tuple):
        return ", ".join(label(one) for one in value)
    # Whole dollars and years without a point.
    return f"{value:g}" if isinstance(value, float) else str(value)
