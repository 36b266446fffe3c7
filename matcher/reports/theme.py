"""One look for every picture: colours that colour-blind readers tell apart, on paper and on a screen, light or dark."""

from typing import Any, Final

# Okabe and Ito's colours for series, in an order that stays apart in grey print.
SERIES: Final[tuple[str, ...]] = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
MAIN: Final = SERIES[0]
BEFORE: Final = SERIES[1]
# Text and lines; a page in the dark swaps these by name, so no other grey is used.
INK: Final = "#1F2933"
QUIET: Final = "#5B6670"
FAINT: Final = "#D5DBE1"
# Metrics of Arial, which the converter has and every reader's machine has something like.
FONT: Final = "Liberation Sans, Arial, Helvetica, sans-serif"
WIDTH: Final = 480
TEXT_SIZE: Final = 14
#: What a page in the dark shows instead.
DARK: Final[dict[str, str]] = {
    MAIN: "#56B4E9",
    BEFORE: "#F0934A",
    "#009E73": "#2CC59B",
    INK: "#E6EAEE",
    QUIET: "#A9B4BE",
    FAINT: "#3A444E",
}


def config() -> dict[str, Any]:
    """Return the Vega-Lite configuration every picture is drawn with."""
    text = {"labelColor": INK, "titleColor": INK, "labelFontSize": TEXT_SIZE, "titleFontSize": TEXT_SIZE}
    plain = {"titleFontWeight": "normal", "labelFontWeight": "normal"}
    return {
        "background": "transparent",
        "font": FONT,
        # The picture as a whole carries its text alternative; its parts would only repeat themselves.
        "aria": False,
        "view": {"stroke": None},
        "axis": {**text, **plain, "gridColor": FAINT, "domainColor": QUIET, "tickColor": QUIET, "labelLimit": 0},
        "legend": {
            **text,
            **plain,
            "orient": "top",
            "title": None,
            "symbolStrokeWidth": 2,
            "labelLimit": 0,
            "columns": 3,
        },
        "text": {"color": INK, "fontSize": TEXT_SIZE - 1},
        "range": {"category": list(SERIES)},
    }
