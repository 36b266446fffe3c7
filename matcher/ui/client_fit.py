"""How it is going, after the first and third session: five short questions opened by a code."""

from typing import Any, Final

import streamlit as st

from matcher.domain.enquiry import FitCheckView, staff_are_told
from matcher.intake.reading import Problem
from matcher.ui import frame, state
from matcher.ui import wording_fit as w
from matcher.ui.client_fit_change import (
    KEPT,
    current,
    draw_change,
    draw_danger,
    draw_next,
    draw_sent,
    draw_talk,
    draw_wrong,
    passed_on,
    told,
    turn,
)
from matcher.ui.journey import Journey
from matcher.ui.language import labels, say

_LEVELS: Final = tuple(w.LEVELS)
_GOOD: Final = frozenset({"yes", "mostly"})


def draw_fit(journey: Journey) -> None:
    """Ask for the code, then go through the fit check a page at a time."""
    kept = current(journey)
    view = journey.services.fit_checks.open(str(kept["code"]), asker=state.owner()) if kept.get("code") else None
    if view is None:
        _code(journey, wrong=bool(kept.get("code")))
        return
    if "language" not in journey.answers:
        # A new device: the language the client enquired in, until they choose another.
        state.speak(view.language)
        journey.save()
        st.rerun()
    draw = {
        "done": _done,
        "wrong": draw_wrong,
        "next": draw_next,
        "change": draw_change,
        "sent": draw_sent,
        "talk": draw_talk,
        "danger": draw_danger,
    }.get(str(kept.get("at") or ""))
    if draw is None and view.answered:
        draw = _done
    (draw or _questions)(journey, view)


def _code(journey: Journey, *, wrong: bool) -> None:
    phone = journey.services.settings.clinic_phone
    places = frame.Places()
    st.title(say(w.CODE_TITLE), anchor=False)
    summary = st.container()
    st.markdown(say(w.CODE_LEAD))
    frame.place(places, "fit_code")
    code = st.text_input(say(w.CODE), key=state.widget("fit_code", None), autocomplete="off")
    if st.button(say(w.CODE_OPEN), type="primary", key="continue"):
        # A code typed anew starts a fit check anew.
        journey.answers[KEPT] = {"code": (code or "").strip()}
        journey.save()
        st.rerun()
    if wrong:
        frame.show_problems((Problem("fit_code", say(w.CODE_WRONG, phone=phone)),), summary, places, phone)


def _questions(journey: Journey, view: FitCheckView) -> None:
    kept = current(journey)
    given = dict(kept.get("answers") or {})
    times = say(w.SESSIONS[view.session_number]) if view.session_number in w.SESSIONS else ""
    often = times or say(w.SESSIONS_MORE, number=view.session_number)
    st.title(say(w.FIT_TITLE), anchor=False)
    st.markdown(say(w.LEAD, name=view.therapist_name, sessions=often))
    st.caption(say(w.WHO_SEES, name=view.therapist_name))
    for item, words in w.QUESTIONS.items():
        given[item] = st.radio(
            say(words, name=view.therapist_name),
            _LEVELS,
            index=None,
            format_func=labels(w.LEVELS),
            key=state.widget(f"fit:{item}", given.get(item)),
        )
    given["note"] = st.text_area(say(w.NOTE), key=state.widget("fit:note", given.get("note") or None), height=110)
    kept["answers"] = given
    sending = st.button(say(w.SEND), type="primary", key="continue")
    journey.save()
    if sending:
        answer, code = journey.services.fit_checks.answer, str(kept["code"])
        receipt, danger = passed_on(journey, given["note"], lambda: answer(code, given))
        if receipt is not None:
            told(journey, receipt)
        turn(journey, "danger" if danger or receipt is not None else "done")


def _done(journey: Journey, view: FitCheckView) -> None:
    st.title(say(w.DONE_TITLE), anchor=False)
    given = current(journey).get("answers")
    if met := _met(given):
        st.markdown(say(met, name=view.therapist_name))
    if given and staff_are_told(given):
        st.markdown(say(w.DONE_READ))
    st.header(say(w.WRONG_ASK), anchor=False)
    if st.button(say(w.WRONG_GO), key="wrong"):
        turn(journey, "wrong")
    if st.button(say(w.WRONG_NO), key="finished"):
        st.success(say(w.FINISHED))


def _met(given: Any) -> str | None:
    """Return how the answers are met, None where words alone were left; what was skipped says nothing either way."""
    if not given:
        return w.DONE_ANSWERED
    told = {given.get(item) for item in w.QUESTIONS} - {None, "skip"}
    if not told:
        return None if str(given.get("note") or "").strip() else w.DONE_SKIPPED
    if told <= _GOOD:
        return w.DONE_GOOD
    # To call it common would be wrong where nobody listens, nothing fits, or they would not go on.
    hard = told == {"no"} or "no" in (given.get("heard"), given.get("going_on"))
    return w.DONE_HARD if hard else w.DONE_MIXED
