"""How long a report of 50,000 courses takes, beside fitting the ranking model to the same rows once."""

import time

import pytest

from matcher.clinic.folder import Clinic
from matcher.ranking.recommender import Recommender
from matcher.reports.build import build_report
from matcher.simulation.clinic import simulate_clinic
from matcher.simulation.world import World
from tests.reports.made_clinics import TODAY, data_of, scope


@pytest.mark.benchmark
def test_a_report_of_fifty_thousand_courses(capsys):
    made = simulate_clinic(52_000, 100, 3, World(years=4, recommended_share=0.3))
    start = time.perf_counter()
    Recommender().fit(Clinic(made.therapists, made.clients, made.episodes))
    fitted = time.perf_counter() - start
    taken = []
    for _ in range(3):
        start = time.perf_counter()
        report = build_report(data_of(made), scope(), today=TODAY)
        taken.append(time.perf_counter() - start)
    with capsys.disabled():
        print(f"\n{len(made.episodes):,} courses: report {min(taken):.2f} s, fitting the model once {fitted:.2f} s")
    assert len(report.sections) == 8
    # A report fits a model too, on a part, and reads everything once: a few fits' worth.
    assert min(taken) < 6 * fitted
