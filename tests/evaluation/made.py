from matcher.clinic import Clinic
from matcher.simulation import World, simulate_clinic
from matcher.simulation.clinic import SimulatedClinic


def clinic_of(made: SimulatedClinic) -> Clinic:
    return Clinic(made.therapists, made.clients, made.episodes)


def made_clinic(clients: int = 260, therapists: int = 12, seed: int = 5, world: World | None = None) -> Clinic:
    return clinic_of(simulate_clinic(clients, therapists, seed, world))
