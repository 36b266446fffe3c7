"""The client's first page and the page for when something was raised: what this is, and who can help now."""

import streamlit as st

from matcher.domain.vocabulary import CrisisLine, crisis_lines
from matcher.ui import shell, state
from matcher.ui import wording as w
from matcher.ui.components import page, plain
from matcher.ui.journey import STEPS, Journey


def draw_start(journey: Journey) -> None:
    """Say what this is, how long it takes, what happens to the answers, and that a person can help instead."""
    notice = state.take_notice()
    settings = journey.services.settings
    st.title(w.START_TITLE, anchor=False)
    if notice:
        st.success(notice)
    if settings.demo:
        st.info(w.DEMO)
    st.markdown(w.START_LEAD)
    st.markdown(
        "\n".join(
            f"- {point.format(phone=settings.clinic_phone, hours=settings.clinic_hours)}" for point in w.START_POINTS
        )
    )
    if st.button(w.START, type="primary", key="continue"):
        journey.go(next(iter(STEPS)))
    if journey.begun() and st.button(w.DELETE, type="tertiary", key="delete"):
        journey.forget()


def draw_help(journey: Journey) -> None:
    """Show who to call now, that nobody watches the form, and what can happen next; never a list of therapists."""
    settings = journey.services.settings
    known = {"phone": settings.clinic_phone, "hours": settings.clinic_hours, "clinic": settings.clinic_name}
    st.title(w.HELP_TITLE, anchor=False)
    st.markdown(w.HELP_LEAD)
    st.header(w.HELP_NOW, anchor=False)
    page(f'<ul class="lines">{"".join(_line(line) for line in crisis_lines(settings.country))}</ul>')
    st.header(w.HELP_HONEST_TITLE, anchor=False)
    st.markdown(w.HELP_HONEST)
    st.header(w.HELP_NEXT_TITLE, anchor=False)
    st.markdown(w.HELP_NEXT.format(**known))
    st.markdown(w.HELP_MISTAKEN)
    if st.button(w.HELP_CHANGE, key="back"):
        journey.go(_source(journey))
    if st.button(w.DELETE, type="tertiary", key="delete"):
        journey.forget()


def _line(line: CrisisLine) -> str:
    when = w.HELP_ALWAYS if line.hours == "always" else line.hours
    note = w.HELP_HOURS.format(purpose=line.purpose, hours=when)
    number = f'<span class="number">{shell.telephone(line)}</span>'
    return f"<li><strong>{plain(line.service)}</strong> {number}<small>{plain(note)}</small></li>"


def _source(journey: Journey) -> str:
    # The first thing that raised it is where a misunderstanding can be put right.
    if journey.flags():
        return "words"
    if journey.answers.get("safety") == "yes":
        return "safety"
    return "concerns"
