"""What always putting the highest predicted benefit first would have given, from lists shown with known chances."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from matcher.evaluation.off_policy import OffPolicyEstimate, estimate, log_of
from matcher.features.outcomes import OUTCOMES
from matcher.ranking.belief import benefit_weights
from matcher.reports.cases import Cases

Floats = NDArray[np.float64]


def first_by_benefit(cases: Cases) -> tuple[OffPolicyEstimate, int, int]:
    """Return the estimated benefit that followed, had the highest predicted benefit always come first.

    With it, how many lists it rests on, and how many there would be if something were known of every course after one.

    What is judged is whom the list put first, whoever the client then saw: a client's own choice is not left to
    chance. The reward is the benefit beyond what the case mix foretells, from the first course after the list, by the
    parts that are known.
    """
    shown = _firsts(cases)
    reward = _beyond(cases)[shown["course"].to_numpy(np.intp)] if len(shown) else np.zeros(0)
    known = ~np.isnan(reward)
    kept = shown[known]
    log = log_of(reward[known], kept["propensity"], kept["best"].astype(float))
    return estimate(log, "SNIPS", None, kept["client_id"].to_numpy(object)), len(kept), len(shown)


def _firsts(cases: Cases) -> pd.DataFrame:
    """Return one row a list that a course followed: course, client_id, the chance of who stood first, and best.

    ``best`` says whether the one put first had the list's highest predicted benefit.
    """
    slates = cases.data.slates
    columns = ["course", "client_id", "propensity", "best"]
    if slates is None or slates.empty:
        return pd.DataFrame(columns=columns)
    made = pd.to_datetime(slates["made_at"], utc=True).dt.tz_localize(None)
    highest = slates.groupby("slate_id")["benefit"].transform("max")
    lists = slates.assign(made=made, best=slates["benefit"] >= highest - 1e-12)
    lists = lists[lists["rank"] == 1].sort_values("made")
    courses = pd.DataFrame(
        {
            "course": np.arange(len(cases)),
            "client_id": cases.episodes["client_id"],
            "started": cases.episodes["started_on"] + pd.Timedelta(days=1),
        }
    )
    met = courses[cases.so_far].merge(lists[["client_id", "made", "propensity", "best"]], on="client_id")
    after = met[met["made"] < met["started"]].sort_values(["made", "started"])
    # A list belongs to the first course after it, and a course to the last list before.
    after = after.drop_duplicates(["client_id", "made"]).drop_duplicates("course", keep="last")
    return after[columns].reset_index(drop=True)


def _beyond(cases: Cases) -> Floats:
    """Return the weighted mean (n,) of known outcomes beyond what the case mix foretells; NaN where none is known."""
    weights = benefit_weights(None)
    total, weight = np.zeros(len(cases)), np.zeros(len(cases))
    for place in range(len(OUTCOMES)):
        y = cases.scores[:, place]
        known = np.flatnonzero(~np.isnan(y) & cases.so_far)
        if len(known) <= cases.case_mix.shape[1] + 2:
            continue
        usual = np.linalg.lstsq(cases.case_mix[known], y[known], rcond=None)[0]
        total[known] += weights[place] * (y[known] - cases.case_mix[known] @ usual)
        weight[known] += weights[place]
    beyond: Floats = np.divide(total, weight, out=np.full(len(cases), np.nan), where=weight > 0)
    return beyond
