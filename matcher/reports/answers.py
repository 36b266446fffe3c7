"""What an owner asks first, answered from a report's own tables: does it help, for whom not, where capacity lacks.

Every answer is built from cells the report shows anyway, with how sure they are, and says so where data do not reach.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from matcher.reports.fairness import CAME, CLEAR, HIGHER, HONOURED, LOWER, NO_DIFFERENCE, UNKNOWN, WAIT
from matcher.reports.followed import FLOW_OF, FOLLOW_DAYS
from matcher.reports.intervals import side_of_three
from matcher.reports.phrases import NOT_ENOUGH, about, listed
from matcher.reports.suppression import LEAST
from matcher.reports.values import Answer, Section
from matcher.reports.wishes import SITELESS

Frames = dict[str, pd.DataFrame]
Row = Mapping[Any, Any]
_ARMS = (("alliance (standard deviations)", "alliance", " SD", 2),
         ("end score, better (standard deviations)", "improvement", " SD", 2),
         ("stayed to the end (points of 100)", "staying to the end", " points", 0))  # fmt: skip
#: Cohen's (1988) words for a standardised difference.
_SCALE = "0.2 SD (standard deviations) is small, 0.5 middling, 0.8 large."
#: Below this share measured, figures of those measured are said to flatter.
_WELL_MEASURED = 70


def answers(sections: Sequence[Section]) -> tuple[Answer, ...]:
    """Return the answers, in the order an owner asks."""
    frames = {table.key: table.frame for section in sections for table in section.tables}
    said = {section.key: section for section in sections}
    whom = _for_whom(frames)
    late = "".join(f" {one}" for one in said["flow"].cautions if one.startswith(FLOW_OF))
    return (
        Answer("Does matching help?", _helps(frames, said["matched"])),
        Answer("Do its predictions hold?", said["prediction"].sentence),
        Answer("How are clients doing?", _doing(frames)),
        Answer("For whom does it not?", whom + (late if _tells_who_came(whom) else "")),
        Answer("Where do you lack capacity?", _room(frames, said["wishes"]) + late),
        Answer("How sure is this?", _sure(frames)),
    )


def _helps(frames: Frames, matched: Section) -> str:
    rows = _by(frames["recommended_usual"], "what followed")
    known = [(words, unit, digits, rows[key]) for key, words, unit, digits in _ARMS if pd.notna(rows[key]["from"])]
    if not known:
        return (
            f"{NOT_ENOUGH.capitalize()}: too few courses that were recommended, or too few placed as usual, to compare."
        )
    parts = [f"{words} {_signed(row['difference'], digits)}{unit} ({_ends(row, 'from', 'to', digits)})"
             for words, unit, digits, row in known]  # fmt: skip
    # Each by 98.3 %, so that with three of them chance alone brings a verdict into one report in twenty.
    sides = [side_of_three(row["difference"], row["from"], row["to"]) for *_, row in known]
    verdict = (
        "better in some ways and worse in none" if 1 in sides and -1 not in sides
        else "worse in some ways and better in none" if -1 in sides and 1 not in sides
        else "better in some ways and worse in others" if 1 in sides
        else "no clear difference yet"
    )  # fmt: skip
    # Where chance did not assign, the difference may not stand as the answer.
    chance = any("Chance assigned" in caution for caution in matched.cautions)
    opening = (
        f"{verdict.capitalize()}: chance decided who was recommended."
        if chance
        else f"Not proven: who was recommended was not left to chance. Seen so far: {verdict}."
    )
    return (
        f"{opening} Recommended less usual matches, at equal case mix, of all courses that had ended by then: "
        f"{listed(parts)}. {_SCALE}"
    )


def _doing(frames: Frames) -> str:
    rows = _by(frames["outcomes"], "what followed")
    parts = [_share(rows[name], name) for name in ("reliably improved", _WORSE, "dropped out")]
    told = [part for part in parts if part]
    if not told:
        return f"{NOT_ENOUGH.capitalize()}: too few courses ended, or too few have a first and a last score."
    change = rows["reliably improved"]
    before = ""
    hidden = _unseen(rows[_WORSE], some_improved=bool(pd.notna(change["share (%)"])))
    if pd.notna(change["change, from"]):
        side = {1: "more improved", -1: "fewer improved", 0: "no clear change in how many improved"}
        before = f" Against the period before: {side[_side(change, 'change, from', 'change, to')]}."
    return f"Of the courses that ended and were measured, {listed(told)}.{hidden}{before}"


_WORSE = "reliably deteriorated"


def _unseen(row: Row, some_improved: bool) -> str:
    """Return what a hidden number of those who got worse does not mean; nothing where nearly all did, or none hides.

    Where enough improved to be shown, nearly all cannot have got worse: it is the number of those who did that is few.
    """
    words = row["in words"]
    if pd.notna(row["share (%)"]) or pd.isna(row["measured"]) or words.startswith("all but"):
        return ""
    if words or some_improved:
        return (
            f" How many {_WORSE} is a small number, hidden so that nobody can be recognised. That does not mean none: "
            "look at the records of those who got worse."
        )
    return (
        f" How many {_WORSE} is hidden so that nobody can be recognised: fewer than about {LEAST} did, or fewer than "
        f"about {LEAST} did not. That does not mean none, and it may be nearly all: look at the records of those who "
        "got worse."
    )


def _share(row: Row, name: str) -> str:
    if pd.isna(row["share (%)"]):
        return f"{row['in words']} {name}" if row["in words"] else ""
    return f"{row['share (%)']:.0f}% {name} ({_ends(row, 'from (%)', 'to (%)', 0)})"


def _for_whom(frames: Frames) -> str:
    worse: list[str] = []
    compared: dict[str, None] = {}
    for key, frame in frames.items():
        if not key.startswith("fairness_") or frame.empty:
            continue
        for what, rows in frame.groupby("what", sort=False):
            better = _MORE_IS_BETTER.get(str(what))
            if better is None or not rows[CLEAR].isin((HIGHER, LOWER, NO_DIFFERENCE)).any():
                continue
            compared[str(what)] = None
            worse += _behind(rows, str(what), better)
    if not compared:
        return (
            f"{NOT_ENOUGH.capitalize()}: no group that intake recorded can be compared with the others in any figure."
        )
    if not worse:
        figures = listed([_IN_SHORT[what] for what in _IN_SHORT if what in compared], "or")
        return (
            f"No group that intake recorded can be shown to have done worse than the others in {figures}. Small groups "
            "are hidden, so this cannot speak for them."
        )
    more = f" and {len(worse) - _MOST} more" if len(worse) > _MOST else ""
    return (
        f"These did worse than the others, not at equal case mix: {listed(worse[:_MOST])}{more}. They are told by "
        "99.8% intervals, since many are looked at: chance alone brings such a difference into few reports."
    )


def _tells_who_came(said: str) -> bool:
    return _plain(CAME) in said or _IN_SHORT[CAME] in said


def _behind(rows: pd.DataFrame, what: str, more_is_better: bool) -> list[str]:
    """Return who clearly did worse in a figure; everybody but a group where one clearly did better and none worse."""
    worse, better = (LOWER, HIGHER) if more_is_better else (HIGHER, LOWER)
    # The same rule as the section's own sentence.
    behind = rows[rows[CLEAR] == worse]
    ahead = rows[rows[CLEAR] == better] if behind.empty else rows.iloc[:0]
    named = [(f"“{row['group']}”", row, 1) for row in behind.to_dict("records")]
    # Whoever is not recorded is no group, and may be most of those others.
    among = " (those not recorded among them)" if (rows["group"] == UNKNOWN).any() else ""
    named += [(f"everybody but “{row['group']}”{among}", row, -1) for row in ahead.to_dict("records")]
    digits = 1 if what.startswith("alliance") else 0
    said = []
    for who, row, sign in named:
        by, *ends = (sign * row[name] for name in _DIFFERENCE)
        low, high = sorted(ends)
        between = _ends({"low": low, "high": high}, "low", "high", digits)
        said.append(f"{who}, {_plain(what)} {_signed(by, digits)}{_UNITS.get(what, '')} ({between})")
    return said


_DIFFERENCE = ("difference from the others", "difference, from", "difference, to")
_MOST = 3
_MORE_IS_BETTER = {CAME: True, WAIT: False, HONOURED: True, "alliance, 0 to 10": True,
                   "reliably improved (%)": True, "dropped out (%)": False}  # fmt: skip
#: The figures as they are named where nobody did worse in them.
_IN_SHORT = {CAME: "who came", WAIT: "waits", HONOURED: "wishes", "alliance, 0 to 10": "alliance",
             "reliably improved (%)": "improvement", "dropped out (%)": "dropping out"}  # fmt: skip
_UNITS = {WAIT: " days", "alliance, 0 to 10": " of 10"} | {
    what: " points" for what in _MORE_IS_BETTER if what.endswith("(%)")
}


def _room(frames: Frames, wishes: Section) -> str:
    gaps, times = frames["gaps"], _by(frames["flow_times"], "from enquiry until they")
    wait = times.get("came to a first session")
    said = []
    if wait is not None and pd.notna(wait["days, median"]):
        said.append(
            f"Half of those who came within {FOLLOW_DAYS} days waited {wait['days, median']:.0f} days or more for a "
            f"first session ({_ends(wait, 'from', 'to', 0)}){_slowest(wait)}."
        )
    if gaps.empty and SITELESS in wishes.cautions:
        said.append(SITELESS)
    elif gaps.empty:
        said.append("No single gap keeps enough clients without a therapist to be shown.")
    else:
        first = gaps.iloc[0]
        said.append(f"Next to hire or train for: {first['gap']}, which would serve about {first.iloc[1]} clients.")
    return " ".join(said)


def _slowest(wait: Row) -> str:
    slow = wait["slowest tenth, days"]
    return "" if pd.isna(slow) else f", the slowest tenth {slow:.0f} or more"


def _sure(frames: Frames) -> str:
    first, cards = frames["outcomes"].iloc[0], frames["therapists"]
    if pd.isna(first["courses"]) or pd.isna(first["measured (%)"]):
        return "Not sure at all: too few courses ended in this period, or too few of them were measured."
    able = int(cards.loc[cards["what it says"] != NOT_ENOUGH, "therapist"].nunique()) if len(cards) else 0
    measured = first["measured (%)"]
    doubt = "" if measured >= _WELL_MEASURED else ", so figures of those measured may flatter"
    return (
        f"{about(first['courses']).capitalize()} courses ended and {measured:.0f}% have a first and a last "
        f"score{doubt}. {able or 'No'} therapist{'s have' if able != 1 else ' has'} enough courses to be compared. "
        "Brackets hold 95% intervals: what the data leave open."
    )


def _by(frame: pd.DataFrame, column: str) -> dict[str, Row]:
    """Return a frame's rows by what their column says."""
    return {str(row[column]): row for row in frame.to_dict("records")}


def _side(row: Row, low: str = "from", high: str = "to") -> int:
    return 1 if row[low] > 0 else -1 if row[high] < 0 else 0


def _signed(value: float, digits: int) -> str:
    return f"{value:+.{digits}f}".replace("-", "−")


def _ends(row: Row, low: str, high: str, digits: int) -> str:
    return f"{row[low]:.{digits}f} to {row[high]:.{digits}f}".replace("-", "−")


def _plain(name: str) -> str:
    return name.removesuffix(" (%)").removesuffix(", 0 to 10")
