"""What followed a course, by its measure's own rules; and who came how far."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from matcher.clinic.folder import Clinic
from matcher.domain.vocabulary import CONCERNS, MEASURES
from matcher.reports.build import months_before
from matcher.reports.cases import cases, main_concerns, what_followed, within
from matcher.reports.values import Period, ReportData, Scope
from matcher.reports.ways import reached, ways
from tests.made import client, clinic, therapist
from tests.reports.made_clinics import simulated

PERIOD = Period(date(2026, 1, 1), date(2026, 3, 31))
SCOPE = Scope(PERIOD, months_before(PERIOD))


def course(**columns) -> pd.DataFrame:
    usual = {"episode_id": "e", "client_id": "c", "therapist_id": "t", "started_on": "2026-01-05"}
    return clinic(therapist("t"), people=(client("c"),), episodes=({**usual, **columns},)).episodes


@pytest.mark.parametrize(
    ("measure", "start", "end", "improved", "deteriorated", "recovered"),
    [
        ("phq9", 16, 10, 1, 0, 0),
        ("phq9", 16, 11, 0, 0, 0),
        ("phq9", 10, 9, 0, 0, 1),
        ("phq9", 9, 3, 1, 0, np.nan),
        ("phq9", 10, 16, 0, 1, 0),
        ("gad7", 8, 4, 1, 0, 1),
        ("gad7", 8, 7, 0, 0, 1),
        # A higher score is better: a case lies below the cut-off.
        ("ors", 20, 25, 1, 0, 1),
        ("ors", 25, 20, 0, 1, np.nan),
    ],
)
def test_change_counts_by_each_measures_own_rules(measure, start, end, improved, deteriorated, recovered):
    found = what_followed(course(measure=measure, score_start=start, score_end=end))
    assert found.improved[0] == improved
    assert found.deteriorated[0] == deteriorated
    assert np.array_equal(found.recovered, [recovered], equal_nan=True)


def test_the_effect_is_in_spreads_at_intake_and_better_is_positive():
    found = what_followed(course(measure="phq9", score_start=20, score_end=9))
    assert found.effect[0] == pytest.approx(11 / MEASURES["phq9"].intake_sd)
    assert what_followed(course(measure="ors", score_start=10, score_end=17.5)).effect[0] == pytest.approx(1)


def test_endings_are_known_only_of_courses_that_ended():
    for ending, expected in (("planned", (1, 0, 0)), ("dropped_out", (0, 1, 0)), ("changed_therapist", (0, 0, 1))):
        found = what_followed(course(ending=ending))
        assert (found.planned[0], found.dropped_out[0], found.changed[0]) == expected
    assert np.isnan(what_followed(course(ending="ongoing")).dropped_out[0])


def test_alliance_is_the_mean_of_what_was_answered():
    assert what_followed(course(alliance_goal=6, alliance_bond=9)).alliance[0] == 7.5
    assert np.isnan(what_followed(course()).alliance[0])


def test_the_main_concern_is_the_most_severe_and_the_first_of_those_alike():
    codes = list(CONCERNS)
    found = main_concerns(pd.Series(["depression:1;sleep:3", "anger;sleep:2", None, "grief:1"]))
    assert [codes[place] if place >= 0 else "" for place in found] == ["sleep", "anger", "", "grief"]


def test_a_period_holds_its_first_and_last_day():
    days = pd.Series(
        pd.to_datetime(["2025-12-31", "2026-01-01", "2026-03-31 23:59", "2026-04-01", None], format="mixed")
    )
    assert within(days, PERIOD).tolist() == [False, True, True, False, False]


def test_whoever_came_to_a_later_step_counts_in_those_before():
    frame = pd.DataFrame(
        {"received": ["x", "x", "x"], "offered": [None, None, "x"], "booked": [None, None, "x"]}
        | {"first": ["x", None, None], "past_third": [False, False, False]}
    )
    assert reached(frame, ("received", "offered", "booked", "first", "third")) == [3, 2, 2, 1, 0]


def test_a_course_that_began_before_the_enquiry_belongs_to_an_earlier_one():
    made = clinic(
        therapist("t"),
        people=(client("c", enquired_at="2026-02-01 10:00"), client("d", enquired_at="2026-02-01 10:00")),
        episodes=(
            {"episode_id": "e", "client_id": "c", "therapist_id": "t", "started_on": "2025-05-01", "sessions": 5},
            {"episode_id": "f", "client_id": "d", "therapist_id": "t", "started_on": "2026-02-09", "sessions": 5},
        ),
    )
    found = ways(cases(ReportData(Clinic(made.therapists, made.clients, made.episodes)), SCOPE))
    assert found.frame.set_index("client_id")["first"].notna().to_dict() == {"c": False, "d": True}
    assert found.recorded == ("received", "first", "third")


def test_whoever_asked_again_and_came_again_is_not_counted_as_lost():
    made = simulated()
    episodes = made.episodes.sort_values("started_on")
    again = episodes[episodes["client_id"].duplicated()].drop_duplicates("client_id").set_index("client_id")
    clients = made.clients.set_index("client_id")
    clients.loc[again.index, "enquired_at"] = again["started_on"] - pd.Timedelta(days=5)
    found = ways(cases(ReportData(Clinic(made.therapists, clients.reset_index(), episodes)), SCOPE))
    rows = found.frame.set_index("client_id").loc[again.index]
    assert len(rows) > 5
    assert (rows["first"] == again["started_on"]).all()
    assert (rows["past_third"] == (again["sessions"] >= 3)).all()


def test_a_course_before_the_enquiry_is_no_first_session_of_it():
    made = simulated()
    last = made.episodes.groupby("client_id")["started_on"].max()
    clients = made.clients.set_index("client_id")
    clients.loc[last.index, "enquired_at"] = last + pd.Timedelta(days=1)
    clients.loc[last.index[:3], "enquired_at"] = pd.NaT
    found = ways(cases(ReportData(Clinic(made.therapists, clients.reset_index(), made.episodes)), SCOPE))
    assert found.frame["first"].isna().all()
    assert not found.frame["past_third"].any()
