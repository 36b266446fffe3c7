"""Each kind of question a page is drawn from. They draw in the client's language and keep answers, no more."""

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

import streamlit as st

from matcher.intake import questionnaire as q
from matcher.ui import state
from matcher.ui.language import labels, say

Answers = dict[str, Any]
#: What a widget of a page of questions is called after: a question, or how much its answer matters.
_KNOWN = frozenset({*q.QUESTIONS, *map(q.weight_key, q.QUESTIONS)})


def text(question: q.Question, answers: Answers, *, headed: bool = False, height: int = 130) -> None:
    """Ask for words; where the page's heading is the question it is not said twice."""
    _asked(question, headed=headed)
    key = state.widget(question.code, answers.get(question.code))
    answers[question.code] = st.text_area(say(question.text), key=key, height=height, label_visibility="collapsed")


def line(question: q.Question, answers: Answers) -> None:
    """Ask for a few words."""
    heading(question)
    key = state.widget(question.code, answers.get(question.code))
    answers[question.code] = st.text_input(say(question.text), key=key, label_visibility="collapsed")


def one(question: q.Question, answers: Answers, *, headed: bool = False, words: str = "") -> None:
    """Ask for one of several answers, none of them chosen beforehand; ``words`` ask it of somebody else."""
    _asked(question, headed=headed, words=words)
    label, kept = say(words or question.text), answers.get(question.code)
    answers[question.code] = _radio(question, question.code, label, kept, collapsed=True)
    _matter(question, answers, asked=answers[question.code] in q.SOON_DAYS)


def many(question: q.Question, answers: Answers, codes: Sequence[str] | None = None, *, headed: bool = False) -> None:
    """Ask for any number of answers, and how much they matter once there is one."""
    _asked(question, headed=headed)
    shown = question.codes() if codes is None else tuple(codes)
    with st.container(key=f"group-{question.code}", gap=None):
        ticks(question, answers, shown)
    _matter(question, answers, asked=bool(answers.get(question.code)))


def ticks(question: q.Question, answers: Answers, codes: Iterable[str]) -> None:
    """Draw a tick box for each code and keep which are ticked; other codes of the answer stay as they are."""
    chosen = list(answers.get(question.code) or ())
    for code in codes:
        key = state.widget(f"{question.code}:{code}", True if code in chosen else None)
        chosen = _ticked(chosen, code, ticked=st.checkbox(say(question.label(code)), key=key))
    answers[question.code] = chosen


def take(asked: Mapping[str, Any], answers: Answers) -> None:
    """Take what stands in the page's widgets into the answers without drawing them again."""
    for name, value in asked.items():
        code, ticked, option = name.partition(":")
        if code not in _KNOWN:
            continue
        if not ticked:
            answers[code] = value
        elif code == q.SEVERITY.code:
            answers[code] = {**(answers.get(code) or {}), option: value}
        else:
            answers[code] = _ticked(list(answers.get(code) or ()), option, ticked=value)


def pick(question: q.Question, answers: Answers, options: dict[str, str], placeholder: str) -> None:
    """Ask for any number of names out of a long list."""
    heading(question)
    kept = [code for code in answers.get(question.code) or () if code in options]
    answers[question.code] = st.multiselect(
        say(question.text),
        list(options),
        format_func=lambda code: options[code],
        key=state.widget(question.code, kept or None),
        placeholder=say(placeholder),
        label_visibility="collapsed",
    )


def amount(question: q.Question, answers: Answers, placeholder: str) -> None:
    """Ask for a sum of money, blank unless the client writes one."""
    heading(question)
    kept = answers.get(question.code)
    answers[question.code] = st.number_input(
        say(question.text),
        min_value=0,
        max_value=10_000,
        value=None,
        step=10,
        placeholder=say(placeholder),
        key=state.widget(question.code, kept),
        label_visibility="collapsed",
    )


def severities(answers: Answers) -> None:
    """Ask how much each chosen concern weighs."""
    levels = dict(answers.get(q.SEVERITY.code) or {})
    for code in answers.get(q.CONCERN_CHOICES.code) or ():
        label = say(q.CONCERN_CHOICES.label(code))
        levels[code] = _radio(q.SEVERITY, f"severity:{code}", label, levels.get(code))
    answers[q.SEVERITY.code] = levels


def heading(question: q.Question, words: str = "") -> None:
    """Draw a question's words as a heading, and under it why it is asked, before it is answered."""
    st.header(say(words or question.text), anchor=False)
    why(question)


def why(question: q.Question) -> None:
    """Say why a question is asked, where there is something to say."""
    if question.why:
        st.caption(say(question.why))


def listed(sentences: Iterable[str]) -> None:
    """Draw our own sentences, already in the client's language, as a list."""
    st.markdown("\n".join(f"- {sentence}" for sentence in sentences))


def page(html: str) -> None:
    """Draw our own HTML; everything in it that is not ours has been through ``plain``."""
    st.html(html)


def plain(value: object) -> str:
    """Return text as HTML that shows exactly that text, whatever it holds."""
    return escape(str(value), quote=True)


def dialled(text: str, number: str) -> str:
    """Return a sentence as HTML in which a telephone number is rung when touched."""
    return plain(text).replace(plain(number), f'<a href="tel:{_digits(number)}">{plain(number)}</a>')


def rung(text: str, number: str) -> str:
    """Return a sentence as Markdown in which a telephone number is rung when touched, and is never broken over lines.

    Nothing but a sentence of ours may be given: it is read as Markdown.
    """
    return text.replace(number, f"[{number}](tel:{_digits(number)})")


def _digits(number: str) -> str:
    return "".join(letter for letter in number if letter.isdigit() or letter == "+")


def _ticked(chosen: list[str], code: str, *, ticked: bool) -> list[str]:
    if ticked:
        return chosen if code in chosen else [*chosen, code]
    return [one for one in chosen if one != code]


def _asked(question: q.Question, *, headed: bool, words: str = "") -> None:
    if headed:
        why(question)
    else:
        heading(question, words)


def _matter(question: q.Question, answers: Answers, *, asked: bool) -> None:
    if question.matter and asked:
        key = q.weight_key(question.code)
        answers[key] = _radio(q.WEIGHT, key, say(question.matter), answers.get(key))


def _radio(question: q.Question, name: str, label: str, kept: object, *, collapsed: bool = False) -> str | None:
    codes = question.codes()
    hints = [say(question.hint(code)) for code in codes]
    key = state.widget(name, kept if kept in codes else None)
    return st.radio(
        label,
        codes,
        index=None,
        format_func=labels({code: question.label(code) for code in codes}),
        captions=hints if any(hints) else None,
        key=key,
        label_visibility="collapsed" if collapsed else "visible",
    )
