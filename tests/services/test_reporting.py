"""Reports from a folder and from a store: what they are about, who may make them, and where they are written."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest
from made import client, clinic, therapist
from stores import CANARY, RING, fill
from typer.testing import CliRunner, Result

from matcher.cli import app
from matcher.clinic import Clinic, write_clinic
from matcher.clinic.problems import ClinicError
from matcher.reports import pdf
from matcher.reports.cases import cases
from matcher.reports.html import html
from matcher.reports.values import Period, ReportData
from matcher.reports.ways import ways
from matcher.services.access import NotAllowedError, Person
from matcher.services.clinic_data import demo_clinic
from matcher.services.reporting import (
    Asked,
    clinic_report,
    demo_report,
    owner_report,
    scope_of,
    store_data,
    store_report,
    usual_months,
)
from matcher.store.clinics import import_clinic
from matcher.store.decisions import ask_fit_check, fit_checks_of, record_choice, record_override
from matcher.store.enquiries import add_enquiry, change_enquiry
from matcher.store.schema import metadata
from matcher.store.store import Store, open_store

OWNER = Person("a" * 32, "Owner", "owner")
INTAKE = Person("b" * 32, "Intake", "intake")
NOBODY_YET = clinic(therapist("t1"))


def run(*words: object, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["report", *map(str, words)])
    assert result.exit_code == code, result.output
    return result


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Return an empty folder without a store."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MATCHER_DATA_DIR", str(tmp_path / "clinic"))
    monkeypatch.setenv("MATCHER_KEY_FILE", str(tmp_path / "keys.json"))
    return tmp_path


@pytest.fixture(scope="module")
def small() -> Clinic:
    """Return the demo clinic's first therapists and half its clients: enough to show something, quick to report on."""
    whole = demo_clinic()
    people = whole.clients.iloc[:400]
    kept = whole.episodes[whole.episodes["client_id"].isin(set(people["client_id"]))].reset_index(drop=True)
    return replace(whole, clients=people, episodes=kept)


@pytest.mark.slow
def test_the_command_writes_page_and_tables_and_says_what_they_say(place: Path, small: Clinic) -> None:
    write_clinic(small, place / "folder")
    found = run("--clinic", "folder", "--out", "report.html", "--tables", "tables")
    page = (place / "report.html").read_text(encoding="utf-8")
    assert page == html(clinic_report(small, Asked()))
    assert page.startswith("<!DOCTYPE html>")
    assert len(page) < 3_000_000
    assert (place / "tables" / "data_dictionary.csv").exists()
    assert not list(place.glob("*.part"))
    first = pd.read_csv(place / "tables" / "sentences.csv").iloc[0]
    assert first["text"] in found.stdout


def test_json_has_the_sections_and_nothing_else_on_standard_output(place: Path) -> None:
    write_clinic(NOBODY_YET, place / "folder")
    found = json.loads(run("--clinic", "folder", "--json").stdout)
    assert {"title", "period", "period_before", "sections"} <= set(found)
    assert all(section["sentence"] for section in found["sections"])


def test_a_clinic_without_episodes_or_clients_has_a_report_that_says_so(place: Path) -> None:
    write_clinic(NOBODY_YET, place / "folder")
    run("--clinic", "folder", "--out", "report.html")
    assert "oo few" in (place / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--json", "--from", "2026-05-01", "--to", "2026-01-01"), "before it begins"),
        (("--json", "--concern", "nonsense"), "is no concern"),
        (("--json", "--from", "soon"), "soon"),
        ((), "say where"),
        (("--out", "missing/folder/report.html"), "missing"),
    ],
)
def test_what_cannot_be_used_is_said_with_exit_2(place: Path, words: tuple[str, ...], said: str) -> None:
    write_clinic(NOBODY_YET, place / "folder")
    assert said in run("--clinic", "folder", *words, code=2).stderr


