"""The page that takes in an export of practice software: a file, its columns, a look at it, and then the import."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import tzinfo

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from matcher.clinic.problems import ClinicError
from matcher.services.client_files import Looked, look_at, take_in_clients, take_in_episodes
from matcher.services.practice_columns import columns_of, guess, meanings, strange_words
from matcher.services.practice_files import preview, read_export, remembered, take_in
from matcher.store.clinics import TableCounts
from matcher.store.column_maps import ColumnMap
from matcher.store.errors import StoreError
from matcher.ui import state
from matcher.ui import wording_therapists as w
from matcher.ui.desk import Desk
from matcher.ui.staff_common import attempt, short_day, turn
from matcher.ui.staff_common import frame as begin

_SHOWN = 20
#: That a list was being taken in, which is still there where that was stopped.
_TAKING = "files:taking"


def draw_files(desk: Desk) -> None:
    """Draw the page."""
    begin(w.FILES_TITLE)
    if st.session_state.pop(_TAKING, False):
        # Whoever presses something else meanwhile stops it.
        st.warning(w.STOPPED)
    st.markdown(w.FILES_LEAD)
    kind = st.radio(w.KIND, list(w.KINDS), format_func=w.KINDS.__getitem__, horizontal=True, key="kind")
    st.caption(w.KIND_LEADS[kind])
    file = st.file_uploader(w.FILE, type="csv", key=f"file:{kind}")
    if file is None:
        return
    try:
        rows = read_export(file.getvalue())
    except ClinicError as error:
        st.error(str(error))
        return
    store = desk.services.store()
    maps = state.remember("column maps", (kind, turn()), lambda: remembered(desk.person, store, kind))
    used = st.selectbox(w.MAP, list(maps), index=None, key=f"map:{kind}", placeholder=w.MAP_NONE) if maps else None
    before = maps[used] if used else ColumnMap(guess(list(rows.columns), kind))
    # Another version of a map begins with its own columns, so that nothing said for the one before is written over it.
    drawn = f"{kind}:{used or ''}:{before.version}"
    columns = _columns([str(name) for name in rows.columns], before.columns, kind, drawn)
    wanted = ColumnMap(columns, _words(rows, columns, before.words, kind, drawn))
    looked = _look(desk, rows, wanted, kind, file.file_id)
    name = st.text_input(w.MAP_NAME, value=used or "", key=f"map name:{kind}:{used}")
    n = len(looked.preview.rows)
    shut = bool(looked.preview.problem) or n == 0
    if st.button(w.TAKE_IN.format(n=n), type="primary", disabled=shut, key=f"take in:{kind}"):
        version = before.version if name.strip() == used else 0
        attempt(lambda: _take_in(desk, rows, replace(wanted, version=version), kind, name, n), _told)


def _look(desk: Desk, rows: pd.DataFrame, wanted: ColumnMap, kind: str, file_id: str) -> Looked:
    """Show what the file would become, whom to call now, and what would be set aside, and return it."""

    def look() -> Looked:
        if kind == "therapists":
            return Looked(preview(rows, wanted))
        # Every word of a long list is read for danger.
        with st.spinner(w.LOOKING):
            return look_at(desk.person, desk.services.store(), rows, wanted, kind, desk.services.settings.zone)

    looked = state.remember("looked", (file_id, wanted, kind, turn()), look)
    found = looked.preview
    st.header(w.PREVIEW.format(n=len(rows)), anchor=False)
    if found.problem:
        st.error(found.problem)
    for doubt in found.doubts:
        words = w.DAY_FIRST if doubt.read_as else w.MONTH_FIRST
        st.warning(words.format(column=_spaced(doubt.column), written=doubt.written, day=short_day(doubt.read_as)))
    for row in looked.call_now:
        st.error(w.CALL_NOW.format(row=row))
    if looked.raised:
        st.warning(w.RAISED.format(n=looked.raised))
    if found.aside:
        st.warning(w.ASIDE.format(n=len(rows) - len(found.kept)))
        st.markdown("\n".join(f"- {line}" for line in found.aside[:_SHOWN]))
        if len(found.aside) > _SHOWN:
            st.caption(w.ASIDE_MORE.format(n=len(found.aside) - _SHOWN))
    if len(found.rows):
        st.dataframe(_shown(found.rows, desk.services.settings.zone), hide_index=True)
    return looked


def _shown(rows: pd.DataFrame, zone: tzinfo) -> pd.DataFrame:
    """Return the first rows without columns that hold nothing, times as the clinic's clock has them."""
    first = rows.head(_SHOWN).dropna(axis=1, how="all")
    if "enquired_at" not in first:
        return first
    return first.assign(enquired_at=first["enquired_at"].dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None))


