"""The script Streamlit runs for every page: it finds out who asks, names the pages open to them, and draws one.

What the browser proved of itself stands in ``st.user`` since the tab was opened. Whether a session still lives, and
with which role, is asked of the store on every run, as `watch` asks before a button's callback: an open tab ends with
its session.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from matcher.ui import (
    client_compare,
    client_doors,
    client_fit,
    client_help,
    client_life,
    client_matches,
    client_questions,
    client_request,
    client_return,
    client_sent,
    client_start,
    client_summary,
    client_wishes,
    door,
    state,
    wiring,
)
from matcher.ui import wording as w
from matcher.ui import wording_accounts as wa
from matcher.ui import wording_fit as wf
from matcher.ui import wording_matches as wm
from matcher.ui import wording_start as ws
from matcher.ui import wording_therapists as wt
from matcher.ui.catalogue import Language, in_language, language_of
from matcher.ui.components import rung
from matcher.ui.journey import BEFORE, CALL, HELP, LATER, MATCHES, RETURN, START, STEPS, Journey
from matcher.ui.language import say
from matcher.ui.loading import IMPORTS
from matcher.ui.ports import Services
from matcher.ui.safely import draw_safely, draw_signed_out
from matcher.ui.tongue import in_chosen_language
from matcher.ui.turns import in_turn

_DRAW: dict[str, Callable[[Journey], None]] = {
    START: client_start.draw_start,
    BEFORE: client_start.draw_before,
    CALL: client_start.draw_call,
    LATER: client_return.draw_later,
    RETURN: client_return.draw_return,
    "who": client_life.draw_who,
    "words": client_questions.draw_words,
    "safety": client_questions.draw_safety,
    "concerns": client_questions.draw_concerns,
    "weight": client_questions.draw_weight,
    "hopes": client_life.draw_hopes,
    "past": client_life.draw_past,
    "past-helped": client_life.draw_past_helped,
    "past-not": client_life.draw_past_not,
    "style": client_wishes.draw_style,
    "hard-times": client_wishes.draw_hard_times,
    "comfort": client_wishes.draw_comfort,
    "training": client_wishes.draw_training,
    "at-ease": client_wishes.draw_at_ease,
    "meeting": client_wishes.draw_meeting,
    "times": client_wishes.draw_times,
    "cost": client_wishes.draw_cost,
    "you": client_life.draw_you,
    "last": client_life.draw_last,
    MATCHES: client_matches.draw_matches,
    "compare": client_compare.draw_compare,
    "request": client_request.draw_request,
    "sent": client_sent.draw_sent,
    "summary": client_summary.draw_summary,
    "fit": client_fit.draw_fit,
    HELP: client_help.draw_help,
    "my-profile": client_doors.draw_own_profile,
}
_TITLES = {
    START: w.SITE_TITLE,
    BEFORE: ws.BEFORE_TITLE,
    CALL: ws.CALL_TITLE,
    LATER: ws.LATER_TITLE,
    RETURN: ws.RETURN_TITLE,
    MATCHES: wm.MATCHES_TITLE,
    "compare": wm.COMPARE_TITLE,
    "request": wm.REQUEST_TITLE,
    "sent": wm.SENT_TITLE,
    "summary": wm.SUMMARY_TITLE,
    "fit": wf.FIT_TITLE,
    HELP: ws.HELP_TITLE,
    "my-profile": wt.OWN_TITLE,
    **STEPS,
}


def _client_pages() -> dict[str, StreamlitPage]:
    services = wiring.services()
    answers = state.answers(services.drafts)
    spoken = language_of(state.language())
    # Made once a tab and language: the list is long, and every answer passes here.
    return state.remember("pages", (spoken.code, services), lambda: _made_pages(services, answers, spoken))


def _made_pages(services: Services, answers: dict[str, Any], spoken: Language) -> dict[str, StreamlitPage]:
    pages: dict[str, StreamlitPage] = {}
    journey = Journey(services, answers, pages)
    settings = services.settings
    known = {"clinic": settings.clinic_name, "phone": settings.clinic_phone, "hours": settings.clinic_hours}
    trouble_title, trouble = say(w.TROUBLE_TITLE), rung(say(w.TROUBLE, **known), settings.clinic_phone)
    for name, draw in _DRAW.items():
        pages[name] = st.Page(
            partial(draw_safely, partial(in_chosen_language, journey, draw), trouble_title, trouble),
            title=in_language(spoken, _TITLES[name]),
            url_path="" if name == START else name,
            default=name == START,
            visibility="hidden",
        )
    return pages


def _signed_out_pages() -> list[StreamlitPage]:
    """Return the words that a session has ended, at the address the tab is on too: else it is said to be unknown."""
    with IMPORTS:
        from matcher.ui.staff_pages import STAFF_PAGES  # noqa: PLC0415

    first = st.Page(draw_signed_out, title=wa.SIGNED_OUT_TITLE, default=True)
    here = str(st.context.url or "").partition("?")[0].rpartition("/")[2]
    if here not in STAFF_PAGES:
        return [first]
    return [first, st.Page(partial(draw_signed_out), title=wa.SIGNED_OUT_TITLE, url_path=here)]


def main() -> None:
    """Draw the page the browser is on."""
    session = state.session()
    if session is None:
        # The few who work here are not counted: nobody waits behind a report.
        with in_turn():
            st.navigation(list(_client_pages().values()), position="hidden").run()
        return
    person = door.person_of(session)
    if person is None:
        state.end()
        st.navigation(_signed_out_pages(), position="hidden").run()
        return
    # Clients never need these, and they take a second to load.
    with IMPORTS:
        from matcher.ui.staff_menu import staff_pages  # noqa: PLC0415

    pages = [*_client_pages().values(), *staff_pages(person, wiring.services())]
    st.navigation(pages, position="top").run()


main()
