"""A report as one HTML file that stands alone: no script, no address elsewhere, for screen, phone and paper."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Final

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from matcher.domain.vocabulary import CONCERNS
from matcher.reports import theme
from matcher.reports.cells import NOT_SHOWN, cells, headings
from matcher.reports.dictionary import picture_frame
from matcher.reports.pictures import has_numbers, svg
from matcher.reports.values import Period, Picture, Report, Scope, Section

#: What nothing in the file may do, so that a browser refuses even what slipped in.
POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

#: A table of more rows is folded away: whoever has five minutes reads what stands above it.
LONG: Final = 12
#: On paper a table of at most so many rows is never broken over two pages.
WHOLE: Final = 8
# How the columns of an interval's ends are named.
_FROM, _TO = (re.compile(rf"(^|[ ,]){end}( \(%\))?$") for end in ("from", "to"))
Draw = Callable[[Picture], str]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as the page draws it: text cells, and which columns hold numbers."""

    headings: list[str]
    rows: list[list[str]]
    numeric: list[bool]


def html(report: Report, draw: Draw = svg) -> str:
    """Return a report as a page that needs no other file; ``draw`` gives each picture's SVG."""
    return _page(report, lambda picture: _inline(picture, draw(picture)), paper=False)


def paper_html(report: Report, draw: Draw = svg) -> str:
    """Return a report as the page a PDF is made of: nothing folded away, pictures with their text alternative."""
    return _page(report, lambda picture: _image(picture, draw(picture)), paper=True)


def grid(frame: pd.DataFrame) -> Grid:
    """Return a frame as text cells, each figure with its interval in brackets: a page is not as wide as a CSV file."""
    names = headings(frame)
    columns = [list(column) for column in zip(*cells(frame), strict=True)] or [[] for _ in names]
    kept = list(range(len(names)))
    for place in range(1, len(names) - 1):
        if _FROM.search(names[place]) and _TO.search(names[place + 1]):
            found = zip(*columns[place - 1 : place + 2], strict=True)
            columns[place - 1] = [v if low == NOT_SHOWN else f"{v} ({low} to {high})" for v, low, high in found]
            kept = [one for one in kept if one not in (place, place + 1)]
    shown = [columns[place] for place in kept]
    rows = [list(row) for row in zip(*shown, strict=True)]
    return Grid([names[place] for place in kept], rows, [_is_numeric(column) for column in shown])


def dark_pictures() -> str:
    """Return the style that gives pictures drawn as SVG the colours of a page in the dark."""
    rules = "".join(
        f'svg [fill="{light}"]{{fill:{dark}}}svg [stroke="{light}"]{{stroke:{dark}}}'
        for light, dark in theme.DARK.items()
    )
    return f"@media screen and (prefers-color-scheme:dark){{{rules}}}"


def day(when: date) -> str:
    """Return a day as it is said."""
    return f"{when.day} {when:%B %Y}"


def period(span: Period) -> str:
    """Return a period as it is said."""
    return f"{day(span.start)} to {day(span.end)}"


def about(scope: Scope) -> str:
    """Return in words what a report is about."""
    parts = [period(scope.period)]
    if scope.concern is not None:
        concern = CONCERNS.get(scope.concern)
        parts.append("all concerns" if concern is None else f"clients who came with: {concern.label}")
    if scope.site is not None:
        parts.append(f"site: {scope.site}")
    return "; ".join(parts)


def notes(section: Section) -> list[str]:
    """Return the notes of a section's tables, each once."""
    return list(dict.fromkeys(note for table in section.tables for note in table.notes))


def _page(report: Report, draw: Callable[[Picture], Markup], *, paper: bool) -> str:
    drawn = {
        (section.key, picture.key): draw(picture)
        for section in report.sections
        for picture in section.pictures
        if has_numbers(picture)
    }
    return _ENVIRONMENT.get_template("report.html").render(
        report=report,
        drawn=drawn,
        paper=paper,
        policy=POLICY,
        css=Markup(_asset("report.css") + ("" if paper else dark_pictures())),
        not_shown=NOT_SHOWN,
        long=LONG,
        whole=WHOLE,
    )


def _inline(picture: Picture, drawing: str) -> Markup:
    # The page's own title and text alternative stand beside it; the drawing itself is one image to a screen reader.
    drawing = drawing.replace(' xmlns="http://www.w3.org/2000/svg"', "", 1)
    drawing = drawing.replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "", 1)
    label = Markup(' role="img" focusable="false" aria-label="{}" ').format(picture.alt)
    return Markup(drawing.replace("<svg ", f"<svg{label}", 1))


def _image(picture: Picture, drawing: str) -> Markup:
    coded = base64.b64encode(drawing.encode("utf-8")).decode("ascii")
    return Markup('<img src="data:image/svg+xml;base64,{}" alt="{}">').format(coded, picture.alt)


def _is_numeric(column: list[str]) -> bool:
    shown = [text for text in column if text and text != NOT_SHOWN]
    return bool(column) and all(text[0].isdigit() or text[0] in "+-−<." for text in shown)


def _asset(name: str) -> str:
    return (files("matcher.reports") / "templates" / name).read_text(encoding="utf-8")


_ENVIRONMENT: Final = Environment(
    loader=PackageLoader("matcher.reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
    lstrip_blocks=True,
)  # fmt: skip
_ENVIRONMENT.filters.update(day=day, period=period, about=about, grid=grid, behind=picture_frame, notes=notes)
