"""A picture as an Altair chart, and as SVG that needs nothing else: numbers in, the same bytes out."""

import re
import textwrap
from collections.abc import Callable
from typing import Any

import altair as alt
import pandas as pd
import vl_convert
from altair.utils.schemapi import debug_mode

from matcher.reports import theme
from matcher.reports.cells import NOT_SHOWN
from matcher.reports.values import Picture, PictureKind, funnel_stands

# A label of two lines begins in the middle of its row.
_ROW = 40
_LABEL_WIDTH = 24
# Above this many points a funnel's marks are small.
_MANY = 60
# Between a row's group and its label, where a label stands for another group of people in each group.
_APART = "\x1f"
# The width is all that is given; fitted in height as well, rows would lie on one another.
_FIT = {"type": "fit-x", "contains": "padding"}
_SHAPES = ("circle", "square", "triangle-up", "diamond", "cross", "triangle-down")
_ROLES = re.compile(r' (?:role|aria-[a-z]+)="[^"]*"')


def chart(picture: Picture) -> alt.LayerChart:
    """Return a picture as a chart for a page: as wide as its place, its text alternative with it."""
    drawn = _drawn(picture)
    # On a page each mark is read out with its numbers; in the file the table beside it is.
    drawn.config["aria"] = True
    # Side by side, names would run off a phone.
    drawn.config["legend"]["columns"] = 1
    drawn.width, drawn.autosize, drawn.description = "container", _FIT, picture.alt
    return drawn


def svg(picture: Picture) -> str:
    """Return a picture as an SVG document of its own; no font, file or address beside it is asked for."""
    drawn = _drawn(picture)
    drawn.width, drawn.autosize = theme.WIDTH, _FIT
    spec = drawn.to_dict(validate=False)
    # An empty list of addresses: nothing may be fetched, whatever a specification names.
    found: str = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    # The picture has one text alternative; its parts' own roles would be images without a name.
    return _ROLES.sub("", found)


def has_numbers(picture: Picture) -> bool:
    """Tell whether there is anything to draw."""
    frame = picture.frame
    if frame.empty:
        return False
    if picture.kind == "funnel":
        return funnel_stands(frame.loc[frame["value"].notna(), "n"].dropna())
    return bool(frame[_NEEDED[picture.kind]].notna().any())


def _drawn(picture: Picture) -> alt.LayerChart:
    # Altair checks each part against the whole schema as it is made, which takes as long as drawing it.
    with debug_mode(False):
        drawn = _DRAW[picture.kind](picture, _plain(picture.frame))
    # Set, not asked for by `properties`, which copies every part of a chart, deep down, each time.
    drawn.config = theme.config()
    return drawn


def _layers(frame: pd.DataFrame, height: int, *parts: alt.Chart) -> alt.LayerChart:
    # Layers without rows of their own take these: Altair would copy and compare the rows of each. Plain values do, as
    # every channel names its type.
    return alt.LayerChart(data=_values(frame), layer=list(parts), height=height)


def _values(frame: pd.DataFrame) -> alt.InlineData:
    rows = frame.astype(object).where(frame.notna(), None)
    records: Any = rows.to_dict("records")
    return alt.InlineData(values=records)


