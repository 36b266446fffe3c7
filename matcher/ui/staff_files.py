"""The page that takes in an export of practice software: a file, its columns, a look at it, and then the import."""

import streamlit as st

from matcher.clinic.problems import ClinicError
from matcher.services.practice_files import COLUMNS, guess, preview, read_export, remembered_maps, take_in
from matcher.ui import wording_therapists as w
from matcher.ui.desk import Desk
from matcher.ui.staff_common import attempt
from matcher.ui.staff_common import frame as begin


def draw_files(desk: Desk) -> None:
    """Draw the page."""
    begin(w.FILES_TITLE)
    st.markdown(w.FILES_LEAD)
    file = st.file_uploader(w.FILE, type="csv", key="file")
    if file is None:
        return
    try:
        rows = read_export(file.getvalue())
    except ClinicError as error:
        st.error(str(error))
        return
    maps = remembered_maps(desk.person, desk.services.store())
    used = st.selectbox(w.MAP, list(maps), index=None, key="map", placeholder=w.MAP_NONE) if maps else None
    known = maps[used] if used else guess(list(rows.columns))
    mapping = _columns([str(name) for name in rows.columns], known, used or "")
    looked = preview(rows, mapping)
    st.header(w.PREVIEW.format(n=len(rows)), anchor=False)
    if looked.problem:
        st.error(looked.problem)
    st.dataframe(looked.therapists.head(20).dropna(axis=1, how="all"), hide_index=True)
    name = st.text_input(w.MAP_NAME, value=used or "", key=f"map name:{used}")
    if st.button(w.TAKE_IN.format(n=len(rows)), type="primary", disabled=bool(looked.problem), key="take in"):
        attempt(
            lambda: take_in(desk.person, desk.services.store(), rows, mapping, name),
            lambda counts: w.TAKEN_IN.format(added=counts.added, changed=counts.changed, unchanged=counts.unchanged),
        )


def _columns(theirs: list[str], known: dict[str, str], used: str) -> dict[str, str]:
    """Ask which of our columns each of theirs is, and return those that are one."""
    st.header(w.COLUMNS_TITLE, anchor=False)
    mapping: dict[str, str] = {}
    parts = st.columns(3)
    for place, name in enumerate(theirs):
        guessed = known.get(name)
        ours = parts[place % 3].selectbox(
            name,
            COLUMNS,
            index=COLUMNS.index(guessed) if guessed in COLUMNS else None,
            key=f"column:{used}:{name}",
            placeholder=w.LEFT_OUT,
        )
        if ours and ours not in mapping.values():
            mapping[name] = ours
    return mapping
