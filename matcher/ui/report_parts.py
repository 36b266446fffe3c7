"""Parts of a report drawn on a page: a section's sentence and cautions, its pictures with their numbers, its tables."""

from html import escape

import pandas as pd
import streamlit as st

from matcher.reports.cells import NOT_SHOWN
from matcher.reports.dictionary import picture_frame
from matcher.reports.html import LONG, dark_pictures, grid, notes
from matcher.reports.pictures import chart, has_numbers
from matcher.reports.values import Picture, Section, Table
from matcher.ui import wording_owner as wo


def draw_section(section: Section) -> None:
    """Draw one section: what it says first, what to mind next, then what is behind it."""
    st.header(section.title, anchor=section.key)
    st.markdown(f"**{plain_words(section.sentence)}**")
    if section.cautions:
        st.warning("\n".join([wo.MIND, "", *(f"- {plain_words(caution)}" for caution in section.cautions)]))
    for picture in section.pictures:
        draw_picture(picture, said=section.sentence)
    for table in section.tables:
        draw_table(table)
    for note in notes(section):
        st.caption(plain_words(note))
    with st.expander(wo.METHOD):
        st.markdown(plain_words(section.method))


def draw_picture(picture: Picture, said: str = "") -> None:
    """Draw a picture, its text alternative, and the numbers behind it."""
    st.subheader(plain_words(picture.title), anchor=False)
    if has_numbers(picture):
        st.altair_chart(chart(picture), width="stretch", theme="streamlit")
        st.html(f"<style>{dark_pictures()}</style>")
    else:
        st.markdown(wo.NO_PICTURE)
    if picture.alt != said:
        st.caption(plain_words(picture.alt))
    if len(picture.frame):
        with st.expander(wo.BEHIND):
            show_frame(picture_frame(picture), picture.title)


def draw_table(table: Table) -> None:
    """Draw a table under its title, a long one folded away."""
    title = plain_words(table.title)
    if table.frame.empty:
        st.markdown(f"**{title}**. {wo.NOTHING}")
    elif len(table.frame) > LONG:
        with st.expander(f"{title} ({len(table.frame)} rows)"):
            show_frame(table.frame, table.title)
    else:
        st.subheader(title, anchor=False)
        show_frame(table.frame, table.title)


def show_frame(frame: pd.DataFrame, title: str = "") -> None:
    """Draw a frame as a plain table, every cell as the other forms of the report have it, as `html.grid` puts them.

    A screen reader reads it row by row; what is wide scrolls in a box of its own that the keyboard reaches.
    """
    shown = grid(frame)
    top = "".join(f'<th scope="col">{escape(name)}</th>' for name in shown.headings)
    body = "".join(f"<tr>{_row(row, shown.numeric)}</tr>" for row in shown.rows)
    label = escape(title or ", ".join(shown.headings), quote=True)
    st.html(
        f'<div role="region" tabindex="0" aria-label="{label}" style="overflow-x:auto">'
        f'<table class="figures"><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table></div>{_STYLE}'
    )


def _row(row: list[str], numeric: list[bool]) -> str:
    first, *others = (escape(text).replace(NOT_SHOWN, _WHOLE) for text in row)
    cells = zip(others, numeric[1:], strict=True)
    return f'<th scope="row">{first}</th>' + "".join(
        f"<td{' class=n' if number else ''}>{text}</td>" for text, number in cells
    )


def plain_words(text: str) -> str:
    """Return text that Markdown shows as it stands: names and labels come from people."""
    return "".join(f"\\{sign}" if sign in _MARKS else sign for sign in text)


_STYLE = (
    "<style>.figures{border-collapse:collapse;font-size:.92rem}"
    ".figures th,.figures td{padding:.3rem .8rem .3rem 0;border-bottom:1px solid #8a969e;text-align:left;"
    # No word and no number is broken: what does not fit scrolls.
    "vertical-align:top;font-weight:400;overflow-wrap:normal;word-break:normal}"
    ".figures thead th{font-weight:600}.figures .n{white-space:nowrap}</style>"
)
#: A narrow column must not break it.
_WHOLE = NOT_SHOWN.replace(" ", "\u00a0")
_MARKS = frozenset("\\`*_{}[]()<>#+!|$~^:")
