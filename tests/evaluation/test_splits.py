from datetime import date

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.clinic import Clinic, canonical_episodes
from matcher.evaluation.later import clients_as_of, without_capacity
from matcher.evaluation.splits import time_split

from .made import made_clinic


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return made_clinic()


CLINIC = made_clinic(120, 6, 2)


@settings(max_examples=25, deadline=None)
@given(st.floats(0.05, 0.95))
def test_no_client_and_no_later_knowledge_is_on_the_earlier_side(quantile: float) -> None:
    split = time_split(CLINIC, quantile)
    cut = pd.Timestamp(split.cut)
    earlier = split.earlier.episodes
    assert (earlier["started_on"] < cut).all()
    assert not (earlier["ended_on"] >= cut).any()
    assert earlier.loc[earlier["ended_on"].isna(), "score_end"].isna().all()
    assert (split.later["started_on"] >= cut).all()
    assert not set(earlier["client_id"]) & set(split.later["client_id"])
    assert len(earlier) + len(split.later) + split.returning == len(CLINIC.episodes)


def test_a_split_is_at_about_its_quantile_or_on_the_day_asked_for(clinic: Clinic) -> None:
    split = time_split(clinic, 0.7)
    assert len(split.earlier.episodes) / len(clinic.episodes) == pytest.approx(0.7, abs=0.03)
    assert time_split(clinic, on=date(2026, 1, 1)).cut == date(2026, 1, 1)


def test_endings_that_came_later_are_hidden_and_counted(clinic: Clinic) -> None:
    split = time_split(clinic)
    known = clinic.episodes[clinic.episodes["started_on"] < pd.Timestamp(split.cut)]
    assert split.hidden == (known["ended_on"] >= pd.Timestamp(split.cut)).sum() > 0
    assert known["ending"].notna().all()


def test_the_clinic_itself_is_left_as_it_was(clinic: Clinic) -> None:
    before = clinic.episodes.copy()
    time_split(clinic)
    pd.testing.assert_frame_equal(clinic.episodes, before)


def test_no_episodes_split_into_none(clinic: Clinic) -> None:
    split = time_split(Clinic(clinic.therapists, clinic.clients, clinic.episodes.iloc[:0]))
    assert len(split.earlier.episodes) == len(split.later) == 0


def test_a_quantile_outside_is_an_error(clinic: Clinic) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        time_split(clinic, 1.0)


def test_clients_are_as_they_stood_when_the_episode_began(clinic: Clinic) -> None:
    clients = clinic.clients.iloc[:2].assign(
        enquired_at=pd.to_datetime(["2025-01-01", "2026-01-01"]),
        measure="phq9",
        score=[20.0, 5.0],
        exclude_therapists=[clinic.therapists["therapist_id"][0]] * 2,
    )
    ids = clients["client_id"].tolist()
    episodes = canonical_episodes(
        pd.DataFrame(
            {
                "episode_id": ["e1", "e2", "e3"],
                "client_id": [ids[0], ids[0], ids[1]],
                "therapist_id": "t1",
                "started_on": "2025-02-01",
                "measure": [None, "gad7", None],
                "score_start": [None, 9.0, None],
            }
        )
    )
    found = clients_as_of(clients, episodes)
    assert found["client_id"].tolist() == ["e1", "e2", "e3"]
    assert found["score"].tolist()[:2] == [20.0, 9.0]
    assert found["measure"].tolist()[:2] == ["phq9", "gad7"]
    # The second client's score was taken after the episode began.
    assert found[["measure", "score"]].iloc[2].isna().all()
    assert found["exclude_therapists"].isna().all()


def test_todays_full_therapists_were_not_full_in_the_past(clinic: Clinic) -> None:
    full = Clinic(clinic.therapists.assign(capacity=0), clinic.clients, clinic.episodes)
    assert (without_capacity(full).therapists["capacity"] == 1).all()
    assert (full.therapists["capacity"] == 0).all()