def _take_in(desk: Desk, rows: pd.DataFrame, wanted: ColumnMap, kind: str, name: str, n: int) -> TableCounts:
    store = desk.services.store()
    if kind == "episodes":
        return take_in_episodes(desk.person, store, rows, wanted, name)
    if kind == "therapists":
        return take_in(desk.person, store, rows, wanted, name)
    # A long list takes many seconds: the bar says how far it is, and until its end nothing is written.
    bar = st.progress(0.0, w.TAKING_IN.format(done=0, n=n))

    def say(done: int, whole: int) -> None:
        bar.progress(done / max(whole, 1), w.TAKING_IN.format(done=done, n=whole))

    st.session_state[_TAKING] = True
    try:
        counts = take_in_clients(desk.person, store, desk.services.settings, rows, wanted, name, say)
    except (ClinicError, StoreError):
        st.session_state.pop(_TAKING)
        raise
    st.session_state.pop(_TAKING)
    return counts


def _told(counts: TableCounts) -> str:
    return w.TAKEN_IN.format(added=counts.added, changed=counts.changed, unchanged=counts.unchanged)


def _columns(theirs: list[str], known: Mapping[str, str], kind: str, drawn: str) -> dict[str, str]:
    """Ask which of our columns each of theirs is, and return those that are one."""
    st.header(w.COLUMNS_TITLE, anchor=False)
    ours = columns_of(kind)
    mapping: dict[str, str] = {}
    for part, name in _in_rows(theirs):
        guessed = known.get(name)
        chosen = part.selectbox(
            name,
            ours,
            index=ours.index(guessed) if guessed in ours else None,
            format_func=_spaced,
            key=f"column:{drawn}:{name}",
            placeholder=w.LEFT_OUT,
        )
        if chosen and chosen not in mapping.values():
            mapping[name] = chosen
    return mapping


def _words(
    rows: pd.DataFrame, columns: Mapping[str, str], known: Mapping[str, Mapping[str, str]], kind: str, drawn: str
) -> dict[str, dict[str, str]]:
    """Ask what each word means that is none of ours, and return what was said; nothing is assumed."""
    strange = strange_words(rows, columns, kind)
    # What was said for other files of this practice is kept with the map.
    said = {column: dict(words) for column, words in known.items()}
    if strange:
        st.header(w.WORDS_TITLE, anchor=False)
        st.markdown(w.WORDS_LEAD)
    for column, words in strange.items():
        options = meanings(kind, column)
        for part, word in _in_rows(words[: 3 * _SHOWN]):
            before = known.get(column, {}).get(word)
            chosen = part.selectbox(
                f"{_spaced(column)}: {word}",
                options,
                index=options.index(before) if before in options else None,
                key=f"word:{drawn}:{column}:{word}",
                placeholder=w.WORD_UNKNOWN,
            )
            if chosen:
                said.setdefault(column, {})[word] = chosen
    return said


def _in_rows(names: Sequence[str]) -> Iterator[tuple[DeltaGenerator, str]]:
    """Yield names with where to draw them, three a row: in the file's order on a telephone too."""
    for start in range(0, len(names), 3):
        yield from zip(st.columns(3), names[start : start + 3], strict=False)


def _spaced(column: str) -> str:
    return column.replace("_", " ")
