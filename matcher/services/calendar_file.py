"""A first session as an iCalendar file (RFC 5545): when and where to ask, and nothing that says what it is about."""

from datetime import UTC, datetime, timedelta
from typing import Final

_MOST_BYTES: Final = 75
_ESCAPES: Final = (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n"))


def calendar_file(
    reference: str, begins: datetime, now: datetime, clinic: str, phone: str, sequence: int, minutes: int = 50
) -> str:
    """Return the file for one appointment; whoever sees a shared calendar learns only that there is one.

    A changed appointment has the same UID and a greater ``sequence``, and so takes the old one's place in a calendar
    (RFC 5545, 3.8.7.4): an enquiry's version grows with each change of it.
    Moments are written in UTC, so that no time zone has to be described.
    """
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//matcher//first session//EN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{_text(reference)}@matcher",
        f"SEQUENCE:{sequence}",
        f"DTSTAMP:{_moment(now)}",
        f"DTSTART:{_moment(begins)}",
        f"DTEND:{_moment(begins + timedelta(minutes=minutes))}",
        "SUMMARY:Appointment",
        f"DESCRIPTION:{_text(f'{clinic}, {phone}. Reference {reference}.')}",
        "CLASS:PRIVATE",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(value: str) -> str:
    for plain, written in _ESCAPES:
        value = value.replace(plain, written)
    return value.replace("\r", "")


def _folded(line: str) -> str:
    """Return a line cut into parts of at most 75 bytes, none of them within a character."""
    parts: list[str] = []
    part, size = "", 0
    for character in line:
        bytes_more = len(character.encode())
        # Every part after the first begins with a space.
        if size + bytes_more > _MOST_BYTES - bool(parts):
            parts.append(part)
            part, size = "", 0
        part, size = part + character, size + bytes_more
    return "\r\n ".join([*parts, part])
