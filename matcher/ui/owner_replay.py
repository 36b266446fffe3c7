"""The page of past matches: any of them as it was shown, and what another model would have said."""

from datetime import date, tzinfo

import streamlit as st

from matcher.ranking.persistence import ModelFileError
from matcher.services import past_matches
from matcher.services.access import may
from matcher.services.past_matches import KeptSlate, PastMatch
from matcher.store.errors import StoreError
from matcher.ui import wording_owner as wo
from matcher.ui.desk import Desk
from matcher.ui.report_parts import plain_words, show_frame


def draw_replay(desk: Desk) -> None:
    """Draw the page."""
    st.title(wo.REPLAY_TITLE, anchor=False)
    st.markdown(wo.REPLAY_LEAD)
    store, zone = desk.services.store(), desk.services.settings.zone
    by_number, by_day = st.columns(2)
    hint = wo.SOUGHT_HINT if may(desk.person, "see_queue") else None
    sought = by_number.text_input(wo.SOUGHT if hint is None else wo.SOUGHT_BY_LEAD, help=hint)
    day = by_day.date_input(wo.MADE_ON, None, format="DD/MM/YYYY")
    asked = day if isinstance(day, date) else None
    found = past_matches.past_matches(desk.person, store, sought, asked, zone)
    kept = {slate.slate_id: slate for slate in found}
    if not kept:
        st.markdown(wo.NONE_FOUND if sought or asked else wo.NO_MATCHES)
        return
    if len(kept) == past_matches.MOST:
        st.caption(wo.NEWEST_ONLY.format(most=past_matches.MOST))
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
    if again.past_off:
        st.info(wo.PAST_OFF)
    _draw(wo.AGAIN_PAST_OFF if again.past_off else wo.AGAIN.format(model=names.get(other, other[:8])), again)
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
