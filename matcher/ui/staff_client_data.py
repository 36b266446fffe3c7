"""A client's own rights, as staff carry them out: everything held about them as one file, and everything erased.

Two small pages, since handing over and erasing belong to different roles.
"""

from collections.abc import Callable
from typing import Final, TypeVar

import streamlit as st
from starlette.datastructures import QueryParams

from matcher.services.privacy import REASONS, erase_client, what_erasing_does, whose_data
from matcher.store.erasure import Erasable, Erased
from matcher.store.errors import NotFoundError
from matcher.ui import state
from matcher.ui import wording_staff as w
from matcher.ui import wording_staff_data as wd
from matcher.ui.addresses import CLIENT_DATA
from matcher.ui.desk import Desk
from matcher.ui.literal import literal
from matcher.ui.staff_common import attempt, frame, given, turn

Found = TypeVar("Found")

HAND_OVER: Final = "client-data"
ERASE: Final = "erase-client"


def draw_links(desk: Desk, reference: str) -> None:
    """Draw, on an enquiry's page, the ways to whichever of the two pages is open to this role."""
    open_here = {address: words for address, words in wd.DATA_LINKS.items() if address in desk.pages}
    if not open_here:
        return
    st.header(wd.DATA_HEADER, anchor=False)
    for address, words in open_here.items():
        if st.button(words, key=address):
            desk.go(address, r=reference)


def draw_hand_over(desk: Desk) -> None:
    """Draw the page that gives everything held about one client."""
    frame(wd.DATA_TITLE)
    st.markdown(wd.DATA_LEAD)
    asked = _whom("data")
    found = _found("data of", asked, lambda: whose_data(desk.person, desk.services.store(), asked))
    if found is None:
        return
    who = wd.DATA_WHO if found.name else wd.DATA_NAMELESS
    st.markdown(who.format(name=literal(found.name or ""), id=literal(found.reference or found.client_id)))
    st.markdown(wd.DATA_IN)
    # Made and checked anew by its own route, never kept at an open address.
    query = QueryParams({"who": found.reference or found.client_id})
    st.link_button(wd.DATA_SAVE, f"{CLIENT_DATA}?{query}", type="primary")
    st.caption(wd.DATA_AFTER)


def draw_erase(desk: Desk) -> None:
    """Draw the page that erases one client, once it was confirmed and a reason given."""
    frame(wd.ERASE_TITLE)
    st.markdown(wd.ERASE_LEAD)
    asked = _whom("erase")
    found = _found("erase", asked, lambda: what_erasing_does(desk.person, desk.services.store(), asked))
    if found is None:
        return
    _draw_effect(found)
    written = found.reference or found.client_id
    with st.form("erase-form"):
        why = st.selectbox(wd.ERASE_WHY, list(REASONS), index=None, format_func=REASONS.__getitem__, key="erase:why")
        typed = st.text_input(wd.ERASE_CONFIRM.format(id=literal(written)), key="erase:typed", autocomplete="off")
        # Above the button, where a small screen shows it.
        place = st.empty()
        if not st.form_submit_button(wd.ERASE_DO, type="primary"):
            return
    same = typed if _plain(typed) == _plain(written) else None
    with place:
        if not (given(why, w.CHOOSE_WHY) and given(same, wd.ERASE_NOT_SAME)):
            return

    def erased() -> Erased:
        done = erase_client(desk.person, desk.services.store(), found.client_id, why)
        # The address names somebody who is not there any more.
        st.query_params.clear()
        return done

    attempt(erased, lambda done: _told(found, done))


def _whom(page: str) -> str:
    known = st.query_params.get("r", "")
    return st.text_input(
        wd.DATA_ID, known, max_chars=100, key=f"{page}:who:{turn()}:{known}", autocomplete="off"
    ).strip()


def _found(name: str, asked: str, look: Callable[[], Found]) -> Found | None:
    """Look once for whom a page is about, so that it is noted once; say so where there is nobody."""
    if not asked:
        return None

    def found() -> Found | None:
        try:
            return look()
        except NotFoundError:
            return None

    known = state.remember(name, (asked, turn()), found)
    if known is None:
        st.markdown(wd.DATA_NOBODY)
    return known


def _draw_effect(found: Erasable) -> None:
    st.subheader(wd.ERASE_GOES_TITLE, anchor=False)
    st.markdown(wd.ERASE_GOES)
    st.subheader(wd.ERASE_STAYS_TITLE, anchor=False)
    if found.stays:
        st.markdown(wd.ERASE_STAYS.format(courses=_courses(found.stays)))
    else:
        st.markdown(wd.ERASE_ALL_GO.format(courses=_courses(found.courses)) if found.courses else wd.ERASE_NO_COURSES)
    st.markdown(wd.ERASE_LOG)


def _told(found: Erasable, done: Erased) -> str:
    names = {therapist_id: literal(name) for therapist_id, name in found.places}
    told = [wd.ERASED, wd.ERASED_KEPT.format(courses=_courses(done.outcomes_kept)) if done.outcomes_kept else ""]
    told += [wd.ERASED_OPEN.format(name=names.get(one, literal(one))) for one in done.opened]
    told += [wd.ERASED_CHECK.format(name=names.get(one, literal(one))) for one in done.to_check]
    return " ".join(filter(None, told))


def _courses(count: int) -> str:
    return wd.COURSE if count == 1 else wd.COURSES.format(count=count)


def _plain(reference: str) -> str:
    return reference.strip().upper().replace("-", "").replace(" ", "")
