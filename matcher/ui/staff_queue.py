"""The queue page: everybody who waits, danger first, a few words each, and what to do next."""

from typing import Final

import streamlit as st

from matcher.domain.vocabulary import CONCERNS
from matcher.services.notices import not_seen, note_seen
from matcher.services.triage import PAGE, Queue, QueueLine, queue, queue_stamp
from matcher.store.queue import Stamp, Wanted
from matcher.ui import state
from matcher.ui import wording_staff as w
from matcher.ui import wording_staff_fit as wf
from matcher.ui.components import plain
from matcher.ui.desk import Desk
from matcher.ui.staff_common import ago, chip, frame, fresh, now, short, show_enquiry
from matcher.ui.staff_same_person import draw_same_person

_OPEN: Final = ("new", "contacted", "offered", "booked", "waiting")
_FILTERS: Final[dict[str, Wanted]] = {
    "open": Wanted(states=_OPEN),
    "new": Wanted(states=("new",)),
    "contacted": Wanted(states=("contacted",)),
    "offered": Wanted(states=("offered",)),
    "booked": Wanted(states=("booked",)),
    "waiting": Wanted(states=("waiting",)),
    "overdue": Wanted(overdue=True),
    "stale": Wanted(stale=True),
    "change": Wanted(source="change", states=_OPEN),
    "fit_told": Wanted(fit_told=True),
    "closed": Wanted(states=("closed",)),
}
_LABELS: Final = {
    **w.STATES,
    "open": "All open",
    "overdue": "Overdue",
    "stale": "Not touched for 4 weeks",
    "change": "Changes of therapist",
    "fit_told": wf.FIT_FILTER,
}
_LOOK_EVERY: Final = 4.0
_LANE: Final = Wanted(needs_person=True)


def draw_queue(desk: Desk) -> None:
    """Draw the page."""
    frame(w.QUEUE_TITLE)
    shown = _lane(desk)
    _notices(desk)
    _filters(desk, shown)
    draw_same_person(desk)
    _watch(desk, shown.stamp)


def _notices(desk: Desk) -> None:
    """Show what nobody has seen yet, in every tab and to everybody, until somebody says they have."""
    store = desk.services.store()
    if not (waiting := not_seen(desk.person, store)).sentences:
        return
    for words in waiting.sentences:
        # No toast: it is gone before it is read, and it is a dialogue without a name to a screen reader.
        st.info(words)
    st.button(w.NOTICED, key="notices:seen", on_click=note_seen, args=(desk.person, store, waiting))


def _lane(desk: Desk) -> Queue:
    """Draw whoever needs a call now, and return that part of the queue, whose counts are of all."""
    raised = _paged(desk, "lane", _LANE)
    if raised.lines:
        with st.container(key="lane"):
            st.header(f"{w.LANE} ({raised.total})", anchor=False)
            st.caption(w.LANE_LEAD)
            _lines(desk, raised, "lane")
            _turn("lane", raised.total)
    return raised


def _filters(desk: Desk, raised: Queue) -> None:
    counts = {**raised.counts, "open": sum(raised.counts.get(name, 0) for name in _OPEN)}
    chosen = st.segmented_control(
        "Show",
        list(_FILTERS),
        format_func=lambda name: f"{_LABELS[name]} ({counts.get(name, 0)})",
        default="open",
        key="queue:show",
        label_visibility="collapsed",
    )
    with st.expander("Search and narrow"):
        text, names, concern, whose = _narrowing(desk)
    searched = bool(text.strip() or names.strip())
    if searched or concern or whose:
        said, clear = st.columns([5, 1], vertical_alignment="center")
        said.info(w.NARROWED)
        clear.button(w.CLEAR, key="narrowed:clear", on_click=_clear)
    # A search looks through everything: whoever looks for somebody does not know what became of them.
    base = Wanted() if searched else _FILTERS[chosen or "open"]
    wanted = Wanted(
        states=base.states,
        overdue=base.overdue,
        stale=base.stale,
        fit_told=base.fit_told,
        source=base.source,
        concern=concern,
        assigned_to=desk.person.account_id if whose else None,
        text=text,
        calm=not searched,
    )
    part = _paged(desk, "list", wanted, names)
    if not part.lines:
        st.markdown(w.EMPTY)
        return
    _lines(desk, part, "list")
    _turn("list", part.total)


def _clear() -> None:
    st.session_state.update({"queue:text": "", "queue:name": "", "queue:concern": None, "queue:mine": False})


