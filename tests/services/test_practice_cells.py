"""Cells as practice software writes them: dates day first and never month first, and lists with commas."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from staffed import INTAKE, SETTINGS, enquire, look, new_store

from matcher.services.client_files import take_in_clients, take_in_episodes
from matcher.services.practice_cells import LISTS, DateDoubt, with_dates
from matcher.services.practice_columns import columns_of, guess, strange_words
from matcher.services.practice_files import preview, read_export
from matcher.store.clinics import load_clinic
from matcher.store.column_maps import ColumnMap
from matcher.store.rows import client_of

DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))
DAY_FIRST = ("{0.day}/{0.month}/{0.year}", "{0:%d/%m/%Y}", "{0:%d-%m-%Y}", "{0:%d.%m.%Y}")
PLAIN = ("{0:%d} {0:%b} {0.year}", "{0.day}-{0:%b}-{0.year}", "{0.day} {0:%B} {0.year}", "{0:%Y-%m-%d}")
LISTED = sorted(LISTS.intersection(columns_of("clients")) - {"concerns", "must_have"})


def read(
    cells: list[str], column: str = "started_on", zone: str = "Australia/Sydney"
) -> tuple[list[str], tuple[DateDoubt, ...]]:
    dated, doubts = with_dates(pd.DataFrame({column: cells}, dtype=str), ZoneInfo(zone))
    return dated[column].tolist(), doubts


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("31/12/2026", "2026-12-31"),
        ("31-12-2026", "2026-12-31"),
        ("13.2.2026", "2026-02-13"),
        ("31 Dec 2026", "2026-12-31"),
        ("3 SEPT 2026", "2026-09-03"),
        ("3 Sept. 2026", "2026-09-03"),
        ("2026-12-31", "2026-12-31"),
        ("31/12/2026 9:05 am", "2026-12-31"),
        ("29/02/2027", "29/02/2027"),
        ("31/12/26", "31/12/26"),
        ("31 Dex 2026", "31 Dex 2026"),
        ("31/12-2026", "31/12-2026"),
    ],
)
def test_a_day_is_read_as_australian_software_writes_it(written: str, meant: str) -> None:
    assert read([written]) == ([meant], ())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("31/12/2026 14:05", "2026-12-31T14:05:00+11:00"),
        ("31/12/2026, 2:05:09 PM", "2026-12-31T14:05:09+11:00"),
        ("31 Dec 2026 12:05am", "2026-12-31T00:05:00+11:00"),
        ("1 Jul 2026 12:05am", "2026-07-01T00:05:00+10:00"),
        ("2026-12-31 14:05", "2026-12-31T14:05:00+11:00"),
        ("2026-07-01T14:05:09", "2026-07-01T14:05:09+10:00"),
        ("2026-12-31T14:05Z", "2026-12-31T14:05Z"),
        ("2026-12-31T14:05:00-05:00", "2026-12-31T14:05:00-05:00"),
        # Clocks are put back at 3 am on 5 April: the first of the two hours. At 2 am on 4 October they skip one.
        ("05/04/2026 1:59 am", "2026-04-05T01:59:00+11:00"),
        ("05/04/2026 2:30 am", "2026-04-05T02:30:00+11:00"),
        ("05/04/2026 3:00 am", "2026-04-05T03:00:00+10:00"),
        ("04/10/2026 1:59 am", "2026-10-04T01:59:00+10:00"),
        ("04/10/2026 2:30 am", "2026-10-04T02:30:00+10:00"),
        ("04/10/2026 3:00 am", "2026-10-04T03:00:00+11:00"),
        ("2026-12-31", "2026-12-31"),
        ("31/12/2026", "2026-12-31"),
        ("31/12/2026 25:00", "31/12/2026 25:00"),
    ],
)
def test_the_time_of_an_enquiry_is_kept_and_is_the_clinics_own(written: str, meant: str) -> None:
    assert read([written], "enquired_at")[0] == [meant]


@pytest.mark.parametrize(
    ("written", "zone", "meant"),
    [
        ("04/10/2026 2:30 am", "Australia/Sydney", "2026-10-03 16:30"),
        ("04/10/2026 2:30 am", "Australia/Brisbane", "2026-10-03 16:30"),
        ("31/12/2026 2:30 am", "Australia/Adelaide", "2026-12-30 16:00"),
        ("31/12/2026 2:30 am", "UTC", "2026-12-31 02:30"),
        ("08/03/2026 2:30 am", "America/New_York", "2026-03-08 07:30"),
        ("01/11/2026 1:30 am", "America/New_York", "2026-11-01 05:30"),
    ],
)
def test_a_time_without_a_zone_becomes_utc_from_the_clinics_zone(written: str, zone: str, meant: str) -> None:
    frame = pd.DataFrame({"client_id": ["p"], "enquired_at": [written]}, dtype=str)
    found = preview(frame, {name: name for name in frame}, "clients", ZoneInfo(zone))
    assert found.rows["enquired_at"].tolist() == [pd.Timestamp(meant)]


@given(st.datetimes(datetime(1950, 1, 1), datetime(2099, 1, 1)), st.sampled_from(["Australia/Sydney", "Europe/London"]))
def test_a_time_that_exists_reads_back_as_the_clinics_clock_had_it(at: datetime, zone: str) -> None:
    # What is written has no fold.
    at = at.replace(microsecond=0, fold=0)
    (cell,), _ = read([f"{at:%d/%m/%Y %H:%M:%S}"], "enquired_at", zone)
    back = datetime.fromisoformat(cell).astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    # Only a skipped hour does not exist; it becomes the one after.
    assert back - at in (timedelta(0), timedelta(hours=1))
    if back != at:
        assert ZoneInfo(zone).utcoffset(at) != ZoneInfo(zone).utcoffset(at.replace(fold=1))


@given(st.lists(st.tuples(DAYS, st.sampled_from(DAY_FIRST)), min_size=1, max_size=8))
def test_dates_in_numbers_are_day_first_and_what_could_be_both_is_said(made: list[tuple[date, str]]) -> None:
    cells, doubts = read([form.format(day) for day, form in made])
    assert cells == [day.isoformat() for day, _ in made]
    days = [day for day, _ in made]
    both = all(day.day <= 12 for day in days) and any(day.day != day.month for day in days)
    assert bool(doubts) == both
    for doubt in doubts:
        assert doubt.read_as in days


@given(st.lists(DAYS, min_size=1, max_size=8), DAYS)
def test_a_column_with_one_date_that_is_month_first_is_not_read_at_all(days: list[date], told: date) -> None:
    telling = told.replace(day=13 + told.day % 16)
    cells = [f"{day:%m/%d/%Y}" for day in (*days, telling)]
    kept, (doubt,) = read(cells)
    assert kept == cells
    assert doubt.read_as is None
    found = preview(pd.DataFrame({"started_on": cells}, dtype=str), {"started_on": "next_opening_by"}, "clients")
    assert found.problem


@given(st.lists(st.tuples(DAYS, st.sampled_from(PLAIN)), min_size=1, max_size=8))
def test_dates_with_a_name_or_as_iso_leave_no_doubt(made: list[tuple[date, str]]) -> None:
    assert read([form.format(day) for day, form in made]) == ([day.isoformat() for day, _ in made], ())


@given(st.sampled_from(LISTED), st.data())
def test_a_comma_parts_a_list_as_a_semicolon_does(column: str, data: st.DataObject) -> None:
    words = data.draw(st.lists(st.sampled_from(["one", "two", "three four"]), min_size=1, max_size=4))
    found = [
        preview(
            pd.DataFrame({"client_id": ["p"], column: [mark.join(words)]}),
            ColumnMap({"client_id": "client_id", column: column}, {column: MEANT.get(column, {})}),
            "clients",
        )
        for mark in (", ", ";")
    ]
    assert found[0].problem == found[1].problem == ""
    assert found[0].aside == found[1].aside == ()
    assert found[0].rows.equals(found[1].rows)
    assert len(found[0].rows[column].iloc[0].split(";")) == len(set(words))


def _meant(*codes: str) -> dict[str, str]:
    return dict(zip(("one", "two", "three four"), codes, strict=True))


MEANT = {
    "modalities": _meant("cbt", "act", "emdr"),
    "formats": _meant("in_person", "telehealth", "phone"),
    "therapist_gender": _meant("woman", "man", "non_binary"),
    "availability": _meant("mon_morning", "tue_morning", "fri_evening"),
}


def test_a_comma_in_a_single_word_parts_nothing() -> None:
    frame = pd.DataFrame({"Title": ["Psychologist, clinical"], "For": ["Grief, low mood"]})
    assert strange_words(frame, {"Title": "profession", "For": "concerns"}, "therapists") == {
        "profession": ["Psychologist, clinical"],
        "concerns": ["low mood"],
    }


def test_files_with_dates_and_lists_as_exported_are_taken_in(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    waiting = read_export(b'Patient ID,Concerns,Formats,Added on\np1,Low mood,"Zoom, Phone",13/11/2026 2:05 pm\n')
    wanted = ColumnMap(
        guess(list(waiting.columns), "clients"),
        {"concerns": {"Low mood": "depression:2"}, "formats": {"Zoom": "telehealth"}},
    )
    take_in_clients(INTAKE, store, SETTINGS, waiting, wanted, "")
    assert look(store, "p1").received_at.isoformat() == "2026-11-13T03:05:00+00:00"
    with store.reading() as session:
        assert client_of(session, "p1", "test").value.formats == ("telehealth", "phone")
    enquire(store, "known")
    courses = read_export(
        b"Case ID,Patient ID,Practitioner ID,Start date,End date\nc1,known,t1,05/01/2026,30 Jun 2026\n"
    )
    ended = ColumnMap(guess(list(courses.columns), "episodes"))
    assert take_in_episodes(INTAKE, store, courses, ended, "").added == 1
    episode = load_clinic(store).episodes.iloc[0]
    assert (episode["started_on"].date(), episode["ended_on"].date()) == (date(2026, 1, 5), date(2026, 6, 30))
