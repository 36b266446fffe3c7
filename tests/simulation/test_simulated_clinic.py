"""A simulated clinic is reproducible, is what `read_clinic` would return, and keeps what is hidden hidden."""

from dataclasses import fields, replace
from typing import get_args

import numpy as np
import pandas as pd
import pytest
from calibration_studies import eligible
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.clinic import read_clinic
from matcher.clinic.encoding import encode_clients, encode_therapists
from matcher.clinic.pairs import Pairs
from matcher.clinic.schema import CLIENTS, EPISODES, THERAPISTS
from matcher.intake.safety import safety_flags
from matcher.simulation import (
    SimulatedClinic,
    World,
    simulate_clients,
    simulate_clinic,
    simulate_therapists,
    write_simulation,
)
from matcher.simulation.courses import draw_courses
from matcher.simulation.truth import expected
from matcher.simulation.world import Effects, Matching

FRAMES = ("therapists", "clients", "episodes")
worlds = st.builds(
    World,
    effects=st.sampled_from(get_args(Effects)),
    matching=st.sampled_from(get_args(Matching)),
    severity_sd=st.sampled_from((0.5, 1.0)),
    recommended_share=st.sampled_from((0.0, 0.3)),
)
clinics = st.builds(
    simulate_clinic,
    st.integers(0, 60),
    st.integers(1, 8),
    st.integers(0, 10_000),
    worlds,
)


@pytest.fixture(scope="module")
def clinic() -> SimulatedClinic:
    return simulate_clinic(2000, 30, seed=7)


def test_the_same_arguments_give_the_same_clinic(clinic: SimulatedClinic) -> None:
    again = simulate_clinic(2000, 30, seed=7)
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(clinic, name), getattr(again, name))
    pd.testing.assert_frame_equal(clinic.truth.courses, again.truth.courses)
    assert np.array_equal(clinic.truth.therapists.effects, again.truth.therapists.effects)


def test_another_seed_gives_another_clinic(clinic: SimulatedClinic) -> None:
    other = simulate_clinic(2000, 30, seed=8)
    assert not clinic.clients["concerns"].equals(other.clients["concerns"])
    assert not np.array_equal(clinic.truth.therapists.effects, other.truth.therapists.effects)


def test_more_clients_do_not_change_the_therapists(clinic: SimulatedClinic) -> None:
    pd.testing.assert_frame_equal(clinic.therapists, simulate_clinic(50, 30, seed=7).therapists)


@settings(max_examples=12, deadline=None)
@given(clinics)
def test_frames_are_canonical(clinic: SimulatedClinic) -> None:
    for table, frame in ((THERAPISTS, clinic.therapists), (CLIENTS, clinic.clients), (EPISODES, clinic.episodes)):
        assert list(frame.columns) == [column.name for column in table.columns]
        assert {column.name: str(frame[column.name].dtype) for column in table.columns} == {
            column.name: column.dtype for column in table.columns
        }
        assert frame.index.equals(pd.RangeIndex(len(frame)))
        assert frame[table.key].is_unique


@settings(max_examples=12, deadline=None)
@given(clinics)
def test_nobody_sees_a_therapist_they_may_not_see(clinic: SimulatedClinic) -> None:
    ok = eligible(clinic, clinic.clients)
    client = pd.Index(clinic.clients["client_id"]).get_indexer(clinic.episodes["client_id"])
    therapist = pd.Index(clinic.therapists["therapist_id"]).get_indexer(clinic.episodes["therapist_id"])
    assert (client >= 0).all()
    assert (therapist >= 0).all()
    assert ok[client, therapist].all()


