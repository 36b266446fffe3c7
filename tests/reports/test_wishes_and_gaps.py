"""Wishes, limits given up, gaps, ways of matching and predictions, on hand-made clinics where every count is known."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
from scipy import stats

from matcher.evaluation.candidates import OURS
from matcher.evaluation.comparison import Difference
from matcher.evaluation.intervals import Interval
from matcher.evaluation.report import CalibrationGroup, Counts, EvaluationReport, Result
from matcher.features.wishes import honoured_of_known
from matcher.reports.adjusted import adjusted_difference, arms
from matcher.reports.build import _title, months_before
from matcher.reports.capacity import lacking
from matcher.reports.cases import cases
from matcher.reports.exposure import exposure_table
from matcher.reports.fairness import _figures
from matcher.reports.foretold import Foretold
from matcher.reports.intervals import side_of_three
from matcher.reports.matched import WAYS, matched, ways_matched
from matcher.reports.policy import first_by_benefit
from matcher.reports.prediction import prediction
from matcher.reports.therapists import named_therapists
from matcher.reports.values import Period, ReportData, Scope
from matcher.reports.wishes import wishes
from tests.made import client, clinic, therapist
from tests.reports.made_clinics import clinic_of, scope, simulated, slates_of

PERIOD = Period(date(2026, 1, 1), date(2026, 3, 31))
SCOPE = Scope(PERIOD, months_before(PERIOD))
ENQUIRED = "2026-01-10 09:00"


def course(number: int, therapist_id: str, **columns) -> dict[str, object]:
    usual = {"started_on": "2026-01-20", "ended_on": "2026-03-02", "ending": "planned"}
    return {"episode_id": f"e{number}", "client_id": f"c{number}", "therapist_id": therapist_id, **usual, **columns}


def people(count: int, **columns) -> tuple[dict[str, object], ...]:
    return tuple(client(f"c{number}", enquired_at=ENQUIRED, **columns) for number in range(count))


def test_wishes_are_counted_as_honoured_not_honoured_or_not_known():
    staff = (therapist("t", gender="woman"), therapist("u", gender="man"), therapist("v"))
    asked = people(120, therapist_gender="woman")
    met = tuple(course(number, "tttuuv"[number % 6]) for number in range(120))
    section = wishes(cases(ReportData(clinic(*staff, people=asked, episodes=met)), SCOPE))
    row = section.tables[0].frame.set_index("wish").loc["the therapist's gender"]
    assert (row["asked"], row["honoured"], row["not honoured"], row["not known"]) == (120, 60, 40, 20)
    # Of the 100 of whom it is known.
    assert row["honoured (%)"] == 60


def test_all_but_a_few_honoured_is_said_in_words_and_not_in_numbers():
    staff = (therapist("t", gender="woman"), therapist("u", gender="man"))
    asked = people(60, therapist_gender="woman")
    met = tuple(course(number, "u" if number < 3 else "t") for number in range(60))
    section = wishes(cases(ReportData(clinic(*staff, people=asked, episodes=met)), SCOPE))
    row = section.tables[0].frame.set_index("wish").loc["the therapist's gender"]
    assert pd.isna(row["honoured"])
    assert pd.isna(row["not honoured"])
    assert row["honoured, in words"] == "all but fewer than 10"


def test_a_limit_counts_as_given_up_where_the_therapist_they_came_to_breaks_it():
    staff = (therapist("t", fee=150), therapist("u", fee=250))
    asked = people(50, max_fee=200)
    met = tuple(course(number, "u" if number < 20 else "t") for number in range(50))
    section = wishes(cases(ReportData(clinic(*staff, people=asked, episodes=met)), SCOPE))
    row = section.tables[1].frame.set_index("limit").loc["a highest fee"]
    assert (row["stated"], row["given up"]) == (50, 20)


def test_a_gap_and_a_title_keep_the_capitals_of_what_is_written_in_them():
    staff = (therapist("t", concerns="depression"),)
    waiting = people(3, concerns="depression:2;trauma:2", must_have="concerns")
    assert gaps_of(staff, waiting) == {"work with trauma or PTSD": 3}
    assert _title(replace(SCOPE, concern="adhd")).endswith(", ADHD")


def test_gaps_count_clients_whom_one_change_would_serve():
    staff = (therapist("t", languages="english", fee=100), therapist("u", languages="greek", fee=300, capacity=0))
    waiting = (
        *people(3, languages="mandarin"),
        *(client(f"f{n}", enquired_at=ENQUIRED, max_fee=50) for n in range(4)),
        # A place with the one who speaks Greek would do, so this is a want of places, not of Greek.
        *(client(f"g{n}", enquired_at=ENQUIRED, languages="greek") for n in range(2)),
        # Two gaps at once: no single one would serve them.
        *(client(f"h{n}", enquired_at=ENQUIRED, languages="mandarin", max_fee=50) for n in range(5)),
        client("served", enquired_at=ENQUIRED),
        client("long ago", enquired_at="2025-01-10 09:00", languages="mandarin"),
    )
    found = {lack.words: lack.clients for lack in lacking(cases(ReportData(clinic(*staff, people=waiting)), SCOPE))}
    assert found["a therapist who speaks Mandarin"] == 3
    assert found["a therapist at a lower fee"] == 4
    assert found["more places with therapists like those here"] == 2
    assert "a therapist who speaks Greek" not in found


def gaps_of(staff, waiting, enquiries=None) -> dict[str, int]:
    data = ReportData(clinic(*staff, people=waiting), enquiries=enquiries)
    return {lack.words: lack.clients for lack in lacking(cases(data, SCOPE))}


def test_a_gap_names_only_what_the_nearest_therapist_lacks_where_all_must_be_kept():
    staff = (therapist("t", concerns="depression;ocd"), therapist("u", concerns="depression"))
    wide = {"concerns": "depression:2;ocd:2;grief:1", "must_have": "concerns"}
    assert gaps_of(staff, people(3, **wide)) == {"work with grief and loss": 3}
    # Nobody lacks one thing alone: closing either would open nobody, so it is one gap of both.
    two = {"concerns": "depression:2;sleep:2;grief:1", "must_have": "concerns"}
    (words,) = gaps_of(staff[1:], people(3, **two))
    assert words.startswith("work with ")
    assert "grief" in words
    assert "sleep" in words
    assert "depression" not in words


def test_a_community_the_therapist_is_trained_with_is_no_gap():
    staff = (therapist("t", identities="lgbtqia"),)
    asked = people(3, identities="lgbtqia;muslim", must_have="identities")
    (words,) = gaps_of(staff, asked)
    assert "Muslim" in words
    assert "LGBT" not in words


def test_whoever_went_without_anybody_counts_though_their_enquiry_is_closed():
    staff = (therapist("t", languages="english"),)
    reasons = ["declined", "went_elsewhere", "referred_on", "no_answer", "withdrew", "duplicate", "other", None]
    waiting = people(len(reasons), languages="mandarin")
    enquiries = pd.DataFrame(
        {
            "client_id": [f"c{number}" for number in range(len(reasons))],
            "received_at": "2026-01-10T09:00:00Z",
            "closed_reason": reasons,
            "state": ["new" if reason is None else "closed" for reason in reasons],
        }
    )
    assert gaps_of(staff, waiting, enquiries) == {"a therapist who speaks Mandarin": 4}


def test_the_share_honoured_is_of_those_of_whom_it_is_known():
    """All of whom it is known got their wish: a blank profile is neither yes nor no, in both places that tell of it."""
    staff = (therapist("t", gender="woman"), therapist("v"))
    asked = people(120, therapist_gender="woman", gender="woman")
    met = tuple(course(number, "tv"[number % 2]) for number in range(120))
    found = cases(ReportData(clinic(*staff, people=asked, episodes=met)), SCOPE)
    row = wishes(found).tables[0].frame.set_index("wish").loc["the therapist's gender"]
    assert pd.isna(row["not honoured"])
    honoured, blank = honoured_of_known(found.first_met[0])
    assert np.nanmean(honoured) == 1
    figures = {figure.name: figure for figure in _figures(found, Foretold(None, [], np.zeros(0), np.zeros(0)))}  # type: ignore[arg-type]
    assert np.nanmean(figures["wishes honoured (%)"].values) == 100
    assert np.nanmean(figures["any wish not known (%)"].values) == 0.5
    assert figures["any wish not known (%)"].share, "a share of people, hidden as every other is"
    assert np.isnan(honoured).sum() == 60
    assert blank.mean() == 0.5


def test_ways_go_by_the_place_on_the_list_last_shown_before():
    met = (
        course(0, "t", matched_by="recommended"),
        course(1, "u", matched_by="client_choice"),
        course(2, "u", matched_by="recommended"),
        course(3, "t", matched_by="override"),
        course(4, "t", matched_by="usual"),
        course(5, "t", matched_by="rematch"),
        course(6, "t"),
        course(7, "t", matched_by="recommended"),
    )
    lists = pd.DataFrame(
        [
            {"slate_id": f"s{n}", "client_id": f"c{n}", "made_at": made, "rank": rank, "therapist_id": who,
             "benefit": 0.1, "propensity": 1.0, "chosen": False, "relaxed": n == 7}
            for n in (0, 1, 7)
            for made in ("2026-01-12T00:00:00Z",)
            for rank, who in ((1, "t"), (2, "u"))
        ]
    )  # fmt: skip
    made = clinic(therapist("t"), therapist("u"), people=people(8), episodes=met)
    found = ways_matched(cases(ReportData(made, slates=lists), SCOPE))
    assert [WAYS[code] for code in found] == [
        "recommended first",
        "another from the list",
        "recommended, place on the list not known",
        "staff chose otherwise",
        "placed by staff as usual",
        "change of therapist",
        "not recorded",
        "limits relaxed by staff",
    ]


def test_a_place_is_that_on_the_last_list_shown_not_on_the_last_that_held_the_therapist():
    lists = pd.DataFrame(
        [
            {"slate_id": slate, "client_id": "c0", "made_at": made, "rank": rank, "therapist_id": who, "benefit": 0.1,
             "propensity": 1.0, "chosen": False}
            for slate, made, shown in (("old", "2026-01-11T00:00:00Z", "tu"), ("new", "2026-01-12T00:00:00Z", "uv"))
            for rank, who in enumerate(shown, start=1)
        ]
    )  # fmt: skip
    staff = (therapist("t"), therapist("u"), therapist("v"))
    for who, way in (("t", "recommended, place on the list not known"), ("u", "recommended first")):
        made = clinic(*staff, people=people(1), episodes=(course(0, who, matched_by="recommended"),))
        (code,) = ways_matched(cases(ReportData(made, slates=lists), SCOPE))
        assert WAYS[code] == way


def test_whoever_staff_chose_against_a_list_was_not_shown_on_it():
    rows = [
        {"slate_id": f"s{n}", "client_id": f"c{n}", "made_at": "2026-01-12T00:00:00Z", "rank": rank,
         "therapist_id": who, "benefit": 0.1, "propensity": 1.0, "chosen": who == "u"}
        for n in range(40)
        for rank, who in ((1.0, "t"), (np.nan, "u"))
    ]  # fmt: skip
    made = clinic(therapist("t"), therapist("u"), people=people(40))
    shown = exposure_table(cases(ReportData(made, slates=pd.DataFrame(rows)), SCOPE)).frame.set_index("therapist")
    assert shown.loc["t", "lists shown on"] == 40
    assert pd.isna(shown.loc["u", "lists shown on"])


def test_a_sites_report_is_of_its_own_therapists():
    staff = tuple(therapist(name) for name in "tuv")
    sites = {"t": "north", "u": "north", "v": "south"}
    data = ReportData(clinic(*staff, people=people(4)), sites=sites)
    here = cases(data, Scope(PERIOD, months_before(PERIOD), site="north"))
    assert exposure_table(here).frame["therapist"].tolist() == ["t", "u"]
    assert named_therapists(here) == (["t", "u"], ["t", "u"])
    assert len(named_therapists(cases(data, SCOPE))[0]) == 3


def test_whoever_was_assigned_by_chance_counts_by_the_first_course_after():
    met = (
        course(0, "t", started_on="2025-06-01"),
        {**course(0, "t"), "episode_id": "later"},
        course(1, "t", started_on="2025-06-01"),
    )
    made = clinic(therapist("t"), people=people(2), episodes=met)
    trial = pd.DataFrame({"client_id": ["c0", "c1"], "arm": ["recommended", "usual"], "chance": 0.5})
    found = arms(cases(ReportData(made, trial=trial), SCOPE))
    assert found.randomised
    assert np.array_equal(found.recommended, [np.nan, 1, np.nan], equal_nan=True)
    early = trial.assign(assigned_at="2025-05-20T10:00:00Z")
    found = arms(cases(ReportData(made, trial=early), SCOPE))
    assert np.array_equal(found.recommended, [1, np.nan, 0], equal_nan=True)


def test_courses_compared_with_neither_are_said_and_no_small_number_of_them():
    ways = ["recommended"] * 60 + ["usual"] * 40 + ["client_choice"] * 30 + ["override"] * 22 + ["rematch"] * 3
    met = tuple(course(number, "t", matched_by=way) for number, way in enumerate(ways))
    made = clinic(therapist("t"), people=people(len(ways)), episodes=met)
    said = next(
        one for one in matched(cases(ReportData(made), SCOPE)).cautions if one.startswith("Compared with neither")
    )
    assert "about 30 of which the client chose who" in said
    assert "some or none after a change of therapist" in said
    # With its number the few after a change could be worked out from the whole.
    assert "some or none where staff chose otherwise" in said


def test_of_three_outcomes_one_is_named_by_chance_in_no_more_than_one_report_in_twenty():
    rng = np.random.default_rng(8)
    value = rng.normal(size=(20_000, 3))
    sides = [[side_of_three(one, one - 1.959964, one + 1.959964) for one in row] for row in value]
    named = (np.array(sides) != 0).any(axis=1).mean()
    assert named < 0.054
    assert (np.abs(value) > 1.959964).any(axis=1).mean() > 0.13


def test_the_adjusted_difference_is_that_of_statsmodels():
    import statsmodels.api as sm

    rng = np.random.default_rng(1)
    C = np.column_stack((np.ones(300), rng.normal(size=(300, 3))))
    arm, weights = rng.integers(0, 2, 300).astype(float), rng.uniform(1, 3, 300)
    clients = rng.integers(0, 200, 300).astype(str).astype(object)
    y = 0.3 * arm + C @ np.array([0.1, 0.5, -0.2, 0.0]) + rng.normal(size=300)
    found = adjusted_difference(arm, y, C, weights, clients)
    X, whole = np.column_stack((arm, C)), np.unique(clients)

    def fitted(rows: np.ndarray) -> float:
        return sm.WLS(y[rows], X[rows], weights[rows]).fit().params[0]

    theirs = fitted(clients != "")
    assert np.isclose(found.value, theirs)
    # The jackknife by client, fitted by statsmodels without each.
    moved = np.array([fitted(clients != one) - theirs for one in whole])
    half = stats.t.ppf(0.975, len(whole) - 1) * np.sqrt((len(whole) - 1) / len(whole) * (moved**2).sum())
    assert np.allclose((found.low, found.high), (theirs - half, theirs + half), atol=1e-6)


def test_columns_that_do_not_vary_or_repeat_do_not_stop_the_comparison():
    rng = np.random.default_rng(2)
    x = rng.normal(size=200)
    C = np.column_stack((np.ones(200), x, 2 * x, np.zeros(200)))
    arm = rng.integers(0, 2, 200).astype(float)
    found = adjusted_difference(arm, arm + x, C, np.ones(200), np.arange(200).astype(object))
    assert np.isclose(found.value, 1)


def verdict(association: float, difference: float, compared: int = 500) -> Foretold:
    def around(value: float) -> Interval:
        return Interval(value, value - 0.05, value + 0.05, compared, 30)

    counts = Counts(1000, 0, 0, 0, 0, 0, compared, 30 if compared > 100 else 3, compared)
    report = EvaluationReport(
        date(2026, 1, 1), counts, (), (Result(OURS, around(association), 0.5), Result("wishes only", around(0.0), 0.5)),
        (Difference(OURS, "wishes only", around(difference)),), (CalibrationGroup(-0.1, around(-0.1), compared),),
        None, None, (), (), (),
    )  # fmt: skip
    return Foretold(report, [], np.zeros(0), np.zeros(0))


def test_the_model_is_reported_on_when_it_loses():
    found = cases(ReportData(clinic_of(simulated())), scope())
    lost = prediction(found, verdict(-0.2, -0.2)).sentence
    assert "went worse" in lost
    assert "did worse than wishes only" in lost
    won = prediction(found, verdict(0.2, 0.2)).sentence
    assert "went better" in won
    assert "did better than wishes only" in won
    assert "cannot be told yet" in prediction(found, verdict(0.0, 0.0)).sentence
    few = prediction(found, verdict(0.2, 0.2, compared=20))
    assert few.sentence.startswith("Too few")
    assert not few.pictures


def test_no_third_of_the_calibration_is_told_by_subtraction_from_all_three():
    """The share measured of the rivals is that of all thirds: one hidden third could be worked out from it."""
    found = cases(ReportData(clinic_of(simulated())), scope())
    judged = verdict(0.2, 0.2)
    for complete in ((10, 20, 20), (20, 20, 9), (20, 20, 20), (3, 40, 60), (0, 40, 60), (0, 0, 9)):
        groups = tuple(
            CalibrationGroup(0.1 * place, Interval(0.0, -1.0, 1.0, 75, 30), known)
            for place, known in enumerate(complete)
        )
        tables = {t.key: t.frame for t in prediction(
            found, replace(judged, report=replace(judged.report, calibration=groups))
        ).tables}  # fmt: skip
        told, whole = tables["calibration"]["measured (%)"], tables["rivals"]["measured (%)"].iloc[0]
        hidden = told.isna().to_numpy()
        if np.isnan(whole):
            assert sum(complete) < 15
            assert hidden.all()
        elif hidden.any():
            assert hidden.sum() > 1, complete
            assert sum(np.array(complete)[hidden]) > 10, complete
    assert told.size == 3


def test_todays_next_opening_stands_in_the_table_and_in_no_verdict():
    found = cases(ReportData(clinic_of(simulated())), scope())
    lost = verdict(0.2, 0.2)
    worse = Difference(OURS, "next available", Interval(-0.3, -0.35, -0.25, 500, 30))
    opening = Result("next available", Interval(0.5, 0.45, 0.55, 500, 30), 0.5)
    report = replace(
        lost.report, results=(*lost.report.results, opening), differences=(*lost.report.differences, worse)
    )
    section = prediction(found, replace(lost, report=report))
    assert "opening" not in section.sentence
    assert "did worse" not in section.sentence
    row = section.tables[0].frame.set_index("ranking by").loc["today's next opening"]
    assert row["the learned model"] == "no verdict"
    assert not any("left aside" in caution for caution in section.cautions)


def test_without_chance_it_is_said_why_another_way_of_matching_is_not_judged():
    found = cases(ReportData(clinic_of(simulated())), scope())
    certain = replace(found, data=ReportData(found.data.clinic, slates=slates_of(found.data.clinic, 1.0)))
    for one in (found, certain):
        assert any("draws no list by chance" in caution for caution in prediction(one, verdict(0.0, 0.0)).cautions)


def test_putting_the_highest_benefit_first_is_judged_from_lists_left_to_chance():
    made = simulated(clients=900)
    clinic_made = clinic_of(made)
    lists = slates_of(clinic_made)
    found = cases(ReportData(clinic_made, slates=lists), scope())
    policy, known, shown = first_by_benefit(found)
    assert 100 < known <= shown
    assert policy.refused is None
    # The order was left to chance and the benefits mean nothing, so nothing is gained: the interval holds 0.
    assert policy.interval.low < 0 < policy.interval.high
    certain, _, _ = first_by_benefit(replace(found, data=ReportData(clinic_made, slates=slates_of(clinic_made, 1.0))))
    assert certain.refused is not None
