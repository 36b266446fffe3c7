"""When something felt wrong: what, whether it is hard or not right, words to say it, and a change without shame."""

import logging
from collections.abc import Callable
from typing import Any, Final, TypeVar

import streamlit as st

from matcher.domain.enquiry import FitCheckView, Receipt
from matcher.intake import questionnaire as q
from matcher.intake.reading import Problem
from matcher.ui import frame, state
from matcher.ui import wording_fit as w
from matcher.ui import wording_start as ws
from matcher.ui.client_help import draw_lines
from matcher.ui.components import dialled, listed, page, rung
from matcher.ui.dates import moment
from matcher.ui.journey import Journey
from matcher.ui.language import say
from matcher.ui.request import as_kept, as_told, promised

T = TypeVar("T")

#: Where the answers keep what belongs to a fit check: its code, the page it is at, and what was said so far.
KEPT: Final = "fit"


def current(journey: Journey) -> dict[str, Any]:
    """Return what is kept of the fit check that is open in this browser, to be changed in place."""
    kept = journey.answers.setdefault(KEPT, {})
    if not isinstance(kept, dict):
        kept = journey.answers[KEPT] = {}
    return kept


def turn(journey: Journey, at: str) -> None:
    """Show another page of the fit check."""
    current(journey)["at"] = at
    journey.save()
    st.rerun()


def draw_wrong(journey: Journey, view: FitCheckView) -> None:
    """Ask what felt wrong, as coded reasons."""
    kept, places = current(journey), frame.Places()
    back = st.button(say(w.BACK), type="tertiary", key="back")
    st.title(say(w.WRONG_TITLE), anchor=False)
    summary = st.container()
    st.markdown(say(w.WRONG_LEAD))
    st.caption(say(w.WHO_SEES, name=view.therapist_name))
    frame.place(places, "fit_reasons")
    chosen = set(kept.get("reasons") or ())
    with st.container(key="group-fit-reasons", gap=None):
        kept["reasons"] = [reason for reason in w.REASONS if _tick(reason, reason in chosen)]
    _ring(journey, w.SAFE_NOW)
    onward = st.button(say(w.WRONG_ONWARD), type="primary", key="continue")
    journey.save()
    if back:
        turn(journey, "done")
    if onward and kept["reasons"]:
        turn(journey, "next")
    if onward:
        frame.show_problems((Problem("fit_reasons", say(w.WRONG_NONE)),), summary, places)


def draw_next(journey: Journey, view: FitCheckView) -> None:
    """Set what is hard apart from what is not right, without deciding it for the client, and offer three ways on."""
    reasons, code = list(current(journey).get("reasons") or ()), str(current(journey)["code"])
    back = st.button(say(w.BACK), type="tertiary", key="back")
    # Of times, cost or place alone it would be odd to say that therapy can be hard.
    between = reasons != ["practical"]
    st.title(say(w.GROWTH_TITLE if between else w.WORDS_TITLE), anchor=False)
    for words in (w.GROWTH, w.MISFIT, w.GROWTH_YOURS) if between else ():
        st.markdown(say(words))
    if between:
        st.header(say(w.WORDS_TITLE), anchor=False)
    listed(say(w.WORDS[reason]) for reason in reasons if reason in w.WORDS)
    st.header(say(w.NEXT_TITLE), anchor=False)
    if st.button(say(w.NEXT_RAISE), key="raise"):
        journey.services.fit_checks.keep_reasons(code, reasons)
        st.success(say(w.NEXT_RAISE_DONE))
    if st.button(say(w.NEXT_STAFF), key="staff"):
        told(journey, journey.services.fit_checks.ask_talk(code, reasons))
        turn(journey, "talk")
    if st.button(say(w.NEXT_CHANGE), key="continue"):
        turn(journey, "change")
    if back:
        turn(journey, "wrong")


def draw_change(journey: Journey, view: FitCheckView) -> None:
    """Say what is used, what is kept, and ask for a change."""
    kept = current(journey)
    reasons = list(kept.get("reasons") or ())
    back = st.button(say(w.BACK), type="tertiary", key="back")
    st.title(say(w.CHANGE_TITLE), anchor=False)
    st.markdown(say(w.CHANGE_LEAD, name=view.therapist_name))
    st.markdown(say(w.CHANGE_TAKEN))
    effects = [say(w.CHANGE_EFFECTS[reason]) for reason in reasons if reason in w.CHANGE_EFFECTS]
    listed([*effects, say(w.CHANGE_NOT_AGAIN, name=view.therapist_name)])
    if "practical" in reasons:
        kept["limits"] = _limits(kept.get("limits") or {})
    note = st.text_area(say(w.CHANGE_NOTE), key=state.widget("fit:change", kept.get("note") or None), height=110)
    kept["note"] = note or ""
    asking = st.button(say(w.CHANGE_SEND), type="primary", key="continue")
    journey.save()
    if back:
        turn(journey, "next")
    if asking:
        limits, ask_change = _as_limits(kept.get("limits") or {}), journey.services.fit_checks.ask_change
        receipt, danger = passed_on(
            journey, kept["note"], lambda: ask_change(str(kept["code"]), reasons, kept["note"], limits)
        )
        if receipt is not None:
            told(journey, receipt)
        turn(journey, "danger" if danger else "sent")


