"""Nothing in a report tells the first of a kind from none: no row, note, sentence, order or column comes with one."""

from collections.abc import Callable
from datetime import date

import pandas as pd
import pytest

from matcher.reports.build import build_report
from matcher.reports.fairness import ERROR, client_groups
from matcher.reports.values import ReportData
from tests.made import client, clinic, therapist
from tests.reports.made_clinics import scope

ASKED, TODAY = "2026-01-05 09:00", date(2026, 11, 20)
AT = pd.Timestamp(ASKED, tz="UTC")


def course(number: int, therapist_id: str = "t") -> dict[str, object]:
    usual = {"started_on": "2026-01-20", "ended_on": "2026-03-02", "ending": "planned", "sessions": 6}
    return {"episode_id": f"e{number}", "client_id": f"c{number}", "therapist_id": therapist_id} | usual


def not_known(count: int) -> ReportData:
    """Return a clinic in which of so many it is not known whether their wish was honoured."""
    staff = therapist("t", gender="woman"), therapist("u", gender="man"), therapist("v")
    people = tuple(client(f"c{n}", enquired_at=ASKED, therapist_gender="woman") for n in range(120 + count))
    met = tuple(course(n, "t" if n < 80 else "u" if n < 120 else "v") for n in range(120 + count))
    return ReportData(clinic(*staff, people=people, episodes=met))


def third_dated(count: int) -> ReportData:
    """Return a clinic that knows the day of so many third sessions."""
    people = tuple(client(f"c{n}", enquired_at=ASKED) for n in range(40))
    asked = pd.DataFrame({"client_id": [f"c{n}" for n in range(40)], "received_at": AT, "state": "booked"})
    third = [AT + pd.Timedelta(days=30) if n < count else pd.NaT for n in range(40)]
    asked = asked.assign(third_session_at=pd.to_datetime(pd.Series(third), utc=True), closed_at=pd.NaT)
    data = clinic(therapist("t"), people=people, episodes=tuple(course(n) for n in range(40)))
    return ReportData(data, enquiries=asked.assign(closed_reason=None), newest=date(2026, 11, 1))


def lists_followed(count: int) -> ReportData:
    """Return a clinic in which so many courses followed a list that was kept with its chances."""
    people = tuple(client(f"c{n}", enquired_at=ASKED) for n in range(40))
    lists = pd.DataFrame(
        {"slate_id": [f"s{n}" for n in range(count)], "client_id": [f"c{n}" for n in range(count)], "rank": 1}
    ).assign(made_at=AT, therapist_id="t", benefit=0.1, propensity=0.5, chosen=True, model_hash="m")
    data = clinic(therapist("t"), people=people, episodes=tuple(course(n) for n in range(40)))
    return ReportData(data, slates=lists.astype({"client_id": object, "slate_id": object}))


def of_a_rare_gender(count: int) -> ReportData:
    """Return a clinic of 60 people, so many and eight more of a third gender."""
    third = count + 8
    genders = ["woman"] * 25 + ["man"] * 25 + ["non_binary"] * third
    people = tuple(client(f"c{n}", enquired_at=ASKED, gender=gender) for n, gender in enumerate(genders))
    return ReportData(clinic(therapist("t"), people=people, episodes=tuple(course(n) for n in range(len(people)))))


def as_read(data: ReportData) -> str:
    """Return everything a report shows, in the order it is read."""
    report = build_report(data, scope(), today=TODAY)
    said = [f"{answer.question} {answer.text}" for answer in report.answers]
    for section in report.sections:
        said += [section.title, section.sentence, *section.cautions]
        for table in section.tables:
            # Estimates of therapists and of the model move with every course, as means do; counts are tried elsewhere.
            rows = [] if section.key == "therapists" else table.frame.to_csv().splitlines()
            said += [table.title, *table.notes, *(row for row in rows if ERROR not in row)]
        said += [picture.alt + picture.frame.to_csv() for picture in section.pictures]
    return "\n".join(said)


@pytest.mark.slow
@pytest.mark.parametrize("made", [not_known, third_dated, lists_followed, of_a_rare_gender])
def test_a_whole_report_reads_alike_whether_there_is_nobody_one_or_two_of_a_kind(
    made: Callable[[int], ReportData],
) -> None:
    none, *some = (as_read(made(count)).splitlines() for count in range(3))
    for found in some:
        assert found == none


def test_which_names_are_rare_and_their_order_go_by_counts_in_steps_of_five() -> None:
    """Eight to twelve are alike, and so are two groups that differ by one."""
    told = set()
    for rare in range(8, 13):
        for more in (-1, 0, 1):
            names = ["woman"] * (40 + more) + ["man"] * (40 - more) + ["non_binary"] * rare
            told.add(tuple(client_groups(pd.DataFrame(_people(names)))["gender"][1]))
    assert told == {("man", "woman", "other")}


def _people(genders: list[str]) -> dict[str, object]:
    blank = [None] * len(genders)
    return {"gender": genders, "age": [40.0] * len(genders), "languages": blank, "identities": blank}
