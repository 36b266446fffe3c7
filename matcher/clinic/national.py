"""Outcomes of therapy in England by concern and modality, derived from the NHS Talking Therapies annual tables.

The tables count courses of therapy by problem and therapy, a year at a time. Counts are summed over years and over the
problems of one concern; rates are sums of counts over sums of their denominators:

- improvement and deterioration (reliable change on either measure) over all courses;
- recovery over courses that began at caseness, that is courses less those marked not at caseness.

Recomputed so, every one of the publisher's percentages agrees to its one printed decimal. Start and end scores are
means weighted by courses; the standard deviation is that of the pooled courses, so it includes differences between the
cells; the effect is the fall in the mean over the standard deviation at the start, as the publisher defines it.
``(Total)`` rows are never added to their parts: "all problems" is the publisher's own Total row. "All therapies" adds
the therapies, guided self-help included. Clients were not assigned to therapies by chance, so a difference between two
therapies is not an effect of the therapy.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from matcher.domain.reference import data_path
from matcher.domain.vocabulary import CONCERNS, MODALITIES

FEWEST_COURSES = 100
SOURCE = "NHS England, NHS Talking Therapies annual reports, through the nhstt project"
LICENCE = "Open Government Licence v3.0"
_COUNTS = {
    "courses": "courses_of_therapy_count",
    "improved": "improvement_count",
    "recovered": "recovery_count",
    "deteriorated": "deterioration_count",
}
_MEASURES = {"phq9": "phq", "gad7": "gad"}


def derive_national_outcomes(csv_path: Path | str) -> pd.DataFrame:
    """Derive ``data/reference/nhs_outcomes.csv`` from ``england_problem_by_therapy.csv``.

    Parameters
    ----------
    csv_path
        One row a year, problem and therapy.

    Returns
    -------
    DataFrame
        One row a concern (blank = all problems) and modality (blank = all therapies) with at least 100 courses:
        rates from 0 to 1, scores in points of the measure, effects in standard deviations.
    """
    published = pd.read_csv(csv_path)
    problem = published["problem"].str.lower()
    # Problem names vary in case over the years.
    problems = {name.lower(): code for code, concern in CONCERNS.items() for name in concern.nhs_problems}
    therapies = {modality.nhs_therapy: code for code, modality in MODALITIES.items() if modality.nhs_therapy}
    coded = published.assign(
        concern=problem.map(problems), modality=published["therapy"].map(therapies), total=problem == "total"
    )
    parts = [
        coded.dropna(subset=["concern", "modality"]),
        coded.dropna(subset=["concern"]).assign(modality=""),
        coded[coded["total"]].dropna(subset=["modality"]).assign(concern=""),
        coded[coded["total"]].assign(concern="", modality=""),
    ]
    groups = [cells for _, cells in pd.concat(parts).groupby(["concern", "modality"])]
    large = [cells for cells in groups if cells[_COUNTS["courses"]].sum() >= FEWEST_COURSES]
    table = _in_order(pd.DataFrame([_pooled(cells) for cells in large]))
    return table.assign(source=SOURCE, licence=LICENCE, certainty="derived")


def national_outcomes() -> pd.DataFrame:
    """Return the table that travels with the package; ``concern`` and ``modality`` are "" for all."""
    path = data_path("reference", "nhs_outcomes.csv")
    return pd.read_csv(path).fillna({"concern": "", "modality": ""})


def _pooled(cells: pd.DataFrame) -> dict[str, object]:
    counts = {name: int(cells[column].sum()) for name, column in _COUNTS.items()}
    at_caseness = counts["courses"] - int(cells["not_caseness_count"].sum())
    years = sorted(cells["reporting_period"].unique())
    row: dict[str, object] = {
        "concern": cells["concern"].iloc[0],
        "modality": cells["modality"].iloc[0],
        "period": f"{years[0]} to {years[-1]}" if len(years) > 1 else years[0],
        "courses": counts["courses"],
        "at_caseness": at_caseness,
        "improvement": round(counts["improved"] / counts["courses"], 4),
        "recovery": round(counts["recovered"] / at_caseness, 4) if at_caseness else np.nan,
        "deterioration": round(counts["deteriorated"] / counts["courses"], 4),
    }
    for name, column in _MEASURES.items():
        row |= _scores(name, column, cells)
    return row


def _scores(name: str, column: str, cells: pd.DataFrame) -> dict[str, float]:
    start_mean, start_sd = _moments(cells, f"{column}_mean_start", f"{column}_sd_start")
    end_mean, end_sd = _moments(cells, f"{column}_mean_end", f"{column}_sd_end")
    return {
        f"{name}_start_mean": round(start_mean, 2),
        f"{name}_start_sd": round(start_sd, 2),
        f"{name}_end_mean": round(end_mean, 2),
        f"{name}_end_sd": round(end_sd, 2),
        f"{name}_effect": round((start_mean - end_mean) / start_sd, 3),
    }


def _moments(cells: pd.DataFrame, mean: str, sd: str) -> tuple[float, float]:
    known = cells.dropna(subset=[mean, sd])
    weights = known[_COUNTS["courses"]].to_numpy(np.float64)
    means, sds = known[mean].to_numpy(np.float64), known[sd].to_numpy(np.float64)
    pooled = float(np.average(means, weights=weights))
    return pooled, float(np.sqrt(np.average(sds**2 + means**2, weights=weights) - pooled**2))


def _in_order(table: pd.DataFrame) -> pd.DataFrame:
    """Order rows as the vocabularies are, all problems and all therapies first."""
    concern = table["concern"].map({code: i for i, code in enumerate(["", *CONCERNS])})
    modality = table["modality"].map({code: i for i, code in enumerate(["", *MODALITIES])})
    return table.iloc[np.lexsort((modality, concern))].reset_index(drop=True)
