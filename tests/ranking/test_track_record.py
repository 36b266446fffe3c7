import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matcher.ranking.track_record import track_record


def _counts(n_units=30, n_domains=5, seed=0, spread=0.4, each=(1, 60), counts=1):
    random = np.random.default_rng(seed)
    unit, domain = random.normal(0, spread, n_units), random.normal(0, 0.3, n_domains)
    cell = random.normal(0, 0.15, (n_units, n_domains))
    rate = 1 / (1 + np.exp(-(0.5 + unit[:, None] + domain + cell)))
    rows = []
    for _ in range(counts):
        n = random.integers(*each, (n_units, n_domains))
        improved = random.binomial(n, rate)
        for u in range(n_units):
            rows += [(f"u{u}", f"d{d}", n[u, d], improved[u, d], rate[u, d]) for d in range(n_domains)]
    return pd.DataFrame(rows, columns=["unit", "domain", "n", "improved", "true"])


def test_rows_come_back_as_they_were_with_three_columns_more():
    counts = _counts().set_index(pd.Index(range(500, 650)))
    found = track_record(counts)
    assert list(found.columns) == [*counts.columns, "rate", "low", "high"]
    pd.testing.assert_frame_equal(found[counts.columns], counts)


def test_shrunken_rates_are_nearer_the_truth_than_any_raw_rate():
    errors = {"shrunk": [], "raw": [], "whole": [], "unit": []}
    for seed in range(10):
        counts = _counts(seed=seed)
        found = track_record(counts)
        by_unit = counts.groupby("unit")[["n", "improved"]].transform("sum")
        for name, guess in (
            ("shrunk", found["rate"]),
            ("raw", counts["improved"] / counts["n"]),
            ("whole", counts["improved"].sum() / counts["n"].sum()),
            ("unit", by_unit["improved"] / by_unit["n"]),
        ):
            errors[name].append(((guess - counts["true"]) ** 2).mean())
    means = {name: np.mean(values) for name, values in errors.items()}
    assert means["shrunk"] < 0.7 * min(means["raw"], means["whole"], means["unit"])


def test_intervals_hold_the_rate_and_the_next_count():
    held, next_held = [], []
    for seed in range(10):
        counts = _counts(seed=seed)
        rate = track_record(counts, next_clients=np.inf)
        held.append(((rate["low"] <= counts["true"]) & (counts["true"] <= rate["high"])).mean())
        following = np.maximum(counts["n"] / 2, 10).round()
        later = np.random.default_rng(seed + 99).binomial(following.astype(int), counts["true"]) / following
        found = track_record(counts)
        next_held.append(((found["low"] <= later) & (later <= found["high"])).mean())
    assert np.mean(held) > 0.95
    assert 0.94 < np.mean(next_held) < 0.995


def test_a_unit_draws_on_its_other_domains_and_on_other_units():
    counts = pd.DataFrame(
        [
            *[(f"u{u}", d, 200, 100 + 3 * u) for u in range(10) for d in ("sleep", "mood")],
            ("good", "sleep", 400, 360),
            ("good", "mood", 0, 0),
            ("new", "mood", 0, 0),
        ],
        columns=["unit", "domain", "n", "improved"],
    )
    found = track_record(counts).set_index(["unit", "domain"])
    assert found.loc[("good", "mood"), "rate"] > found.loc[("u9", "mood"), "rate"]
    assert found.loc[("good", "mood"), "rate"] < 0.9
    new, known = found.loc[("new", "mood")], found.loc[("u5", "mood")]
    assert 0.5 < new["rate"] < 0.65
    assert new["high"] - new["low"] > known["high"] - known["low"]


def test_a_cell_counted_in_two_rows_is_pooled():
    counts = _counts(counts=2, n_units=8)
    found = track_record(counts)
    assert found.groupby(["unit", "domain"])["rate"].nunique().max() == 1
    pooled = counts.groupby(["unit", "domain"], as_index=False)[["n", "improved"]].sum()
    other = track_record(pooled).set_index(["unit", "domain"])["rate"]
    mine = found.drop_duplicates(["unit", "domain"]).set_index(["unit", "domain"])["rate"]
    np.testing.assert_allclose(mine, other.loc[mine.index], atol=0.05)


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("abcd"), st.sampled_from("xyz"), st.integers(0, 50), st.floats(0, 1)),
        max_size=15,
    )
)
def test_any_counts_give_rates_inside_their_intervals(rows):
    counts = pd.DataFrame(
        [(u, d, n, int(n * share)) for u, d, n, share in rows], columns=["unit", "domain", "n", "improved"]
    )
    found = track_record(counts)
    assert len(found) == len(counts)
    assert ((found["low"] >= 0) & (found["low"] < found["rate"])).all()
    assert ((found["rate"] < found["high"]) & (found["high"] <= 1)).all()


@pytest.mark.parametrize(("n", "improved"), [(0, 0), (1, 1), (1, 0), (100_000, 100_000)])
def test_a_single_row_gets_a_sensible_rate(n, improved):
    found = track_record(pd.DataFrame({"unit": ["a"], "domain": ["b"], "n": [n], "improved": [improved]})).iloc[0]
    assert 0 <= found["low"] < found["rate"] < found["high"] <= 1


def test_order_and_names_do_not_matter():
    counts = _counts(n_units=6)
    found = track_record(counts)
    shuffled = counts.sample(frac=1, random_state=1).assign(unit=lambda rows: rows["unit"] + "x")
    np.testing.assert_allclose(track_record(shuffled)["rate"].sort_index(), found["rate"], atol=1e-5)


def test_rounded_counts_are_known_less_well():
    counts = _counts(each=(10, 40))
    rounded = counts.assign(n=(counts["n"] / 5).round() * 5, improved=(counts["improved"] / 5).round() * 5)
    rounded["improved"] = rounded[["n", "improved"]].min(axis=1)
    exact, coarse = track_record(counts), track_record(rounded)
    assert (coarse["high"] - coarse["low"]).mean() > (exact["high"] - exact["low"]).mean()


def _one(**changes):
    return pd.DataFrame({"unit": ["a"], "domain": ["b"], "n": [5.0], "improved": [2.0]} | changes)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (_one(improved=[6.0]), "more improved"),
        (_one(n=[-1.0], improved=[-2.0]), "n must be"),
        (_one(n=[np.nan]), "n must be"),
        (_one(n=[np.inf]), "n must be"),
        (_one(improved=["many"]), "improved must be"),
        (_one(unit=[None]), "unit is missing"),
        (_one().drop(columns="domain"), "missing: domain"),
    ],
)
def test_bad_counts_are_refused_with_the_row_and_column(counts, message):
    with pytest.raises(ValueError, match=message):
        track_record(counts)


def test_next_clients_must_be_some():
    with pytest.raises(ValueError, match="next_clients"):
        track_record(_one(), next_clients=0)
