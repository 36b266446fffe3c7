"""What a client may do about the order: say what matters most, see who moved and why, switch past matches off."""

import streamlit as st

from matcher.domain.steering import Move, TradeOff
from matcher.ui import state
from matcher.ui import wording_matches as w
from matcher.ui.components import page, plain
from matcher.ui.journey import Journey
from matcher.ui.language import labels, say
from matcher.ui.shown import EMPHASIS, PAST_MATCHES, Shown, uses_past_matches

_LEVELS = tuple(w.MATTERS_LEVELS)


def draw_matters(journey: Journey, now: Shown) -> None:
    """Ask what matters most, a group at a time; only groups that tell these people apart are offered."""
    groups = journey.services.matching().groups(now.plain)
    if not groups:
        if len(now.plain.recommendations) > 1:
            st.markdown(say(w.MATTERS_NONE))
        return
    with st.expander(say(w.MATTERS), key="matters"):
        st.markdown(say(w.MATTERS_LEAD))
        kept = dict(journey.answers.get(EMPHASIS) or {})
        for group in groups:
            kept[group] = st.radio(
                say(w.MATTERS_GROUPS[group]),
                _LEVELS,
                format_func=labels(w.MATTERS_LEVELS),
                horizontal=True,
                key=state.widget(f"matters:{group}", kept.get(group, "now")),
            )
    if kept != (journey.answers.get(EMPHASIS) or dict.fromkeys(groups, "now")):
        journey.answers[EMPHASIS] = kept
        journey.save()
        st.rerun()


def draw_moves(journey: Journey, now: Shown) -> None:
    """Say who moved and why, aloud to a screen reader, or that the order is the same."""
    if not now.slate.emphasis:
        return
    found = journey.services.matching().moves(now.plain, now.slate)
    here = {one.therapist_id for one in now.slate.recommendations}
    gone = [one.therapist_id for one in now.plain.recommendations if one.therapist_id not in here]
    left = [say(w.MOVED_OUT, name=journey.services.matching().therapist(one).name) for one in gone]
    lines = [*(_move(journey, move) for move in found), *left] or [say(w.MOVED_SAME)]
    items = "".join(f"<li>{plain(line)}</li>" for line in lines)
    page(f'<div role="status" class="moves"><ul>{items}</ul></div>')


def draw_trade_offs(journey: Journey, now: Shown) -> None:
    """Say, in at most two lines, what giving one limit up would open."""
    day = journey.clinics_day()
    offers = state.remember(
        "trade_offs", (now.client, day), lambda: journey.services.matching().trade_offs(now.client, day)
    )
    if offers:
        st.header(say(w.TRADE_OFFS), anchor=False)
        st.markdown("\n".join(f"- {offer_words(offer)}" for offer in offers))


def draw_past_matches(journey: Journey) -> None:
    """Say in view, where they have one, that past matches have a say in the order."""
    if journey.services.matching().learns and uses_past_matches(journey):
        st.markdown(say(w.PAST_MATCHES))


def draw_order(journey: Journey) -> None:
    """Say what the order draws on, and let past matches be switched off."""
    with st.expander(say(w.WHY_ORDER), key="why-order"):
        st.markdown(say(w.WHY_ORDER_TEXT))
        if not journey.services.matching().learns:
            st.markdown(say(w.PAST_MATCHES_NOT_YET))
            return
        on = uses_past_matches(journey)
        if not on:
            st.markdown(say(w.PAST_MATCHES_OFF))
        kept = st.toggle(say(w.PAST_MATCHES_SWITCH), key=state.widget("past_matches", on))
    if kept != on:
        journey.answers[PAST_MATCHES] = kept
        journey.save()
        st.rerun()


def offer_words(offer: TradeOff) -> str:
    """Return a trade-off as one sentence."""
    limit = say(w.TRADE_LIMITS[offer.limit])
    weeks, days = offer.days_sooner // 7, offer.days_sooner
    one = offer.more == 1
    if weeks > 1:
        return say(w.TRADE_ONE_WEEKS if one else w.TRADE_MORE_WEEKS, limit=limit, count=offer.more, weeks=weeks)
    if weeks == 1:
        return say(w.TRADE_ONE_WEEK if one else w.TRADE_MORE_WEEK, limit=limit, count=offer.more)
    if days > 1:
        return say(w.TRADE_ONE_DAYS if one else w.TRADE_MORE_DAYS, limit=limit, count=offer.more, days=days)
    if days == 1:
        return say(w.TRADE_ONE_DAY if one else w.TRADE_MORE_DAY, limit=limit, count=offer.more)
    return say(w.TRADE_ONE if one else w.TRADE_MORE, limit=limit, count=offer.more)


def _move(journey: Journey, move: Move) -> str:
    name = journey.services.matching().therapist(move.therapist_id).name
    group = "" if move.group is None else say(w.MATTERS_GROUPS[move.group])
    if move.before is None:
        return say(w.MOVED_IN, name=name, group=group) if group else say(w.MOVED_IN_PLAIN, name=name)
    places = {"name": name, "before": move.before, "after": move.after}
    if not group:
        return say(w.MOVED_UP_PLAIN if move.up else w.MOVED_DOWN_PLAIN, **places)
    return say(w.MOVED_UP if move.up else w.MOVED_DOWN, group=group, **places)
