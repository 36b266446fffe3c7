"""The page that places the whole list: a plan, what it is worth, edits without dragging, and offers made of it."""

from dataclasses import replace

import streamlit as st

from matcher.clinic.problems import ClinicError
from matcher.domain.therapist import told_apart
from matcher.services.list_placing import (
    PlacedList,
    WaitingPeople,
    accept,
    after_accepting,
    keep_caseloads,
    more_places,
    names_on,
    place_people,
    to_write,
    waiting_people,
)
from matcher.services.placing import Placing
from matcher.services.staff_ranking import Ranking
from matcher.services.triage import PAGE, queue_stamp
from matcher.services.waiting_list import Edits
from matcher.store.errors import StoreError
from matcher.store.queue import Stamp
from matcher.ui import state
from matcher.ui import wording_staff as w
from matcher.ui.components import plain
from matcher.ui.desk import Desk
from matcher.ui.staff_common import (
    ago,
    attempt,
    frame,
    fresh,
    given,
    here,
    leave,
    now,
    part_of,
    ranking,
    show_enquiry,
    turn,
)
from matcher.ui.staff_same_person import warn_of_twins

# No key here begins with "place": the client pages' style hides such boxes until something is wrong in them.
_EDITS = "list:edits"
_LOOK_EVERY = 5.0


def draw_place(desk: Desk) -> None:
    """Draw the page."""
    frame(w.PLACE_TITLE)
    st.markdown(w.PLACE_LEAD)
    people, by, stamp = state.remember("waiting people", turn(), lambda: _read(desk))
    _watch(desk, stamp)
    _left_out(desk, people)
    warn_of_twins(desk, people.lines)
    if not people.lines:
        st.markdown(w.NO_LIST)
        return
    turns = st.toggle(w.TURNS, key="list:turns")
    edits = _edits(people)
    try:
        found = state.remember(
            "plan",
            (turn(), repr(edits), turns),
            lambda: place_people(desk.person, by, people, edits, queue_first=turns),
        )
    except ClinicError as error:
        st.error(str(error))
        _settled(desk, edits, people, by)
        return
    for sentence in found.sentences:
        st.markdown(plain(sentence))
    left, right = st.columns([5, 2], gap="large")
    with left:
        _plan(desk, by, people, found)
    with right:
        for client, why in found.unkept.items():
            who, name = people.lines[client].reference, found.names[edits.pins[client]]
            st.warning(plain(w.UNKEPT.format(who=who, name=name, why=why)))
        _settled(desk, edits, people, by)
        _by_hand(people, found, edits)
        _what_if(desk, by, people, edits, found, turns=turns)


def _left_out(desk: Desk, people: WaitingPeople) -> None:
    """Say how many no list places, what to do about each kind, and open any of them."""
    some = {why: lines for why, lines in people.left_out.items() if lines}
    if not some:
        return
    st.info(w.LEFT_OUT.format(which="; ".join(w.LEFT_OUT_WHY[why].format(n=len(some[why])) for why in some)))
    with st.expander(w.LEFT_OUT_WHO):
        for why, lines in some.items():
            st.markdown(w.LEFT_OUT_DO[why])
            with st.container(horizontal=True, gap="medium", key=f"queue-left-{why}"):
                for line in part_of(lines, PAGE, f"list:left {why}"):
                    if st.button(line.reference, key=f"left:{line.reference}", type="tertiary"):
                        show_enquiry(desk, line.reference)


def _read(desk: Desk) -> tuple[WaitingPeople, Ranking, Stamp]:
    store = desk.services.store()
    stamp, by = queue_stamp(desk.person, store), ranking(desk)
    return waiting_people(desk.person, store, by), by, stamp


@st.fragment(run_every=_LOOK_EVERY)
def _watch(desk: Desk, shown: Stamp) -> None:
    """Tell that the list changed, without changing the plan under somebody's hands."""
    if queue_stamp(desk.person, desk.services.store()) == shown:
        return
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.warning(w.LIST_CHANGED)
    if right.button(w.SOLVE_AGAIN, key="list:again"):
        fresh()
        st.rerun(scope="app")


def _edits(people: WaitingPeople) -> Edits:
    """Return what was settled by hand, without people who are no longer on the list."""
    kept: Edits = st.session_state.get(_EDITS, Edits())
    pins = {client: therapist for client, therapist in kept.pins.items() if client in people.lines}
    bans = frozenset((client, therapist) for client, therapist in kept.bans if client in people.lines)
    return Edits(pins, bans, kept.capacities)


