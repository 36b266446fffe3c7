"""What an owner asks first: answered from the report's own cells, "not enough data" where they do not reach."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from matcher.clinic.folder import Clinic
from matcher.reports.answers import _behind, answers
from matcher.reports.build import build_report
from matcher.reports.fairness import CLEAR, HIGHER, HONOURED, UNKNOWN, WAIT, _sides
from matcher.reports.groups import Grouped, mean_by_group
from matcher.reports.html import html
from matcher.reports.intervals import Estimates
from matcher.reports.matched import RANDOMISED
from matcher.reports.phrases import POINTS_TO_FEW
from matcher.reports.tables import as_json, csv_files
from matcher.reports.values import Report, ReportData
from tests.reports.made_clinics import TODAY, data_of, scope, simulated


@cache
def report() -> Report:
    return build_report(data_of(simulated(recommended_share=0.4)), scope(), today=TODAY)


def changed(made: Report, key: str, change) -> dict[str, str]:
    """Return the answers by question, with one of the report's tables changed."""
    sections = [
        replace(
            part,
            tables=tuple(replace(t, frame=change(t.frame.copy())) if t.key == key else t for t in part.tables),
        )
        for part in made.sections
    ]
    return {one.question: one.text for one in answers(sections)}


@pytest.mark.slow
def test_every_question_is_answered_first_in_every_form_of_the_report():
    made = report()
    assert len(made.answers) == 6
    page, files = html(made), csv_files(made)
    for one in made.answers:
        assert one.question in page
        assert one.text.split(" (")[0].replace("“", "").split("”")[0] in page.replace("“", "")
        assert one.question in files["sentences.csv"]
        assert "nan" not in one.text.lower().split()
    assert [one["text"] for one in as_json(made)["answers"]] == [one.text for one in made.answers]
    first = page.index(made.answers[0].question)
    assert first < page.index('class="part"')


def test_whether_matching_helps_follows_the_intervals_and_says_that_it_is_no_proof():
    made = report()

    def helped(value: float, low: float, high: float) -> str:
        def change(frame: pd.DataFrame) -> pd.DataFrame:
            return frame.assign(difference=value, **{"from": low, "to": high})

        return changed(made, "recommended_usual", change)["Does matching help?"]

    assert helped(0.3, 0.1, 0.5).startswith("Not proven: who was recommended was not left to chance.")
    assert "Seen so far: better in some ways and worse in none." in helped(0.3, 0.1, 0.5)
    assert "Seen so far: worse in some ways and better in none." in helped(-0.3, -0.5, -0.1)
    assert "Seen so far: no clear difference yet." in helped(0.0, -0.2, 0.2)
    assert "+0.30 SD (0.10 to 0.50)" in helped(0.3, 0.1, 0.5)
    assert "all courses that had ended by then" in helped(0.3, 0.1, 0.5)
    assert helped(np.nan, np.nan, np.nan).startswith("Not enough data")


def test_only_where_chance_decided_does_the_answer_open_with_the_difference():
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(difference=0.3, **{"from": 0.1, "to": 0.5})

    made = report()
    parts = [replace(part, cautions=(RANDOMISED,)) if part.key == "matched" else part for part in made.sections]
    said = changed(replace(made, sections=tuple(parts)), "recommended_usual", change)["Does matching help?"]
    assert said.startswith("Better in some ways and worse in none: chance decided who was recommended.")
    assert "Not proven" not in said


