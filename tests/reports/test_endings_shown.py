"""Where few changed therapist, dropping out is still told, and no subtraction of endings gives those few away."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from matcher.reports.answers import answers
from matcher.reports.build import build_report
from matcher.reports.cases import cases
from matcher.reports.fairness import _sides
from matcher.reports.groups import share_by_group
from matcher.reports.nation import nation
from matcher.reports.outcomes import outcomes
from matcher.reports.phrases import POINTS_TO_FEW
from matcher.reports.suppression import LEAST, rounded
from matcher.reports.values import ReportData
from tests.made import client, clinic, therapist
from tests.reports.made_clinics import TODAY, scope

ENDINGS = ("planned", "dropped_out", "changed_therapist")
LABELS = ("ended as planned", "dropped out", "changed therapist")


def clinic_with(*counts: int, worse: int = 0) -> ReportData:
    endings = [ending for ending, count in zip(ENDINGS, counts, strict=True) for _ in range(count)]
    courses = tuple(
        {"episode_id": f"c{n}", "client_id": f"c{n}", "therapist_id": "tu"[n % 2], "started_on": "2026-01-05",
         "ended_on": "2026-03-05", "ending": ending, "measure": "phq9", "score_start": 12,
         "sessions": 6,
         "score_end": 20 if n < worse else 4}
        for n, ending in enumerate(endings)
    )  # fmt: skip
    people = tuple(client(f"c{n}", enquired_at="2026-01-02 09:00") for n in range(len(endings)))
    return ReportData(clinic(therapist("t"), therapist("u"), people=people, episodes=courses))


def shown(data: ReportData) -> pd.Series:
    frame = outcomes(cases(data, scope())).tables[0].frame.set_index("what followed")
    return frame["share (%)"]


def test_few_changes_of_therapist_hide_planned_endings_and_not_dropping_out() -> None:
    found = shown(clinic_with(320, 95, 11))
    assert found["dropped out"] == pytest.approx(22, abs=1)
    assert found[["ended as planned", "changed therapist"]].isna().all()


def test_no_small_ending_can_be_worked_out_from_those_shown() -> None:
    for counts in product((0, 4, 11, 40), (0, 4, 11, 40), (0, 4, 11, 40)):
        if sum(counts) < LEAST:
            continue
        told = shown(clinic_with(*counts))[list(LABELS)].notna().to_numpy()
        stepped = rounded(counts)
        assert not (told & (stepped < LEAST)).any(), counts
        hidden = ~told
        # What is left when those shown are taken from all is of two endings, and of enough people.
        assert not hidden.any() or (hidden.sum() > 1 and np.asarray(stepped)[hidden].sum() >= LEAST) or not told.any()


def test_a_hidden_number_of_those_who_got_worse_is_not_called_safe() -> None:
    report = build_report(clinic_with(60, 30, 20, worse=4), scope(), today=TODAY)
    said = {one.question: one.text for one in answers(report.sections)}["How are clients doing?"]
    assert "does not mean none" in said
    section = next(part for part in report.sections if part.key == "outcomes")
    assert any("does not mean safe" in caution for caution in section.cautions)
    none_hidden = build_report(clinic_with(60, 30, 20, worse=40), scope(), today=TODAY)
    said = {one.question: one.text for one in answers(none_hidden.sections)}["How are clients doing?"]
    assert "does not mean none" not in said
    assert "reliably deteriorated" in said


def test_recovery_and_deterioration_are_told_by_way_too() -> None:
    data = clinic_with(60, 30, 20, worse=40)
    data.clinic.episodes["matched_by"] = np.where(np.arange(110) % 2, "usual", "override")
    report = build_report(data, scope(), today=TODAY)
    tables = {table.key: table.frame for part in report.sections for table in part.tables}
    for key in ("matched_recovered", "matched_deteriorated"):
        assert tables[key].iloc[:, 3].notna().all(), key
        assert len(tables[key]) == 2


def test_where_nearly_all_got_worse_their_number_is_not_called_too_small() -> None:
    for worse, said in (
        (106, ""),
        (100, "it may be nearly all"),
        (4, "a small number, hidden"),
    ):
        report = build_report(clinic_with(60, 30, 20, worse=worse), scope(), today=TODAY)
        doing = {one.question: one.text for one in answers(report.sections)}["How are clients doing?"]
        if said:
            assert said in doing
            assert "does not mean none" in doing
            assert "cannot be shown" not in doing
        else:
            assert "all but fewer than 10 reliably deteriorated" in doing
            assert "does not mean none" not in doing


def test_where_many_improved_a_hidden_number_of_those_who_got_worse_is_said_to_be_small() -> None:
    """Ten did: too many to be called fewer than 10 for certain, but never nearly all."""
    data = clinic_with(60, 30, 20, worse=10)
    courses = data.clinic.episodes
    courses["score_end"] = np.repeat([20.0, 12.0, 4.0], [10, 50, 50])
    report = build_report(data, scope(), today=TODAY)
    doing = {one.question: one.text for one in answers(report.sections)}["How are clients doing?"]
    assert "reliably improved" in doing
    assert "a small number, hidden" in doing
    assert "nearly all" not in doing


def test_a_hidden_share_of_many_is_not_called_too_few_data() -> None:
    """All were measured and few got worse: it is the number that is too few, not the data."""
    section = nation(cases(clinic_with(60, 30, 20, worse=4), scope()))
    row = section.tables[0].frame.set_index("what followed").loc["reliably deteriorated"]
    assert row["courses"] == 110
    assert row["beside England"] == POINTS_TO_FEW
    # Beside 110 people, "too few" would be read as too few measured.
    assert "too few" not in POINTS_TO_FEW
    came = np.repeat([1.0, 0.0], [106, 4])
    assert _sides(share_by_group(came, np.zeros(110, dtype=np.intp), ["everybody"])) == {"everybody": POINTS_TO_FEW}
