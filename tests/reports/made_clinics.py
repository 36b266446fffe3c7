"""Simulated clinics small enough to report on in a moment."""

from datetime import date
from functools import cache

import numpy as np
import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.reports.build import months_before
from matcher.reports.values import Period, ReportData, Scope
from matcher.simulation.clinic import SimulatedClinic, simulate_clinic
from matcher.simulation.world import World

TODAY = date(2026, 11, 20)
WHOLE = Period(date(2025, 5, 1), date(2026, 10, 31))


@cache
def simulated(clients: int = 600, therapists: int = 8, seed: int = 1, **world: object) -> SimulatedClinic:
    return simulate_clinic(clients, therapists, seed, World(**world))


def clinic_of(made: SimulatedClinic) -> Clinic:
    return Clinic(made.therapists, made.clients, made.episodes)


def scope(period: Period = WHOLE, **about: str) -> Scope:
    return Scope(period, months_before(period), **about)


def slates_of(clinic: Clinic, propensity: float = 0.5, seed: int = 0) -> pd.DataFrame:
    """Return a two-place list for each course, shown a week before, the order left to chance."""
    rng = np.random.default_rng(seed)
    episodes = clinic.episodes
    n = len(episodes)
    other = rng.choice(clinic.therapists["therapist_id"].to_numpy(object), n)
    own_first = rng.random(n) < propensity
    own = episodes["therapist_id"].to_numpy(object)
    rows = []
    for rank in (1, 2):
        first = own_first if rank == 1 else ~own_first
        rows.append(
            pd.DataFrame(
                {
                    "slate_id": [f"s{i}" for i in range(n)],
                    "client_id": episodes["client_id"],
                    "made_at": (episodes["started_on"] - pd.Timedelta(days=7)).dt.tz_localize("UTC"),
                    "model_hash": "m",
                    "rank": rank,
                    "therapist_id": np.where(first, own, other),
                    "benefit": rng.normal(0, 0.1, n),
                    "propensity": np.where(rng.random(n) < 2, propensity, 1.0),
                    "chosen": first,
                }
            )
        )
    return pd.concat(rows, ignore_index=True)


def data_of(made: SimulatedClinic, **more: object) -> ReportData:
    return ReportData(clinic_of(made), **more)
