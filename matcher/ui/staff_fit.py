"""What a client said in fit checks, as staff read it beside the enquiry."""

from collections.abc import Mapping

import streamlit as st

from matcher.services.fit_enquiry import CHANGE_ASKED
from matcher.services.fit_told import mark_fit_read, waits_to_be_read
from matcher.services.one_enquiry import Case
from matcher.services.safety_lane import fit_notes
from matcher.store.decisions import FitCheck
from matcher.ui import wording_fit
from matcher.ui import wording_staff_fit as w
from matcher.ui.components import plain
from matcher.ui.desk import Desk
from matcher.ui.staff_common import attempt, listed, short


def draw_fit_checks(desk: Desk, case: Case, names: Mapping[str, str]) -> None:
    """Draw each answered fit check, the newest first, and where a person says that they have read it."""
    answered = [check for check in reversed(case.fit_checks) if check.answers]
    if not answered:
        return
    st.header(w.FIT_TITLE, anchor=False)
    for check in answered:
        name = names.get(check.therapist_id, check.therapist_id)
        when = short(check.answered_at, desk.services.settings.zone)
        st.caption(w.FIT_OF.format(name=name, n=check.session_number, when=when))
        st.html(_answers(case, check, name))
    at = case.enquiry
    if waits_to_be_read(case.events) and st.button(w.FIT_READ, key="fit:read"):
        store = desk.services.store()
        attempt(lambda: mark_fit_read(desk.person, store, at.client_id, at.version), w.FIT_IS_READ)


def _answers(case: Case, check: FitCheck, name: str) -> str:
    given = check.answers or {}
    rows = "".join(
        f"<dt>{plain(asked.format(name=name))}</dt><dd>{plain(wording_fit.LEVELS[given[item]])}</dd>"
        for item, asked in wording_fit.QUESTIONS.items()
        if given.get(item) in wording_fit.LEVELS
    )
    reasons = listed(wording_fit.REASONS[code] for code in given.get("reasons") or () if code in wording_fit.REASONS)
    # Words that stand on the page already, as what a person has to read or as what a change is about, stand there once.
    change = case.enquiry.private.get(CHANGE_ASKED) or {}
    shown = {change.get("note"), *(event.words for event in fit_notes(case.events))}
    notes = [words for words in (given.get("note"), given.get("change_note")) if words and words not in shown]
    parts = [f'<dl class="facts2">{rows}</dl>' if rows else ""]
    parts += [f"<p><small>{plain(w.FIT_WRONG)}</small></p>{reasons}" if reasons else ""]
    parts += [f'<p><small>{plain(w.FIT_NOTE)}</small></p><p class="words">{plain(words)}</p>' for words in notes]
    return "".join(parts) or "<p></p>"
