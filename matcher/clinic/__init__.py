"""The clinic folder: read, checked, bad rows set aside to be mended, written again unchanged."""

from matcher.clinic.folder import Clinic, read_clients, read_clinic, write_clinic
from matcher.clinic.frames import canonical_clients, canonical_episodes, canonical_therapists
from matcher.clinic.problems import ClinicError, Problem
from matcher.clinic.rows import client_frame, clients_from, therapist_frame, therapists_from

__all__ = [
    "Clinic",
    "ClinicError",
    "Problem",
    "canonical_clients",
    "canonical_episodes",
    "canonical_therapists",
    "client_frame",
    "clients_from",
    "read_clients",
    "read_clinic",
    "therapist_frame",
    "therapists_from",
    "write_clinic",
]
