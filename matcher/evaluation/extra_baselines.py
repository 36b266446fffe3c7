"""Baselines from the optional extra ``benchmark``: LightGBM's LambdaRank and GPBoost's mixed-effects boosting."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from sklearn.linear_model import Ridge

from matcher.evaluation.learned_baselines import (
    FEWEST_EPISODES,
    Array,
    LearnedBaseline,
    OutcomeBaseline,
    PairRows,
    therapist_order,
    tree_columns,
)
from matcher.ranking.belief import benefit_weights

_GRADES = 5
_LIGHTGBM_TREES = 100
_MOST_IN_A_QUERY = 200


class MissingExtraError(ImportError):
    """An optional library is not installed."""


def _library(name: str) -> Any:
    if not is_installed(name):
        raise MissingExtraError(f"{name} is not installed: pip install 'matcher[benchmark]'")
    return import_module(name)


def is_installed(name: str) -> bool:
    """Return whether an optional library is there, without importing it."""
    return find_spec(name) is not None


class LambdaRank(LearnedBaseline):
    """LightGBM's LambdaRank on graded outcomes, 100 trees.

    Each client was seen by one therapist, so a query cannot be a client. It is a group of like episodes, of the same
    main domain and third of severity, ranked by a grade of 0 to 4: fifths of the outcome beyond the case mix.
    """

    def _fit_rows(self, rows: PairRows, Y: Array) -> None:
        lightgbm = _library("lightgbm")
        composite = _beyond_case_mix(rows, Y, benefit_weights(self.weights))
        known = np.flatnonzero(~np.isnan(composite))
        self.ranker_: Any = None
        if len(known) < FEWEST_EPISODES:
            return
        query = _queries(rows.take(known))
        by_query = np.argsort(query, kind="stable")
        rows, value = rows.take(known[by_query]), composite[known[by_query]]
        grade = np.searchsorted(np.quantile(value, np.linspace(0, 1, _GRADES + 1)[1:-1]), value)
        self.order_ = therapist_order(rows, value, len(self.therapists_))
        columns = tree_columns(self.order_, rows)
        sizes = np.unique(query, return_counts=True)[1]
        data = lightgbm.Dataset(columns, grade, group=sizes, categorical_feature=[columns.shape[1] - 1])
        settings = {"objective": "lambdarank", "verbose": -1, "seed": 0, "num_threads": 1}
        self.ranker_ = lightgbm.train(settings, data, num_boost_round=_LIGHTGBM_TREES)

    def _predict(self, rows: PairRows) -> Array:
        if self.ranker_ is None:
            return np.zeros(len(rows))
        return np.asarray(self.ranker_.predict(tree_columns(self.order_, rows)), dtype=np.float64)


def _beyond_case_mix(rows: PairRows, Y: Array, weights: Array) -> Array:
    """Return the weighted mean (n,) of the known outcomes less what the case mix foretells, NaN where none is known."""
    total, weight = np.zeros(len(rows)), np.zeros(len(rows))
    for outcome, share in enumerate(weights):
        known = np.flatnonzero(~np.isnan(Y[:, outcome]))
        if len(known) >= FEWEST_EPISODES:
            usual = Ridge().fit(rows.C[known], Y[known, outcome]).predict(rows.C[known])
            total[known] += share * (Y[known, outcome] - usual)
            weight[known] += share
    result: Array = np.divide(total, weight, out=np.full(len(rows), np.nan), where=weight > 0)
    return result


def _queries(rows: PairRows) -> Array:
    """Return a query number (n,): main domain by third of severity, cut into pieces of at most 200 episodes."""
    severity = rows.Z[:, -1]
    third = np.searchsorted(np.quantile(severity, (1 / 3, 2 / 3)), severity)
    kind = rows.Z[:, 1:-1].argmax(axis=1) * 3 + third
    piece = np.zeros(len(rows), dtype=np.intp)
    for value in np.unique(kind):
        here = np.flatnonzero(kind == value)
        piece[here] = np.arange(len(here)) // _MOST_IN_A_QUERY
    return np.asarray(kind * (len(rows) // _MOST_IN_A_QUERY + 1) + piece)


class GPBoost(OutcomeBaseline):
    """GPBoost: trees on comparisons and case mix, random intercepts of therapists and of therapists by main domain."""

    def _fit_one(self, rows: PairRows, y: Array) -> Any:
        gpboost = _library("gpboost")
        # Told how many threads to use, it does not print that it was not, in the middle of what a command prints.
        effects = gpboost.GPModel(group_data=_groups(rows), likelihood="gaussian", num_parallel_threads=1)
        data = gpboost.Dataset(np.hstack((rows.X, rows.C)), y)
        settings = {"learning_rate": 0.05, "max_depth": 3, "min_data_in_leaf": 20, "verbose": -1, "num_threads": 1}
        return gpboost.train(params=settings, train_set=data, gp_model=effects, num_boost_round=60)

    def _predict_one(self, model: Any, rows: PairRows) -> Array:
        found = model.predict(data=np.hstack((rows.X, rows.C)), group_data_pred=_groups(rows), pred_latent=True)
        return np.asarray(found["fixed_effect"] + found["random_effect_mean"])


def _groups(rows: PairRows) -> Array:
    domain = rows.Z[:, 1:-1].argmax(axis=1)
    return np.column_stack((rows.therapist, rows.therapist * rows.Z.shape[1] + domain)).astype(np.float64)
