"""How far people came, how long it took, and where they were lost, everybody being followed for as long."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from matcher.reports.cases import Cases, window
from matcher.reports.followed import FOLLOW_DAYS, Followed, followed, stand_in
from matcher.reports.intervals import Estimates, median_interval, rounded_shares, share_difference
from matcher.reports.phrases import about, percent, span
from matcher.reports.suppression import HIDDEN_NOTE, LEAST, counted, grouped_there, may_show, rounded
from matcher.reports.values import Period, Picture, Scope, Section, Table
from matcher.reports.ways import STEPS, Ways, days_to, reached, ways, within_days

METHOD = (
    f"Everybody is followed for {FOLLOW_DAYS} days from their enquiry, so that nobody had more time to come than "
    "somebody else: counted are people who enquired in those first months of the period of which everybody was "
    "followed up to the newest day of the records, against as many first months of the period before; where nobody "
    "of the period was followed for so long, the newest months of which everybody was stand in, as many as the "
    f"period has, against as many before. A step counts where it came within the {FOLLOW_DAYS} days; somebody who "
    "came to a later step counts in those before it. Shares are of those followed, with Wilson 95% intervals that "
    f"allow for rounding. Times are medians of those who came within the {FOLLOW_DAYS} days, with the order "
    "statistics that hold the true median 95 times in 100; the slow tenth waited at least the time given, told of "
    "about 150 people or more. A first session booked for a day that is past counts as held unless staff closed the "
    "enquiry for another reason than a start; the day of a third session is when its fit check was handed out. "
    "People so far are all who enquired in the period, as far as they have come by now, and are compared with nobody."
)
REASONS: dict[str, str] = {
    "declined": "declined what was offered",
    "went_elsewhere": "went elsewhere",
    "referred_on": "were referred on",
    "no_answer": "did not answer",
    "duplicate": "had enquired twice",
    "withdrew": "withdrew",
    "other": "other reasons",
}
#: Of fewer people the slowest tenth would be fewer than about 15.
FEWEST_FOR_TENTH = 10 * LEAST


@dataclass(frozen=True, slots=True)
class _Found:
    """Every enquiry's way: as far as it went by now, as far as it went in time, and the months followed."""

    by_now: Ways
    in_time: Ways
    months: Followed
    scope: Scope


def flow(cases: Cases) -> Section:
    """Return the section on the way from enquiry to third session."""
    by_now = ways(cases)
    in_time = Ways(within_days(by_now.frame, FOLLOW_DAYS), by_now.recorded, by_now.dated)
    found = _Found(by_now, in_time, followed(cases), cases.scope)
    steps = _steps(found)
    sentence = _sentence(steps, found)
    tables = [Table("flow", "How far people came", _flow_table(steps), (HIDDEN_NOTE, *_recent(found), *_months(found)))]
    tables.append(_times(found))
    lost = _lost(found)
    drawn = steps[["step", "n", "before"]]
    picture = Picture("flow", "flow", "From enquiry to third session", sentence, drawn, "people")
    return Section(
        "flow",
        "From enquiry to therapy",
        sentence,
        METHOD,
        tuple(tables) if lost is None else (*tables, lost),
        (picture,),
        _cautions(found),
    )


def _steps(found: _Found) -> pd.DataFrame:
    recorded = found.in_time.recorded
    n, before = (_shown(found.in_time, period) for period in (found.months.now, found.months.before))
    # Whoever came to a third session on a day nobody knows had the longer for it the earlier they came.
    undated = np.array([step not in (*found.in_time.dated, "received") for step in recorded])
    before = np.where(undated, np.nan, before)
    first = np.arange(len(recorded)) == 0
    here, then = (
        _known(rounded_shares(counts, np.full(len(recorded), counts[0])), ~np.isnan(counts) & ~first)
        for counts in (n, before)
    )
    change = share_difference(here, then)
    columns = {"n": n, "before": before, "so_far": _shown(found.by_now, found.scope.period)}
    columns |= {"share": here.value, "low": here.low, "high": here.high}
    columns |= {"share_before": then.value, "low_before": then.low, "high_before": then.high}
    columns |= {"change_low": change.low, "change_high": change.high}
    return pd.DataFrame({"step": [STEPS[name] for name in recorded], **columns})


