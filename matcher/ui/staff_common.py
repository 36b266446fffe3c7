"""What every staff page uses: the ranking of this moment, what happened to what was just tried, and small pieces."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeGuard, TypeVar
from zoneinfo import ZoneInfo

import streamlit as st

from matcher.services.staff_ranking import Ranking, ranking_now
from matcher.services.triage import queue
from matcher.store.errors import NoPlaceLeftError, StaleVersionError, StoreError
from matcher.store.queue import Wanted
from matcher.store.snapshot import PUBLISHED
from matcher.ui import state
from matcher.ui import wording_staff as w
from matcher.ui.components import plain
from matcher.ui.desk import Desk
from matcher.ui.shell import ASSETS

Given = TypeVar("Given")

_NOTICE: Final = "staff:notice"
_TURN: Final = "staff:turn"
_PAGE: Final = "staff:page"
_ARRIVED: Final = "staff:arrived"
_STYLE: Final = ASSETS / "staff.css"


def frame(title: str) -> None:
    """Begin a staff page: wide, with our own small style, its title, and what came of the last action."""
    st.session_state[_ARRIVED] = st.session_state.get(_PAGE) != title
    st.session_state[_PAGE] = title
    st.set_page_config(layout="wide")
    st.html(_STYLE)
    st.title(title, anchor=False)
    kind, words = st.session_state.pop(_NOTICE, ("", ""))
    # A slot of its own: were what stands below moved up when the notice goes, everything unfolded would fold up again.
    notice = st.empty()
    if words:
        {"good": notice.success, "bad": notice.error}[kind](words)


def arrived() -> bool:
    """Return whether somebody just came to this page, rather than did something on it."""
    return bool(st.session_state.get(_ARRIVED))


def part_of(found: Sequence[Given], most: int, key: str) -> Sequence[Given]:
    """Return the page of a list that somebody turned to; of one that fits, all of it without asking."""
    pages = max(1, -(-len(found) // most))
    page = 0 if pages == 1 else int(st.number_input(w.PAGE_OF.format(pages=pages), 1, pages, key=key)) - 1
    return found[page * most : (page + 1) * most]


def turn() -> int:
    """Return what changes whenever a page is to read everything anew.

    Until then a page acts on what it shows: a click on something that others changed meanwhile is refused and said,
    never carried out on what the person has not seen, and never lost without a word.
    """
    return int(st.session_state.get(_TURN, 0))


def fresh() -> None:
    """Let the page read everything anew when it is drawn next."""
    st.session_state[_TURN] = turn() + 1


def show_enquiry(desk: Desk, reference: str) -> None:
    """Show one enquiry, read anew."""
    fresh()
    desk.go("enquiry", r=reference)


def leave(kind: str, words: str) -> None:
    """Leave a notice for the next page: ``good`` or ``bad``."""
    st.session_state[_NOTICE] = (kind, words)


def attempt(work: Callable[[], object], done: str | Callable[[Any], str]) -> None:
    """Do something, say on the next run what came of it, and draw the page again."""
    try:
        result = work()
        notice = ("good", done if isinstance(done, str) else done(result))
    except StaleVersionError:
        notice = ("bad", w.STALE_VERSION)
    except NoPlaceLeftError:
        notice = ("bad", w.NO_PLACE)
    except StoreError as error:
        # A store's own messages say what to mend and never what a client answered.
        notice = ("bad", _sentence(str(error)))
    st.session_state[_NOTICE] = notice
    fresh()
    st.rerun()


def given(value: Given | None, missing: str) -> TypeGuard[Given]:
    """Tell whether a form was sent with what it needs, and say what is missing where it was not."""
    if value is None:
        st.error(missing)
    return value is not None


def ranking(desk: Desk) -> Ranking:
    """Return the ranking on the therapists of this very moment."""
    live: Any = desk.services.matching()
    model_hash = live.now().model_hash if hasattr(live, "now") else PUBLISHED
    return ranking_now(desk.services.store(), live.recommender, today(desk), model_hash)


def client_of_reference(desk: Desk, reference: str) -> str | None:
    """Return whose enquiry has this reference, None for nobody's."""

    def find() -> str | None:
        found = queue(desk.person, desk.services.store(), Wanted(text=reference), now())
        return next((line.listed.client_id for line in found.lines if line.listed.reference == reference), None)

    return state.remember("client of", reference, find) if reference else None


def now() -> datetime:
    """Return this moment."""
    return datetime.now(UTC)


def here(desk: Desk) -> datetime:
    """Return this moment in the clinic's zone."""
    return now().astimezone(desk.services.settings.zone)


def today(desk: Desk) -> date:
    """Return the day it is at the clinic."""
    return here(desk).date()


def ago(span: timedelta) -> str:
    """Return how long somebody has waited, in the largest unit that says enough."""
    minutes = int(span.total_seconds() // 60)
    if minutes < 60:
        return f"{max(minutes, 0)} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} days"


def short(at: datetime | None, zone: ZoneInfo) -> str:
    """Return a moment in the clinic's zone, as short as a list needs it."""
    if at is None:
        return ""
    here = at.astimezone(zone)
    return f"{here:%a} {here.day} {here:%b} {here:%H:%M}"


def short_day(on: date | None) -> str:
    """Return a day as short as a list needs it."""
    return "" if on is None else f"{on.day} {on:%b %Y}"


def chip(words: str, kind: str = "") -> str:
    """Return a short mark as HTML; its meaning is in its words, never in its colour alone."""
    return f'<span class="chip {plain(kind)}">{plain(words)}</span>' if words else ""


def listed(sentences: Iterable[str], kind: str = "") -> str:
    """Return sentences as an HTML list, empty where there are none."""
    items = "".join(f"<li>{plain(sentence)}</li>" for sentence in sentences)
    return f'<ul class="{plain(kind)}">{items}</ul>' if items else ""


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
