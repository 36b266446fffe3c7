"""The pieces pages are drawn from: a step's frame, and each kind of question. They draw and keep answers, no more."""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from typing import Any

import streamlit as st

from matcher.intake import questionnaire as q
from matcher.ui import state
from matcher.ui import wording as w
from matcher.ui.journey import HELP, STEPS, Journey, after, before

Answers = dict[str, Any]


def step(
    journey: Journey,
    name: str,
    body: Callable[[Journey], None],
    check: Callable[[Journey], Sequence[str]] = lambda _journey: (),
) -> None:
    """Draw one numbered step: Back, the heading, its questions and Continue."""
    back = st.button(w.BACK, type="tertiary", key="back")
    number = list(STEPS).index(name) + 1
    st.caption(w.STEP.format(number=number, total=len(STEPS)))
    st.title(STEPS[name], anchor=False)
    problems = st.container()
    body(journey)
    last = number == len(STEPS)
    onward = st.button(w.SEE_MATCHES if last else w.CONTINUE, type="primary", key="continue")
    state.save(journey.services.drafts)
    # Answers are kept while the body is drawn, so a move comes after it.
    if back:
        journey.go(before(name))
    if onward:
        _onward(journey, name, check(journey), problems)


def _onward(journey: Journey, name: str, wrong: Sequence[str], slot: Any) -> None:
    if journey.raised():
        journey.go(HELP)
    if not wrong:
        journey.go(after(name))
    with slot, st.container(key="problems"):
        st.error("\n\n".join((f"**{w.PROBLEM}**", *wrong)))


def text(question: q.Question, answers: Answers, placeholder: str = "") -> None:
    """Ask for words; the page's heading is the question."""
    why(question)
    key = state.widget(question.code, answers.get(question.code))
    answers[question.code] = st.text_area(
        question.text, key=key, height=200, placeholder=placeholder, label_visibility="collapsed"
    )


def one(question: q.Question, answers: Answers, *, headed: bool = False) -> None:
    """Ask for one of several answers, none of them chosen beforehand."""
    if headed:
        why(question)
    answers[question.code] = _radio(question, question.code, question.text, answers.get(question.code))
    if not headed:
        _matter(question, answers, asked=answers[question.code] in q.SOON_DAYS)


def many(question: q.Question, answers: Answers, codes: Sequence[str] | None = None) -> None:
    """Ask for any number of answers, and how much they matter once there is one."""
    heading(question)
    shown = question.codes() if codes is None else tuple(codes)
    with st.container(key=f"group-{question.code}", gap=None):
        ticks(question, answers, shown)
    _matter(question, answers, asked=bool(answers.get(question.code)))


def ticks(question: q.Question, answers: Answers, codes: Iterable[str]) -> None:
    """Draw a tick box for each code and keep which are ticked; other codes of the answer stay as they are."""
    chosen = list(answers.get(question.code) or ())
    for code in codes:
        key = state.widget(f"{question.code}:{code}", True if code in chosen else None)
        ticked = st.checkbox(question.label(code), key=key)
        if ticked and code not in chosen:
            chosen.append(code)
        elif not ticked and code in chosen:
            chosen.remove(code)
    answers[question.code] = chosen


def pick(question: q.Question, answers: Answers, options: dict[str, str], placeholder: str) -> None:
    """Ask for any number of names out of a long list."""
    heading(question)
    kept = [code for code in answers.get(question.code) or () if code in options]
    answers[question.code] = st.multiselect(
        question.text,
        list(options),
        format_func=lambda code: options[code],
        key=state.widget(question.code, kept or None),
        placeholder=placeholder,
        label_visibility="collapsed",
    )


def amount(question: q.Question, answers: Answers, placeholder: str) -> None:
    """Ask for a sum of money, blank unless the client writes one."""
    kept = answers.get(question.code)
    answers[question.code] = st.number_input(
        question.text,
        min_value=0,
        max_value=10_000,
        value=None,
        step=10,
        placeholder=placeholder,
        key=state.widget(question.code, kept),
    )
    why(question)


def severities(answers: Answers) -> None:
    """Ask how much each chosen concern weighs."""
    levels = dict(answers.get(q.SEVERITY.code) or {})
    for code in answers.get(q.CONCERN_CHOICES.code) or ():
        label = q.CONCERN_CHOICES.label(code)
        levels[code] = _radio(q.SEVERITY, f"severity:{code}", label, levels.get(code))
    answers[q.SEVERITY.code] = levels


def heading(question: q.Question) -> None:
    """Draw a question's words as a heading, and why it is asked."""
    st.header(question.text, anchor=False)
    why(question)


def why(question: q.Question) -> None:
    """Say why a question is asked, where there is something to say."""
    if question.why:
        st.caption(question.why)


def page(html: str) -> None:
    """Draw our own HTML; everything in it that is not ours has been through ``plain``."""
    st.html(html)


def plain(value: object) -> str:
    """Return text as HTML that shows exactly that text, whatever it holds."""
    return escape(str(value), quote=True)


def _matter(question: q.Question, answers: Answers, *, asked: bool) -> None:
    if question.matter and asked:
        key = q.weight_key(question.code)
        answers[key] = _radio(q.WEIGHT, key, question.matter, answers.get(key))


def _radio(question: q.Question, name: str, label: str, kept: object) -> str | None:
    codes = question.codes()
    hints = [question.hint(code) for code in codes]
    key = state.widget(name, kept if kept in codes else None)
    return st.radio(
        label,
        codes,
        index=None,
        format_func=question.label,
        captions=hints if any(hints) else None,
        key=key,
        label_visibility="collapsed" if name == q.SAFETY.code else "visible",
    )
