"""The client's summary on a page: to read, to print, or to save as a file."""

import streamlit as st

from matcher.ui import state, wording
from matcher.ui import wording_matches as w
from matcher.ui.components import page, plain
from matcher.ui.journey import MATCHES, Journey
from matcher.ui.language import say
from matcher.ui.request import receipt
from matcher.ui.summary import PATH, sections, summary_html


def draw_summary(journey: Journey) -> None:
    """Show the summary with ways to print and to save it; nothing is kept on the device unless the client does."""
    matching = journey.services.matching()
    names = {therapist.therapist_id: therapist.name for therapist in matching.therapists()}
    settings, sent = journey.services.settings, receipt(journey.answers) is not None
    # The store is asked only by who sent something.
    standing = journey.services.enquiries.standing(state.client_id(journey.answers)) if sent else None
    parts = sections(journey.answers, standing, lambda one: names.get(one, ""), settings, say)
    journey.save()
    back = st.button(say(wording.BACK), type="tertiary", key="back")
    st.title(say(w.SUMMARY_TITLE), anchor=False)
    st.markdown(say(w.SUMMARY_LEAD))
    if parts:
        # The browser prints and saves: our own script answers the first, our own address the second.
        page(
            f'<p class="ways"><button type="button" class="print">{plain(say(w.SUMMARY_PRINT))}</button> '
            f'<a class="save" href="{PATH}">{plain(say(w.SUMMARY_SAVE))}</a></p>'
        )
    page(summary_html(parts, say))
    if back:
        journey.go("sent" if sent else MATCHES)
