"""A clinic beside the published figures of a nation, concern by concern and measure by measure, like with like."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.clinic.national import LICENCE, SOURCE, national_outcomes
from matcher.domain.vocabulary import CONCERNS
from matcher.reports.cases import Cases
from matcher.reports.groups import MEASURED, MEASURED_BEFORE, Grouped, share_by_group
from matcher.reports.outcomes import eligible
from matcher.reports.phrases import NOT_ENOUGH, POINTS_TO_FEW, about, span
from matcher.reports.suppression import HIDDEN_NOTE, counted
from matcher.reports.values import Picture, Section, Table

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
METHOD = (
    "Courses that ended in the period, had two sessions or more, and have a first and a last PHQ-9 or GAD-7 score are "
    "held against NHS Talking Therapies in England for the client's main concern, all therapies, 2019-20 to 2024-25. "
    "Expected is what the same mix of concerns would show at the national rates. National rates count as known; the "
    "clinic's shares have Wilson 95% intervals that allow for rounding. Measured is the share of the courses of two "
    "sessions or more, for recovery of those known to have begun as a case, that have the scores needed."
)
CAUTIONS = (
    "The national service scores both questionnaires and counts a change on either; here each course is counted on its "
    "own one, so improvement and recovery come out somewhat differently.",
    "Nearly every national course has two scores; here many have not, and those who have are not a fair sample.",
    "Clients, funding, length and therapies differ: this places the clinic, it does not judge it.",
    f"{SOURCE}. Contains public sector information licensed under the {LICENCE}.",
)
_FIGURES: dict[str, tuple[str, str]] = {
    "improved": ("improvement", "reliably improved"),
    "recovered": ("recovery", "recovered, of those who began as a case"),
    "deteriorated": ("deterioration", "reliably deteriorated"),
}
_MEASURES = ("phq9", "gad7")


def nation(cases: Cases) -> Section:
    """Return the section beside the national figures."""
    published = national_outcomes()
    published = published[(published["modality"] == "") & (published["concern"] != "")].set_index("concern")
    known = [code for code in CONCERNS if code in published.index]
    code = pd.Index(known).get_indexer(pd.Index(np.array(list(CONCERNS), dtype=object)[cases.concern]))
    code = np.where(cases.concern >= 0, code, -1).astype(np.intp)
    frames = [_rows(cases, key, code, known, published) for key in _FIGURES]
    frame = pd.concat(frames, ignore_index=True)
    whole = pd.concat([_whole(cases, key, code, known, published) for key in _FIGURES], ignore_index=True)
    sentence = _sentence(cases, whole)
    tables = (
        Table("nation", "All concerns together, at the clinic's mix", whole, (HIDDEN_NOTE,)),
        Table("nation_concerns", "By main concern", frame, (HIDDEN_NOTE,)),
    )
    return Section(
        "nation", "Beside the national figures", sentence, METHOD, tables, (_picture(whole, sentence),), CAUTIONS
    )


def like_with_like(cases: Cases) -> Bools:
    """Return the courses, whenever they ended, that can be held against the national ones."""
    measure = cases.episodes["measure"].isin(_MEASURES).to_numpy(bool)
    return _long_enough(cases) & measure & ~np.isnan(cases.followed.improved)


def _long_enough(cases: Cases) -> Bools:
    return (cases.episodes["sessions"] >= 2).to_numpy(bool)


def _alike(cases: Cases, key: str) -> tuple[Floats, Bools]:
    """Return what followed (n,), NaN where not like with like, and of which courses it could have been known."""
    value = np.where(like_with_like(cases), getattr(cases.followed, key), np.nan)
    return value, _long_enough(cases) & eligible(cases.followed, key)


def _rows(cases: Cases, key: str, code: NDArray[np.intp], known: list[str], published: pd.DataFrame) -> pd.DataFrame:
    value, could = _alike(cases, key)
    grouped = share_by_group(value, code, known, cases.ends, could)
    column, label = _FIGURES[key]
    nation_rate = published.loc[known, column].to_numpy(np.float64)
    frame = pd.DataFrame({"concern": [CONCERNS[name].label for name in known], "what followed": label})
    frame = pd.concat([frame, pd.DataFrame(_columns(grouped, nation_rate))], axis=1)
    return frame[frame["courses"].notna()].reset_index(drop=True)


def _columns(grouped: Grouped, nation_rate: Floats) -> dict[str, object]:
    figure = grouped.figure
    return {
        "courses": counted(grouped.n),
        MEASURED: np.round(100 * grouped.complete),
        "here (%)": np.round(100 * figure.value),
        "from (%)": np.round(100 * figure.low),
        "to (%)": np.round(100 * figure.high),
        "England (%)": np.round(100 * nation_rate),
        "beside England": _beside(grouped, nation_rate),
    }


def _beside(grouped: Grouped, rate: Floats) -> list[str]:
    said = []
    for n, low, high, there in zip(grouped.n, grouped.figure.low, grouped.figure.high, rate, strict=True):
        if np.isnan(low):
            # Many were measured, but hardly any of them, or hardly any other, did so.
            said.append(NOT_ENOUGH if np.isnan(n) else POINTS_TO_FEW)
        else:
            said.append("above" if low > there else "below" if high < there else "no clear difference")
    return said


def _whole(cases: Cases, key: str, code: NDArray[np.intp], known: list[str], published: pd.DataFrame) -> pd.DataFrame:
    """Return the clinic as a whole beside what its mix of concerns would show at the national rates."""
    value, could = _alike(cases, key)
    one = np.where(code >= 0, 0, -1).astype(np.intp)
    kept = (code >= 0) & ~np.isnan(value) & cases.ended
    column, label = _FIGURES[key]
    grouped = share_by_group(value, one, ["all"], cases.ends, could)
    then = share_by_group(value, one, ["all"], cases.ends_before, could)
    rates = published.loc[known, column].to_numpy(np.float64)
    expected = float(rates[code[kept]].mean()) if kept.any() else np.nan
    columns = _columns(grouped, np.array([expected if not np.isnan(grouped.n[0]) else np.nan]))
    columns |= {
        "courses, period before": counted(then.n),
        MEASURED_BEFORE: np.round(100 * then.complete),
        "here, period before (%)": np.round(100 * then.figure.value),
        "before, from (%)": np.round(100 * then.figure.low),
        "before, to (%)": np.round(100 * then.figure.high),
    }
    return pd.DataFrame({"what followed": [label], **columns})


def _picture(whole: pd.DataFrame, sentence: str) -> Picture:
    names = ["label", "value", "low", "high", "n"]
    here = whole[["what followed", "here (%)", "from (%)", "to (%)", "courses"]].set_axis(names, axis=1)
    there = pd.DataFrame({"label": whole["what followed"], "value": whole["England (%)"]})
    there = there.assign(low=there["value"], high=there["value"], n=np.nan)
    frame = pd.concat([here.assign(group="here"), there.assign(group="England, same mix")], ignore_index=True)
    frame = frame[frame["value"].notna()].reset_index(drop=True)
    return Picture("nation", "intervals", "Here and in England, at the same mix of concerns", sentence, frame, "%")


def _sentence(cases: Cases, whole: pd.DataFrame) -> str:
    when, first = span(cases.scope.period), whole.iloc[0]
    if pd.isna(first["here (%)"]):
        return f"Too few courses that ended in {when} can be held against the national figures."
    return (
        f"Of {about(float(first['courses']))} courses that ended in {when} and can be held against England's, "
        f"{first['here (%)']:.0f}% reliably improved; the same mix of concerns would show {first['England (%)']:.0f}% "
        "there."
    )
