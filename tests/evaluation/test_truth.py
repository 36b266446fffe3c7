import numpy as np
import pandas as pd
import pytest

from matcher.evaluation.baselines import CaseMixOnly
from matcher.evaluation.candidates import BASELINES, LEARNED, PUBLISHED
from matcher.evaluation.truth import HeldOut, judge, learning_curve, shares
from matcher.ranking.recommender import Recommender
from matcher.simulation import World, simulate_clinic

from .made import clinic_of


@pytest.fixture(scope="module")
def made():
    return simulate_clinic(400, 15, 2)


def test_the_truth_itself_has_the_oracles_gain(made) -> None:
    class Oracle(CaseMixOnly):
        def _values(self, pairs):
            frame = made.clients.set_index("client_id").loc[list(pairs.clients.ids)].reset_index()
            return made.truth.benefit(frame, made.therapists).benefit

    found = judge(Oracle().fit(clinic_of(made)), made.clients[:80], made.therapists, made.truth)
    assert found.share == pytest.approx(1, abs=1e-6)
    assert found.concordance > 0.999
    assert found.slope == pytest.approx(1, abs=1e-4)
    assert found.gain == pytest.approx(found.oracle)


def test_chance_has_none_of_it(made) -> None:
    found = judge(CaseMixOnly().fit(clinic_of(made)), made.clients, made.therapists, made.truth)
    assert found.share == pytest.approx(0, abs=1e-9)
    assert found.concordance == pytest.approx(0.5)
    assert np.isnan(found.held)


def test_our_intervals_hold_most_true_benefits_before_any_episode(made) -> None:
    clinic = clinic_of(made)
    clinic = type(clinic)(clinic.therapists, clinic.clients, clinic.episodes.iloc[:0])
    found = judge(Recommender().fit(clinic), made.clients, made.therapists, made.truth)
    assert found.held > 0.85


def test_held_out_clients_are_in_no_episode_learned_from(made) -> None:
    held = HeldOut.of(made, 100, np.random.default_rng(0))
    small, large = held.clinic(50), held.clinic(200)
    assert not set(large.episodes["client_id"]) & set(held.new["client_id"])
    assert set(small.episodes["episode_id"]) <= set(large.episodes["episode_id"])
    with pytest.raises(ValueError, match="only"):
        held.clinic(10_000)


@pytest.mark.slow
def test_a_learning_curve_has_a_row_a_seed_size_and_candidate() -> None:
    done: list[tuple[int, int, str]] = []
    some = (LEARNED, next(c for c in BASELINES if c.name == PUBLISHED))
    curve = learning_curve((0, 60), (1, 2), 10, World(), some, lambda *step: done.append(step))
    assert len(curve) == len(done) == 8
    table = shares(curve)
    assert table.index.tolist() == [c.name for c in some]
    assert table.columns.tolist() == [0, 60]
    # With no episodes learning and published effects are the same.
    assert table.loc[LEARNED.name, 0] == pytest.approx(table.loc[PUBLISHED, 0], abs=1e-6)


@pytest.mark.slow
def test_share_of_the_oracles_gain_over_ten_clinics(capsys: pytest.CaptureFixture[str]) -> None:
    curve = learning_curve((0, 100, 300, 1000, 3000), range(1, 11))
    table = shares(curve)
    ours = table.loc[LEARNED.name]
    fit = curve[curve["recommender"] == LEARNED.name].groupby("episodes")[["held", "slope", "gain", "oracle"]].mean()
    with capsys.disabled(), pd.option_context("display.width", 160):
        print("\nShare of the oracle's gain over a random eligible therapist, 40 therapists, 10 clinics")
        print(table.round(2).to_string())
        print(fit.round(3).to_string())
    assert ours.is_monotonic_increasing
    assert ours[3000] > ours[0] + 0.3
    assert (ours >= table.loc[PUBLISHED] - 1e-6).all()
    # At the largest size, where the comparison is surest, nothing beats it.
    assert ours[3000] == table[3000].max()
