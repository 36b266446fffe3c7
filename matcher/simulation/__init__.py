"""A made-up clinic with known truth; what is hidden (`Truth`) is a different type from what a clinic would see."""

from matcher.simulation.clients import simulate_clients
from matcher.simulation.clinic import SimulatedClinic, simulate_clinic
from matcher.simulation.files import write_simulation
from matcher.simulation.therapists import simulate_therapists
from matcher.simulation.truth import Benefit, Truth
from matcher.simulation.world import World

__all__ = [
    "Benefit",
    "SimulatedClinic",
    "Truth",
    "World",
    "simulate_clients",
    "simulate_clinic",
    "simulate_therapists",
    "write_simulation",
]
