"""The calendar file: what RFC 5545 asks for, and nothing that says what the appointment is about."""

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from matcher.services.calendar_file import calendar_file

AT = datetime(2026, 12, 1, 14, 30, tzinfo=timezone(timedelta(hours=11)))
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def test_the_file_says_when_in_utc_and_not_what_for() -> None:
    lines = unfolded(calendar_file("ABCD-EFGH", AT, NOW, "Banksia; Street, Clinic", "(02) 5550 0142", 7))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-1] == "END:VCALENDAR"
    assert "DTSTART:20261201T033000Z" in lines
    assert "DTEND:20261201T042000Z" in lines
    assert "DTSTAMP:20261123T000000Z" in lines
    assert "UID:ABCD-EFGH@matcher" in lines
    assert "SEQUENCE:7" in lines
    assert "SUMMARY:Appointment" in lines
    assert r"DESCRIPTION:Banksia\; Street\, Clinic\, (02) 5550 0142. Reference ABCD-EFGH." in lines


@given(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=200))
def test_no_line_is_longer_than_75_bytes_and_unfolding_gives_the_words_back(clinic: str) -> None:
    text = calendar_file("ABCD-EFGH", AT, NOW, clinic, "1", 0)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    (said,) = [line for line in unfolded(text) if line.startswith("DESCRIPTION:")]
    escaped = clinic.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert said == f"DESCRIPTION:{escaped}\\, 1. Reference ABCD-EFGH."