def told(journey: Journey, receipt: Receipt) -> None:
    """Keep what the client is told of what they sent."""
    current(journey)["receipt"] = as_kept(receipt)


def passed_on(journey: Journey, words: str | None, work: Callable[[], T]) -> tuple[T | None, bool]:
    """Pass something on to the clinic, and tell whether its words speak of danger.

    The numbers to call come before everything then, whatever has broken behind them: None is returned where it has.
    """
    danger, kept = bool(words) and any(journey.services.safety_flags([words or ""])), current(journey)
    kept.pop("untold", None)
    try:
        return work(), danger
    except Exception as error:
        if not danger:
            raise
        logging.getLogger(__name__).error("Words of danger could not be passed on: %s", type(error).__name__)
        kept["untold"] = True
        return None, True


def draw_sent(journey: Journey, view: FitCheckView) -> None:
    """Confirm a change that was asked for."""
    st.title(say(w.CHANGE_DONE_TITLE), anchor=False)
    st.markdown(_promise(journey, w.CHANGE_DONE))
    st.markdown(say(w.CHANGE_DONE_WHAT))
    st.markdown(say(w.CHANGE_PLACE, name=view.therapist_name))
    _by_phone(journey)
    st.markdown(say(w.FINISHED))


def draw_talk(journey: Journey, view: FitCheckView) -> None:
    """Confirm that somebody will call about how it is going."""
    back = st.button(say(w.BACK), type="tertiary", key="back")
    st.title(say(w.TALK_DONE_TITLE), anchor=False)
    st.markdown(_promise(journey, w.TALK_DONE))
    st.markdown(say(w.TALK_PLACE, name=view.therapist_name))
    _by_phone(journey)
    st.markdown(say(w.FINISHED))
    if back:
        turn(journey, "next")


def _promise(journey: Journey, words: str) -> str:
    receipt, settings = as_told(current(journey)["receipt"]), journey.services.settings
    if receipt.late:
        reference = say(ws.HELP_REFERENCE, reference=receipt.reference)
        return f"{reference} {rung(promised(receipt, words, settings), settings.clinic_phone)}"
    return say(words, reference=receipt.reference, when=moment(receipt.answer_by, settings.zone))


def _by_phone(journey: Journey) -> None:
    _ring(journey, w.DANGER_CLINIC)


def _ring(journey: Journey, words: str) -> None:
    """Draw a sentence that names the clinic's number, to be rung when touched."""
    settings = journey.services.settings
    known = {"clinic": settings.clinic_name, "phone": settings.clinic_phone, "hours": say(settings.clinic_hours)}
    page(f"<p>{dialled(say(words, **known), settings.clinic_phone)}</p>")


def draw_danger(journey: Journey, view: FitCheckView) -> None:
    """Show who to call now; the clinic has been told by the service that read the words, unless that failed."""
    settings, kept = journey.services.settings, current(journey)
    untold = bool(kept.get("untold"))
    st.title(say(w.DANGER_TITLE), anchor=False)
    st.markdown(say(w.DANGER))
    if not untold:
        st.markdown(say(w.DANGER_TOLD))
    draw_lines(journey)
    if untold:
        _ring(journey, ws.HELP_NOT_SENT)
    elif kept.get("receipt"):
        receipt = as_told(kept["receipt"])
        st.markdown(rung(promised(receipt, ws.HELP_SENT, settings), settings.clinic_phone))
        st.markdown(say(ws.HELP_REFERENCE, reference=receipt.reference))
        _by_phone(journey)
    if st.button(say(w.DANGER_ON), key="on"):
        # What was not sent can be sent again.
        changing = kept.get("note") is not None
        turn(journey, ("change" if changing else "questions") if untold else ("sent" if changing else "done"))


def _tick(reason: str, ticked: bool) -> bool:
    return bool(st.checkbox(say(w.REASONS[reason]), key=state.widget(f"fit:{reason}", True if ticked else None)))


def _limits(given: dict[str, Any]) -> dict[str, Any]:
    st.header(say(w.LIMITS_TITLE), anchor=False)
    st.caption(say(w.LIMITS_LEAD))
    fee = st.number_input(
        say(w.LIMITS_FEE),
        min_value=0,
        max_value=10_000,
        value=None,
        step=10,
        key=state.widget("fit:fee", given.get("fee")),
    )
    return {"fee": fee, "formats": _some(q.FORMAT, given), "times": _some(q.TIMES, given)}


def _some(question: q.Question, given: dict[str, Any]) -> list[str]:
    kept = set(given.get(question.code) or ())
    st.header(say(question.text), anchor=False)
    with st.container(key=f"group-fit-{question.code}", gap=None):
        return [
            code
            for code in question.codes()
            if st.checkbox(
                say(question.label(code)),
                key=state.widget(f"fit:{question.code}:{code}", True if code in kept else None),
            )
        ]


def _as_limits(given: dict[str, Any]) -> dict[str, Any]:
    times = [code for part in given.get("times") or () for code in q.TIME_CODES.get(part, ())]
    return {"max_fee": given.get("fee"), "formats": given.get("formats") or (), "availability": times}
