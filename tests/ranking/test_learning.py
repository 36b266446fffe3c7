from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from matcher.clinic.encoding import encode_therapists
from matcher.clinic.folder import Clinic
from matcher.features.comparisons import NAMES
from matcher.ranking.design import episode_design
from matcher.ranking.effects import effect_priors
from matcher.ranking.learning import learn, sums_of
from matcher.ranking.recommender import Recommender
from matcher.simulation.clinic import simulate_clinic


def clinic_of(n_clients: int, n_therapists: int, seed: int) -> Clinic:
    simulated = simulate_clinic(n_clients, n_therapists, seed)
    return Clinic(simulated.therapists, simulated.clients, simulated.episodes)


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return clinic_of(400, 15, 4)


def part(clinic: Clinic, rows: slice) -> Clinic:
    return replace(clinic, episodes=clinic.episodes.iloc[rows].reset_index(drop=True))


def test_no_episodes_leave_the_published_effects(clinic: Clinic) -> None:
    fitted = Recommender().fit(part(clinic, slice(0, 0)))
    np.testing.assert_allclose(fitted.belief_.coefficients, effect_priors().mean, atol=1e-12)
    assert not fitted.belief_.therapist_effects.any()
    assert fitted.learned_.summary().startswith("No episodes yet")


def test_new_episodes_update_to_what_a_fit_of_all_gives(clinic: Clinic) -> None:
    # Split by client, so that which episode is a client's first does not depend on the part.
    early = clinic.episodes["client_id"].isin(clinic.clients["client_id"].iloc[:200])
    one = replace(clinic, episodes=clinic.episodes[early].reset_index(drop=True))
    two = replace(clinic, episodes=clinic.episodes[~early].reset_index(drop=True))
    whole = Recommender().fit(clinic)
    grown = Recommender().fit(one).update(two)
    np.testing.assert_allclose(grown.score(clinic.clients), whole.score(clinic.clients), atol=1e-6)


def test_sums_of_parts_add_up(clinic: Clinic) -> None:
    design = episode_design(clinic, encode_therapists(clinic.therapists))
    places = np.arange(len(design))
    parts = [sums_of(design.take(places[i::3])) for i in range(3)]
    merged, whole = learn(parts[0] + parts[1] + parts[2]), learn(sums_of(design))
    np.testing.assert_allclose(merged.model.posterior_.fixed, whole.model.posterior_.fixed, atol=1e-8)


def test_shuffled_labels_say_so_and_real_ones_do_too() -> None:
    clinic = clinic_of(1100, 20, 51)
    order = np.random.default_rng(0).permutation(len(clinic.episodes))
    ids = clinic.episodes["therapist_id"].to_numpy()[order]
    shuffled = Recommender().fit(replace(clinic, episodes=clinic.episodes.assign(therapist_id=pd.Series(ids))))
    real = Recommender().fit(clinic)
    assert not shuffled.learned_.model.spread().differs
    assert "differ in outcomes" in real.learned_.summary()
    assert shuffled.learned_.model.spread().learned < 0.05 < real.learned_.model.spread().learned


@pytest.mark.parametrize("n_episodes", [1, 2])
def test_one_episode_is_enough_to_be_sensible(clinic: Clinic, n_episodes: int) -> None:
    fitted = Recommender().fit(part(clinic, slice(0, n_episodes)))
    scores = fitted.score(clinic.clients)
    assert np.isfinite(scores[~np.isnan(scores)]).all()
    assert np.abs(fitted.belief_.coefficients - effect_priors().mean).max() < 0.05


def test_one_therapist_and_a_constant_outcome(clinic: Clinic) -> None:
    alone = replace(clinic, therapists=clinic.therapists.iloc[:1].reset_index(drop=True))
    same = clinic.episodes.assign(alliance_goal=8.0, alliance_task=8.0, alliance_bond=8.0, ending="planned")
    for changed in (alone, replace(clinic, episodes=same)):
        slates = Recommender().fit(changed).recommend(changed.clients.head(20), top=2)
        for recommendation in (r for slate in slates for r in slate.recommendations):
            assert np.isfinite([recommendation.benefit, recommendation.benefit_low, recommendation.benefit_high]).all()


def test_a_therapist_who_left_is_learned_from_and_never_suggested(clinic: Clinic) -> None:
    gone = clinic.episodes["therapist_id"].value_counts().index[0]
    left = replace(clinic, therapists=clinic.therapists[clinic.therapists["therapist_id"] != gone])
    fitted = Recommender().fit(left)
    assert gone in fitted.learned_.sums.therapists
    suggested = {r.therapist_id for s in fitted.recommend(clinic.clients.head(50)) for r in s.recommendations}
    assert gone not in suggested


def test_every_comparison_has_a_prior() -> None:
    priors = effect_priors()
    assert priors.names == NAMES
    assert (np.linalg.eigvalsh(priors.covariance) > 0).all()
    wish = priors.mean[NAMES.index("wish_therapist_gender")]
    # Swift 2018 and Windle 2020: alliance .30, improvement .10, drop-out odds 1.79 at a rate of .2.
    np.testing.assert_allclose(wish, [0.30, 0.10, 0.2 * 0.8 / 0.4 * np.log(1.79)])