def test_where_one_group_alone_did_better_everybody_else_is_said_to_have_done_worse():
    """Else the answer would say that nobody did worse where the section says that somebody clearly did better."""

    def alike(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(**{CLEAR: "no clear difference"})

    def ahead(frame: pd.DataFrame) -> pd.DataFrame:
        rows = frame.query("what == 'wishes honoured (%)'")
        ends = {"difference from the others": 14.0, "difference, from": 9.0, "difference, to": 19.0}
        return rows.assign(**{CLEAR: HIGHER}, **ends)

    made = report()
    for part in made.sections:
        if part.key == "fairness":
            tables = tuple(
                replace(t, frame=(ahead if t.key == "fairness_language" else alike)(t.frame.copy()))
                for t in part.tables
                if t.key.startswith("fairness_")
            )
    sections = [replace(part, tables=tables) if part.key == "fairness" else part for part in made.sections]
    said = {one.question: one.text for one in answers(sections)}["For whom does it not?"]
    assert "everybody but “English”, wishes honoured −14 points (−19 to −9)" in said
    assert "No group" not in said


def test_only_figures_that_were_compared_are_said_to_show_nobody_worse_off():
    def only(*whats: str):
        def change(frame: pd.DataFrame) -> pd.DataFrame:
            told = frame["what"].isin(whats)
            return frame.assign(**{CLEAR: np.where(told, "no clear difference", POINTS_TO_FEW)})

        return change

    def said(change) -> str:
        made = report()
        for key in ("fairness_age_group", "fairness_gender", "fairness_language", "fairness_community"):
            parts = [
                replace(part, tables=tuple(replace(t, frame=change(t.frame.copy())) if t.key == key else t
                                           for t in part.tables))
                for part in made.sections
            ]  # fmt: skip
            made = replace(made, sections=tuple(parts))
        return {one.question: one.text for one in answers(made.sections)}["For whom does it not?"]

    few = said(only(WAIT, "reliably improved (%)"))
    assert "have done worse than the others in waits or improvement." in few
    assert "alliance" not in few
    assert said(only()).startswith("Not enough data")


def test_groups_that_did_worse_are_named_with_their_difference():
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        ends = {"difference from the others": 9.0, "difference, from": 4.0, "difference, to": 14.0}
        return frame.assign(**ends, **{CLEAR: HIGHER})

    made = report()
    said = changed(made, "fairness_gender", change)["For whom does it not?"]
    # Longer waits are worse; more wishes honoured, alliance and improvement are not.
    assert "days waited +9 days (4 to 14)" in said
    assert "not at equal case mix" in said
    assert "one in twenty" not in said
    # Of those no group is named worse where all are named better: everybody else is.
    assert "everybody but “woman”, wishes honoured −9 points (−14 to −4)" in said_in_full(made, change)


def said_in_full(made: Report, change) -> str:
    """Return the answer on groups with every part of it, however many there are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("matcher.reports.answers._MOST", 100)
        return changed(made, "fairness_gender", change)["For whom does it not?"]


def test_a_difference_within_its_998_interval_is_named_by_neither_the_answer_nor_the_section():
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        ends = {"difference from the others": 9.0, "difference, from": 1.0, "difference, to": 17.0}
        return frame.assign(**ends, **{CLEAR: "no clear difference"})

    assert "man”" not in changed(report(), "fairness_gender", change)["For whom does it not?"]
    grouped = Grouped(("a", "b"), np.full(2, 50.0), *(Estimates(*ends) for ends in _ENDS), np.ones(2))
    assert list(_sides(grouped).values()) == ["no clear difference", HIGHER]


def test_of_few_people_a_mean_needs_a_wider_interval_to_be_named():
    """At 14 degrees of freedom a 99.8% interval is 1.77 times as wide as a 95% one, of many people 1.58 times."""
    ends = (np.full(2, 9.0), np.full(2, 3.4), np.full(2, 14.6))
    grouped = Grouped(("a", "b"), np.full(2, 15.0), Estimates(*ends), Estimates(*ends), np.ones(2))
    assert list(_sides(grouped).values()) == [HIGHER, HIGHER]
    assert list(_sides(replace(grouped, degrees=np.array([14.0, 2_000.0]))).values()) == ["no clear difference", HIGHER]
    rng = np.random.default_rng(2)
    codes = np.repeat([0, 1], [15, 300]).astype(np.intp)
    named = [
        _sides(mean_by_group(rng.normal(size=315), codes, ["few", "many"]))["few"] != "no clear difference"
        for _ in range(4_000)
    ]
    assert np.mean(named) <= stats.binom.ppf(0.995, 4_000, 0.002) / 4_000


_NONE = (np.zeros(2),) * 3
#: Both leave out 0 at 95 %, one of them at 99.8 % as well.
_ENDS = (_NONE, (np.array([9.0, 9.0]), np.array([1.0, 5.0]), np.array([17.0, 13.0])))


def test_the_first_gap_is_named_with_how_many_it_would_serve():
    def change(frame: pd.DataFrame) -> pd.DataFrame:
        return pd.DataFrame({"gap": ["a therapist who speaks Greek"], "clients it would serve": [25]})

    said = changed(report(), "gaps", change)["Where do you lack capacity?"]
    assert "a therapist who speaks Greek, which would serve about 25 clients" in said


def test_a_clinic_without_courses_is_told_that_nothing_is_sure():
    made = simulated()
    empty = Clinic(made.therapists, made.clients.iloc[:0], made.episodes.iloc[:0])
    found = {one.question: one.text for one in build_report(ReportData(empty), scope(), today=TODAY).answers}
    assert found["Does matching help?"].startswith("Not enough data")
    assert found["How are clients doing?"].startswith("Not enough data")
    assert found["How sure is this?"].startswith("Not sure at all")


def test_the_comparison_says_up_to_when_its_courses_ended():
    sentence = next(part for part in report().sections if part.key == "matched").sentence
    assert "all courses that ended by October 2026" in sentence


def test_the_opening_of_fairness_says_on_which_side_a_group_lies():
    sentence = next(part for part in report().sections if part.key == "fairness").sentence
    assert "wishes honoured higher for language “English”" in sentence


def test_whoever_is_not_recorded_is_said_to_be_among_everybody_else() -> None:
    ends = {"difference from the others": 14.0, "difference, from": 9.0, "difference, to": 19.0}
    rows = pd.DataFrame(
        [{"group": "English", CLEAR: HIGHER, **ends}, {"group": UNKNOWN, CLEAR: "not one group", **ends}]
    )
    (said,) = _behind(rows, HONOURED, more_is_better=True)
    assert said.startswith("everybody but “English” (those not recorded among them), wishes honoured −14")


@pytest.mark.slow
def test_where_nothing_could_be_compared_fairness_does_not_say_that_nobody_differed():
    """One group is everybody, or all groups are too small: nothing was found since nothing was looked at."""
    one = build_report(data_of(simulated(clients=30, therapists=3)), scope(), today=TODAY)
    said = next(part.sentence for part in one.sections if part.key == "fairness")
    assert "nothing could be compared" in said
    assert "no group" not in said
    many = next(part.sentence for part in report().sections if part.key == "fairness")
    assert "nothing could be compared" not in many