def test_a_missing_pdf_library_is_said_before_the_work_is_done(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(_name: str) -> None:
        raise ImportError

    monkeypatch.setattr(pdf, "import_module", missing)
    write_clinic(NOBODY_YET, place / "folder")
    assert "matcher[pdf]" in run("--clinic", "folder", "--pdf", "report.pdf", code=2).stderr
    assert not (place / "report.pdf").exists()


def test_the_usual_period_is_the_last_twelve_whole_months_with_rows() -> None:
    people = (client("c1", enquired_at="2025-03-17"), client("c2", enquired_at="2024-01-01"))
    data = ReportData(clinic(therapist("t1"), people=people))
    assert usual_months(data) == Period(date(2024, 4, 1), date(2025, 3, 31))
    scope = scope_of(data, Asked())
    assert scope.before == Period(date(2023, 4, 1), date(2024, 3, 31))
    assert scope_of(data, Asked(start=date(2025, 1, 5))).period == Period(date(2025, 1, 1), date(2025, 3, 31))
    assert scope_of(data, Asked(end=date(2024, 1, 5))).period == Period(date(2023, 2, 1), date(2024, 1, 31))
    # After everything on file: the month asked for, empty as it is.
    assert scope_of(data, Asked(start=date(2025, 9, 9))).period == Period(date(2025, 9, 1), date(2025, 9, 30))
    with pytest.raises(ClinicError, match="too early"):
        scope_of(data, Asked(start=date(1, 1, 1)))


def test_a_date_mistyped_into_the_future_does_not_empty_the_report() -> None:
    data = ReportData(clinic(therapist("t1"), people=(client("c1", enquired_at="2099-01-01"),)))
    assert usual_months(data).end.year < 2099


@pytest.fixture
def lite(tmp_path: Path) -> Store:
    opened = open_store(f"sqlite:///{tmp_path}/store.sqlite", RING)
    yield opened
    opened.close()


def test_only_those_whose_role_includes_it_make_a_report_and_it_is_noted(lite: Store, small: Clinic) -> None:
    import_clinic(lite, small, demo=True)
    with pytest.raises(NotAllowedError):
        owner_report(INTAKE, lite, Asked())
    report = owner_report(OWNER, lite, Asked(concern="sleep"))
    assert "made-up clinic" in report.title
    with lite.reading() as session:
        audit = metadata.tables["audit"]
        noted = session.execute(audit.select().where(audit.c.action == "made report")).all()
    assert [(row.actor, json.loads(row.detail)["concern"]) for row in noted] == [(OWNER.account_id, "sleep")]


def test_a_store_without_a_clinic_reports_nothing_and_does_not_fail(lite: Store) -> None:
    assert owner_report(OWNER, lite, Asked()).sections


def test_the_stores_slates_say_who_was_chosen_on_them_and_beside_them(store: Store) -> None:
    fill(store)
    data = store_data(store)
    assert data.slates is not None
    assert data.slates.empty, "the slate of this store shows nobody, so there is nobody to be chosen"
    assert data.enquiries is None, "everybody came in by a folder, so the folder's days tell the way"
    with store.writing() as session:
        add_enquiry(session, "c0", "phone", "intake", private={"why": CANARY})
    rows = store_data(store).enquiries
    assert rows is not None
    assert str(rows["received_at"].dtype).startswith("datetime64")
    assert set(rows.loc[rows["source"] == "import", "client_id"]) >= {"c1", "c2"}
    assert not rows["client_id"].duplicated().any()
    assert CANARY not in rows.to_csv()


@pytest.mark.parametrize(
    ("days", "reason", "came"),
    [(-9, None, True), (-9, "started", True), (-9, "no_answer", False), (-9, "declined", False), (9, None, False)],
)
def test_a_first_session_counts_once_it_was_held(lite: Store, days: int, reason: str | None, came: bool) -> None:
    day = datetime.now(UTC) + timedelta(days=days)
    import_clinic(lite, clinic(therapist("t1"), people=(client("c1"),)))
    with lite.writing() as session:
        add_enquiry(session, "c1", "web", "c1")
        booked = change_enquiry(
            session, "c1", 1, "intake", state="booked", therapist_id="t1", first_session_at=day, due_at=day
        )
        if reason is not None:
            change_enquiry(session, "c1", booked, "intake", state="closed", closed_reason=reason)
        ask_fit_check(session, "c1", "t1", 1, "intake")
    rows = store_data(lite).enquiries
    assert rows is not None
    assert rows["first_session_at"].notna().tolist() == [came]
    assert rows["third_session_at"].isna().all(), "the fit check after the first session tells nothing of the third"


def test_the_fit_check_after_the_third_session_tells_its_day(lite: Store) -> None:
    import_clinic(lite, clinic(therapist("t1"), people=(client("c1"), client("c2"))))
    with lite.writing() as session:
        for client_id in ("c1", "c2"):
            add_enquiry(session, client_id, "web", client_id)
        ask_fit_check(session, "c2", "t1", 3, "intake")
        asked = ask_fit_check(session, "c1", "t1", 3, "intake")
        days = {check.fit_check_id: check.asked_at for check in fit_checks_of(session, "c1", "intake")}
        ask_fit_check(session, "c1", "t1", 3, "intake")
    data = store_data(lite)
    assert data.enquiries is not None
    assert len(data.enquiries) == 2
    assert data.enquiries.set_index("client_id").loc["c1", "third_session_at"] == pd.Timestamp(days[asked])
    found = ways(cases(data, scope_of(data, Asked())))
    assert found.frame.set_index("client_id")["third"].dropna().index.tolist() == ["c1", "c2"]
    # Two are too few for a row of the report, which would tell of them.
    assert "third" not in found.dated
    assert found.frame["past_third"].all()


def test_choices_and_overrides_are_on_the_slates(lite: Store) -> None:
    from matcher.ranking.recommender import Recommender
    from matcher.store import slates

    made = clinic(therapist("t1"), therapist("t2"), therapist("t3"), people=(client("c1"),))
    import_clinic(lite, made)
    shown = Recommender().fit(made).recommend(made.clients, top=2)[0]
    with lite.writing() as session:
        made_with = slates.MadeWith(slates.keep_catalogue(session, made.therapists))
        slate_id = slates.save_slate(session, shown, made.clients, made_with, "intake")
        first, second = (item.therapist_id for item in shown.recommendations)
        (beside,) = {"t1", "t2", "t3"} - {first, second}
        record_choice(session, slate_id, first, "client", "c1")
        record_override(session, slate_id, beside, f"{CANARY} asked for", "lead")
    rows = store_data(lite).slates
    assert rows is not None
    assert dict(zip(rows["therapist_id"], rows["chosen"], strict=True)) == {first: True, second: False, beside: True}
    assert rows["rank"].isna().tolist() == [False, False, True]
    assert rows["client_id"].tolist() == ["c1"] * 3
    assert rows["relaxed"].tolist() == [False] * 3, "nothing gave way"


@pytest.mark.slow
def test_both_ways_to_the_same_rows_give_the_same_sections(lite: Store, small: Clinic) -> None:
    import_clinic(lite, small)
    asked = Asked(start=date(2026, 1, 1), end=date(2026, 6, 30))
    from_store, from_folder = owner_report(OWNER, lite, asked), clinic_report(small, asked)
    same = [section.key for section in from_folder.sections]
    assert [section.key for section in from_store.sections] == same
    pairs = zip(from_store.sections, from_folder.sections, strict=True)
    outcomes = [(a.sentence, b.sentence) for a, b in pairs if a.key == "outcomes"]
    assert outcomes[0][0] == outcomes[0][1]


@pytest.mark.slow
def test_the_demos_owner_sees_every_section_at_work_and_that_it_is_made_up(place: Path) -> None:
    """By command, and in the app on a store that holds the demo, whose own enquiries stand beside those drawn."""
    store = open_store(f"sqlite:///{place / 'demo.sqlite'}", RING)
    try:
        metadata.create_all(store.engine)
        import_clinic(store, demo_clinic(), demo=True)
        with store.writing() as session:
            add_enquiry(session, demo_clinic().clients["client_id"].iloc[0], "web", "intake")
        for report in (demo_report(Asked()), owner_report(OWNER, store, Asked())):
            frames = {table.key: table.frame for section in report.sections for table in section.tables}
            assert frames["flow"]["step"].str.startswith(("were offered", "booked")).sum() == 2
            assert frames["flow"]["people followed"].notna().all()
            assert not frames["flow_lost"].empty
            assert "Punjabi" in frames["gaps"]["gap"].iloc[0]
            assert not frames["relaxed"].empty
            assert pd.notna(frames["policy"]["estimate"].iloc[0])
            assert {"recommended first", "another from the list"} <= set(frames["matched"].iloc[:, 0])
            for key in ("flow", "wishes", "prediction"):
                section = next(one for one in report.sections if one.key == key)
                assert section.cautions[0].startswith("This clinic is made up")
            assert report.title.endswith("(made-up clinic)")
    finally:
        store.close()


def test_a_clinic_of_ones_own_has_nothing_made_up_in_its_report(lite: Store, small: Clinic) -> None:
    import_clinic(lite, small)
    report = store_report(lite, Asked(), "owner")
    assert not any(caution.startswith("This clinic is made up") for one in report.sections for caution in one.cautions)
    assert "made-up" not in report.title
