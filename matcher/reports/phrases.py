"""How numbers are said in a report's sentences."""

import numpy as np

from matcher.reports.values import Period

NOT_ENOUGH = "not enough data"
#: Said of a figure of many people that is hidden since it would tell of few of them: many were measured all the same.
POINTS_TO_FEW = "hidden to protect a few"
_DOMAIN_WORDS = {
    "trauma": "trauma and safety",
    "relational": "relationships",
    "addiction": "habits and anger",
    "body": "body and health",
    "work_neuro": "work, ADHD and autism",
}


def in_words(domain: str) -> str:
    """Return a domain of concerns as owners read it."""
    return _DOMAIN_WORDS.get(domain, domain)


def about(count: float) -> str:
    """Return a rounded count in words; a hidden one is said to be small or hidden, never more."""
    return "a number too small to show" if np.isnan(count) else f"about {count:,.0f}"


def percent(share: float) -> str:
    """Return a share from 0 to 1 as a whole percentage."""
    return "a share that cannot be shown" if np.isnan(share) else f"{share:.0%}"


def between(low: float, high: float, unit: str = "", digits: int = 1) -> str:
    """Return an interval in words."""
    return f"{low:.{digits}f} to {high:.{digits}f}{unit}"


def direction(low: float, high: float, up: str = "higher", down: str = "lower") -> str:
    """Return on which side of zero a whole interval lies, or that it cannot be told."""
    if np.isnan(low) or np.isnan(high):
        return NOT_ENOUGH
    return up if low > 0 else down if high < 0 else "no clear difference"


def span(period: Period) -> str:
    """Return a period in words, by month: ``July to September 2026``."""
    start, end = period.start, period.end
    if (start.year, start.month) == (end.year, end.month):
        return f"{start:%B %Y}"
    first = f"{start:%B}" if start.year == end.year else f"{start:%B %Y}"
    return f"{first} to {end:%B %Y}"


def listed(names: list[str] | tuple[str, ...], last: str = "and") -> str:
    """Return names with commas and an "and", or another word before the last."""
    return "".join(names) if len(names) < 2 else f"{', '.join(names[:-1])} {last} {names[-1]}"
