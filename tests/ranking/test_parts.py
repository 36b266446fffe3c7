"""Therapists taken in parts give the slates, scores and intervals of all of them at once."""

import numpy as np
import pytest

from matcher.clinic import Clinic, arrays
from matcher.ranking.recommender import Recommender
from matcher.simulation import simulate_clinic


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    made = simulate_clinic(120, 50, seed=11)
    return Clinic(made.therapists, made.clients, made.episodes)


@pytest.mark.slow
@pytest.mark.parametrize("rows", [1, 7, 49])
@pytest.mark.parametrize("top", [0, 1, 3])
def test_parts_change_nothing(clinic: Clinic, monkeypatch: pytest.MonkeyPatch, rows: int, top: int) -> None:
    clients = clinic.clients.head(30)
    whole = Recommender().fit(clinic)
    expected, scores = whole.rank(clients, top), whole.score(clients)
    slates = whole.recommend(clients, top, safety_checked=True)
    monkeypatch.setattr(arrays, "PART_ROWS", rows)
    cut = Recommender().attach(clinic, whole.learned_)
    assert len(cut.therapists_.parts) == -(-50 // rows)
    found = cut.rank(clients, top)
    np.testing.assert_array_equal(found.therapist_rows, expected.therapist_rows)
    np.testing.assert_allclose(found.benefit, expected.benefit, atol=1e-6)
    np.testing.assert_allclose(found.low, expected.low, atol=1e-6)
    np.testing.assert_allclose(cut.score(clients), scores, atol=1e-6)
    again = cut.recommend(clients, top, safety_checked=True)
    assert [slate.eligible for slate in again] == [slate.eligible for slate in slates]
    assert [slate.relaxations for slate in again] == [slate.relaxations for slate in slates]
    assert [[r.reasons for r in s.recommendations] for s in again] == [
        [r.reasons for r in s.recommendations] for s in slates
    ]
