"""Evaluating the ranking model on a clinic's own later episodes, and making clinics whose truth is known."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from matcher.clinic.folder import Clinic
from matcher.clinic.problems import ClinicError
from matcher.evaluation.candidates import available_baselines
from matcher.evaluation.evaluate import evaluate
from matcher.evaluation.report import EvaluationReport
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
