"""How far people came, how long it took, and where they were lost."""

import numpy as np
import pandas as pd

from matcher.reports.cases import Cases, window
from matcher.reports.intervals import median_interval, rounded_shares
from matcher.reports.phrases import about, percent, span
from matcher.reports.suppression import HIDDEN_NOTE, LEAST, counted, grouped_there, may_show, rounded
from matcher.reports.values import Period, Picture, Scope, Section, Table
from matcher.reports.ways import STEPS, Ways, days_to, reached, ways

METHOD = (
    "Everybody who enquired in the period is followed as far as they have come by now; somebody who came to a later "
    "step counts in those before it. Shares are of those who enquired, with Wilson 95% intervals that allow for "
    "rounding. Times are medians, with the order statistics that hold the true median 95 times in 100; the slow tenth "
    "waited at least the time given. A first session booked for a day that is past counts as held unless staff closed "
    "the enquiry for another reason than a start; the day of a third session is when its fit check was handed out."
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
    steps = _steps(found, cases.scope)
    tables = (Table("flow", "How far people came", _flow_table(steps), (HIDDEN_NOTE,)), _times(found, cases.scope))
    lost = _lost(found, cases.scope)
    picture = Picture(
        "flow",
        "flow",
        "From enquiry to third session",
        _sentence(steps, cases.scope),
        steps[["step", "n", "before"]],
        "people",
    )
    return Section(
        "flow",
        "From enquiry to therapy",
        _sentence(steps, cases.scope),
        METHOD,
        tables if lost is None else (*tables, lost),
        (picture,),
        _cautions(found, cases.scope.site),
    )


def _steps(found: Ways, scope: Scope) -> pd.DataFrame:
    shown = {name: _shown(found, period) for name, period in (("n", scope.period), ("before", scope.before))}
    share = rounded_shares(shown["n"], np.full(len(found.recorded), shown["n"][0]))
    known = ~np.isnan(shown["n"]) & (np.arange(len(found.recorded)) > 0)
    parts = {"share": share.value, "low": share.low, "high": share.high}
    return pd.DataFrame(
        {"step": [STEPS[name] for name in found.recorded], **shown}
        | {name: np.where(known, 100 * values, np.nan) for name, values in parts.items()}
    )


def _shown(found: Ways, period: Period) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return a period's counts of the steps as they may be shown; nobody comes further than a step before."""
    counts = (reached(frame, found.recorded) for frame in (found.of(period), found.earlier(period)))
    return np.minimum.accumulate(may_show(*counts))


def _flow_table(steps: pd.DataFrame) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "step": steps["step"],
            "people": counted(steps["n"]),
            "of those who enquired (%)": steps["share"].round().where(steps["n"].isna() | (steps.index > 0), 100),
            "from (%)": steps["low"].round(),
            "to (%)": steps["high"].round(),
            "people, period before": counted(steps["before"]),
        }
    )


def _times(found: Ways, scope: Scope) -> Table:
    rows = []
    for step in found.dated:
        days = days_to(found.of(scope.period), step)
        middle, low, high = _median(found, step, scope.period)
        slow = np.nanquantile(days, 0.9) if not np.isnan(middle) else np.nan
        row = {"from enquiry until they": STEPS[step], "days, median": middle, "from": low, "to": high}
        rows.append(row | {"slowest tenth, days": slow, "period before, days": _median(found, step, scope.before)[0]})
    frame = pd.DataFrame(rows)
    return Table("flow_times", "How long it took", frame.round(0), ("Not shown: too few people came so far.",))


def _median(found: Ways, step: str, period: Period) -> tuple[float, float, float]:
    days = days_to(found.of(period), step)
    counts = (int((~np.isnan(values)).sum()) for values in (days, days_to(found.earlier(period), step)))
    return median_interval(days) if rounded(*counts) >= LEAST else (np.nan,) * 3


def _lost(found: Ways, scope: Scope) -> Table | None:
    gone = found.frame[found.frame["first"].isna() & found.frame["reason"].notna()]
    if gone.empty:
        return None
    why = gone["reason"].map(REASONS).fillna(REASONS["other"])
    names = why.value_counts().index
    columns: dict[str, object] = {"why": names}
    for name, period in (("people", scope.period), ("people, period before", scope.before)):
        when = window(gone["received"], period)
        n, before = (why[rows].value_counts().reindex(names, fill_value=0) for rows in (when.inside, when.earlier))
        columns[name] = counted(grouped_there(n, before))
    frame = pd.DataFrame(columns)
    return Table("flow_lost", "Why people did not come to a first session", frame, (HIDDEN_NOTE,))


def _sentence(steps: pd.DataFrame, scope: Scope) -> str:
    n = steps["n"].to_numpy(np.float64)
    # A person belongs to a site by their therapist: the share is not of all who asked there.
    when = span(scope.period) + ("" if scope.site is None else " and are known to have a therapist at this site")
    if np.isnan(n[0]):
        return f"Too few people enquired in {when} to say how far they came."
    came = steps[steps["step"] == STEPS["first"]].iloc[0]
    said = f"Of {about(n[0])} people who enquired in {when}, "
    if np.isnan(came["n"]):
        return said + "the number who came to a first session is too small to show."
    said += f"{about(came['n'])} ({percent(came['share'] / 100)}) have come to a first session"
    fall = -np.diff(n)
    if np.isnan(fall).any() or fall.max() < LEAST:
        return f"{said}."
    worst = int(fall.argmax())
    return f"{said}; most were lost between those who {steps['step'][worst]} and those who {steps['step'][worst + 1]}."


def _cautions(found: Ways, site: str | None) -> tuple[str, ...]:
    missing = float(may_show(found.frame["received"].isna().sum()))
    said = ["People who enquired late in the period have had less time to come as far."]
    if site is not None:
        said.append("A person belongs to a site by their therapist, so those who never had one are not counted here.")
    if "offered" not in found.recorded:
        said.append("Offers and bookings are not recorded here, so the flow goes straight to the first session.")
    if "third" not in found.dated:
        said.append(
            "No day of a third session is recorded here: the app knows it by when the fit check after it is handed out."
        )
    if not np.isnan(missing):
        said.append(f"{about(missing).capitalize()} clients have no date of enquiry and are in no period.")
    return tuple(said)
