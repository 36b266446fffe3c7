"""How long a report of 50,000 courses and its page take, beside fitting the ranking model to the same rows once."""

import time

import pytest

from matcher.clinic.folder import Clinic
from matcher.ranking.recommender import Recommender
from matcher.reports.build import build_report
from matcher.reports.html import html
from matcher.simulation.clinic import simulate_clinic
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
    whole, pictures = min(built) + min(drawn), sum(len(section.pictures) for section in report.sections)
    with capsys.disabled():
        print(
            f"\n{len(made.episodes):,} courses, processor time: report {min(built):.2f} s, page of {pictures} pictures "
            f"{min(drawn):.2f} s (the first, with what draws them loaded, {drawn[0]:.2f} s), together {whole:.2f} s; "
            f"fitting the model once {fitted:.2f} s; the page is {len(page) / 1e6:.2f} MB"
        )
    assert len(report.sections) == 8
    assert len(page) < 3_000_000
    # A report fits a model too, on a part, and reads everything once: a few fits' worth.
    assert min(built) < 6 * fitted
