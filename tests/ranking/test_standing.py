"""Where one therapist stands is where the whole ranking has them, ties and all."""

import numpy as np
import pandas as pd
import pytest

from matcher.clinic import Clinic, arrays
from matcher.ranking import ranked
from matcher.ranking.recommender import Recommender
from matcher.simulation import simulate_clinic


@pytest.mark.parametrize("part_rows", [arrays.PART_ROWS, 5])
def test_one_therapist_stands_where_the_whole_ranking_has_them(monkeypatch: pytest.MonkeyPatch, part_rows: int) -> None:
    monkeypatch.setattr(arrays, "PART_ROWS", part_rows)
    monkeypatch.setattr(ranked, "_PAIRS_AT_ONCE", 20)
    made = simulate_clinic(40, 12, 3)
    # Everybody twice under another name, so that exact ties are settled by chance alone, as in the whole ranking.
    twins = made.therapists.assign(therapist_id="twin " + made.therapists["therapist_id"].astype(str))
    clinic = Clinic(pd.concat([made.therapists, twins], ignore_index=True), made.clients, made.episodes.head(0))
    recommender = Recommender().fit(clinic)
    whole = recommender.rank(made.clients, 0)
    assert len(np.unique(whole.benefit.round(9))) < 0.7 * len(whole.benefit)
    for turn in range(3):
        first = np.searchsorted(whole.client_rows, np.arange(len(made.clients)))
        count = np.bincount(whole.client_rows, minlength=len(made.clients))
        some = np.flatnonzero(count)
        pair = first[some] + (count[some] - 1) * turn // 2
        found = recommender.stand(made.clients.iloc[some].reset_index(drop=True), whole.therapist_rows[pair])
        assert found.rank.tolist() == whole.rank[pair].tolist()
        assert found.benefit == pytest.approx(whole.benefit[pair], abs=1e-8)
        assert found.best == pytest.approx(whole.benefit[first[some]], abs=1e-8)
