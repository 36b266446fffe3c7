"""The pipeline gives what the ranking scores, and NaN where the therapist's side is not known."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from made import client, clinic, therapist
from sklearn.base import clone
from strategies import clinics

from matcher.clinic import Clinic
from matcher.clinic.encoding import encode_clients, encode_therapists
from matcher.clinic.pairs import Pairs
from matcher.features.comparisons import COMPARISONS, NAMES, compare
from matcher.features.pipeline import MissingLevel, PairComparisons, make_pair_pipeline


def all_pairs(made: Clinic) -> pd.DataFrame:
    return made.clients[["client_id"]].merge(made.therapists[["therapist_id"]], how="cross")


@pytest.mark.slow
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(clinics(therapists=3, clients=3, episodes=0))
def test_the_pipeline_is_what_the_ranking_scores(made: Clinic) -> None:
    therapists = encode_therapists(made.therapists)
    pairs = Pairs(encode_clients(made.clients, therapists), therapists)
    frame = make_pair_pipeline(made).transform(all_pairs(made))
    assert list(frame) == list(NAMES)
    for comparison in COMPARISONS:
        scored = compare(comparison, pairs)
        expected = np.zeros(pairs.shape) if scored is None else scored
        np.testing.assert_allclose(frame[comparison.name], expected.ravel(), atol=1e-6)
        assert np.isfinite(frame[comparison.name]).all()


def test_unknown_is_missing_and_not_asked_is_neutral() -> None:
    made = clinic(
        therapist("known", gender="woman"),
        therapist("blank"),
        people=(client("asks", therapist_gender="woman"), client("does not")),
    )
    frame = PairComparisons().fit(made).transform(all_pairs(made))
    assert frame["wish_therapist_gender"].isna().tolist() == [False, True, False, False]
    assert frame["wish_therapist_gender"].tolist()[::2] == [0.5, 0.0]
    filled = MissingLevel().fit(frame).transform(frame)
    assert filled["wish_therapist_gender"].tolist() == [0.5, 0.0, 0.0, 0.0]
    assert frame.isna().any().any()


def test_whole_clients_and_ids_give_the_same() -> None:
    made = clinic(therapist("a", gender="man"), therapist("b"), people=(client(therapist_gender="woman", age=30),))
    pairs = all_pairs(made)
    comparisons = PairComparisons().fit(made)
    whole = made.clients.merge(pairs, on="client_id")
    pd.testing.assert_frame_equal(comparisons.transform(whole), comparisons.transform(pairs))


def test_it_keeps_scikit_learns_contract() -> None:
    made = clinic(therapist("a"), people=(client(),))
    comparisons = PairComparisons().fit(made)
    assert list(comparisons.get_feature_names_out()) == list(NAMES)
    assert list(make_pair_pipeline(made).get_feature_names_out()) == list(NAMES)
    assert clone(comparisons) is not comparisons
    assert clone(MissingLevel(level=2.0)).level == 2.0
    pairs = all_pairs(made).set_index(pd.Index([7]))
    assert comparisons.transform(pairs).index.tolist() == [7]


def test_strangers_are_refused_without_naming_them() -> None:
    comparisons = PairComparisons().fit(clinic(therapist("a"), people=(client("c"),)))
    with pytest.raises(ValueError, match="1 pairs name a therapist_id") as caught:
        comparisons.transform(pd.DataFrame({"client_id": ["c"], "therapist_id": ["secret"]}))
    assert "secret" not in str(caught.value)