def _plain(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame of plain floats and text, which the chart's file format can hold; labels are wrapped."""
    plain = {}
    for name in frame.columns:
        column = frame[name]
        if name in ("label", "step", "group", "series", "month"):
            plain[name] = column.astype(object).map(lambda value: "\n".join(textwrap.wrap(str(value), _LABEL_WIDTH)))
        else:
            plain[name] = pd.to_numeric(column, errors="coerce").astype("float64")
    return pd.DataFrame(plain).reset_index(drop=True)


def _rows(title: str | None = None) -> alt.Axis:
    # A wrapped label stands on several lines.
    words = f"split(slice(datum.label, indexof(datum.label, '{_APART}') + 1), '\\n')"
    return alt.Axis(title=title, labelExpr=words, ticks=False, domain=False, labelPadding=8)


def _height(rows: int) -> int:
    return max(rows, 2) * _ROW


def _flow(picture: Picture, frame: pd.DataFrame) -> alt.LayerChart:
    """Return bars a step, and a mark where the period before stood."""
    now, before = "This period", "Period before"
    order = list(dict.fromkeys(frame["step"]))
    y = alt.Y("step:N", sort=order, axis=_rows())
    scale = alt.Scale(domain=[now, before], range=[theme.MAIN, theme.BEFORE])
    legend = alt.Color("which:N", scale=scale)
    # Room for the number at a bar's end.
    most = frame[["n", "before"]].max().max()
    top = alt.Scale(domainMin=0, domainMax=1.12 * most if most > 0 else 1)
    x = alt.X("n:Q", title=picture.unit or None, scale=top, axis=alt.Axis(format=",.0f", tickMinStep=1, tickCount=5))
    base = alt.Chart()
    bars = base.transform_calculate(which=f"'{now}'").mark_bar(size=16).encode(x=x, y=y, color=legend)
    # The mark of the period before also differs in shape: colour alone tells nobody on grey paper.
    marks = base.transform_calculate(which=f"'{before}'").mark_tick(thickness=4, size=26)
    marks = marks.encode(x=alt.X("before:Q"), y=y, color=legend)
    said = base.transform_calculate(said=f"isValid(datum.n) ? format(datum.n, ',') : '{NOT_SHOWN}'", at="datum.n || 0")
    ends = alt.X("end:Q")
    said = said.transform_calculate(end="max(datum.at, datum.before || 0)").mark_text(align="left", dx=8)
    return _layers(frame, _height(len(order)), bars, marks, said.encode(x=ends, y=y, text=alt.Text("said:N")))


def _intervals(picture: Picture, frame: pd.DataFrame) -> alt.LayerChart:
    """Return a point and its interval a row; rows in groups have a colour and a shape each."""
    groups = list(dict.fromkeys(frame["group"])) if "group" in frame else []
    nested = len(groups) > 1 and not frame["label"].duplicated().sum() > len(frame) / 4
    if nested:
        frame = frame.assign(label=frame["group"] + _APART + frame["label"])
    order = list(dict.fromkeys(frame["label"]))
    height = _height(len(order)) if not nested else len(order) * 26
    y = alt.Y("label:N", sort=order, axis=_rows())
    channels: dict[str, Any] = {}
    shape: dict[str, Any] = {}
    if len(groups) > 1:
        channels, shape = _told_apart("group", groups)
    if len(groups) > 1 and not nested:
        channels["yOffset"] = alt.YOffset("group:N", sort=groups)
        height = max(len(order) * (14 * len(groups) + 14), 2 * _ROW)
    base = alt.Chart()
    x = alt.X("value:Q", title=picture.unit or None, scale=_span(frame), axis=_numbers(picture))
    colour: dict[str, Any] = {} if channels else {"color": theme.MAIN}
    known = base.transform_filter("isValid(datum.value)")
    whiskers = known.mark_rule(strokeWidth=3, opacity=0.75, **colour)
    whiskers = whiskers.encode(x=alt.X("low:Q"), x2=alt.X2("high:Q"), y=y, **channels)
    points = known.mark_point(size=80, filled=True, opacity=1, **colour).encode(x=x, y=y, **channels, **shape)
    hidden = base.transform_filter("!isValid(datum.value)").mark_text(align="left", color=theme.QUIET)
    offset = {name: channel for name, channel in channels.items() if name == "yOffset"}
    hidden = hidden.encode(x=alt.value(4), y=y, text=alt.value(NOT_SHOWN), **offset)
    return _layers(frame, height, *_reference(picture, "x"), whiskers, points, hidden)


def _funnel(picture: Picture, frame: pd.DataFrame) -> alt.LayerChart:
    """Return a point a therapist among the limits that chance alone would keep nearly all within."""
    x = alt.X(
        "n:Q",
        title="Measured courses",
        scale=alt.Scale(zero=True, nice=True),
        axis=alt.Axis(tickMinStep=1, tickCount=6),
    )
    y = alt.Y("value:Q", title=picture.unit or None, scale=alt.Scale(zero=False), axis=_numbers(picture))
    base = alt.Chart()
    layers: list[Any] = [base.mark_line(color=theme.QUIET, strokeDash=[2, 2]).encode(x=x, y=alt.Y("centre:Q"))]
    names = {"95": "95% limits", "998": "99.8% limits"}
    dashes = alt.StrokeDash("limit:N", scale=alt.Scale(domain=list(names.values()), range=[[6, 4], [1, 0]]))
    for limits, name in names.items():
        for side in ("low", "high"):
            line = base.transform_calculate(limit=f"'{name}'").mark_line(color=theme.INK, strokeWidth=1.5)
            layers.append(line.encode(x=x, y=alt.Y(f"{side}{limits}:Q"), strokeDash=dashes))
    dots = base.transform_filter("isValid(datum.value)")
    size = 40 if len(frame) > _MANY else 70
    layers.append(dots.mark_point(size=size, filled=True, opacity=0.85, color=theme.MAIN).encode(x=x, y=y))
    return _layers(frame.sort_values("n"), 300, *layers)


def _calibration(picture: Picture, frame: pd.DataFrame) -> alt.LayerChart:
    """Return what was predicted against what followed, beside the line where both are the same."""
    ends = frame[["predicted", "observed", "low", "high"]].to_numpy().ravel()
    ends = ends[~pd.isna(ends)]
    line = pd.DataFrame({"at": [ends.min(), ends.max()] if len(ends) else [0.0, 1.0]})
    same = alt.Chart(_values(line)).mark_line(color=theme.QUIET, strokeDash=[4, 4])
    same = same.encode(x=alt.X("at:Q"), y=alt.Y("at:Q"))
    base = alt.Chart().transform_filter("isValid(datum.observed)")
    loose: dict[str, Any] = {"scale": alt.Scale(zero=False, nice=True), "axis": _numbers(picture)}
    x = alt.X("predicted:Q", title="Predicted" + _in(picture), **loose)
    y = alt.Y("observed:Q", title="What followed" + _in(picture), **loose)
    whiskers = base.mark_rule(strokeWidth=3, opacity=0.75, color=theme.MAIN).encode(
        x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q")
    )
    points = base.mark_point(size=80, filled=True, opacity=1, color=theme.MAIN).encode(x=x, y=y)
    return _layers(frame, 320, same, whiskers, points)


def _trend(picture: Picture, frame: pd.DataFrame) -> alt.LayerChart:
    """Return a value a month with its interval; a month that is hidden leaves a gap."""
    months = list(dict.fromkeys(frame["month"]))
    x = alt.X("month:N", sort=months, title=None, axis=alt.Axis(labelAngle=-45, labelOverlap=True))
    y = alt.Y("value:Q", title=picture.unit or None, scale=_span(frame), axis=_numbers(picture))
    channels: dict[str, Any] = {}
    colour: dict[str, Any] = {"color": theme.MAIN}
    shape: dict[str, Any] = {}
    names = list(dict.fromkeys(frame["series"])) if "series" in frame else []
    if len(names) > 1:
        channels, shape = _told_apart("series", names)
        channels["xOffset"] = alt.XOffset("series:N", sort=names)
        colour = {}
    known = alt.Chart().transform_filter("isValid(datum.value)")
    whiskers = known.mark_rule(strokeWidth=2, opacity=0.75, **colour)
    whiskers = whiskers.encode(x=x, y=alt.Y("low:Q"), y2=alt.Y2("high:Q"), **channels)
    points = known.mark_point(size=60, filled=True, opacity=1, **colour).encode(x=x, y=y, **channels, **shape)
    every = alt.Chart().mark_point(opacity=0, size=0).encode(x=x)
    return _layers(frame, 260, *_reference(picture, "y"), every, whiskers, points)


def _numbers(picture: Picture) -> alt.Axis:
    return alt.Axis(format=".0%" if picture.unit.startswith("share") else ",.3~f", tickCount=5)


def _reference(picture: Picture, channel: str) -> list[alt.Chart]:
    if picture.reference is None:
        return []
    rule = alt.Chart(_values(pd.DataFrame({"at": [picture.reference]}))).mark_rule(color=theme.INK, strokeDash=[4, 4])
    return [rule.encode(**{channel: alt.X("at:Q") if channel == "x" else alt.Y("at:Q")})]


def _span(frame: pd.DataFrame) -> alt.Scale:
    """Return a scale that holds every interval whole; left to the points alone it would cut them off."""
    ends = frame[["value", "low", "high"]].to_numpy().ravel()
    ends = ends[~pd.isna(ends)]
    if not len(ends):
        return alt.Scale(zero=False)
    room = 0.03 * (ends.max() - ends.min())
    return alt.Scale(zero=False, domainMin=float(ends.min() - room), domainMax=float(ends.max() + room))


def _told_apart(field: str, names: list[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the colour and the shape of each name; both have the same domain, so that one legend shows both."""
    colour = alt.Color(f"{field}:N", scale=alt.Scale(domain=names, range=list(theme.SERIES[: len(names)])))
    shapes = alt.Shape(f"{field}:N", scale=alt.Scale(domain=names, range=list(_SHAPES[: len(names)])))
    return {"color": colour}, {"shape": shapes}


def _in(picture: Picture) -> str:
    return f" ({picture.unit})" if picture.unit else ""


_DRAW: dict[PictureKind, Callable[[Picture, pd.DataFrame], alt.LayerChart]] = {
    "flow": _flow,
    "intervals": _intervals,
    "funnel": _funnel,
    "calibration": _calibration,
    "trend": _trend,
}
_NEEDED: dict[PictureKind, str] = {
    "flow": "n",
    "intervals": "value",
    "funnel": "value",
    "calibration": "observed",
    "trend": "value",
}
