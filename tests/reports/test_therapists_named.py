"""Who is compared, who is named, and that the funnel tells no count the table hides."""

from datetime import date

import numpy as np
import pytest

from matcher.features.outcomes import OUTCOMES
from matcher.reports.card import report_cards
from matcher.reports.cases import cases
from matcher.reports.suppression import rounded
from matcher.reports.therapists import FEWEST_TO_COMPARE, METHOD, TOO_UNRELIABLE, Cards, _rows, says, therapists
from matcher.reports.values import Period, ReportData
from tests.reports.made_clinics import clinic_of, scope, simulated


def test_an_interval_that_leaves_out_the_average_is_never_called_no_clear_difference():
    told = np.array([True, True, True, True, False])
    said = says(
        np.array([0.1, -0.5, 0.1, -0.1, 0.1]),
        np.array([0.5, -0.1, 0.5, 0.1, 0.5]),
        np.array([0.65, 0.69, 0.70, 0.9, 0.9]),
        told,
    )
    assert said == [TOO_UNRELIABLE, TOO_UNRELIABLE, "above the average", "no clear difference", "not enough data"]


def with_few_courses_of_one(few: int = 5):
    """Return a clinic of five therapists, four with many courses and one with few."""
    clinic = clinic_of(simulated(therapists=5))
    one = clinic.episodes["therapist_id"].value_counts().index[-1]
    mine = clinic.episodes["therapist_id"] == one
    dropped = clinic.episodes.index[mine & clinic.episodes["ending"].notna()][few:]
    return type(clinic)(clinic.therapists, clinic.clients, clinic.episodes.drop(dropped).reset_index(drop=True))


def test_the_funnel_tells_no_count_that_the_table_hides():
    found = cases(ReportData(with_few_courses_of_one()), scope(Period(date(2020, 1, 1), date(2026, 12, 31))))
    section = therapists(found)
    table = section.tables[0].frame
    hidden = table[(table["outcome"] == "staying to the end (SD)") & table["measured courses"].isna()]
    # One has few, and another of many is hidden with them, so that nobody finds the few by subtraction.
    assert len(hidden) >= 2
    n = {one: int((~np.isnan(found.scores[:, OUTCOMES.index("staying")]) & found.so_far
                   & (found.episodes["therapist_id"] == one)).sum()) for one in found.therapists.ids}  # fmt: skip
    assert sum(count >= FEWEST_TO_COMPARE for count in n.values()) == 4
    (funnel,) = (picture for picture in section.pictures if picture.key == "funnel_staying_all_domains")
    assert len(funnel.frame) == 3
    assert not set(funnel.frame["label"]) & set(hidden["therapist"])


def test_therapists_compared_in_one_outcome_and_others_in_another_are_all_counted():
    found = cases(ReportData(clinic_of(simulated(therapists=8))), scope())
    section = therapists(found)
    table = section.tables[0].frame
    able = table.loc[table["what it says"] != "not enough data", "therapist"].nunique()
    assert section.sentence.startswith(f"{able} of 8 therapists")


@pytest.mark.parametrize("extra", [0, 2])
def test_reliability_tells_no_count_between_steps(extra: int):
    """Two clinics that the same rounded counts stand for show the same reliability."""
    rng = np.random.default_rng(1)
    sizes = np.array([38 + extra, 33 + extra, 60, 60])
    unit = np.repeat(np.arange(4), sizes)
    card = report_cards(rng.normal(size=len(unit)), np.ones((len(unit), 1)), unit, 4)
    assert card is not None
    shown = card.reliability_of(rounded(sizes))
    assert shown[0] == pytest.approx(card.reliability_of(np.array([40.0]))[0])
    assert shown[1] == pytest.approx(card.reliability_of(np.array([35.0]))[0])
    assert card.reliability_of(sizes.astype(float)) == pytest.approx(card.reliability)
    found = Cards("improvement", "all domains", card, sizes.astype(float), sizes.astype(float))
    rows = _rows(found, found, list("abcd"), np.arange(4)).set_index("therapist")
    assert rows.loc["b", "what it says"] != "not enough data"
    assert rows.loc["b", "reliability"] == pytest.approx(shown[1], abs=0.006)


def test_whoever_has_thirty_measured_courses_is_compared_and_nobody_with_fewer():
    """30 in steps of 5 may be 28: it is the exact count that decides."""
    rng = np.random.default_rng(1)
    for size in range(26, 40):
        sizes = np.array([size, 60, 60, 60])
        unit = np.repeat(np.arange(4), sizes)
        card = report_cards(rng.normal(size=len(unit)), np.ones((len(unit), 1)), unit, 4)
        found = Cards("improvement", "all domains", card, sizes.astype(float), sizes.astype(float))
        row = _rows(found, found, list("abcd"), np.arange(4)).set_index("therapist").loc["a"]
        assert (row["what it says"] != "not enough data") == (size >= 30)
    assert "30 measured courses, counted exactly" in METHOD
