"""How far people came, how long it took, and where they were lost."""

import numpy as np
import pandas as pd

from matcher.reports.cases import Cases
from matcher.reports.intervals import median_interval, rounded_shares
from matcher.reports.phrases import about, percent, span
from matcher.reports.suppression import FEWEST, HIDDEN_NOTE, Cells, counted, rounded
from matcher.reports.values import Period, Picture, Section, Table
from matcher.reports.ways import STEPS, Ways, days_to, reached, ways

METHOD = (
    "Everybody who enquired in the period is followed as far as they have come by now; somebody who came to a later "
    "step counts in those before it. Shares are of those who enquired, with Wilson 95% intervals that allow for "
    "rounding. Times are medians, with the order statistics that hold the true median 95 times in 100; the slow tenth "
    "waited at least the time given."
)
REASONS: dict[str, str] = {
    "started": "started",
    "declined": "declined what was offered",
    "went_elsewhere": "went elsewhere",
    "referred_on": "were referred on",
    "no_answer": "did not answer",
    "duplicate": "had enquired twice",
    "withdrew": "withdrew",
    "other": "other reasons",
}


def flow(cases: Cases) -> Section:
    """Return the section on the way from enquiry to third session."""
    found = ways(cases)
    now, before = found.of(cases.scope.period), found.of(cases.scope.before)
    steps = _steps(found, now, before)
    tables = (Table("flow", "How far people came", _flow_table(steps), (HIDDEN_NOTE,)), _times(found, now, before))
    lost = _lost(now)
    picture = Picture(
        "flow",
        "flow",
        "From enquiry to third session",
        _sentence(steps, cases.scope.period),
        steps[["step", "n", "before"]],
        "people",
    )
    return Section(
        "flow",
        "From enquiry to therapy",
        _sentence(steps, cases.scope.period),
        METHOD,
        tables if lost is None else (*tables, lost),
        (picture,),
        _cautions(found, cases.scope.site),
    )


def _steps(found: Ways, now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    shown = {name: _shown(reached(frame, found.recorded)) for name, frame in (("n", now), ("before", before))}
    share = rounded_shares(shown["n"], np.full(len(found.recorded), shown["n"][0]))
    known = ~np.isnan(shown["n"]) & (np.arange(len(found.recorded)) > 0)
    parts = {"share": share.value, "low": share.low, "high": share.high}
    return pd.DataFrame(
        {"step": [STEPS[name] for name in found.recorded], **shown}
        | {name: np.where(known, 100 * values, np.nan) for name, values in parts.items()}
    )


def _shown(counts: list[float]) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return the steps' counts as they may be shown."""
    cells = Cells()
    cells.add_all(counts)
    return cells.shown()


def _flow_table(steps: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "step": steps["step"],
            "people": counted(steps["n"]),
            "of those who enquired (%)": steps["share"].round(),
            "from (%)": steps["low"].round(),
            "to (%)": steps["high"].round(),
            "people, period before": counted(steps["before"]),
        }
    )


def _times(found: Ways, now: pd.DataFrame, before: pd.DataFrame) -> Table:
    rows = []
    for step in found.recorded:
        if step in ("received", "third"):
            continue
        days, earlier = days_to(now, step), days_to(before, step)
        middle, low, high = _median(days)
        slow = np.nanquantile(days, 0.9) if not np.isnan(middle) else np.nan
        row = {"from enquiry until they": STEPS[step], "days, median": middle, "from": low, "to": high}
        rows.append(row | {"slowest tenth, days": slow, "period before, days": _median(earlier)[0]})
    frame = pd.DataFrame(rows)
    return Table("flow_times", "How long it took", frame.round(0), ("Not shown: fewer than 10 people came so far.",))


def _median(days: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> tuple[float, float, float]:
    return median_interval(days) if (~np.isnan(days)).sum() >= FEWEST else (np.nan,) * 3


def _lost(now: pd.DataFrame) -> Table | None:
    gone = now[now["first"].isna() & now["reason"].notna()]
    if gone.empty:
        return None
    counts = gone["reason"].map(REASONS).fillna(REASONS["other"]).value_counts()
    cells = Cells()
    places = cells.add_all(counts.to_numpy(np.float64))
    cells.add_up(cells.add(float(len(gone))), places)
    frame = pd.DataFrame({"why": counts.index, "people": counted(cells.shown()[places])})
    return Table("flow_lost", "Why people did not come to a first session", frame, (HIDDEN_NOTE,))


def _sentence(steps: pd.DataFrame, period: Period) -> str:
    n = steps["n"].to_numpy(np.float64)
    when = span(period)
    if np.isnan(n[0]):
        return f"Too few people enquired in {when} to say how far they came."
    came = steps[steps["step"] == STEPS["first"]].iloc[0]
    said = f"Of {about(n[0])} people who enquired in {when}, "
    if np.isnan(came["n"]):
        return said + "the number who came to a first session is too small to show."
    said += f"{about(came['n'])} ({percent(came['share'] / 100)}) have come to a first session"
    fall = -np.diff(n)
    if np.isnan(fall).any() or fall.max() < FEWEST:
        return f"{said}."
    worst = int(fall.argmax())
    return f"{said}; most were lost between those who {steps['step'][worst]} and those who {steps['step'][worst + 1]}."


def _cautions(found: Ways, site: str | None) -> tuple[str, ...]:
    missing = int(found.frame["received"].isna().sum())
    said = ["People who enquired late in the period have had less time to come as far."]
    if site is not None:
        said.append("A person belongs to a site by their therapist, so those who never had one are not counted here.")
    if "offered" not in found.recorded:
        said.append("Offers and bookings are not recorded here, so the flow goes straight to the first session.")
    if missing >= FEWEST:
        said.append(f"{about(float(rounded(missing)))} clients have no date of enquiry and are in no period.")
    return tuple(said)
