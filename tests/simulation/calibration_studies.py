"""Published matching studies, replayed inside the simulator."""

from dataclasses import replace

import numpy as np
import pandas as pd
from calibration_measures import COMPLETE, Floats, outcomes
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment
from sklearn.linear_model import LogisticRegression, Ridge

from matcher.clinic.encoding import encode_clients, encode_therapists
from matcher.clinic.pairs import Pairs
from matcher.features.case_mix import case_mix
from matcher.simulation import SimulatedClinic, World, simulate_clinic
from matcher.simulation.choosing import allowed
from matcher.simulation.matching import domain_weights

Bools = NDArray[np.bool_]


def eligible(clinic: SimulatedClinic, clients: pd.DataFrame) -> Bools:
    """Return whom each client may see, places aside."""
    table = encode_therapists(clinic.therapists)
    return allowed(Pairs(encode_clients(clients, table), table))


def assign(value: Floats, ok: Bools, slots: NDArray[np.intp]) -> NDArray[np.intp]:
    """Return the assignment with the best total value, nobody over their slots; -1 where no allowed seat was left."""
    seats = np.repeat(np.arange(value.shape[1]), slots)
    rows, taken = linear_sum_assignment(np.where(ok, -value, 1e3)[:, seats])
    chosen = np.full(len(value), -1)
    chosen[rows] = seats[taken]
    chosen[~ok[np.arange(len(ok)), chosen]] = -1
    return chosen


def weights(clinic: SimulatedClinic) -> Floats:
    """Return each client's domain weights."""
    table = encode_therapists(clinic.therapists)
    return domain_weights(encode_clients(clinic.clients, table).concern_share, clinic.truth.world)


def learned(clinic: SimulatedClinic, history: int) -> Floats:
    """Return each therapist's level and domain effects (n, 9) as a shrunken estimate from the first clients' scores."""
    o, world = outcomes(clinic), World()
    used = o.client < history
    shares = weights(clinic)[o.client]
    prior = np.diag([1 / world.level_variance, *[1 / world.therapist_domain_variance] * shares.shape[1]])
    found = np.zeros((len(clinic.therapists), 1 + shares.shape[1]))
    for therapist in range(len(found)):
        k = np.flatnonzero(used & (o.therapist == therapist))
        x = np.column_stack((1 + world.severity_slope * o.severity[k], shares[k]))
        y = o.improvement[k] - o.improvement[used].mean()
        found[therapist] = np.linalg.solve(x.T @ x / 0.9 + prior, x.T @ y / 0.9)
    return found


def caseload_gain(
    seed: int, world: World = COMPLETE, spare: float = 1.0, *, shuffle: bool = False, known: bool = False
) -> dict[str, float]:
    """Assign 300 clients to 20 therapists' places by effects learned from 60 cases each, and by chance; SD gained.

    ``free`` is the same without regard to places; ``known`` uses the truth instead of what could be learned.
    """
    history, n = 20 * 60, 20
    clinic = simulate_clinic(history + 300, n, seed, world)
    clients = clinic.clients.iloc[history:].reset_index(drop=True)
    ok = eligible(clinic, clients)
    true = clinic.truth.benefit(clients, clinic.therapists).improvement
    value = true
    if not known:
        effects = learned(clinic, history)
        if shuffle:
            effects = effects[np.random.default_rng(seed).permutation(n)]
        severity = clinic.truth.clients.severity[history:]
        level = (1 + World().severity_slope * severity)[:, None] * effects[:, 0]
        value = level + weights(clinic)[history:] @ effects[:, 1:].T
    slots = np.full(n, int(np.ceil(len(clients) * spare / n)))
    chance = assign(np.random.default_rng(seed).random(ok.shape), ok, slots)
    matched, free = assign(value, ok, slots), np.where(ok, value, -np.inf).argmax(axis=1)
    rows = np.flatnonzero((chance >= 0) & (matched >= 0))
    usual = true[rows, chance[rows]].mean()
    return {"gain": true[rows, matched[rows]].mean() - usual, "free": true[rows, free[rows]].mean() - usual}


