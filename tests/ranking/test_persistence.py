import json
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pytest

from matcher.clinic.folder import Clinic
from matcher.ranking.persistence import ModelFileError, card_path, load_model, save_model
from matcher.ranking.recommender import Recommender
from matcher.simulation.clinic import simulate_clinic


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    simulated = simulate_clinic(250, 10, 3)
    return Clinic(simulated.therapists, simulated.clients, simulated.episodes)


@pytest.fixture(scope="module")
def fitted(clinic: Clinic) -> Recommender:
    return Recommender().fit(clinic)


@pytest.fixture
def saved(fitted: Recommender, tmp_path: Path) -> Path:
    path = tmp_path / "clinic.joblib"
    save_model(fitted.learned_, path, window=("2024-11-20", "2026-11-20"))
    return path


def test_a_model_read_again_scores_the_same(fitted: Recommender, saved: Path, clinic: Clinic) -> None:
    learned, card = load_model(saved)
    again = Recommender().attach(clinic, learned)
    np.testing.assert_array_equal(again.score(clinic.clients), fitted.score(clinic.clients))
    assert card.episodes == len(clinic.episodes)


def test_the_card_says_what_the_model_rests_on(saved: Path, clinic: Clinic) -> None:
    card = json.loads(card_path(saved).read_text())
    assert card["therapists"] == clinic.episodes["therapist_id"].nunique()
    assert card["observed"]["alliance"] == clinic.episodes["alliance_goal"].notna().sum()
    assert card["first_started_on"] == "2024-11-20"
    assert card["limits"]
    assert {"numpy", "scikit-learn", "matcher"} <= set(card["packages"])
    assert len(card["spreads"]["level_and_slope_sd"]) == 6


def test_nothing_but_the_model_and_its_card_is_left(saved: Path) -> None:
    assert sorted(p.name for p in saved.parent.iterdir()) == ["clinic.card.json", "clinic.joblib"]


def test_a_changed_file_is_refused(saved: Path) -> None:
    with saved.open("ab") as file:
        file.write(b"x")
    with pytest.raises(ModelFileError, match="hash"):
        load_model(saved)


def test_a_file_swapped_for_code_is_refused_before_it_is_read(saved: Path, tmp_path: Path) -> None:
    marker = tmp_path / "ran"

    class Trap:
        def __reduce__(self) -> tuple[object, tuple[str, ...]]:
            return Path.touch, (marker,)  # type: ignore[return-value]

    joblib.dump(Trap(), saved)
    with pytest.raises(ModelFileError, match="hash"):
        load_model(saved)
    assert not marker.exists()


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"schema": 99}', '{"schema": 1, "surprise": true}'])
def test_an_unusable_card_is_refused(saved: Path, text: str) -> None:
    card_path(saved).write_text(text)
    with pytest.raises(ModelFileError):
        load_model(saved)


def test_a_missing_file_or_card_is_refused(saved: Path) -> None:
    with pytest.raises(ModelFileError, match=r"missing\.card\.json"):
        load_model(saved.with_name("missing.joblib"))
    saved.unlink()
    with pytest.raises(ModelFileError, match="train a model"):
        load_model(saved)


def test_a_model_of_other_comparisons_is_refused(saved: Path, fitted: Recommender) -> None:
    payload = joblib.load(saved)
    payload["columns"]["X"][0] = "another"
    joblib.dump(payload, saved)
    card = json.loads(card_path(saved).read_text())
    import hashlib

    card["sha256"] = hashlib.sha256(saved.read_bytes()).hexdigest()
    card_path(saved).write_text(json.dumps(card))
    with pytest.raises(ModelFileError, match="other comparisons"):
        load_model(saved)


def test_a_model_without_episodes_can_be_kept(clinic: Clinic, tmp_path: Path) -> None:
    published = Recommender().fit(replace(clinic, episodes=clinic.episodes.iloc[:0]))
    card = save_model(published.learned_, tmp_path / "empty.joblib", window=("", ""))
    learned, _ = load_model(tmp_path / "empty.joblib")
    assert card.episodes == 0
    assert "published effects" in card.summary
    again = Recommender().attach(clinic, learned)
    np.testing.assert_allclose(again.score(clinic.clients), published.score(clinic.clients))
