"""The clinic folder: read, checked, bad rows set aside to be mended, written again unchanged."""

from matcher.clinic.folder import Clinic, read_clients, read_clinic, write_clinic
from matcher.clinic.problems import ClinicError, Problem

__all__ = ["Clinic", "ClinicError", "Problem", "read_clients", "read_clinic", "write_clinic"]
