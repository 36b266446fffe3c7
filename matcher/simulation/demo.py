"""The demo clinic: hand-written therapists, drawn clients. ``python -m matcher.simulation.demo`` writes it."""

import argparse
from datetime import date
from pathlib import Path

import pandas as pd

from matcher.clinic.folder import Clinic, read_clinic, write_clinic
from matcher.domain.reference import data_path
from matcher.simulation.clinic import simulate_around
from matcher.simulation.world import World

CLIENTS, SEED = 960, 2026
# One client in five took a recommendation, so that the reports have something to set beside usual practice.
WORLD = World(today=date(2026, 11, 20), years=2.0, recommended_share=0.2, wait_weeks=4.0)
# Clients for whom no therapist could be found are referred on after this many days and no longer listed.
REFERRED_ON = 90


def demo_therapists() -> pd.DataFrame:
    """Return the demo clinic's therapists: invented people, written by hand in ``data/demo/therapists.csv``."""
    return read_clinic(data_path("demo"), write_report=False).therapists


def demo_clinic() -> Clinic:
    """Return the demo clinic, with clients and episodes drawn around its therapists."""
    simulated = simulate_around(demo_therapists(), CLIENTS, SEED, WORLD)
    seen = simulated.clients["client_id"].isin(simulated.episodes["client_id"])
    recent = simulated.clients["enquired_at"] > pd.Timestamp(WORLD.today) - pd.Timedelta(days=REFERRED_ON)
    clients = simulated.clients[seen | recent].reset_index(drop=True)
    return Clinic(simulated.therapists, clients, simulated.episodes)


def main() -> None:
    """Write the demo clinic into a folder, by default over the one that travels with the package."""
    parser = argparse.ArgumentParser(description="Write the made-up demo clinic.")
    parser.add_argument("folder", nargs="?", type=Path, default=data_path("demo"))
    write_clinic(demo_clinic(), parser.parse_args().folder)


if __name__ == "__main__":
    main()
