"""A therapist's own page, opened by a link or code from the clinic: what is theirs to keep, and their open places."""

from datetime import UTC, datetime
from typing import Final

import streamlit as st

from matcher.services.therapist_desk import THEIRS, keep_own, open_link
from matcher.store.attempts import TooManyTriesError
from matcher.store.errors import StaleVersionError, StoreError
from matcher.ui import cookies, state
from matcher.ui import wording_therapists as w
from matcher.ui.journey import Journey
from matcher.ui.staff_profile import ask_limits, ask_therapist
from matcher.ui.staff_typed import forget_typed, keep_typed, typed_again

_CODE: Final = "own:code"
_NEWS: Final = "own:news"
_TURN: Final = "own:turn"
#: What was typed in a profile that the clinic changed meanwhile.
_REFUSED: Final = "own:refused"


def draw_own_profile(journey: Journey) -> None:
    """Draw the page: the code first, then the profile it opens."""
    st.title(w.OWN_TITLE, anchor=False)
    code = st.session_state.get(_CODE) or _by_link(journey)
    if code is None:
        _ask(journey)
        return
    news = st.session_state.pop(_NEWS, None)
    if news is not None:
        (st.success if news == w.OWN_KEPT else st.error)(news)
    store = journey.services.store()
    now = open_link(store, code, None)
    if now is None:
        st.session_state.pop(_CODE)
        st.error(w.OWN_WRONG)
        return
    # What was drawn stays what is changed: what the clinic changed meanwhile is told, never written over.
    turn = int(st.session_state.get(_TURN, 0))
    before = state.remember("own profile", (code, turn), lambda: now)
    st.header(before.therapist.name, anchor=False)
    shown, again = typed_again(_REFUSED, before, w.OWN_TYPED_AGAIN)
    key = f"own:{turn}:again" if again else f"own:{turn}"
    with st.form(key):
        after = ask_therapist(shown.therapist, whole=False, key=key)
        limits = ask_limits(shown, key)
        kept = st.form_submit_button(w.KEEP, type="primary")
    if kept:
        changes = {name: getattr(after, name) for name in THEIRS}
        on = datetime.now(UTC).astimezone(journey.services.settings.zone).date()
        try:
            keep_own(store, code, before, changes, limits, on)
        except StaleVersionError:
            keep_typed(_REFUSED, before, after, limits)
            st.session_state[_NEWS] = w.OWN_STALE
        except StoreError as error:
            st.error(str(error)[:1].upper() + str(error)[1:])
            return
        else:
            forget_typed(_REFUSED)
            st.session_state[_NEWS] = w.OWN_KEPT
        # Drawn anew from what is kept now, with what was typed where it was refused.
        st.session_state[_TURN] = turn + 1
        st.rerun()


def _by_link(journey: Journey) -> str | None:
    """Return the code of the link this page was opened with a moment ago, None where it was opened by hand."""
    scheme = str(st.context.url or "").partition(":")[0]
    code = cookies.of(st.context.cookies, scheme, cookies.PROFILE)
    if not isinstance(code, str) or not _opens(journey, code):
        return None
    st.session_state[_CODE] = code
    return code


def _ask(journey: Journey) -> None:
    st.markdown(w.OWN_LEAD)
    with st.form("own"):
        typed = st.text_input(w.OWN_CODE, key="own:typed")
        opened = st.form_submit_button(w.OWN_OPEN, type="primary")
    code = typed.rpartition("#")[2]
    if opened and _opens(journey, code):
        st.session_state[_CODE] = code
        st.rerun()


def _opens(journey: Journey, code: str) -> bool:
    """Tell whether a code opens a profile, and say so where it does not."""
    try:
        found = open_link(journey.services.store(), code, state.owner() or "no cookie")
    except TooManyTriesError:
        st.error(w.OWN_TRIES)
        return False
    if found is None:
        st.error(w.OWN_WRONG)
    return found is not None
