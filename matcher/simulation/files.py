"""Writes a simulated clinic as a clinic folder, with what was hidden in files beside it."""

from pathlib import Path

import numpy as np
import pandas as pd

from matcher.clinic.folder import Clinic, write_clinic
from matcher.simulation.clinic import SimulatedClinic

# Above this many pairs truth.csv holds a sample: every therapist for as many clients as fit, drawn evenly.
MAX_PAIRS = 1_000_000


def write_simulation(simulated: SimulatedClinic, folder: Path | str) -> None:
    """Write ``therapists.csv``, ``clients.csv`` and ``episodes.csv``, and beside them the truth.

    ``truth.csv`` (client_id, therapist_id, benefit, alliance, improvement, staying, dropout) covers every pair,
    eligible or not, up to ``MAX_PAIRS``; in larger clinics every therapist for an even sample of clients.
    ``truth_therapists.csv`` and ``truth_courses.csv`` hold the hidden effects and courses. A clinic folder reader
    passes over the truth files.
    """
    folder = Path(folder)
    write_clinic(Clinic(simulated.therapists, simulated.clients, simulated.episodes), folder)
    truth_frame(simulated).to_csv(folder / "truth.csv", index=False, float_format="%.5f", lineterminator="\n")
    hidden = {"truth_therapists": simulated.truth.therapists.frame(), "truth_courses": simulated.truth.courses}
    for name, frame in hidden.items():
        frame.to_csv(folder / f"{name}.csv", index=False, float_format="%.5f", lineterminator="\n")


def truth_frame(simulated: SimulatedClinic, max_pairs: int = MAX_PAIRS) -> pd.DataFrame:
    """Return the true benefit and its parts, one row a pair, of at most about ``max_pairs`` pairs."""
    clients, therapists = simulated.clients, simulated.therapists
    count = max(1, min(len(clients), max_pairs // max(1, len(therapists))))
    rows = np.unique(np.linspace(0, len(clients) - 1, min(count, len(clients))).astype(np.intp))
    sample = clients.iloc[rows].reset_index(drop=True)
    true = simulated.truth.benefit(sample, therapists)
    return pd.DataFrame(
        {
            "client_id": np.repeat(sample["client_id"].to_numpy(), len(therapists)),
            "therapist_id": np.tile(therapists["therapist_id"].to_numpy(), len(sample)),
            "benefit": true.benefit.ravel(),
            "alliance": true.alliance.ravel(),
            "improvement": true.improvement.ravel(),
            "staying": true.staying.ravel(),
            "dropout": true.dropout.ravel(),
        }
    )
