"""The owner's report as a page: choose what it is about, read it, take it away."""

from datetime import date

import streamlit as st
from starlette.datastructures import QueryParams

from matcher.clinic.problems import ClinicError
from matcher.domain.vocabulary import CONCERNS
from matcher.reports.values import Period, Report
from matcher.services.report_files import FORMATS
from matcher.services.reporting import Asked, owner_report, sites, usual_period
from matcher.ui import state
from matcher.ui import wording_owner as wo
from matcher.ui.addresses import DOWNLOADS
from matcher.ui.desk import Desk
from matcher.ui.report_parts import draw_section, plain_words

_ALL = ""


def draw_report(desk: Desk) -> None:
    """Draw the page."""
    st.title(wo.REPORT_TITLE, anchor=False)
    st.markdown(wo.REPORT_LEAD)
    asked = _ask(desk)
    if asked is None:
        return
    try:
        with st.spinner(wo.MAKING):
            report = state.remember("report", (desk.person.account_id, asked), lambda: _made(desk, asked))
    except ClinicError as error:
        st.error(plain_words(str(error)))
        return
    _draw(report, asked)


def _made(desk: Desk, asked: Asked) -> Report:
    return owner_report(desk.person, desk.services.store(), asked)


def _ask(desk: Desk) -> Asked | None:
    """Draw the questions and return what was asked last, None where it cannot be reported on."""
    usual = state.remember("usual", desk.person.account_id, lambda: _usual(desk))
    with st.form("report-about"):
        first, last, about = st.columns(3)
        places = state.remember("sites", desk.person.account_id, lambda: sites(desk.person, desk.services.store()))
        start = first.date_input(wo.FROM, usual.start, format="DD/MM/YYYY", help=wo.WHOLE_MONTHS)
        end = last.date_input(wo.TO, usual.end, format="DD/MM/YYYY")
        concern = about.selectbox(wo.CONCERN, [_ALL, *CONCERNS], format_func=_concern_name)
        offered = [_ALL, *places]
        site = st.selectbox(wo.SITE, offered, format_func=_site_name, help=wo.SITE_HELP) if places else _ALL
        st.form_submit_button(wo.MAKE, type="primary")
    if not isinstance(start, date) or not isinstance(end, date):
        return None
    if start > end:
        st.error(wo.UPSIDE_DOWN)
        return None
    return Asked(start, end, concern or None, site or None)


def _usual(desk: Desk) -> Period:
    return usual_period(desk.person, desk.services.store())


def _concern_name(code: str) -> str:
    return CONCERNS[code].label if code else wo.ALL_CONCERNS


def _site_name(site: str) -> str:
    return site or wo.ALL_SITES


def _draw(report: Report, asked: Asked) -> None:
    st.header(plain_words(report.title), anchor=False)
    st.subheader(wo.IN_SHORT, anchor=False)
    st.markdown("\n\n".join(f"**{plain_words(one.question)}** {plain_words(one.text)}" for one in report.answers))
    st.markdown(wo.PARTS + "; ".join(f"[{plain_words(s.title)}](#{s.key})" for s in report.sections) + ".")
    _take_away(asked)
    for section in report.sections:
        draw_section(section)


def _take_away(asked: Asked) -> None:
    """Draw the links to the files: made and checked anew by their own route, never kept at an open address."""
    about = {"from": asked.start, "to": asked.end, "concern": asked.concern, "site": asked.site}
    query = QueryParams({name: str(value) for name, value in about.items() if value is not None})
    st.subheader(wo.TAKE_AWAY, anchor=False)
    places = st.columns(len(FORMATS))
    for place, (kind, form) in zip(places, FORMATS.items(), strict=True):
        place.link_button(form.name, f"{DOWNLOADS}/{kind}.{form.ending}?{query}", width="stretch")
    st.caption(wo.TAKE_AWAY_HINT)