def _settle(edits: Edits) -> None:
    st.session_state[_EDITS] = edits


def _plan(desk: Desk, by: Ranking, people: WaitingPeople, found: PlacedList) -> None:
    placed = [placing for placing in found.plan.placings if placing.therapist_id is not None]
    edits = _edits(people)
    if placed:
        _accept_all(desk, by, people, found, placed)
    # Whoever has a place first: what is to be accepted stands together, and who is left over after it.
    order = [*placed, *(placing for placing in found.plan.placings if placing.therapist_id is None)]
    shown = part_of(order, PAGE, "list:page")
    ids = tuple(placing.client_id for placing in shown)
    names = state.remember(
        "names of the plan", (turn(), ids), lambda: names_on(desk.person, desk.services.store(), ids)
    )
    with st.container(key="queue-plan", gap=None):
        for placing in shown:
            _placing(desk, by, people, found, placing, edits, names.get(placing.client_id, ""))


def _accept_all(desk: Desk, by: Ranking, people: WaitingPeople, found: PlacedList, placed: list[Placing]) -> None:
    """Draw what accepts the whole plan; places tried out are written first, where somebody says so."""
    edits, total = _edits(people), len(found.plan.placings)
    unwritten = to_write(by, edits, placed)
    if unwritten:
        whose = "; ".join(
            w.WRITE_ONE.format(name=found.names[t], tried=tried, kept=kept) for t, (tried, kept) in unwritten.items()
        )
        st.warning(plain(w.WRITE_FIRST.format(whose=whose)))
        if st.button(w.WRITE_AND_ACCEPT.format(n=len(placed)), type="primary", key="list:all"):
            try:
                # Those that were named, and no other number that is only tried.
                named = {therapist: tried for therapist, (tried, _) in unwritten.items()}
                keep_caseloads(desk.person, desk.services.store(), by, named)
            except StoreError:
                leave("bad", w.STALE_VERSION)
                fresh()
                st.rerun()
            _settle(replace(edits, capacities={t: n for t, n in edits.capacities.items() if t not in unwritten}))
            # With the places that are open now.
            _accept(desk, ranking(desk), people, placed)
        return
    pages = -(-total // PAGE)
    words = w.ACCEPT_ALL.format(n=len(placed)) if pages == 1 else w.ACCEPT_PAGES.format(n=len(placed), pages=pages)
    if st.button(words, type="primary", key="list:all"):
        _accept(desk, by, people, placed)


def _placing(
    desk: Desk,
    by: Ranking,
    people: WaitingPeople,
    found: PlacedList,
    placing: Placing,
    edits: Edits,
    name: str,
) -> None:
    line = people.lines[placing.client_id]
    link, text, buttons = st.columns([1, 3, 2], vertical_alignment="center")
    if link.button(line.reference, key=f"open:{line.reference}", type="tertiary"):
        show_enquiry(desk, line.reference)
    who = found.names.get(placing.therapist_id or "", "")
    loss = ""
    if placing.loss is not None:
        below = w.LITTLE if placing.loss < 0.005 else w.LOSS.format(loss=placing.loss)
        loss = w.OWN_BEST if placing.rank == 1 else below
    waits = w.WAITS_FOR.format(span=ago(now() - line.since))
    text.html(
        f'<div class="someone"><p>{f"<b>{plain(name)}</b> " if name else ""}{plain(waits)}'
        f"{f' → <b>{plain(who)}</b>, {plain(loss)}' if who else ''}</p>"
        f'<p class="small">{plain(placing.reason)}</p></div>'
    )
    if placing.therapist_id is None:
        return
    key = f"{line.reference}:{placing.therapist_id}"
    with buttons.container(horizontal=True, gap="medium"):
        if st.button(w.ACCEPT, key=f"accept:{key}", type="tertiary"):
            _accept(desk, by, people, [placing])
        if placing.why != "pinned":
            pinned = replace(edits, pins={**edits.pins, placing.client_id: placing.therapist_id})
            st.button(w.KEEP_PAIR, key=f"keep:{key}", type="tertiary", on_click=_settle, args=(pinned,))
            banned = replace(edits, bans=edits.bans | {(placing.client_id, placing.therapist_id)})
            st.button(w.NOT_THEM, key=f"ban:{key}", type="tertiary", on_click=_settle, args=(banned,))


def _accept(desk: Desk, by: Ranking, people: WaitingPeople, chosen: list[Placing]) -> None:
    done = accept(desk.person, desk.services.store(), by, people, chosen, here(desk))
    edits = _edits(people)
    _settle(after_accepting(edits, done))
    words = w.ACCEPTED.format(n=len(done.offered))
    if done.refused:
        words += " " + w.REFUSED.format(which="; ".join(f"{reference}, {why}" for reference, why in done.refused))
        words += f" {w.NOT_WRITTEN}" if edits.capacities else ""
    leave("bad" if done.refused else "good", words)
    fresh()
    st.rerun()


def _settled(desk: Desk, edits: Edits, people: WaitingPeople, by: Ranking) -> None:
    if not (edits.pins or edits.bans or edits.capacities):
        return
    st.header(w.SETTLED, anchor=False)
    names = {str(t): str(name) for t, name in by.therapists["name"].items()}
    for client, therapist in edits.pins.items():
        rest = {c: t for c, t in edits.pins.items() if c != client}
        _undo(f"{people.lines[client].reference} with {names[therapist]}", replace(edits, pins=rest))
    for client, therapist in sorted(edits.bans):
        rest_bans = edits.bans - {(client, therapist)}
        _undo(f"{people.lines[client].reference} not with {names[therapist]}", replace(edits, bans=rest_bans))
    for therapist, places in edits.capacities.items():
        rest_places = {t: n for t, n in edits.capacities.items() if t != therapist}
        _undo(f"{names[therapist]}: {places} open places", replace(edits, capacities=rest_places))
    if edits.capacities and st.button(w.KEEP_CASELOADS, key="list:caseloads"):
        attempt(lambda: _write_caseloads(desk, by, edits), w.CASELOADS_KEPT)


def _write_caseloads(desk: Desk, by: Ranking, edits: Edits) -> None:
    keep_caseloads(desk.person, desk.services.store(), by, edits.capacities)
    _settle(replace(edits, capacities={}))


def _undo(words: str, without: Edits) -> None:
    left, right = st.columns([2, 1], vertical_alignment="center")
    left.markdown(plain(words))
    right.button(w.UNDO, key=f"undo:{words}", type="tertiary", on_click=_settle, args=(without,))


def _by_hand(people: WaitingPeople, found: PlacedList, edits: Edits) -> None:
    labels = told_apart(found.names)
    with st.expander(w.PIN), st.form("list:pin", border=False):
        client = st.selectbox(
            "Who?", list(people.lines), index=None, format_func=lambda c: people.lines[c].reference, key="pin:client"
        )
        therapist = st.selectbox(
            "With", list(found.names), index=None, format_func=lambda t: labels[t], key="pin:therapist"
        )
        if st.form_submit_button(w.KEEP_PAIR) and given(client, w.CHOOSE_WHO) and given(therapist, w.CHOOSE_WITH):
            _settle(replace(edits, pins={**edits.pins, client: therapist}))
            st.rerun()
    with st.expander(w.CASELOAD), st.form("list:caseload", border=False):
        whose = st.selectbox("Whose?", list(found.names), index=None, format_func=lambda t: labels[t], key="load:who")
        places = st.number_input(w.OPEN_PLACES, 0, 100, 1, key="load:places")
        if st.form_submit_button(w.ASK) and given(whose, w.CHOOSE_WHOSE):
            _settle(replace(edits, capacities={**edits.capacities, whose: int(places)}))
            st.rerun()


def _what_if(desk: Desk, by: Ranking, people: WaitingPeople, edits: Edits, found: PlacedList, *, turns: bool) -> None:
    with st.expander(w.WHAT_IF), st.form("list:what if", border=False):
        order, labels = [more.therapist_id for more in found.plan.one_more], told_apart(found.names)
        whose = st.selectbox("With", order, format_func=lambda t: labels[t], key="if:who")
        more = st.number_input("How many more?", 1, 20, 3, key="if:more")
        if st.form_submit_button(w.ASK) and whose:
            said = more_places(desk.person, by, people, edits, found.plan, whose, int(more), queue_first=turns)
            st.markdown(plain(said))