def _narrowing(desk: Desk) -> tuple[str, str, str | None, bool]:
    left, middle, right, last = st.columns([2, 2, 2, 1], vertical_alignment="bottom")
    text = left.text_input(w.SEARCH, key="queue:text")
    names = middle.text_input(w.SEARCH_NAME, key="queue:name", help=w.SEARCH_NAME_HELP)
    concern = right.selectbox(
        "Concern", list(CONCERNS), index=None, format_func=lambda code: CONCERNS[code].label, key="queue:concern"
    )
    return text, names, concern, last.checkbox("Mine", key="queue:mine")


def _paged(desk: Desk, name: str, wanted: Wanted, names: str = "") -> Queue:
    """Read the page of a list that somebody turned to; another filter begins at its first page again."""
    key, page = repr((wanted, names)), f"queue:{name} page"
    if st.session_state.get(f"queue:{name} for") != key:
        st.session_state[f"queue:{name} for"], st.session_state[page] = key, 0
    part = _read(desk, name, wanted, st.session_state[page], names)
    if part.total and not part.lines:
        # The list grew shorter than the page somebody stands on: its last page is the nearest there is.
        st.session_state[page] = _last(part.total)
        part = _read(desk, name, wanted, st.session_state[page], names)
    return part


def _turn(name: str, total: int) -> None:
    page, last = int(st.session_state[f"queue:{name} page"]), _last(total)
    if not last:
        return
    back, where, on = st.columns([1, 2, 1], vertical_alignment="center")
    back.button("Earlier", disabled=page == 0, on_click=_step, args=(name, -1), key=f"{name}:back")
    where.caption(f"{page * PAGE + 1} to {min(total, (page + 1) * PAGE)} of {total}")
    on.button("Later", disabled=page >= last, on_click=_step, args=(name, 1), key=f"{name}:on")


def _last(total: int) -> int:
    return (total - 1) // PAGE


def _step(name: str, by: int) -> None:
    st.session_state[f"queue:{name} page"] += by


def _read(desk: Desk, name: str, wanted: Wanted, page: int, names: str) -> Queue:
    """Read a part of the queue once for each state of the store, so that whose names were seen is noted once too."""
    store = desk.services.store()
    stamp = queue_stamp(desk.person, store)
    # Due times pass without anybody changing anything: look again each minute.
    key = (stamp, now().replace(second=0, microsecond=0), wanted, page, names)
    return state.remember(f"queue {name}", key, lambda: queue(desk.person, store, wanted, now(), page, names=names))


def _lines(desk: Desk, part: Queue, name: str) -> None:
    with st.container(key="queue" if name == "list" else f"queue-{name}", gap=None):
        for line in part.lines:
            left, right = st.columns([1, 7], vertical_alignment="center")
            reference = line.listed.reference
            if left.button(reference, key=f"{name}:{reference}", type="tertiary"):
                show_enquiry(desk, reference)
            right.html(_line(line, desk))


def _line(line: QueueLine, desk: Desk) -> str:
    at, zone = line.listed, desk.services.settings.zone
    concerns = ", ".join(CONCERNS[code].label for code in at.concerns[:2] if code in CONCERNS)
    marks = [chip(w.STATES[at.state]), chip("Call now", "stop") if at.needs_person else ""]
    marks += [
        chip("Not touched for 4 weeks", "warn") if line.stale else "",
        chip("To read", "warn") if at.needs_reading else "",
        chip(wf.FIT_FILTER, "warn") if at.fit_told else "",
    ]
    marks += [chip(w.SOURCES[at.source]) if at.source != "web" else ""]
    marks += [chip(w.LANGUAGES.get(at.language, at.language)) if at.language != "en" else ""]
    due = "" if at.state == "closed" or at.due_at is None else short(at.due_at, zone)
    due = f"{'Overdue:' if line.overdue else 'due'} {due}" if due else ""
    # Whoever is booked or closed waits for nobody.
    waits = "" if at.state in ("booked", "closed") else w.WAITS_FOR.format(span=ago(line.waited))
    cells = (
        f"<b>{plain(line.name)}</b>",
        " ".join(mark for mark in marks if mark),
        plain(concerns),
        plain(waits),
        f'<span class="{"late" if line.overdue else ""}">{plain(due)}</span>',
        f'<span class="step">{plain(line.next_step or w.CLOSED.get(at.closed_reason or "", ""))}</span>',
    )
    return f'<div class="qline">{"".join(f"<div>{cell}</div>" for cell in cells)}</div>'


@st.fragment(run_every=_LOOK_EVERY)
def _watch(desk: Desk, shown: Stamp) -> None:
    """Draw the page again as soon as somebody else has changed an enquiry."""
    if queue_stamp(desk.person, desk.services.store()) != shown:
        fresh()
        st.rerun(scope="app")
    st.caption(w.LIVE)
