"""What a client told the clinic, how they may safely be reached, and what was done so far."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import streamlit as st

from matcher.domain.client import Client
from matcher.domain.vocabulary import CONCERNS, FORMATS, FUNDING, GENDERS, IDENTITIES, MODALITIES, SEVERITIES, STYLES
from matcher.intake.parsing import other_than_english
from matcher.intake.questionnaire import QUESTIONS
from matcher.services.fit_enquiry import CHANGE_ASKED
from matcher.services.offers import DECLINES, OVERRIDES
from matcher.services.one_enquiry import Case
from matcher.services.safety_lane import FIT_NOTE, OUTCOMES, fit_notes
from matcher.store.waiting_since import WAITS_SINCE
from matcher.ui import wording_staff as w
from matcher.ui.components import dialled, plain
from matcher.ui.desk import Desk
from matcher.ui.staff_common import listed, short, short_day
from matcher.ui.wording_fit import REASONS as CHANGE_REASONS

_TELEPHONE = "Telephone"
_CODES = {**CHANGE_REASONS, **w.CLOSED, **w.CONTACT_OUTCOMES, **w.WANTS, **OVERRIDES, **DECLINES, **OUTCOMES}
_LABELS: Mapping[str, Mapping[str, str]] = {
    "therapist_gender": GENDERS,
    "modalities": {code: modality.label for code, modality in MODALITIES.items()},
    "identities": IDENTITIES,
    "formats": FORMATS,
    "funding": FUNDING,
}
_NAMES = {
    "therapist_gender": "Therapist's gender",
    "modalities": "Way of working",
    "identities": "Community",
    "languages": "Language",
    "formats": "Meeting",
    "availability": "Times",
    "funding": "Paying",
}


def draw_story(case: Case, names: Mapping[str, str]) -> None:
    """Draw concerns, the client's own words, the other answers in words, and wishes and limits."""
    client = case.client
    _change(case, names)
    st.header(w.STORY, anchor=False)
    concerns = ", ".join(f"{CONCERNS[code].label} ({SEVERITIES[level]})" for code, level in client.concerns)
    parts = [f"<p><b>{plain(concerns)}</b></p>"] if concerns else []
    parts += [f'<p class="words">{plain(client.about)}</p>'] if client.about else []
    told = "".join([*parts, _facts(_answers(case.enquiry.private.get("answers") or {}))])
    st.html(told or f"<p>{w.NOTHING_TOLD}</p>")
    wishes = _wishes(client)
    if wishes:
        st.header(w.WISHES, anchor=False)
        st.html(_facts(wishes))


def draw_fit_notes(case: Case, zone: ZoneInfo) -> None:
    """Draw what was written in fit checks and needs a person; a note on a change stands with that."""
    change = case.enquiry.private.get(CHANGE_ASKED) or {}
    notes = [event for event in fit_notes(case.events) if event.words != change.get("note")]
    if notes:
        st.header(FIT_NOTE, anchor=False)
        st.html(
            "".join(
                f'<p class="words">{plain(event.words or "")}<br><small>{plain(short(event.at, zone))}</small></p>'
                for event in notes
            )
        )


def _change(case: Case, names: Mapping[str, str]) -> None:
    """Draw why somebody would like to change, where that is what brought them here."""
    asked = case.enquiry.private.get(CHANGE_ASKED)
    if not asked:
        return
    st.header(w.CHANGE_WHY, anchor=False)
    name = names.get(asked["therapist_id"], asked["therapist_id"])
    st.caption(w.CHANGE_FROM.format(name=name, n=asked["session_number"]))
    note = f'<p class="words">{plain(asked["note"])}</p>' if asked.get("note") else ""
    st.html(f"{listed(CHANGE_REASONS.get(code, code) for code in asked['reasons'])}{note}" or "<p></p>")


