"""Draws a page so that nothing of an exception is shown or logged but its kind and place."""

import logging
from collections.abc import Callable

import streamlit as st

from matcher.ui import wording_accounts as wa


def draw_safely(draw: Callable[[], None], title: str, words: str) -> None:
    """Draw a page, or say in these words that it could not be."""
    # Streamlit logs the text of an exception, which could hold an answer: only its kind and place are logged.
    try:
        draw()
    except Exception as error:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        place = "" if trace is None else f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}"
        logging.getLogger(__name__).error("A page could not be drawn: %s at %s", type(error).__name__, place)
        # The style hides what was drawn before it broke, and our script moves the reader here.
        with st.container(key="trouble"):
            st.title(title, anchor=False)
            st.markdown(words)


def draw_signed_out() -> None:
    """Say that the session has ended, and nothing of what was shown before."""
    st.title(wa.SIGNED_OUT_TITLE, anchor=False)
    st.markdown(wa.ENDED_LEAD)
    # A link of our own, since a page of Streamlit's would keep this tab's ended session.
    st.html(f'<p><a href="/auth/sign-in" target="_self">{wa.SIGN_IN_AGAIN}</a></p>')
