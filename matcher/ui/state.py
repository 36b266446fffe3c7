"""What one browser session remembers of a client: no other client page names a key of Streamlit's session state.

Pages for signed-in people keep a few things of their own there, each under its page's name.
"""

import uuid
from collections.abc import Callable, Sequence
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

import streamlit as st

from matcher.domain.draft import Draft
from matcher.ui.drafts import Drafts

Value = TypeVar("Value")

_ANSWERS = "answers"
_READ = "answers_read"
_ELSEWHERE = "answered_elsewhere"
_NOTICE = "notice"
_REMEMBERED = "remembered"
_STARTED = "started_at"
_CLIENT = "client_id"
_LANGUAGE = "language"
_ASKED = "ask:"
_DRAWN = "drawn"
_AT = "at"


def owner() -> str | None:
    """Return the fingerprint of this browser's draft cookie, None where it sent none."""
    value = st.user.get("draft")
    return value if isinstance(value, str) else None


def session() -> str | None:
    """Return the hash of the session this tab was opened with, None where nobody was signed in."""
    # Asked of Streamlit each time: scripts of several people share threads, so nothing may be kept beside a thread.
    value = st.user.get("session")
    return value if isinstance(value, str) else None


def end() -> None:
    """Forget everything this tab remembers, since whoever it was for is signed out."""
    st.session_state.clear()


def answers(drafts: Drafts) -> dict[str, Any]:
    """Return this session's answers, taken up from the draft on the first run."""
    if _ANSWERS not in st.session_state:
        who = owner()
        read = drafts.load(who) if who else Draft()
        kept = _begun(read.answers)
        if _LANGUAGE in st.session_state:
            kept.setdefault(_LANGUAGE, st.session_state[_LANGUAGE])
        st.session_state[_ANSWERS] = kept
        st.session_state[_READ] = Draft(deepcopy(kept), read.version)
    return cast("dict[str, Any]", st.session_state[_ANSWERS])


def save(drafts: Drafts, *, always: bool = False) -> None:
    """Keep the answers as the browser's draft, when they have changed since the last time.

    What was answered in another tab of the browser meanwhile comes in; the page is then to be drawn anew.
    """
    now, read = answers(drafts), st.session_state[_READ]
    if now == read.answers and not always:
        return
    who = owner()
    if who is None:
        return
    kept = drafts.save(who, now, read)
    if kept.answers != now:
        now.clear()
        now.update(_begun(kept.answers))
        st.session_state[_ELSEWHERE] = True
    st.session_state[_READ] = Draft(deepcopy(now), kept.version)


def answered_elsewhere() -> bool:
    """Tell, once, whether another tab's answers came in: widgets are then drawn anew from the answers."""
    if not st.session_state.pop(_ELSEWHERE, False):
        return False
    draw_anew()
    return True


def forget(drafts: Drafts, notice: str) -> None:
    """Drop the answers here and in the draft, and leave a notice for the next page."""
    who, spoken = owner(), language()
    if who is not None:
        drafts.delete(who)
    st.session_state.clear()
    st.session_state[_NOTICE] = notice
    st.session_state[_LANGUAGE] = spoken


def reload(drafts: Drafts, notice: str) -> dict[str, Any]:
    """Return the answers now kept for this browser in place of this session's, and leave a notice."""
    st.session_state.clear()
    st.session_state[_NOTICE] = notice
    return answers(drafts)


def answer(kept: dict[str, Any], code: str, value: object) -> None:
    """Answer a question in the client's stead, because they said so elsewhere; its widget follows."""
    kept[code] = value
    st.session_state.pop(f"{_ASKED}{code}", None)


def language() -> str:
    """Return the code of the language this client reads, English unless they chose another."""
    kept = st.session_state.get(_ANSWERS) or st.session_state
    return str(kept.get(_LANGUAGE) or "en")


def speak(code: str) -> None:
    """Change the language and keep every answer: the widgets are drawn anew, in that language, from the answers."""
    st.session_state[_ANSWERS][_LANGUAGE] = code
    draw_anew()


def take_notice() -> str | None:
    """Return the notice left by the last action, once."""
    return cast("str | None", st.session_state.pop(_NOTICE, None))


def client_id(kept: dict[str, Any]) -> str:
    """Return the opaque id of this enquiry."""
    return str(kept[_CLIENT])


def started_at(kept: dict[str, Any]) -> datetime:
    """Return when this enquiry was begun."""
    return datetime.fromisoformat(kept[_STARTED])


def begin_today(kept: dict[str, Any]) -> None:
    """Count this enquiry's days from now on, as for somebody who comes back before they sent anything."""
    kept[_STARTED] = _now()


def remember(name: str, key: object, compute: Callable[[], Value]) -> Value:
    """Return the value computed for a key, computing it only when the key differs from the last one."""
    kept = st.session_state.setdefault(_REMEMBERED, {})
    if name not in kept or kept[name][0] != key:
        kept[name] = (key, compute())
    return cast("Value", kept[name][1])


def flip(name: str) -> None:
    """Switch a page's own yes-or-no on."""
    st.session_state[f"flag:{name}"] = True


def flipped(name: str) -> bool:
    """Tell whether a page's own yes-or-no is on."""
    return bool(st.session_state.get(f"flag:{name}", False))


def widget(name: str, value: object) -> str:
    """Return the key of a widget, set to a kept answer when the widget appears anew."""
    key = f"{_ASKED}{name}"
    if key not in st.session_state and value is not None:
        st.session_state[key] = value
    return key


def asked() -> dict[str, Any]:
    """Return what stands in each widget of the page as it was drawn last, by the name it was asked under."""
    kept = sorted((str(key), value) for key, value in st.session_state.items())
    return {key.removeprefix(_ASKED): value for key, value in kept if key.startswith(_ASKED)}


def drawn(page: str | None) -> None:
    """Note which page now stands before the client whole, None where they are on the way to another."""
    st.session_state[_DRAWN] = page
    if page is None:
        st.session_state.pop(_AT, None)


def arrived(page: str) -> bool:
    """Tell whether a page of questions is begun after another one, rather than drawn again."""
    before = st.session_state.get(_AT)
    st.session_state[_AT] = page
    return bool(before != page)


def left_without_a_button(page: str) -> bool:
    """Tell whether another page stood here last and was left by the browser's own Back."""
    return st.session_state.get(_DRAWN) not in (None, page)


def pressed(page: str, buttons: Sequence[str]) -> str | None:
    """Return which of a page's buttons was pressed, before it is drawn again; None where it was not drawn last."""
    if st.session_state.get(_DRAWN) != page:
        # A button stays pressed until the browser speaks again: the next page may have one of the same key.
        return None
    return next((button for button in buttons if st.session_state.get(button)), None)


def draw_anew() -> None:
    """Let every widget be drawn anew from the answers."""
    for key in [key for key in st.session_state if str(key).startswith(_ASKED)]:
        del st.session_state[key]


def _begun(kept: dict[str, Any]) -> dict[str, Any]:
    """Give answers what an enquiry needs from its first moment: there are none of a draft deleted in another tab."""
    kept.setdefault(_CLIENT, uuid.uuid4().hex)
    kept.setdefault(_STARTED, _now())
    return kept


def _now() -> str:
    return datetime.now(UTC).replace(tzinfo=None).isoformat(timespec="seconds")
