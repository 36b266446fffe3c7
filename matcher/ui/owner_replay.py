"""The page of past matches: any of them as it was shown, and what another model would have said."""

from datetime import tzinfo

import streamlit as st

from matcher.ranking.persistence import ModelFileError
from matcher.services import past_matches
from matcher.services.past_matches import KeptSlate, PastMatch
from matcher.store.errors import StoreError
from matcher.ui import wording_owner as wo
from matcher.ui.desk import Desk
from matcher.ui.report_parts import plain_words, show_frame


def draw_replay(desk: Desk) -> None:
    """Draw the page."""
    st.title(wo.REPLAY_TITLE, anchor=False)
    st.markdown(wo.REPLAY_LEAD)
    store = desk.services.store()
    kept = {slate.slate_id: slate for slate in past_matches.past_matches(desk.person, store)}
    if not kept:
        st.markdown(wo.NO_MATCHES)
        return
    zone = desk.services.settings.zone
    slate_id = st.selectbox(wo.PICK, list(kept), format_func=lambda one: _said(kept[one], zone), index=None)
    if slate_id is None:
        return
    names = past_matches.model_names(desk.person, store)
    try:
        shown = past_matches.past_match(desk.person, store, slate_id)
        _draw(wo.AS_SHOWN, shown)
        _compare(desk, shown, names)
    except (StoreError, ModelFileError) as error:
        st.warning(wo.CANNOT.format(why=plain_words(str(error))))


def _compare(desk: Desk, shown: PastMatch, names: dict[str, str]) -> None:
    if shown.withheld:
        return
    others = [model for model in names if model != shown.model_hash] + [shown.model_hash]
    with st.form("other-model"):
        other = st.selectbox(wo.OTHER_MODEL, others, format_func=lambda one: names.get(one, one[:8]))
        asked = st.form_submit_button(wo.SHOW_OTHER)
    if not asked or other is None:
        return
    again = past_matches.compared(desk.person, desk.services.store(), shown.slate_id, other)
    _draw(wo.AGAIN.format(model=names.get(other, other[:8])), again)
    old, new = shown.rows["therapist"].tolist(), again.rows["therapist"].tolist()
    places = max(len(old), len(new))
    changed = sum(old[at : at + 1] != new[at : at + 1] for at in range(places))
    st.markdown(wo.DIFFERENT.format(changed=changed, shown=places))


def _draw(title: str, match: PastMatch) -> None:
    st.header(title, anchor=False)
    if match.withheld:
        st.markdown(wo.NOT_RANKED)
    elif match.rows.empty:
        st.markdown(wo.NOBODY)
    else:
        show_frame(match.rows)


def _said(slate: KeptSlate, zone: tzinfo) -> str:
    when = slate.made_at.astimezone(zone)
    return f"{when:%d %B %Y, %H:%M}: {slate.shown} of {slate.eligible} eligible shown ({slate.slate_id[:8]})"