def draw_reach(case: Case) -> None:
    """Draw how to reach the client, what they said is safe first of all."""
    contact, private = case.contact, case.enquiry.private
    st.header(w.REACH, anchor=False)
    safe = private.get("safe_contact") or ()
    words = ", ".join(w.SAFE.get(way, way) for way in safe)
    st.markdown(f"**{w.SAFE_ONLY.format(ways=words)}**" if safe else f"**{w.SAFE_NONE}**")
    facts = {
        "Name": contact.name,
        "Pronouns": private.get("pronouns"),
        _TELEPHONE: contact.phone,
        "E-mail": contact.email,
        "They added": contact.note,
    }
    st.html(_facts({name: value for name, value in facts.items() if value}) or f"<p>{w.NO_CONTACT}</p>")


def draw_history(desk: Desk, case: Case) -> None:
    """Draw what was done, the newest first."""
    st.header(w.HISTORY, anchor=False)
    zone = desk.services.settings.zone
    items = []
    for event in reversed(case.events):
        parts = [_said(event.kind, part, zone) for part in (event.code or "").split(";") if part]
        code = ", ".join(filter(None, parts))
        said = f"{w.EVENTS.get(event.kind, event.kind)}{f': {code}' if code else ''}"
        words = f"\n{event.words}" if event.words else ""
        who = case.actors.get(event.actor, event.actor)
        items.append(
            f"<li>{plain(said)}{plain(words)}<br><small>{plain(short(event.at, zone))}, {plain(who)}</small></li>"
        )
    came = f"<li>Received<br><small>{plain(short(case.enquiry.received_at, zone))}</small></li>"
    st.html(f'<ul class="log">{"".join(items)}{came}</ul>')


def _said(kind: str, code: str, zone: ZoneInfo) -> str:
    if kind == WAITS_SINCE:
        return short_day(datetime.fromisoformat(code).astimezone(zone).date())
    # That staff raised it is what the event says already.
    return "" if kind == "raised" else _CODES.get(code, code)


def _wishes(client: Client) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, label in _NAMES.items():
        codes = getattr(client, name)
        if codes:
            words = ", ".join(_LABELS.get(name, {}).get(code, code.replace("_", " ")) for code in codes)
            others = other_than_english(client) if name == "languages" else ()
            words = f"{', '.join(others)} (English is fine too)" if others else words
            found[label] = f"{words}{_must(client, name)}"
    if client.max_fee is not None:
        # Whole dollars without cents, and no cent lost.
        found["At most"] = f"${client.max_fee:,.2f} a session".replace(".00 ", " ")
    if client.next_opening_by is not None:
        found["To start by"] = f"{short_day(client.next_opening_by)}{_must(client, 'next_opening_by')}"
    for name, style in STYLES.items():
        value = getattr(client, name)
        if value:
            found[f"{style.low} or {style.high}".capitalize()] = (
                f"{style.high if value > 0 else style.low}{_must(client, name)}"
            )
    if client.age is not None:
        found["Age"] = f"about {client.age:.0f}"
    return found


def _must(client: Client, name: str) -> str:
    return " (must have)" if name in client.must_have else ""


def _answers(answers: Mapping[str, Any]) -> dict[str, str]:
    found = {}
    for name, value in answers.items():
        question = QUESTIONS.get(name)
        if question is None or not isinstance(value, str | list) or value in ("", [], "skip"):
            continue
        codes = value if isinstance(value, list) else [value]
        known = question.codes()
        found[question.text] = ", ".join(question.label(code) if code in known else str(code) for code in codes)
    return found


def _facts(facts: Mapping[str, str]) -> str:
    # A number is rung when touched: staff call from a telephone too.
    said = {name: dialled(value, value) if name == _TELEPHONE else plain(value) for name, value in facts.items()}
    rows = "".join(f"<dt>{plain(name)}</dt><dd>{value}</dd>" for name, value in said.items())
    return f'<dl class="facts2">{rows}</dl>' if rows else ""
