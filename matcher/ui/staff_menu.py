"""The pages of a role, as Streamlit's menu has them; each checks the role again before it is drawn."""

from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from matcher.services.access import NotAllowedError, Person
from matcher.ui import wording_accounts as wa
from matcher.ui.desk import Desk, StaffPage
from matcher.ui.ports import Services
from matcher.ui.safely import draw_safely
from matcher.ui.staff_pages import STAFF_PAGES


def staff_pages(person: Person, services: Services) -> list[StreamlitPage]:
    """Return the pages open to somebody; those of other roles are not even known to their tab."""
    pages: dict[str, StreamlitPage] = {}
    desk = Desk(person, services, pages)
    for address, page in STAFF_PAGES.items():
        if page.open_to(person):
            pages[address] = st.Page(
                partial(draw_safely, partial(draw_for, page, desk), wa.STAFF_TROUBLE_TITLE, wa.STAFF_TROUBLE),
                title=page.title,
                url_path=address,
                visibility="visible" if page.in_menu else "hidden",
            )
    return list(pages.values())


def draw_for(page: StaffPage, desk: Desk) -> None:
    """Draw a page for a role that may see it, or say that this one may not."""
    try:
        if not page.open_to(desk.person):
            raise NotAllowedError("your role does not include this.")
        page.draw(desk)
    except NotAllowedError:
        st.title(wa.REFUSED_TITLE, anchor=False)
        st.markdown(wa.REFUSED_LEAD)
