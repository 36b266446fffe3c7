"""The script Streamlit runs for every page: it makes the session's journey, names the pages, and draws one."""

import logging
from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from matcher.ui import client_matches, client_questions, client_start, state, wiring
from matcher.ui import wording as w
from matcher.ui import wording_matches as wm
from matcher.ui.journey import HELP, MATCHES, START, STEPS, Journey

_DRAW: dict[str, Callable[[Journey], None]] = {
    START: client_start.draw_start,
    "words": client_questions.draw_words,
    "safety": client_questions.draw_safety,
    "concerns": client_questions.draw_concerns,
    "weight": client_questions.draw_weight,
    "style": client_questions.draw_style,
    "comfort": client_questions.draw_comfort,
    "meeting": client_questions.draw_meeting,
    "cost": client_questions.draw_cost,
    "last": client_questions.draw_last,
    MATCHES: client_matches.draw_matches,
    HELP: client_start.draw_help,
}
_TITLES = {START: w.SITE_TITLE, MATCHES: wm.MATCHES_TITLE, HELP: w.HELP_TITLE, **STEPS}


def _draw_safely(journey: Journey, draw: Callable[[Journey], None]) -> None:
    # Streamlit logs the text of an exception, which could hold an answer: only its kind and place are logged.
    try:
        draw(journey)
    except Exception as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        logging.getLogger(__name__).error("A page could not be drawn: %s at %s", type(error).__name__, place)
        settings = journey.services.settings
        st.title(w.TROUBLE_TITLE, anchor=False)
        st.markdown(
            w.TROUBLE.format(clinic=settings.clinic_name, phone=settings.clinic_phone, hours=settings.clinic_hours)
        )


def main() -> None:
    """Draw the page the browser is on."""
    services = wiring.services()
    pages: dict[str, StreamlitPage] = {}
    journey = Journey(services, state.answers(services.drafts), pages)
    for name, draw in _DRAW.items():
        pages[name] = st.Page(
            partial(_draw_safely, journey, draw),
            title=_TITLES[name],
            url_path="" if name == START else name,
            default=name == START,
        )
    st.navigation(list(pages.values()), position="hidden").run()


main()
