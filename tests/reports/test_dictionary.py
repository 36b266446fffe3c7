"""The data dictionary knows every column that a report exports."""

import csv
import io
from datetime import UTC, datetime

import pytest

from matcher.reports.cells import headings
from matcher.reports.dictionary import DICTIONARY_FILE, HIDES, HIDES_NOT, dictionary_rows, meaning_of
from matcher.reports.own import own_report
from matcher.reports.tables import SENTENCES_FILE, csv_files, frames
from matcher.reports.values import Report, ReportData
from matcher.services.clinic_data import demo_clinic
from matcher.services.reporting import Asked, clinic_report, demo_report, scope_of


@pytest.fixture(scope="module")
def reports() -> list[Report]:
    """Return the reports a clinic can have, on real sections."""
    clinic = demo_clinic()
    data = ReportData(clinic)
    own = own_report(
        data, scope_of(data, Asked()), clinic.therapists["therapist_id"].iloc[0], today=datetime.now(UTC).date()
    )
    return [clinic_report(clinic, Asked()), own, demo_report(Asked())]


@pytest.mark.slow
def test_every_exported_column_is_in_the_dictionary(reports: list[Report]) -> None:
    unknown = {
        (name, heading)
        for report in reports
        for name, _title, frame in frames(report)
        for heading in headings(frame)
        if meaning_of(heading) is None
    }
    assert unknown == set()


def test_numbers_are_said_to_be_hidden_and_words_are_not(reports: list[Report]) -> None:
    for report in reports:
        for name, title, frame in frames(report):
            for row, heading in zip(dictionary_rows([(name, title, headings(frame))])[1:], frame.columns, strict=True):
                assert row[5] in (HIDES, HIDES_NOT)
                if frame[heading].dtype.kind in "fiu":
                    assert row[5] == HIDES, (name, heading)


def test_every_column_of_every_file_has_its_row(reports: list[Report]) -> None:
    for report in reports:
        files = csv_files(report)
        described = {(row["file"], row["column"]) for row in csv.DictReader(io.StringIO(files[DICTIONARY_FILE]))}
        columns = {
            (name, column)
            for name, text in files.items()
            if name != DICTIONARY_FILE
            for column in next(csv.reader(io.StringIO(text)))
        }
        assert columns <= described
        assert (SENTENCES_FILE, "text") in described


def test_a_column_it_does_not_know_is_not_left_out() -> None:
    rows = dictionary_rows([("file.csv", "Title", ["something new"])])
    assert rows[1][2] == "something new"
    assert rows[1][3]


def test_one_therapists_report_names_nobody_else(reports: list[Report]) -> None:
    names = demo_clinic().therapists["name"].tolist()
    text = " ".join(str(frame.to_csv()) for _n, _t, frame in frames(reports[1]))
    text += " ".join(f"{section.sentence} {section.method}" for section in reports[1].sections)
    assert not any(name in text for name in names)
