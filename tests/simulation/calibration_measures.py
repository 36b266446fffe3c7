"""How calibration figures are measured: from what a clinic would record, wherever the published figure was."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.special import logit

from matcher.clinic.encoding import encode_clients, encode_therapists
from matcher.clinic.pairs import Pairs
from matcher.domain.vocabulary import MEASURES
from matcher.simulation import SimulatedClinic, World
from matcher.simulation.matching import preference_match

Floats = NDArray[np.floating]
# Clients come to therapists by chance and every score is on file: what a perfect study would see.
COMPLETE = World(matching="random", start_completeness=1.0, two_score_completeness=1.0)
ALLIANCE = ["alliance_goal", "alliance_task", "alliance_bond"]


@dataclass(frozen=True, eq=False)
class Outcomes:
    """Episodes with both scores; ``improvement`` is the end given the start, standardised, better = positive."""

    therapist: NDArray[np.intp]
    client: NDArray[np.intp]
    severity: Floats
    improvement: Floats
    change: Floats
    case: NDArray[np.bool_]
    recovered: NDArray[np.bool_]
    worse: NDArray[np.bool_]
    episodes: pd.DataFrame


def outcomes(clinic: SimulatedClinic) -> Outcomes:
    """Return scored episodes; recovery is reliable and clinically significant, worse is reliable deterioration."""
    e = clinic.episodes
    e = e[e["score_start"].notna() & e["score_end"].notna()]
    names = ("intake_mean", "intake_sd", "clinical_cutoff", "reliable_change")
    m = {name: e["measure"].map({c: getattr(x, name) for c, x in MEASURES.items()}).to_numpy() for name in names}
    start, end = e["score_start"].to_numpy(), e["score_end"].to_numpy()
    z0, z1 = (start - m["intake_mean"]) / m["intake_sd"], (end - m["intake_mean"]) / m["intake_sd"]
    kinds = pd.get_dummies(e["measure"], drop_first=True, dtype=float)
    design = np.column_stack((np.ones(len(e)), z0, z0**2, kinds))
    residual = z1 - design @ np.linalg.lstsq(design, z1, rcond=None)[0]
    better, case = start - end, start >= m["clinical_cutoff"]
    return Outcomes(
        therapist=pd.Index(clinic.therapists["therapist_id"]).get_indexer(e["therapist_id"]),
        client=pd.Index(clinic.clients["client_id"]).get_indexer(e["client_id"]),
        severity=z0,
        improvement=-residual / residual.std(),
        change=better / m["intake_sd"],
        case=case,
        recovered=case & (end < m["clinical_cutoff"]) & (better >= m["reliable_change"]),
        worse=better <= -m["reliable_change"],
        episodes=e,
    )


def icc(values: Floats, group: NDArray[np.intp]) -> float:
    """Return the share of variance between groups by one-way analysis of variance with unequal group sizes."""
    keep = np.bincount(group)[group] > 1
    values, group = values[keep], np.unique(group[keep], return_inverse=True)[1]
    n = np.bincount(group)
    mean = np.bincount(group, values) / n
    k, total = len(n), len(values)
    between = (n * (mean - values.mean()) ** 2).sum() / (k - 1)
    within = ((values - mean[group]) ** 2).sum() / (total - k)
    variance = (between - within) / ((total - (n**2).sum() / total) / (k - 1))
    return float(variance / (variance + within))


def icc_at_severity(o: Outcomes, severity: float, width: float = 0.3) -> float:
    """Return the share of variance between therapists among clients of about one severity."""
    near = np.abs(o.severity - severity) < width
    return icc(o.improvement[near], o.therapist[near])


def recovery_spread(o: Outcomes, least: int = 30) -> dict[str, float]:
    """Return lowest and highest recovery rate of therapists with enough cases, raw and shrunk."""
    frame = pd.DataFrame({"therapist": o.therapist[o.case], "recovered": o.recovered[o.case].astype(float)})
    rate = frame.groupby("therapist")["recovered"].agg(["mean", "size"])
    rate = rate[rate["size"] >= least]
    share = icc(frame["recovered"].to_numpy(), frame["therapist"].to_numpy())
    base = frame["recovered"].mean()
    shrunk = base + rate["size"] * share / (1 + (rate["size"] - 1) * share) * (rate["mean"] - base)
    low, high = rate["mean"].min(), rate["mean"].max()
    return {
        "low": low, "high": high, "logits": logit(high) - logit(low), "shrunk_low": shrunk.min(),
        "shrunk_high": shrunk.max(), "base": base,
    }  # fmt: skip


def measured_alliance(episodes: pd.DataFrame) -> Floats:
    """Return the mean of goal, task and bond, NaN where not asked."""
    return episodes[ALLIANCE].mean(axis=1).to_numpy()


def alliance_figures(clinic: SimulatedClinic) -> dict[str, float]:
    """Return the correlation of alliance with improvement, measured and true, and one session's reliability."""
    o, measured = outcomes(clinic), measured_alliance(clinic.episodes)
    true = clinic.truth.courses["alliance"].to_numpy()
    rows = o.episodes.index.to_numpy()
    known, asked = ~np.isnan(measured[rows]), ~np.isnan(measured)
    reliability = np.corrcoef(measured[asked], true[asked])[0, 1] ** 2
    return {
        "measured": np.corrcoef(measured[rows][known], o.improvement[known])[0, 1],
        "true": np.corrcoef(true[rows][known], o.improvement[known])[0, 1],
        "reliability": reliability,
        "four_sessions": 4 * reliability / (1 + 3 * reliability),
    }


