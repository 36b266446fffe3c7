"""Enquiries that look like the same person's, as two people side by side, merged only when somebody says so."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from matcher.services.same_person import Pair, duplicates, earlier, merge, pairs
from matcher.services.triage import PAGE
from matcher.store.queue import Listed
from matcher.ui import state
from matcher.ui import wording_staff as w
from matcher.ui.components import plain
from matcher.ui.desk import Desk
from matcher.ui.staff_common import attempt, chip, fresh, short, turn


def draw_same_person(desk: Desk) -> None:
    """Draw each pair with who they are, for somebody to compare before they merge."""
    store = desk.services.store()
    groups = state.remember("duplicates", turn(), lambda: duplicates(desk.person, store))
    if not groups:
        return
    with st.expander(f"{w.DUPLICATES} ({len(groups)})"):
        st.caption(w.DUPLICATES_LEAD)
        for pair in state.remember("pairs", turn(), lambda: pairs(desk.person, store, groups[:PAGE])):
            _pair(desk, pair)
        if len(groups) > PAGE:
            st.caption(w.DUPLICATES_MORE.format(n=len(groups) - PAGE))


def draw_earlier(desk: Desk, client_id: str) -> None:
    """Look for closed enquiries of the same person, once somebody asks for it."""
    if not st.toggle(w.EARLIER, key=f"earlier:{client_id}", help=w.EARLIER_HELP):
        return
    found = state.remember(
        "earlier", (client_id, turn()), lambda: earlier(desk.person, desk.services.store(), client_id)
    )
    if not found:
        st.markdown(w.EARLIER_NONE)
        return
    st.markdown(w.EARLIER_FOUND)
    for line in found:
        left, right = st.columns([1, 3], vertical_alignment="center")
        if left.button(line.reference, key=f"earlier:{line.reference}", type="tertiary"):
            fresh()
            desk.go("enquiry", r=line.reference)
        said = (short(line.received_at, desk.services.settings.zone), w.CLOSED.get(line.closed_reason or "", ""))
        right.html(f"<p>{plain(', '.join(said))}</p>")


def _pair(desk: Desk, pair: Pair) -> None:
    keep, drop = pair.keep, pair.drop
    left, right = st.columns([5, 2], vertical_alignment="center")
    left.html(f"<p>{_who(desk, keep, pair.names, w.IS_KEPT)}<br>{_who(desk, drop, pair.names, '')}</p>")
    if pair.refused:
        right.caption(f"{pair.refused[:1].upper()}{pair.refused[1:]}")
    elif right.button(w.MERGE.format(keep=keep.reference), key=f"merge:{keep.reference}:{drop.reference}"):
        attempt(partial(merge, desk.person, desk.services.store(), keep, drop), w.MERGED.format(keep=keep.reference))


def _who(desk: Desk, line: Listed, names: Mapping[str, str], mark: str) -> str:
    name = plain(names.get(line.client_id) or w.NO_NAME)
    said = (w.STATES[line.state], w.SOURCES[line.source], short(line.received_at, desk.services.settings.zone))
    raised = chip("Call now", "stop") if line.needs_person else ""
    return f"<b>{name}</b> {plain(line.reference)} ({plain(', '.join(said))}) {chip(mark)} {raised}"
