"""The page of one therapist's own outcomes, as that therapist sees them, and the code they see them with."""

import streamlit as st

from matcher.domain.therapist import told_apart
from matcher.services import own_outcomes
from matcher.ui import state
from matcher.ui import wording_owner as wo
from matcher.ui.addresses import OWN
from matcher.ui.desk import Desk
from matcher.ui.report_parts import draw_section, plain_words


def draw_therapist(desk: Desk) -> None:
    """Draw the page."""
    st.title(wo.THERAPIST_TITLE, anchor=False)
    st.markdown(wo.THERAPIST_LEAD)
    store = desk.services.store()
    names = told_apart(own_outcomes.therapists(desk.person, store))
    therapist_id = st.selectbox(wo.THERAPIST, list(names), format_func=lambda one: names[one], index=None)
    if therapist_id is None:
        return
    if st.button(wo.GIVE_CODE, key="code"):
        code = own_outcomes.new_code(desk.person, store, therapist_id)
        st.code(code, language=None)
        st.markdown(wo.CODE_GIVEN.format(page=OWN, days=own_outcomes.CODE_DAYS))
    with st.spinner(wo.MAKING):
        key = (desk.person.account_id, therapist_id)
        report = state.remember("own", key, lambda: own_outcomes.report_of(desk.person, store, therapist_id))
    st.header(plain_words(report.title), anchor=False)
    for section in report.sections:
        draw_section(section)