def preference_figures(clinic: SimulatedClinic, wish: str | None = None) -> dict[str, float]:
    """Compare clients with all wishes honoured and with none; with ``wish``, those who stated only that one."""
    e = clinic.episodes[clinic.episodes["ending"] != "ongoing"]
    table = encode_therapists(clinic.therapists)
    clients = encode_clients(clinic.clients, table)
    client = pd.Index(clinic.clients["client_id"]).get_indexer(e["client_id"])
    therapist = pd.Index(clinic.therapists["therapist_id"]).get_indexer(e["therapist_id"])
    pairs = Pairs(clients.take(client), table.take(therapist), grid=False)
    stated = {name: pairs.clients.sets[name].known for name in ("therapist_gender", "modalities", "identities")}
    asked = np.any(list(stated.values()), axis=0)
    if wish is not None:
        asked = stated[wish] & (np.sum(list(stated.values()), axis=0) == 1)
    match = preference_match(pairs)
    honoured, not_honoured = asked & (match >= 0.75), asked & (match <= 0.25)
    left = (e["ending"] == "dropped_out").to_numpy()
    o = outcomes(clinic)
    improvement = pd.Series(o.improvement, index=o.episodes.index).reindex(e.index).to_numpy()
    alliance = measured_alliance(e)
    d, t = _difference(alliance / np.nanstd(alliance), honoured, not_honoured)
    d_symptoms, t_symptoms = _difference(improvement, honoured, not_honoured)
    return {
        "n": honoured.sum() + not_honoured.sum(), "risk_ratio": left[honoured].mean() / left[not_honoured].mean(),
        "alliance_d": d, "alliance_t": t, "symptom_d": d_symptoms, "symptom_t": t_symptoms,
    }  # fmt: skip


def _difference(values: Floats, one: NDArray[np.bool_], other: NDArray[np.bool_]) -> tuple[float, float]:
    a, b = (values[rows & ~np.isnan(values)] for rows in (one, other))
    gap = a.mean() - b.mean()
    return float(gap), float(gap / np.sqrt(a.var() / len(a) + b.var() / len(b)))


def engagement_figures(clinic: SimulatedClinic) -> dict[str, float]:
    """Return sessions, drop-out, recovery by length among planned endings, change and early response."""
    e = clinic.episodes[clinic.episodes["ending"] != "ongoing"]
    o = outcomes(clinic)
    raw = (o.episodes["score_start"] - o.episodes["score_end"]).to_numpy()
    phq, sessions = (o.episodes["measure"] == "phq9").to_numpy(), o.episodes["sessions"].to_numpy()
    planned = (o.episodes["ending"] == "planned").to_numpy() & o.case
    left = (o.episodes["ending"] == "dropped_out").to_numpy()
    early = clinic.truth.courses["early_response"].to_numpy()[o.episodes.index]
    responder = early > np.median(early)
    quick, slow = o.improvement[responder], o.improvement[~responder]
    return {
        "sessions_mean": e["sessions"].mean(), "sessions_median": e["sessions"].median(),
        "three_or_more": (e["sessions"] >= 3).mean(), "dropout": (e["ending"] == "dropped_out").mean(),
        "two_scores": len(o.episodes) / len(e), "recovered_short": o.recovered[planned & (sessions <= 2)].mean(),
        "recovered_long": o.recovered[planned & (sessions >= 10)].mean(), "phq_change": raw[phq].mean(),
        "phq_change_cases": raw[phq & o.case].mean(), "pre_post_d": o.change.mean(), "worse": o.worse.mean(),
        "early_g": (quick.mean() - slow.mean()) / np.sqrt((quick.var() + slow.var()) / 2),
        "leaving_costs_phq": raw[phq & ~left].mean() - raw[phq & left].mean(),
        "start_end_r": np.corrcoef(o.severity, o.severity - o.change)[0, 1],
    }  # fmt: skip
