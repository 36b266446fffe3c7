"""Audit log: who did or saw what, newest first, and whether the log is whole. Ids alone, never a client's words."""

from typing import Final

import pandas as pd
import streamlit as st

from matcher.services import audit_log
from matcher.ui import wording_accounts as wa
from matcher.ui.desk import Desk
from matcher.ui.report_parts import show_frame

TITLE: Final = wa.AUDIT_TITLE
_STEP: Final = 100
_MOST: Final = 5_000
# The table scrolls in a box of its own rather than break ids and times.
_STYLE: Final = "<style>.figures th, .figures td {white-space: nowrap}</style>"


def draw_audit(desk: Desk) -> None:
    """Draw the page."""
    st.title(TITLE, anchor=False)
    st.markdown(wa.AUDIT_LEAD)
    _draw_chain(desk)
    st.header(wa.AUDIT_ENTRIES, anchor=False)
    subject = st.text_input(wa.AUDIT_FILTER, max_chars=100)
    st.caption(wa.AUDIT_FILTER_HELP)
    shown = st.selectbox(wa.AUDIT_MOST, (_STEP, 10 * _STEP, _MOST), format_func="{:,}".format)
    lines = audit_log.newest(desk.person, desk.services.store(), subject, shown)
    if not lines:
        st.markdown(wa.AUDIT_NOTHING)
        return
    zone = desk.services.settings.zone
    rows = [
        (f"{line.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", line.who, line.did, line.to, line.subject_id, line.also)
        for line in lines
    ]
    show_frame(pd.DataFrame(rows, columns=wa.AUDIT_COLUMNS), TITLE)
    st.html(_STYLE)


def _draw_chain(desk: Desk) -> None:
    if not st.button(wa.AUDIT_CHECK, key="check-chain"):
        return
    report = audit_log.check_chain(desk.person, desk.services.store())
    if report.intact:
        st.success(wa.AUDIT_WHOLE.format(entries=f"{report.entries:,}"))
        st.markdown(wa.AUDIT_HEAD)
        st.code(report.head, language=None, wrap_lines=True)
        return
    st.error("\n".join([wa.AUDIT_BROKEN, "", *(f"- {problem}" for problem in report.problems[:20])]))