def _known(shares: Estimates, known: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> Estimates:
    """Return shares in percent, only where they are known."""
    value, low, high = (np.where(known, 100 * part, np.nan) for part in (shares.value, shares.low, shares.high))
    return Estimates(value, low, high)


def _shown(found: Ways, period: Period) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    """Return a period's counts of the steps as they may be shown; nobody comes further than a step before."""
    counts = (reached(frame, found.recorded) for frame in (found.of(period), found.earlier(period)))
    return np.minimum.accumulate(may_show(*counts))


def _flow_table(steps: pd.DataFrame) -> pd.DataFrame:
    first = steps.index == 0
    return pd.DataFrame(
        {
            "step": steps["step"],
            "people followed": counted(steps["n"]),
            "of those followed (%)": steps["share"].round().where(~first | steps["n"].isna(), 100),
            "from (%)": steps["low"].round(),
            "to (%)": steps["high"].round(),
            "people followed, period before": counted(steps["before"]),
            "period before (%)": steps["share_before"].round().where(~first | steps["before"].isna(), 100),
            "before, from (%)": steps["low_before"].round(),
            "before, to (%)": steps["high_before"].round(),
            "people so far": counted(steps["so_far"]),
        }
    )


def _times(found: _Found) -> Table:
    rows = []
    for step in found.in_time.dated:
        middle, low, high, slow = _median(found.in_time, step, found.months.now)
        row = {"from enquiry until they": STEPS[step], "days, median": middle, "from": low, "to": high}
        before = _median(found.in_time, step, found.months.before)
        rows.append(row | {"slowest tenth, days": slow, "period before, days": before[0]})
    frame = pd.DataFrame(rows)
    note = (
        f"Of those who came within {FOLLOW_DAYS} days. Not shown: too few people came, or they were not followed for "
        f"{FOLLOW_DAYS} days yet."
    )
    return Table("flow_times", "How long it took", frame.round(0), (note, *_months(found)))


def _median(found: Ways, step: str, period: Period) -> tuple[float, float, float, float]:
    """Return a median with its interval and what the slowest tenth waited at least, NaN where too few came."""
    days = days_to(found.of(period), step)
    counts = (int((~np.isnan(values)).sum()) for values in (days, days_to(found.earlier(period), step)))
    shown = float(rounded(*counts))
    middle, low, high = median_interval(days) if shown >= LEAST else (np.nan,) * 3
    return middle, low, high, float(np.nanquantile(days, 0.9)) if shown >= FEWEST_FOR_TENTH else np.nan


def _lost(found: _Found) -> Table | None:
    frame, by_now = found.in_time.frame, found.by_now.frame
    late = by_now["closed"].notna() & frame["closed"].isna()
    # Whoever began on a day nobody kept was not lost.
    gone = frame[frame["first"].isna() & frame["reason"].notna() & ~late & (frame["reason"] != "started")]
    if gone.empty:
        return None
    why = gone["reason"].map(REASONS).fillna(REASONS["other"])
    names = why.value_counts().index
    columns: dict[str, object] = {"why": names}
    for name, period in (("people", found.months.now), ("people, period before", found.months.before)):
        when = window(gone["received"], period)
        n, before = (why[rows].value_counts().reindex(names, fill_value=0) for rows in (when.inside, when.earlier))
        columns[name] = counted(grouped_there(n, before))
    notes = (f"Of those followed: enquiries closed within {FOLLOW_DAYS} days without a first session.", HIDDEN_NOTE)
    frame = pd.DataFrame(columns)
    # A row without a number would tell that somebody went for that reason, and the order of rows how many.
    frame = frame[frame.iloc[:, 1:].notna().any(axis=1)].sort_values(["people", "why"], ascending=[False, True])
    if frame.empty:
        return None
    frame = frame.reset_index(drop=True)
    return Table("flow_lost", "Why people did not come to a first session", frame, (*notes, *_months(found)))


def _sentence(steps: pd.DataFrame, found: _Found) -> str:
    n, scope = steps["n"].to_numpy(np.float64), found.scope
    # A person belongs to a site by their therapist: the share is not of all who asked there.
    where = "" if scope.site is None else " and are known to have a therapist at this site"
    when = span(found.months.now) + where
    late = ""
    if found.months.stands_in:
        late = f"Nobody who enquired in {span(scope.period)}{where} has been followed for {FOLLOW_DAYS} days yet; "
    if np.isnan(n[0]):
        return _opened(late, f"too few people enquired in {when} to say how far they came.")
    came = steps[steps["step"] == STEPS["first"]].iloc[0]
    said = _opened(late, f"of {about(n[0])} people who enquired in {when}, ")
    if np.isnan(came["n"]):
        return said + f"the number who came to a first session within {FOLLOW_DAYS} days is too small to show."
    said += f"{about(came['n'])} ({percent(came['share'] / 100)}) came to a first session within {FOLLOW_DAYS} days"
    if not np.isnan(came["change_low"]):
        then = span(found.months.before) if found.months.stands_in else "the period before"
        side = "more than" if came["change_low"] > 0 else "fewer than" if came["change_high"] < 0 else ""
        said += f", {side or 'no clear change from'} the {percent(came['share_before'] / 100)} of {then}"
    fall = -np.diff(n)
    if np.isnan(fall).any() or fall.max() < LEAST:
        return f"{said}."
    worst = int(fall.argmax())
    return f"{said}; most were lost between those who {steps['step'][worst]} and those who {steps['step'][worst + 1]}."


def _opened(late: str, said: str) -> str:
    return late + said if late else said[:1].upper() + said[1:]


def _months(found: _Found) -> tuple[str, ...]:
    """Return which months stand in where nobody of the period has been followed for long enough."""
    return stand_in(found.months, found.scope)


def _recent(found: _Found) -> tuple[str, ...]:
    """Return how many are too recent to tell, where any month of the period is."""
    recent = found.months.recent
    if recent.end < recent.start:
        return ()
    counts = (len(rows) for rows in (found.by_now.of(recent), found.by_now.earlier(recent)))
    said = about(float(may_show(*counts))).capitalize()
    return (f"{said} who enquired in {span(recent)} are too recent to tell: not followed for {FOLLOW_DAYS} days yet.",)


def _cautions(found: _Found) -> tuple[str, ...]:
    missing = float(may_show(found.by_now.frame["received"].isna().sum()))
    said = [*_recent(found), *_months(found)]
    if found.scope.site is not None:
        said.append("A person belongs to a site by their therapist, so those who never had one are not counted here.")
    if "offered" not in found.by_now.recorded:
        said.append("Offers and bookings are not recorded here, so the flow goes straight to the first session.")
    if "third" not in found.by_now.dated:
        said.append(
            "Days of a third session are recorded here of too few people to show, or of nobody: the app knows it by "
            "when the fit check after it is handed out. So it is told of those who began in time, as far as they have "
            "come by now, without the period before."
        )
    if not np.isnan(missing):
        said.append(f"{about(missing).capitalize()} clients have no date of enquiry and are in no period.")
    return tuple(said)
