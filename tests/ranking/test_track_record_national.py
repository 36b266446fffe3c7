"""The report card on real counts: English talking-therapy services by problem, each year judged by the next."""

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression

from matcher.ranking.track_record import track_record

YEARS = ("2017-18", "2018-19", "2019-20", "2020-21", "2021-22", "2022-23")
KEYS = ["unit", "domain"]
SPELLINGS = {
    "generalised anxiety disorder": "generalized anxiety disorder",
    "hypochondriacal disorders": "hypochondriacal disorder",
}


@pytest.fixture(scope="module")
def national(shared_data):
    table = pd.read_csv(shared_data / "nhs_talking_therapies" / "provider_problem_counts.csv")
    table = table[(table["variable_type"] != "Total") & ~table["variable_b"].isin(["Total", "All"])]
    table = table[~table["variable_a"].str.startswith("Not stated", na=False)]
    problem = table["variable_b"].fillna(table["variable_a"]).str.lower().replace(SPELLINGS)
    counts = pd.DataFrame(
        {
            "year": table["reporting_period"],
            "unit": table["org_code"],
            "domain": problem,
            "n": table["finished_course_treatment"],
            "improved": table["improvement"],
        }
    ).dropna()
    return counts[counts["n"] > 0].groupby(["year", *KEYS], as_index=False).sum()


def _additive(seen, wanted):
    both = pd.concat([seen[KEYS], wanted[KEYS]])
    design = pd.get_dummies(both, dtype=float).to_numpy()
    rows = design[: len(seen)]
    model = LogisticRegression(C=100, max_iter=1000)
    weights = np.concatenate([seen["improved"], seen["n"] - seen["improved"]])
    model.fit(np.vstack([rows, rows]), np.repeat([1, 0], len(seen)), sample_weight=weights)
    return model.predict_proba(design[len(seen) :])[:, 1]


def _predictions(seen, later):
    """Return `later` with each rival's rate, and the model's interval for the rate itself."""
    new = later[KEYS].merge(seen[KEYS].drop_duplicates(), how="left", indicator=True)
    unseen = new.loc[new["_merge"] == "left_only", KEYS].drop_duplicates().assign(n=0.0, improved=0.0)
    cells = track_record(pd.concat([seen[[*KEYS, "n", "improved"]], unseen]), next_clients=np.inf)
    cells = cells.drop_duplicates(KEYS)[[*KEYS, "rate", "low", "high"]]
    found = later.merge(cells, on=KEYS)
    whole = seen["improved"].sum() / seen["n"].sum()
    pooled = seen.groupby(KEYS)[["n", "improved"]].sum()
    units = seen.groupby("unit")[["n", "improved"]].sum()
    raw = pd.Series(pooled["improved"] / pooled["n"], name="raw")
    found = found.join(raw, on=KEYS)
    found["service"] = found["unit"].map(units["improved"] / units["n"]).fillna(whole)
    found["raw"] = found["raw"].fillna(whole)
    return found.assign(national=whole, additive=_additive(seen, found))


def _losses(found, name):
    rate, n = found[name].clip(0.001, 0.999), found["n"]
    log_loss = -(found["improved"] * np.log(rate) + (n - found["improved"]) * np.log(1 - rate)).sum() / n.sum()
    return log_loss, np.average((found["improved"] / n - rate) ** 2, weights=n)


def _covered(found):
    """Return the share of later rates in 95 % intervals of rate, chance and rounding to 5 together."""
    rate, later = found["rate"], found["improved"] / found["n"]
    chance = rate * (1 - rate) / found["n"] + 25 / 12 * (1 + rate**2) / found["n"] ** 2
    half = np.where(later < rate, rate - found["low"], found["high"] - rate)
    return (np.abs(later - rate) <= np.sqrt(half**2 + 1.96**2 * chance)).mean()


@pytest.mark.parametrize("split", range(1, len(YEARS)))
@pytest.mark.parametrize("history", ["last year", "all years"])
def test_later_years_are_predicted_better_than_by_any_rival(national, split, history):
    first = split - 1 if history == "last year" else 0
    seen = national[national["year"].isin(YEARS[first:split])]
    found = _predictions(seen, national[national["year"] == YEARS[split]])
    for part in (found, found[found["n"] < 100]):
        mine = _losses(part, "rate")
        for rival in ("national", "raw", "service", "additive"):
            theirs = _losses(part, rival)
            assert mine[0] < theirs[0], (rival, "log loss")
            assert mine[1] < theirs[1], (rival, "squared error")


def test_intervals_cover_later_years(national):
    covered, small = [], []
    for split in range(1, len(YEARS)):
        seen = national[national["year"] == YEARS[split - 1]]
        found = _predictions(seen, national[national["year"] == YEARS[split]])
        covered.append(_covered(found))
        small.append(_covered(found[found["n"] < 100]))
    assert 0.92 < np.mean(covered) < 0.98
    assert 0.92 < np.mean(small) < 0.98
    assert min(covered) > 0.89
