"""The page of the made-up report, for tests that look at it in a browser."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "reports"))

from made_up import made_up_report

from matcher.reports.html import html


def made_up_page() -> str:
    return html(made_up_report())
