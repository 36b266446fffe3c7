"""Who is suggested to a client, as staff see it: reasons, cautions, past work with its interval, and free places."""

import streamlit as st

from matcher.domain.recommendation import Recommendation
from matcher.domain.therapist import told_apart
from matcher.eligibility.near_misses import NearMiss
from matcher.services.offers import HOLD_DAYS, OVERRIDES, Offer, offer
from matcher.services.one_enquiry import Case, Someone, give_way, why_not
from matcher.services.records import ALL, Record
from matcher.services.staff_ranking import Ranking
from matcher.ui import wording_staff as w
from matcher.ui.components import plain
from matcher.ui.desk import Desk
from matcher.ui.staff_common import attempt, chip, given, here, listed, short, short_day

_NAMED = 5
#: Whoever has a booking declines it first, and a closed enquiry is opened again first.
_NO_OFFER = ("booked", "closed")


def draw_slate(desk: Desk, case: Case, by: Ranking) -> None:
    """Draw the suggestions, who else fits, who does not and why, and who nearly does."""
    st.header(w.SUGGESTED, anchor=False)
    if case.slate is None or not case.slate.recommendations:
        st.markdown(w.NOBODY)
    else:
        if case.slate.emphasis:
            said = ", ".join(f"{w.GROUPS[group]} ({level})" for group, level in case.slate.emphasis)
            st.markdown(w.WEIGHED.format(groups=said))
        for found in case.slate.recommendations:
            with st.container(border=True, key=f"case-{found.rank}"):
                left, right = st.columns([6, 1], vertical_alignment="top")
                left.html(_someone(found, case))
                if case.enquiry.state not in _NO_OFFER and right.button(w.OFFER, key=f"offer:{found.therapist_id}"):
                    _offer(desk, case, by, Offer(found.therapist_id))
        _someone_else(desk, case, by)
    _why_not(desk, case, by)
    if case.near:
        _near(desk, case, by)


def _someone(found: Recommendation, case: Case) -> str:
    who = case.people[found.therapist_id]
    asked = (
        chip("They asked for this person", "good")
        if case.enquiry.private.get("asked_for") == found.therapist_id
        else ""
    )
    kept = sum(1 for line in found.receipt if line.status == "honoured")
    wishes = w.WISHES_KEPT.format(kept=kept, asked=len(found.receipt)) if found.receipt else w.NO_WISHES
    benefit = w.BENEFIT.format(benefit=found.benefit, low=found.benefit_low, high=found.benefit_high)
    return (
        f'<div class="someone"><h3>{found.rank}. {plain(who.name)} {asked}</h3>'
        f'<p class="small">{plain(_places(who))}</p>{listed(found.reasons)}'
        f"{listed((*found.cautions, *found.unknowns), 'cautions')}"
        f'<p class="small">{plain(wishes)}. {plain(benefit)}.</p>'
        f'<p class="small">{plain(_past(who))}</p></div>'
    )


def _places(who: Someone) -> str:
    load = who.caseload
    said = [w.PLACES.format(open=who.open_places, ongoing=load.ongoing, held=load.held)]
    said.append(w.OPENING.format(day=short_day(who.next_opening)) if who.next_opening else w.NO_OPENING)
    said.append(w.STALE_OPENINGS if who.stale else w.CONFIRMED.format(day=short_day(who.confirmed_on)))
    return f"{', '.join(said)}."


def _past(who: Someone) -> str:
    return " ".join(f"{_record(record)}." for record in who.records) or f"{w.RECORD_NONE}."


def _record(record: Record) -> str:
    what = w.RECORD_ALL if record.domain == ALL else f"of {record.domain.replace('_', ' ')}"
    if record.rate is None or record.low is None or record.high is None:
        return w.RECORD_FEW.format(what=what, n=record.n)
    return w.RECORD.format(share=record.rate, low=record.low, high=record.high, n=record.n, what=f"({what[3:]})")


def _someone_else(desk: Desk, case: Case, by: Ranking) -> None:
    suggested = {} if case.slate is None else {item.therapist_id for item in case.slate.recommendations}
    # Best first, without numbers: the suggestions' own numbers are places on another, mixed list.
    others = [t for t in case.everyone if t not in suggested]
    if not others or case.enquiry.state in _NO_OFFER:
        return
    called = by.therapists["name"]
    names = told_apart({therapist: str(called[therapist]) for therapist in others})
    with st.expander(w.SOMEONE_ELSE), st.form("else", border=False):
        chosen = st.selectbox("Who?", list(names), index=None, format_func=lambda t: names[t], key="else:who")
        reason = st.selectbox(
            w.REASON, list(OVERRIDES), index=None, format_func=lambda code: OVERRIDES[code], key="else:why"
        )
        note = st.text_area(w.NOTE, key="else:note", height=80)
        days = st.number_input(w.HOLD, min_value=1, max_value=14, value=HOLD_DAYS, key="else:days")
        if st.form_submit_button(w.OFFER) and given(chosen, w.CHOOSE_WHO):
            _offer(desk, case, by, Offer(chosen, int(days), reason, note))


def _offer(desk: Desk, case: Case, by: Ranking, wanted: Offer) -> None:
    at, zone = case.enquiry, desk.services.settings.zone
    attempt(
        lambda: offer(desk.person, desk.services.store(), by, at.client_id, at.version, wanted, here(desk)),
        lambda until: w.OFFERED.format(until=short(until, zone)),
    )


def _why_not(desk: Desk, case: Case, by: Ranking) -> None:
    names = told_apart(dict(zip(by.therapists["therapist_id"], by.therapists["name"].astype(str), strict=True)))
    with st.expander(w.WHY_NOT):
        chosen = st.selectbox(
            "Who?",
            list(names),
            index=None,
            format_func=lambda t: names[t],
            key="why not",
            label_visibility="collapsed",
        )
        if chosen:
            reasons = why_not(desk.person, by, case, chosen)
            st.html(listed(reasons) if reasons else f"<p>{plain(w.WHY_NOT_FITS)}</p>")


def _near(desk: Desk, case: Case, by: Ranking) -> None:
    with st.expander(w.NEAR):
        st.caption(w.NEAR_LEAD)
        for place, miss in enumerate(case.near):
            st.markdown(plain(miss.sentence))
            _near_miss(desk, case, by, miss, place)


def _near_miss(desk: Desk, case: Case, by: Ranking, miss: NearMiss, place: int) -> None:
    named = told_apart({t: case.people[t].name for t in miss.therapist_ids[:_NAMED] if t in case.people})
    more = len(miss.therapist_ids) - len(named)
    if "capacity" in miss.limits:
        st.caption(f"{', '.join(named.values())}{f' and {more} more' if more else ''}")
        return
    with st.form(f"near:{place}", border=False):
        chosen = st.radio("Who?", list(named), format_func=lambda t: named[t], key=f"near who:{place}", horizontal=True)
        if more:
            st.caption(w.NEAR_MORE.format(n=more))
        said = st.text_input(w.SAID, key=f"near said:{place}")
        if st.form_submit_button(w.GIVES_WAY) and chosen:
            attempt(
                lambda: give_way(desk.person, desk.services.store(), by, case, miss.limits, chosen, said), w.GAVE_WAY
            )
