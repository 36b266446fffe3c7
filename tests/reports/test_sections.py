"""A whole report: what every section must be, whatever the clinic."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from matcher.clinic.folder import Clinic
from matcher.reports.build import SECTIONS, build_report, months_before, whole_months
from matcher.reports.cases import cases
from matcher.reports.dictionary import meaning_of
from matcher.reports.matched import WAYS, ways_matched
from matcher.reports.suppression import FEWEST, STEP
from matcher.reports.values import Period, Report, ReportData
from tests.reports.made_clinics import TODAY, WHOLE, clinic_of, data_of, scope, simulated, slates_of

COUNTS = ("people", "courses", "measured", "asked", "honoured", "not honoured", "not known", "stated", "given up")


@pytest.fixture(scope="module")
def report() -> Report:
    made = simulated(recommended_share=0.4)
    return build_report(data_of(made, slates=slates_of(clinic_of(made))), scope(), today=TODAY)


def section(report: Report, key: str):
    return next(part for part in report.sections if part.key == key)


def table(report: Report, key: str) -> pd.DataFrame:
    return next(t.frame for part in report.sections for t in part.tables if t.key == key)


def all_counts(report: Report):
    """Yield every count a report shows, in tables and pictures."""
    for part in report.sections:
        for found in part.tables:
            for name in found.frame:
                if isinstance(found.frame[name].dtype, pd.Int64Dtype):
                    yield found.key, name, found.frame[name].dropna().to_numpy(float)
        for picture in part.pictures:
            for name in ("n", "before"):
                if name in picture.frame:
                    yield picture.key, name, picture.frame[name].dropna().to_numpy(float)


def test_every_section_is_there_and_opens_with_one_sentence(report):
    assert [part.key for part in report.sections] == list(SECTIONS)
    for part in report.sections:
        assert part.sentence.endswith(".")
        assert part.method
        assert part.tables
        assert "nan" not in part.sentence.lower().split()


#: Figures of everybody, where nothing is there to be measured; wishes have a column of those not known.
OF_EVERYBODY = {"flow", "flow_times", "wishes"}


def test_the_share_measured_stands_beside_every_figure(report):
    for found in (found for part in report.sections for found in part.tables if found.key not in OF_EVERYBODY):
        figures = [name for name in found.frame if name == "from" or name.endswith((", from", "from (%)"))]
        shares = [name for name in found.frame if name.endswith("measured (%)")]
        assert bool(shares) == bool(figures), found.key
        for name in shares:
            assert found.frame[name].dropna().between(0, 100).all()
    known = table(report, "therapists").dropna(subset=["measured courses"])
    assert known["measured (%)"].gt(0).all()
    assert known.loc[known["outcome"].str.startswith("staying"), "measured (%)"].min() > 95


def test_every_count_shown_is_ten_or_more_and_a_multiple_of_five(report):
    for key, name, counts in all_counts(report):
        assert (counts >= FEWEST).all(), (key, name)
        assert (counts % STEP == 0).all(), (key, name)


def test_every_column_named_as_a_count_is_one(report):
    for part in report.sections:
        for found in part.tables:
            for name in found.frame:
                if name in COUNTS:
                    assert isinstance(found.frame[name].dtype, pd.Int64Dtype), (found.key, name)


def test_every_figure_of_a_group_way_or_nation_has_its_share_measured_beside_it(report):
    for part in report.sections:
        for found in part.tables:
            kinds = ("matched_", "fairness_", "nation", "outcomes", "outcome_means")
            if found.key.startswith(kinds) and "95%" not in found.title and found.key != "fairness_exposure":
                shown = found.frame["measured (%)"].dropna()
                assert len(shown), found.key
                assert shown.between(1, 100).all(), found.key


def test_the_share_measured_by_way_is_the_true_one():
    made = simulated(recommended_share=0.4)
    whole = build_report(data_of(made), scope(), today=TODAY)
    frame = table(whole, "matched_improved").set_index("how the match came about")
    found = cases(data_of(made), whole.scope)
    code = ways_matched(found)
    known = ~np.isnan(found.followed.improved)
    for place, way in enumerate(WAYS):
        if way in frame.index and not pd.isna(frame.loc[way, "measured (%)"]):
            true = 100 * known[found.ended & (code == place)].mean()
            # Both counts are in steps of 5.
            assert frame.loc[way, "measured (%)"] == pytest.approx(true, abs=1 + 800 / frame.loc[way, "people"])
    assert frame["measured (%)"].notna().any()


def test_pictures_hold_no_figure_more_exact_than_their_tables(report):
    for part in report.sections:
        for picture in part.pictures:
            numbers = picture.frame.select_dtypes("number").astype(float).to_numpy()
            known = numbers[~np.isnan(numbers)]
            assert np.allclose(known, known.round(3)), picture.key


def test_pictures_have_the_columns_their_kind_is_drawn_from(report):
    wanted = {
        "flow": {"step", "n", "before"},
        "intervals": {"label", "value", "low", "high", "n"},
        "funnel": {"label", "n", "value", "centre", "low95", "high95", "low998", "high998"},
        "calibration": {"predicted", "observed", "low", "high", "n"},
        "trend": {"month", "value", "low", "high", "n"},
    }
    for part in report.sections:
        for picture in part.pictures:
            assert wanted[picture.kind] <= set(picture.frame), picture.key
            assert picture.alt


def test_the_data_dictionary_knows_every_column(report):
    unknown = {
        name for part in report.sections for found in part.tables for name in found.frame if not meaning_of(name)
    }
    assert not unknown


def test_keys_of_tables_and_pictures_are_not_used_twice(report):
    for kind in ("tables", "pictures"):
        keys = [found.key for part in report.sections for found in getattr(part, kind)]
        assert len(keys) == len(set(keys))


def test_therapists_come_in_alphabetical_order_and_are_not_ranked(report):
    names = table(report, "exposure")["therapist"].tolist()
    assert names == sorted(names, key=str.lower)
    cards = table(report, "therapists")
    assert not any("rank" in name for name in cards)
    for _, rows in cards.groupby("outcome"):
        assert rows["therapist"].tolist() == sorted(rows["therapist"], key=str.lower)


def test_therapists_below_thirty_measured_courses_have_no_figure(report):
    cards = table(report, "therapists")
    few = cards["measured courses"].fillna(0) < 30
    assert cards.loc[few, "from the average"].isna().all()
    assert (cards.loc[few, "what it says"] == "not enough data").all()
    told = cards[cards["what it says"].isin(("above the average", "below the average"))]
    assert (told["reliability"] >= 0.7).all()


@pytest.mark.slow
def test_recommended_against_usual_is_labelled_confounded_unless_chance_assigned(report):
    assert any("Confounded" in caution for caution in section(report, "matched").cautions)
    made = simulated(recommended_share=0.4)
    clients = made.clients["client_id"]
    arm = np.where(made.episodes.set_index("client_id")["matched_by"].groupby(level=0).first().reindex(clients)
                   == "recommended", "recommended", "usual")  # fmt: skip
    for chance, label in ((0.4, "Chance assigned"), (1.0, "Confounded")):
        trial = pd.DataFrame({"client_id": clients, "arm": arm, "chance": chance})
        found = build_report(data_of(made, trial=trial), scope(), today=TODAY)
        assert any(label in caution for caution in section(found, "matched").cautions)


def test_places_on_the_list_are_told_where_lists_were_kept(report):
    assert "recommended first" in set(table(report, "matched")["how the match came about"])


@pytest.mark.slow
def test_an_off_policy_estimate_is_refused_without_chance():
    made = simulated(recommended_share=0.4)
    clinic = clinic_of(made)
    for propensity, told in ((0.5, True), (1.0, False)):
        found = build_report(data_of(made, slates=slates_of(clinic, propensity)), scope(), today=TODAY)
        row = table(found, "policy").iloc[0]
        assert pd.notna(row["estimate"]) == told
        assert bool(row["why not"]) != told


def test_a_clinic_without_courses_is_reported_on_without_a_number():
    made = simulated()
    empty = Clinic(made.therapists, made.clients.iloc[:0], made.episodes.iloc[:0])
    found = build_report(ReportData(empty), scope(), today=TODAY)
    assert [part.key for part in found.sections] == list(SECTIONS)
    assert not [counts for _, _, counts in all_counts(found) if len(counts)]


@pytest.mark.slow
def test_one_concern_is_reported_on_alone():
    found = build_report(data_of(simulated()), scope(concern="depression"), today=TODAY)
    whole = build_report(data_of(simulated()), scope(), today=TODAY)
    assert table(found, "flow")["people so far"].iloc[0] < table(whole, "flow")["people so far"].iloc[0]


@pytest.mark.slow
def test_the_period_before_beside_each_way_is_what_its_own_report_shows():
    made = simulated(clients=900, therapists=6, recommended_share=0.3)
    data, month = data_of(made), Period(date(2026, 1, 1), date(2026, 6, 30))
    now = build_report(data, scope(month), today=TODAY)
    then = build_report(data, scope(months_before(month)), today=TODAY)
    for key, figure in (("matched_improved", "reliably improved (%)"), ("matched_alliance", "alliance, 0 to 10")):
        beside = table(now, key).set_index("how the match came about")[["people, period before", "period before"]]
        own = table(then, key).set_index("how the match came about")[["people", figure]]
        shared = beside.index.intersection(own.index)
        assert len(shared)
        assert beside.loc[shared].astype(str).to_numpy().tolist() == own.loc[shared].astype(str).to_numpy().tolist()


#: Of each table: what its rows are about, and each column of the period before with what that period's own report says.
BESIDE = {
    "wishes": (["wish"], {"asked, period before": "asked", "period before (%)": "honoured (%)"}),
    "given_up": (["limit"], {"stated, period before": "stated"}),
    "fairness_gender": (["what", "group"], {"people, period before": "people", "period before": "figure"}),
    "exposure": (["therapist"], {"courses begun, period before": "courses begun"}),
    "therapists": (["therapist", "outcome"], {"from the average, period before": "from the average"}),
    "nation": (["what followed"], {"here, period before (%)": "here (%)"}),
}


@pytest.mark.slow
def test_the_period_before_in_every_section_is_what_its_own_report_shows():
    made = simulated(clients=1_200, therapists=4)
    half = Period(date(2026, 1, 1), date(2026, 6, 30))
    now = build_report(data_of(made), scope(half), today=TODAY)
    then = build_report(data_of(made), scope(months_before(half)), today=TODAY)
    for key, (rows, columns) in BESIDE.items():
        beside, own = (table(found, key).set_index(rows) for found in (now, then))
        shared = beside.index.intersection(own.index)
        for before, figure in columns.items():
            # The trial's prediction error has no period before, and whoever was not told then is not told now.
            there = beside.loc[shared, before].dropna()
            assert len(there), (key, before)
            assert there.astype(float).tolist() == own.loc[there.index, figure].astype(float).tolist(), (key, before)
    assert any("no period before" in caution for caution in section(now, "prediction").cautions)


@pytest.mark.slow
def test_one_site_is_reported_on_alone():
    made = simulated()
    ids = made.therapists["therapist_id"].tolist()
    sites = {therapist: "north" if place < 4 else "south" for place, therapist in enumerate(ids)}
    parts = [build_report(data_of(made, sites=sites), scope(site=site), today=TODAY) for site in ("north", "south")]
    whole = build_report(data_of(made), scope(), today=TODAY)
    ended = [table(found, "outcomes")["courses"].iloc[0] for found in (*parts, whole)]
    assert abs(ended[0] + ended[1] - ended[2]) <= 6
    enquired = [table(found, "flow")["people so far"].iloc[0] for found in (*parts, whole)]
    assert max(enquired[:2]) < enquired[2]
    assert any("never had one" in caution for caution in section(parts[0], "flow").cautions)


def test_unknown_concerns_and_sites_are_refused():
    for about in ({"concern": "sadness"}, {"site": "moon"}):
        with pytest.raises(ValueError, match="is not one of"):
            build_report(data_of(simulated()), scope(**about), today=TODAY)


def test_periods_are_widened_to_whole_months():
    found = whole_months(Period(date(2026, 2, 10), date(2026, 4, 3)))
    assert (found.start, found.end) == (date(2026, 2, 1), date(2026, 4, 30))
    assert months_before(found) == Period(date(2025, 11, 1), date(2026, 1, 31))
    made = data_of(simulated())
    narrow = replace(scope(), period=Period(date(2025, 5, 20), date(2026, 10, 2)))
    assert build_report(made, narrow, today=TODAY).scope.period == WHOLE


def test_enquiries_give_offers_bookings_and_why_people_were_lost():
    made = simulated()
    at = made.clients["enquired_at"].dt.tz_localize("UTC")
    came = made.clients["client_id"].isin(set(made.episodes["client_id"]))
    enquiries = pd.DataFrame(
        {
            "client_id": made.clients["client_id"],
            "source": "web",
            "received_at": at,
            "offered_at": at + pd.Timedelta(days=2),
            "booked_at": (at + pd.Timedelta(days=4)).where(came),
            "first_session_at": pd.NaT,
            "third_session_at": (at + pd.Timedelta(days=30)).where(came),
            "closed_at": pd.NaT,
            "closed_reason": np.where(came, None, "no_answer"),
            "state": "booked",
        }
    )
    found = build_report(data_of(made, enquiries=enquiries), scope(), today=TODAY)
    assert len(table(found, "flow")) == 5
    assert "did not answer" in set(table(found, "flow_lost")["why"])
    times = table(found, "flow_times")
    assert times["days, median"].iloc[[0, -1]].tolist() == [2, 30]
