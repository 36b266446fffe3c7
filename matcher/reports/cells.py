"""Every cell of a report as text, in one place: whatever is hidden on the page is hidden in every other form of it."""

from typing import Any, Final

import numpy as np
import pandas as pd

#: What stands where a number is too small to show, or was never measured; never a blank, which could be read as none.
NOT_SHOWN: Final = "not shown"
_DECIMALS = 3


def cell(value: Any) -> str:
    """Return one value as it is read in the page, the PDF, the CSV files and the JSON alike."""
    if isinstance(value, str):
        return value
    if value is None or pd.isna(value):
        return NOT_SHOWN
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (float, np.floating)):
        # Minus nothing is nothing.
        return f"{round(float(value), _DECIMALS) + 0.0:.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)


def cells(frame: pd.DataFrame) -> list[list[str]]:
    """Return a frame's rows as text."""
    return [[cell(value) for value in row] for row in frame.astype(object).itertuples(index=False, name=None)]


def headings(frame: pd.DataFrame) -> list[str]:
    """Return a frame's column names as text."""
    return [str(name) for name in frame.columns]
