from pathlib import Path

import pandas as pd

from matcher.clinic.national import derive_national_outcomes, national_outcomes
from matcher.domain.vocabulary import CONCERNS, MODALITIES

TABLE = Path("nhs_talking_therapies", "england_problem_by_therapy.csv")
MEANS = ["gad_mean_start", "gad_sd_start", "gad_mean_end", "gad_sd_end"]
MEANS += [name.replace("gad", "phq") for name in MEANS]


def cell(period: str, problem: str, therapy: str, courses: int, improved: int, **other: float) -> dict[str, object]:
    counts = {"not_caseness_count": 0, "improvement_count": improved, "recovery_count": 0, "deterioration_count": 0}
    row = {"reporting_period": period, "problem": problem, "therapy": therapy, "courses_of_therapy_count": courses}
    return row | counts | dict.fromkeys(MEANS, 10.0) | other


def derive(tmp_path: Path, *cells: dict[str, object]) -> pd.DataFrame:
    pd.DataFrame(cells).to_csv(tmp_path / "table.csv", index=False)
    return derive_national_outcomes(tmp_path / "table.csv").set_index(["concern", "modality"])


CBT = "Cognitive Behaviour Therapy (CBT)"


def test_rates_are_sums_of_counts_over_sums_of_denominators(tmp_path: Path) -> None:
    table = derive(
        tmp_path,
        cell(
            "2022-23", "Depression", CBT, 900, 450, not_caseness_count=100, recovery_count=400, deterioration_count=90
        ),
        cell("2023-24", "Depression", CBT, 100, 100, not_caseness_count=50, recovery_count=25),
    )
    row = table.loc[("depression", "cbt")]
    assert row["courses"] == 1000
    assert row["at_caseness"] == 850
    assert row["improvement"] == 0.55
    assert row["recovery"] == 0.5
    assert row["deterioration"] == 0.09
    assert row["period"] == "2022-23 to 2023-24"


def test_problems_of_one_concern_are_added_whatever_their_case(tmp_path: Path) -> None:
    table = derive(
        tmp_path,
        cell("2022-23", "Agoraphobia", CBT, 100, 50),
        cell("2022-23", "Panic disorder [episodic paroxysmal anxiety]", CBT, 100, 100),
        cell("2021-22", "Body Dysmorphic disorder", CBT, 60, 0),
        cell("2022-23", "Body Dysmorphic Disorder", CBT, 60, 60),
    )
    assert table.loc[("panic", "cbt"), "improvement"] == 0.75
    assert table.loc[("eating_body_image", "cbt"), "courses"] == 120


def test_totals_are_not_counted_twice(tmp_path: Path) -> None:
    table = derive(
        tmp_path,
        cell("2022-23", "Depression", CBT, 100, 50),
        cell("2022-23", "Anxiety (Total)", CBT, 100, 50),
        cell("2022-23", "Total", CBT, 200, 100),
        cell("2022-23", "Total", "Guided Self Help (Book)", 50, 10),
    )
    assert table.loc[("", "cbt"), "courses"] == 200
    assert table.loc[("", ""), "courses"] == 250
    assert table.loc[("depression", ""), "courses"] == 100


def test_cells_with_fewer_than_a_hundred_courses_are_left_out(tmp_path: Path) -> None:
    table = derive(tmp_path, cell("2022-23", "Depression", CBT, 99, 50), cell("2022-23", "Total", CBT, 100, 50))
    assert list(table.index) == [("", ""), ("", "cbt")]


def test_the_pooled_spread_includes_the_difference_between_cells(tmp_path: Path) -> None:
    low = dict.fromkeys(MEANS, 0.0) | {"phq_mean_start": 10, "phq_sd_start": 3, "gad_sd_start": 1}
    table = derive(
        tmp_path,
        cell("2022-23", "Depression", CBT, 100, 50, **low),
        cell("2023-24", "Depression", CBT, 100, 50, **low | {"phq_mean_start": 18}),
    )
    row = table.loc[("depression", "cbt")]
    assert row["phq9_start_mean"] == 14
    assert row["phq9_start_sd"] == 5
    assert row["phq9_effect"] == 2.8


def test_the_committed_table_is_the_derived_one(shared_data: Path) -> None:
    pd.testing.assert_frame_equal(national_outcomes(), derive_national_outcomes(shared_data / TABLE), check_dtype=False)


def test_the_denominators_give_back_every_published_percentage(shared_data: Path) -> None:
    published = pd.read_csv(shared_data / TABLE)
    courses = published["courses_of_therapy_count"]
    at_caseness = courses - published["not_caseness_count"]
    for name, denominator in (("improvement", courses), ("deterioration", courses), ("recovery", at_caseness)):
        share = 100 * published[f"{name}_count"] / denominator.where(denominator > 0)
        error = (share - published[f"{name}_percentage"]).abs()
        assert error.notna().sum() > 1000
        assert error.max() <= 0.05 + 1e-9


def test_the_loaded_table_speaks_the_vocabulary_and_holds_shares() -> None:
    table = national_outcomes()
    assert set(table["concern"]) <= {"", *CONCERNS}
    assert set(table["modality"]) <= {"", *MODALITIES}
    assert not table.duplicated(["concern", "modality"]).any()
    rates = table[["improvement", "recovery", "deterioration"]]
    assert ((rates > 0) & (rates < 1)).all(axis=None)
    assert (table["at_caseness"] <= table["courses"]).all()
    assert (table["courses"] >= 100).all()
