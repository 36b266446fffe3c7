"""The frame around a page of questions: Back, where one is, the heading, what has to be mended, and Continue."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final

import streamlit as st

from matcher.intake.reading import LONGEST_TEXT, Problem
from matcher.ui import state
from matcher.ui import wording as w
from matcher.ui import wording_questions as wq
from matcher.ui import wording_start as ws
from matcher.ui.components import dialled, page, plain, take
from matcher.ui.journey import BEFORE, HELP, LATER, MATCHES, NUMBERED, PARTS, STEPS, Journey, after, before, number, way
from matcher.ui.language import say

#: Pages that cannot be left blank.
_NEEDED: Final = frozenset({"concerns"})
#: Pages with a question that some would not want everybody to read: each says who does.
_SENSITIVE: Final = frozenset(
    {
        "words", "concerns", "weight", "hopes", "past", "past-helped", "past-not", "training", "at-ease", "you", "last",
    }
)  # fmt: skip
_BUTTONS: Final = ("back", "later", "continue", "now")
#: From the page after this one people can be shown: danger was asked about, and there is something to match by.
_ENOUGH: Final = "concerns"
Places = dict[str, Any]
Check = Callable[[Journey], Sequence[Problem]]


def step(
    journey: Journey, name: str, body: Callable[[Journey, Places], None], check: Check = lambda _journey: ()
) -> None:
    """Draw one numbered step; somebody who has not agreed yet is taken to where they can."""
    if not journey.agreed():
        journey.go(BEFORE)
    if name not in way(journey.answers):
        journey.go(PARTS[name])
    journey.answers["step"] = name
    if state.arrived(name):
        # A page left half-way leaves its widgets behind: what stands in them is kept, and the browser, which knows
        # nothing of them any more, is told what to show.
        if state.left_without_a_button(name):
            take(state.asked(), journey.answers)
            if journey.raised() and not journey.told():
                journey.go(HELP)
        state.draw_anew()
    early = state.pressed(name, _BUTTONS)
    if early is not None:
        # Whoever leaves a page that is in order need not wait until it is drawn once more.
        asked = state.asked()
        take(asked, journey.answers)
        _move(journey, name, early, check, asked)
    st.button(say(w.BACK), type="tertiary", key="back")
    skip = "" if name in _NEEDED else f" · {say(wq.CAN_SKIP)}"
    st.caption(say(w.STEP, number=number(name), total=len(NUMBERED)) + skip)
    st.title(say(STEPS[name]), anchor=False)
    if name in _SENSITIVE:
        st.caption(say(wq.SEEN))
    summary, places = st.container(), Places()
    body(journey, places)
    last = name == NUMBERED[-1]
    st.button(say(w.SEE_MATCHES if last else w.CONTINUE), type="primary", key="continue")
    if not last and number(name) > number(_ENOUGH):
        st.button(say(w.SEE_NOW), key="now")
    st.button(say(ws.LATER), type="tertiary", key="later")
    journey.save()
    state.drawn(name)
    # Answers are kept while the body is drawn, so a move comes after it.
    pressed = state.pressed(name, _BUTTONS)
    if pressed is not None:
        wrong = _move(journey, name, pressed, check, places)
        show_problems(wrong, summary, places, journey.services.settings.clinic_phone)


def place(places: Places, code: str) -> None:
    """Keep a place above a field where what is wrong with it can be said, in the words of the summary."""
    places[code] = st.container(key=f"place-{code}")


def show_problems(problems: Sequence[Problem], summary: Any, places: Places, phone: str = "") -> None:
    """List what has to be mended on top, each a link to its field, and say the same at the field.

    A number named there is rung when touched at the field, since a link holds no other.
    """
    links = "".join(
        f'<li><a href="#place-{plain(problem.question)}">{plain(problem.message)}</a></li>' for problem in problems
    )
    with summary, st.container(key="problems"):
        page(
            f'<div class="problems" role="alert" data-title="{plain(say(w.ERROR))}">'
            f"<h2>{plain(say(w.PROBLEM))}</h2><ul>{links}</ul></div>"
        )
    for problem in problems:
        if problem.question in places:
            with places[problem.question]:
                words = dialled(problem.message, phone) if phone else plain(problem.message)
                page(f'<p class="problem" id="problem-{plain(problem.question)}">{words}</p>')


def _move(journey: Journey, name: str, button: str, check: Check, texts: Iterable[str]) -> Sequence[Problem]:
    """Go where a button leads, or return what has to be mended first."""
    # What was raised comes first, whatever they press; once told of it, Back and Later lead where they say.
    if journey.raised() and (button in ("continue", "now") or not journey.told()):
        journey.go(HELP)
    if button == "back":
        journey.go(before(name, journey.answers))
    if button == "later":
        journey.go(LATER)
    wrong = (*_too_long(journey, texts), *check(journey))
    if not wrong:
        journey.go(MATCHES if button == "now" else after(name, journey.answers))
    return wrong


def _too_long(journey: Journey, texts: Iterable[str]) -> list[Problem]:
    message = say(wq.TOO_LONG, most=f"{LONGEST_TEXT:,}")
    return [Problem(code, message) for code in texts if len(str(journey.answers.get(code) or "")) > LONGEST_TEXT]


def forget_button(journey: Journey) -> None:
    """Draw the button that deletes the answers everywhere."""
    if st.button(say(w.DELETE), type="tertiary", key="delete"):
        journey.forget()
