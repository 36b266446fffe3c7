"""A report on one site does not speak of clients who belong to none."""

from matcher.reports.build import build_report
from matcher.reports.fairness import CAME
from matcher.reports.wishes import SITELESS
from tests.reports.made_clinics import TODAY, data_of, scope, simulated


def test_a_report_on_one_site_claims_neither_how_many_came_of_all_nor_that_nothing_is_lacking():
    made = simulated(clients=300)
    ids = made.therapists["therapist_id"].tolist()
    sites = {one: "north" if place < 4 else "south" for place, one in enumerate(ids)}
    report = build_report(data_of(made, sites=sites), scope(site="north"), today=TODAY)
    said = {part.key: part for part in report.sections}
    assert "are known to have a therapist at this site" in said["flow"].sentence
    assert SITELESS in said["wishes"].cautions
    assert "no single gap" not in said["wishes"].sentence
    room = next(one.text for one in report.answers if "capacity" in one.question)
    assert SITELESS in room
    assert "No single gap" not in room
    assert not any(CAME in set(table.frame["what"]) for table in said["fairness"].tables if "what" in table.frame)