@settings(max_examples=12, deadline=None)
@given(clinics)
def test_episodes_hang_together(clinic: SimulatedClinic) -> None:
    e = clinic.episodes
    today = pd.Timestamp(clinic.truth.world.today)
    enquired = clinic.clients.set_index("client_id")["enquired_at"].reindex(e["client_id"]).dt.normalize()
    assert (e["started_on"] <= today).all()
    assert (e["started_on"].to_numpy() > enquired.to_numpy()).all()
    assert (e["ended_on"].dropna() <= today).all()
    assert (e["ended_on"].isna() == (e["ending"] == "ongoing")).all()
    assert (e["sessions"] >= 1).all()
    assert e.loc[e["ending"] == "ongoing", "score_end"].isna().all()
    assert e.loc[e["sessions"] < 3, "alliance_goal"].isna().all()
    twice = e.loc[e["matched_by"] == "rematch", "client_id"]
    assert e[e["client_id"].isin(twice)].groupby("client_id")["therapist_id"].nunique().eq(2).all()


@settings(max_examples=12, deadline=None)
@given(clinics)
def test_benefit_is_the_mean_of_its_parts_and_centres_on_whom_a_client_could_see(clinic: SimulatedClinic) -> None:
    true = clinic.truth.benefit(clinic.clients, clinic.therapists)
    ok = eligible(clinic, clinic.clients)
    assert true.benefit.shape == ok.shape
    assert np.isfinite(true.benefit).all()
    assert np.allclose(3 * true.benefit, true.alliance + true.improvement + true.staying)
    assert ((true.dropout > 0) & (true.dropout < 1)).all()
    relative = true.relative(ok)
    some = ok.any(axis=1)
    assert np.allclose(np.nanmean(relative[some], axis=1), 0, atol=1e-6)
    assert np.isnan(relative[~ok]).all()
    best = true.best(ok)
    assert (best[~some] == -1).all()
    assert np.allclose(relative[some, best[some]], np.nanmax(relative[some], axis=1))


def test_reads_back_without_problems(clinic: SimulatedClinic, tmp_path) -> None:
    write_simulation(clinic, tmp_path)
    read = read_clinic(tmp_path)
    assert read.problems == ()
    for name in FRAMES:
        pd.testing.assert_frame_equal(getattr(read, name), getattr(clinic, name))


def test_truth_file_holds_every_pair_of_a_small_clinic(tmp_path) -> None:
    small = simulate_clinic(20, 5, seed=3)
    write_simulation(small, tmp_path)
    truth = pd.read_csv(tmp_path / "truth.csv")
    assert list(truth.columns[:6]) == ["client_id", "therapist_id", "benefit", "alliance", "improvement", "staying"]
    assert len(truth) == 100
    table = truth["benefit"].to_numpy().reshape(20, 5)
    assert np.allclose(table, small.truth.benefit(small.clients, small.therapists).benefit, atol=1e-5)


def test_nothing_hidden_is_in_what_a_clinic_sees(clinic: SimulatedClinic) -> None:
    seen = {name for frame in FRAMES for name in getattr(clinic, frame).columns}
    hidden = {name for name in clinic.truth.courses.columns if name not in ("episode_id", "sessions")}
    assert not seen & hidden
    assert not seen & {"severity", "prognosis", "benefit"}
    assert {f.name for f in fields(SimulatedClinic)} == {*FRAMES, "truth"}


def test_truth_refuses_strangers(clinic: SimulatedClinic) -> None:
    stranger = clinic.clients.head(2).assign(client_id=["x1", "x2"])
    with pytest.raises(ValueError, match="2 clients are not of this simulated clinic"):
        clinic.truth.benefit(stranger, clinic.therapists)


def test_truth_is_the_average_of_what_happens(clinic: SimulatedClinic) -> None:
    """Twenty thousand courses of each of four pairs average to the expected outcomes, within five standard errors."""
    table = encode_therapists(clinic.therapists)
    clients = encode_clients(clinic.clients, table)
    world, draws = clinic.truth.world, 20_000
    for client, therapist in ((0, 0), (11, 3), (250, 17), (999, 29)):
        rows, seen = np.full(draws, client), np.full(draws, therapist)
        pairs = Pairs(clients.take(rows), table.take(seen), grid=False)
        hidden = clinic.truth.clients.take(rows), clinic.truth.therapists.take(seen)
        courses = draw_courses(np.random.default_rng(5), pairs, hidden, np.full(draws, world.wait_weeks), world)
        mean = expected(pairs, *hidden, world)
        prognosis = clinic.truth.clients.prognosis[client]
        assert courses.alliance.mean() == pytest.approx(mean.alliance[0], abs=5 / np.sqrt(draws))
        assert courses.left.mean() == pytest.approx(mean.dropout[0], abs=0.012)
        assert courses.improvement.mean() - prognosis == pytest.approx(mean.improvement[0], abs=0.03)


