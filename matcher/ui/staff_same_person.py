"""Enquiries that look like the same person's, as two people side by side, merged only when somebody says so."""

from collections.abc import Collection, Mapping
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

import streamlit as st

from matcher.services.same_person import Pair, duplicates, merge, others, pairs
from matcher.services.triage import PAGE
from matcher.store.contact_search import Other
from matcher.store.queue import Listed
from matcher.ui import state
from matcher.ui import wording_staff as w
from matcher.ui.components import plain
from matcher.ui.desk import Desk
from matcher.ui.staff_common import attempt, chip, listed, part_of, short, short_day, show_enquiry, turn

#: A telephone number that many share, as a refuge's, must not fill the page.
_OTHERS: Final = 5


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


def warn_of_twins(desk: Desk, on_list: Collection[str]) -> None:
    """Say which clients on a list look like the same person as another open enquiry, who may be in danger there."""
    store = desk.services.store()
    groups = state.remember("duplicates", turn(), lambda: duplicates(desk.person, store))
    twice = [group for group in groups if any(line.client_id in on_list for line in group)]
    if twice:
        st.warning(w.TWICE.format(n=len(twice)))
        said = [" and ".join(_reference(line) for line in group) for group in part_of(twice, _OTHERS, "twins:page")]
        st.html(listed(said))


def _reference(line: Listed) -> str:
    return w.WAITS_FOR_CALL.format(reference=line.reference) if line.needs_person else line.reference


def draw_others(desk: Desk, client_id: str) -> None:
    """Draw what else the same person seems to have sent, open or closed, each with what became of it."""
    store = desk.services.store()
    found = state.remember("others", (client_id, turn()), lambda: others(desk.person, store, client_id))
    if not found:
        return
    st.info(w.OTHERS)
    with st.container(key="queue-others", gap=None):
        for other in part_of(found, _OTHERS, f"others:{client_id}"):
            left, right = st.columns([1, 3], vertical_alignment="center")
            if left.button(other.reference, key=f"other:{other.reference}", type="tertiary"):
                show_enquiry(desk, other.reference)
            raised = chip("Call now", "stop") if other.needs_person else ""
            right.html(f"<p>{plain(_became(other, desk.services.settings.zone))} {raised}</p>")
    if any(other.needs_person for other in found):
        st.error(w.OTHERS_CALL)
    if any(other.state == "closed" for other in found):
        st.caption(w.OTHERS_MERGE)


def _became(other: Other, zone: ZoneInfo) -> str:
    wrote = short_day(other.received_at.astimezone(zone).date())
    if other.state != "closed":
        return w.OTHER_OPEN.format(wrote=wrote, state=w.STATES[other.state].lower())
    on = f" on {short_day(other.closed_at.astimezone(zone).date())}" if other.closed_at else ""
    return w.OTHER_CLOSED.format(wrote=wrote, on=on, why=w.CLOSED.get(other.closed_reason or "", ""))


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
