import numpy as np
import pandas as pd
import pytest

from matcher.clinic import Clinic, canonical_clients, canonical_episodes, canonical_therapists
from matcher.clinic.encoding import encode_clients, encode_therapists
from matcher.clinic.pairs import Pairs
from matcher.features.case_mix import CASE_MIX_NAMES
from matcher.features.comparisons import COMPARISONS, NAMES, compare
from matcher.ranking import design
from matcher.ranking.design import episode_design
from matcher.simulation import simulate_clinic


def small_clinic(episodes: pd.DataFrame, clients: pd.DataFrame | None = None) -> Clinic:
    therapists = pd.DataFrame(
        {
            "therapist_id": ["t1", "t2"],
            "name": ["A", "B"],
            "concerns": ["depression", "sleep"],
            "formats": "telehealth",
            "capacity": 1,
            "next_opening": "2030-01-01",
            "gender": ["woman", "man"],
        }
    )
    if clients is None:
        clients = pd.DataFrame(
            {
                "client_id": ["c1", "c2"],
                "concerns": ["depression:3", "sleep:1"],
                "enquired_at": "2025-01-01T09:00",
                "measure": "phq9",
                "score": [20.9, 9.9],
                "therapist_gender": ["woman", "woman"],
            }
        )
    return Clinic(canonical_therapists(therapists), canonical_clients(clients), canonical_episodes(episodes))


def episodes(**columns: object) -> pd.DataFrame:
    base = {"episode_id": "", "client_id": "c1", "therapist_id": "t1", "started_on": "2025-01-15"} | columns
    n = max(len(values) if isinstance(values, list) else 1 for values in base.values())
    frame = pd.DataFrame(base, index=range(n))
    frame["episode_id"] = [f"e{i}" for i in range(len(frame))]
    return frame


def designed(clinic: Clinic) -> design.EpisodeDesign:
    return episode_design(clinic, encode_therapists(clinic.therapists))


START, WAIT = CASE_MIX_NAMES.index("start_score"), NAMES.index("wait")


def test_the_episodes_own_start_score_comes_before_the_intake_score() -> None:
    rows = episodes(
        client_id=["c1", "c2"], therapist_id="t1", started_on="2025-01-15", measure="phq9", score_start=[9.9, None]
    )
    found = designed(small_clinic(rows))
    assert found.C[:, START] == pytest.approx([-1.0, -1.0], abs=1e-5)
    # Severity, what a therapist's slope multiplies, is the start score.
    assert found.Z[:, -1] == pytest.approx([-1.0, -1.0], abs=1e-5)


def test_an_intake_score_taken_after_the_episode_began_is_not_used() -> None:
    found = designed(small_clinic(episodes(started_on=["2024-06-01"])))
    assert found.C[0, START] == 0
    assert found.C[0, CASE_MIX_NAMES.index("start_score_missing")] == 1
    assert found.X[0, WAIT] == 0


def test_the_wait_is_from_enquiry_to_first_session_and_is_not_known_for_later_episodes() -> None:
    rows = episodes(client_id=["c1", "c1"], therapist_id="t1", started_on=["2025-06-01", "2025-01-15"])
    found = designed(small_clinic(rows))
    # Fourteen days and a few hours from enquiry: two weeks, the neutral wait.
    assert found.X[1, WAIT] == pytest.approx(0, abs=0.1)
    assert found.X[0, WAIT] == 0
    late = designed(small_clinic(episodes(started_on=["2025-02-12"])))
    assert late.X[0, WAIT] == pytest.approx(-4, abs=0.1)


def test_an_unlisted_therapist_has_no_comparisons_and_an_unknown_client_is_left_out() -> None:
    rows = episodes(client_id=["c1", "gone", "c2"], therapist_id=["t9", "t1", "t2"], started_on="2025-01-15")
    found = designed(small_clinic(rows))
    assert (found.left_out, found.unlisted) == (1, 1)
    assert found.rows.tolist() == [0, 2]
    assert found.therapist_ids.tolist() == ["t9", "t2"]
    assert (found.X[0] == 0).all()
    assert found.X[1, NAMES.index("wish_therapist_gender")] == -0.5
    assert found.C[0, 0] == 1


def test_rows_are_the_same_as_the_grid_gives_and_whatever_the_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    made = simulate_clinic(80, 6, 3)
    clinic = Clinic(made.therapists, made.clients, made.episodes)
    whole = designed(clinic)
    monkeypatch.setattr(design, "CHUNK", 7)
    parts = designed(clinic)
    for name in ("X", "C", "Z"):
        np.testing.assert_allclose(getattr(whole, name), getattr(parts, name), atol=1e-6)
    therapists = encode_therapists(clinic.therapists)
    pairs = Pairs(encode_clients(clinic.clients, therapists), therapists)
    client = pd.Index(clinic.clients["client_id"]).get_indexer(clinic.episodes["client_id"])
    therapist = pd.Index(clinic.therapists["therapist_id"]).get_indexer(clinic.episodes["therapist_id"])
    for column, comparison in enumerate(COMPARISONS):
        grid = compare(comparison, pairs)
        if comparison.name not in ("wait", "opening_by"):
            expected = 0 if grid is None else grid[client, therapist]
            np.testing.assert_allclose(whole.X[:, column], expected, atol=1e-6, err_msg=comparison.name)
    assert np.isfinite(np.hstack([whole.X, whole.C, whole.Z])).all()


def test_no_episodes_and_no_therapists_give_empty_rows() -> None:
    empty = designed(small_clinic(episodes().iloc[:0]))
    assert len(empty) == 0
    assert empty.X.shape == (0, len(NAMES))
    assert empty.Y.shape == (0, 3)