def first_thirty(variance: float, seed: int, therapists: int = 250) -> float:
    """Return the share of the top third by their first 30 cases who are above average over the next 30 (Kraus 2016)."""
    world = replace(COMPLETE, therapist_variance=variance)
    o = outcomes(simulate_clinic(therapists * 80, therapists, seed, world))
    means = [
        (o.improvement[k[:30]].mean(), o.improvement[k[30:60]].mean())
        for k in (np.flatnonzero(o.therapist == t) for t in range(therapists))
        if len(k) >= 60
    ]
    first, after = np.array(means).T
    return float((after[first >= np.quantile(first, 2 / 3)] > 0).mean())


def match_rule_gain(seed: int, world: World = COMPLETE, pool: int = 10, margin: float = 0.2) -> float:
    """Replay the match rule of Constantino 2021 with 48 therapists and 27 cases each; improvement gained (SD).

    A therapist is effective in a domain where the mean of the cases' adjusted outcomes exceeds ``margin`` SD,
    ineffective below minus it. A client is given one of the ``pool`` best of the therapists they may see: effective in
    most of their three weightiest domains, then ineffective in no other. Every case is scored on
    every domain, residual correlation .5.
    """
    rng, n, cases = np.random.default_rng(seed), 48, 27
    clinic = simulate_clinic(400, n, seed, world)
    own = clinic.truth.therapists.effects[1]
    severity = rng.standard_normal((n, cases))
    residual = np.sqrt(0.45) * (rng.standard_normal((n, cases, 1)) + rng.standard_normal((n, cases, 8)))
    scores = (own[:, :1] + own[:, 1:2] * severity)[:, :, None] + own[:, None, 2:-1] + residual
    label = np.sign(scores.mean(axis=1)) * (np.abs(scores.mean(axis=1)) > margin)
    ok, shares = eligible(clinic, clinic.clients), weights(clinic)
    true = clinic.truth.benefit(clinic.clients, clinic.therapists).improvement
    gains = []
    for client in np.flatnonzero(ok.sum(axis=1) >= 15):
        seen = np.flatnonzero(ok[client])
        raised = np.argsort(-shares[client])[:3]
        raised = raised[shares[client, raised] > 0]
        others = np.setdiff1d(np.arange(shares.shape[1]), raised)
        level = label[seen][:, raised].sum(axis=1) - 0.5 * (label[seen][:, others] < 0).any(axis=1)
        best = seen[np.argsort(-(level + 0.01 * rng.random(len(seen))))[:pool]]
        gains.append(true[client, best].mean() - true[client, seen].mean())
    return float(np.mean(gains))


def responder_split(seed: int) -> dict[str, float]:
    """Train on year one, test on year two (Delgadillo 2020): odds of predicted responders, errors in PHQ-9 points."""
    world = World(start_completeness=1.0, two_score_completeness=1.0)
    clinic = simulate_clinic(5400, 68, seed, world)
    o = outcomes(clinic)
    table = encode_therapists(clinic.therapists)
    client = case_mix(encode_clients(clinic.clients, table))[o.client]
    seen = np.eye(len(table))[o.therapist]
    both = np.column_stack((client, seen * 0.6, seen * (0.27 * o.severity)[:, None]))
    before = (o.episodes["started_on"] < pd.Timestamp("2025-11-20")).to_numpy()
    end = o.severity - o.change
    found = {}
    for name, x in (("client", client), ("both", both)):
        fitted = LogisticRegression(max_iter=2000).fit(x[before], o.recovered[before])
        chance = fitted.predict_proba(x[~before])[:, 1]
        z = o.severity[~before]
        adjusted = np.column_stack((chance >= np.quantile(chance, 0.6), z, z**2))
        odds = LogisticRegression(C=1e6, max_iter=2000).fit(adjusted, o.recovered[~before]).coef_[0, 0]
        error = Ridge(alpha=7.0).fit(x[before], end[before]).predict(x[~before]) - end[~before]
        found |= {f"{name}_odds": float(np.exp(odds)), f"{name}_rmse": float(np.sqrt((error**2).mean()) * 5.5)}
    return found
