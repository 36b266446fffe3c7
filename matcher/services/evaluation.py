"""Evaluating the ranking model on a clinic's own later episodes, and making clinics whose truth is known."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd

from matcher.clinic.folder import Clinic
from matcher.clinic.problems import ClinicError
from matcher.evaluation.candidates import available_baselines
from matcher.evaluation.evaluate import evaluate
from matcher.evaluation.report import EvaluationReport
from matcher.evaluation.truth import judge_by_file
from matcher.simulation.clinic import simulate_clinic
from matcher.simulation.files import write_simulation
from matcher.simulation.world import World

TRUTH_FILE = "truth.csv"


def evaluation_steps() -> int:
    """Return how many recommenders an evaluation fits."""
    return 1 + len(available_baselines())


def evaluate_clinic(
    clinic: Clinic, on: date | None = None, progress: Callable[[str], object] | None = None
) -> EvaluationReport:
    """Return how the model and every baseline do on the clinic's later episodes."""
    return evaluate(clinic, on=on, progress=progress)


def oracle_shares(
    folder: Path | None, clinic: Clinic, on: date | None = None, progress: Callable[[str], object] | None = None
) -> pd.DataFrame | None:
    """Return how much of the oracle's gain each recommender finds, where a clinic's folder holds its truth."""
    path = None if folder is None else folder / TRUTH_FILE
    if path is None or not path.is_file():
        return None
    try:
        truth = pd.read_csv(path, dtype={"client_id": str, "therapist_id": str})
    except ValueError as error:
        raise ClinicError(f"{TRUTH_FILE} cannot be read: {error}") from None
    missing = {"client_id", "therapist_id", "benefit"} - set(truth)
    if missing:
        raise ClinicError(f"{TRUTH_FILE} has no column {', '.join(sorted(missing))}: simulate the clinic again.")
    return judge_by_file(clinic, truth, on, progress=progress)


def simulate(n_clients: int, n_therapists: int, seed: int, folder: Path, world: World | None = None) -> dict[str, int]:
    """Write a made-up clinic and its truth into a folder, and return how many rows each table has.

    Raises
    ------
    ClinicError
        If the folder holds a clinic that was not made up: it is never overwritten.
    """
    if (folder / "therapists.csv").exists() and not (folder / TRUTH_FILE).exists():
        raise ClinicError(f"{folder} holds a clinic without {TRUTH_FILE}, so perhaps a real one: give another folder.")
    made = simulate_clinic(n_clients, n_therapists, seed, world)
    write_simulation(made, folder)
    return {name: len(getattr(made, name)) for name in ("therapists", "clients", "episodes")}
