"""How long a report of 50,000 courses and its page take, beside fitting the ranking model to the same rows once."""

import time

import pytest

from matcher.clinic.folder import Clinic
from matcher.ranking.recommender import Recommender
from matcher.reports.build import build_report
from matcher.reports.drawing import Drawing
from matcher.reports.html import html
from matcher.reports.values import Report
from matcher.simulation.clinic import SimulatedClinic, simulate_clinic
from matcher.simulation.world import World
from tests.reports.made_clinics import TODAY, data_of, scope


@pytest.mark.benchmark
def test_a_report_of_fifty_thousand_courses(capsys):
    made = simulate_clinic(52_000, 100, 3, World(years=4, recommended_share=0.3))
    start = time.process_time()
    Recommender().fit(Clinic(made.therapists, made.clients, made.episodes))
    fitted = time.process_time() - start
    built, drawn = [], []
    for _ in range(3):
        start = time.process_time()
        report = build_report(data_of(made), scope(), today=TODAY)
        built.append(time.process_time() - start)
        start = time.process_time()
        page = html(report)
        drawn.append(time.process_time() - start)
    pictures = sum(len(section.pictures) for section in report.sections)
    wall = [as_the_command_does(made, report) for _ in range(3)]
    with capsys.disabled():
        print(
            f"\n{len(made.episodes):,} courses, processor time: report {min(built):.2f} s, page of {pictures} pictures "
            f"{min(drawn):.2f} s (the first, with what draws them loaded, {drawn[0]:.2f} s); fitting the model once "
            f"{fitted:.2f} s; the page is {len(page) / 1e6:.2f} MB. By the clock, drawn beside: {min(wall):.2f} s"
        )
    assert len(report.sections) == 8
    assert len(page) < 3_000_000
    # A report fits a model too, on a part, and reads everything once: a few fits' worth.
    assert min(built) < 6 * fitted
    # Promised, after loading: 5 s.
    assert min(wall) < 5


def as_the_command_does(made: SimulatedClinic, before: Report) -> float:
    """Return the seconds by the clock from a clinic's rows to its page, another process drawing as `matcher report`."""
    with Drawing() as drawing:
        # It gets ready while the command reads the clinic, which takes longer.
        drawing.begin(before.sections[0])
        drawing.svg(before.sections[0].pictures[0])
        html(before, drawing.svg)
        start = time.perf_counter()
        report = build_report(data_of(made), scope(), today=TODAY, progress=drawing.begin)
        html(report, drawing.svg)
        return time.perf_counter() - start