def test_no_effects_means_no_differences_between_therapists() -> None:
    clinic = simulate_clinic(200, 10, seed=2, world=World(effects="none"))
    true = clinic.truth.benefit(clinic.clients, clinic.therapists)
    assert np.ptp(true.benefit, axis=1).max() < 1e-9


def test_a_stronger_world_has_wider_differences_and_a_threshold_world_steps() -> None:
    def spread(effects: Effects) -> float:
        clinic = simulate_clinic(500, 40, seed=4, world=World(effects=effects))
        return float(clinic.truth.benefit(clinic.clients, clinic.therapists).improvement.std(axis=1).mean())

    assert spread("stronger") > 1.2 * spread("linear")
    assert spread("threshold") == pytest.approx(spread("linear"), rel=0.35)


def test_recommended_matching_does_better_than_chance() -> None:
    def gained(world: World) -> float:
        clinic = simulate_clinic(1500, 30, seed=5, world=world)
        true = clinic.truth.benefit(clinic.clients, clinic.therapists).relative(eligible(clinic, clinic.clients))
        client = pd.Index(clinic.clients["client_id"]).get_indexer(clinic.episodes["client_id"])
        therapist = pd.Index(clinic.therapists["therapist_id"]).get_indexer(clinic.episodes["therapist_id"])
        return float(true[client, therapist].mean())

    assert gained(World(matching="random")) == pytest.approx(0, abs=0.03)
    assert gained(World(matching="recommended")) > 0.1


def test_only_clients_with_a_raised_risk_speak_of_it(clinic: SimulatedClinic) -> None:
    said = clinic.clients[clinic.clients["about"].notna()]
    grave = [
        bool({"suicide", "self_harm", "harm_to_others", "abuse", "child_safety"} & set(f))
        for f in safety_flags(said["about"].tolist())
    ]
    assert not (np.array(grave) & ~said["risk_raised"].fillna(False).to_numpy(bool)).any()
    assert any(grave)


def test_wishes_are_stated_as_often_as_published(clinic: SimulatedClinic) -> None:
    clients = simulate_clients(20_000, seed=1)
    share = clients[["therapist_gender", "modalities", "identities"]].notna().mean()
    assert share.to_numpy() == pytest.approx([0.40, 0.27, 0.044], abs=0.015)
    assert clients["must_have"].notna().mean() < 0.2


def test_nearly_everybody_can_be_seen_by_somebody(clinic: SimulatedClinic) -> None:
    assert eligible(clinic, clinic.clients).any(axis=1).mean() > 0.95


def test_declared_scope_hardly_follows_true_strength() -> None:
    clinic = simulate_clinic(10, 3000, seed=6)
    frame = clinic.truth.therapists.frame()
    strength = frame["improvement_domain_trauma"].to_numpy()
    lists = clinic.therapists["concerns"].str.contains("trauma").to_numpy(float)
    assert abs(np.corrcoef(lists, strength)[0, 1]) < 0.1


def test_simulating_therapists_alone_needs_nothing_else() -> None:
    therapists = simulate_therapists(500, seed=1)
    assert len(therapists) == 500
    assert therapists["languages"].fillna("english").str.contains("english").all()


def test_settling_leaves_the_ordinary_world_alone() -> None:
    assert World().settled() == World()
    assert replace(World(), effects="stronger").settled().therapist_domain_variance == 0.12
